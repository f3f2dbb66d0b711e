"""The small list above the field: what a word after "/" can stand for. Never has the focus; the field does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.core.personas import LibraryEntry
from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CARD_PX, TextRole, Token

ROW_PX = 34
MOST_ROWS = 8
WIDTH_PX = 420
GAP_PX = 6
PAD_PX = 5
SIDE_PX = 10
ICON_PX = 16


@dataclass(frozen=True, slots=True)
class Reserved:
    """A word that means something to the model's template and stays in the message: "/think"."""

    word: str


@dataclass(frozen=True, slots=True)
class SlashEntry:
    """A row. `detail` says in a line what it is for."""

    name: str
    detail: str
    icon: Icon
    value: LibraryEntry | Reserved


class _Rows(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: tuple[SlashEntry, ...] = ()

    def show(self, entries: Sequence[SlashEntry]) -> None:
        self.beginResetModel()
        self.entries = tuple(entries)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        entry = self.entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{entry.name}. {entry.detail}"
            case _:
                return None


class _Painter(QStyledItemDelegate):
    def __init__(self, theme: Theme, rows: _Rows, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self._theme.px(ROW_PX))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        px, color = self._theme.px, self._theme.color
        entry = self._rows.entries[index.row()]
        frame: QRect = option.rect
        direction: Qt.LayoutDirection = option.direction
        state: QStyle.StateFlag = option.state
        painter.save()
        # A word like "/think" keeps its slash in front in a window that reads from right to left.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(Token.ACCENT_SOFT))
            painter.drawRoundedRect(QRectF(frame), px(6), px(6))
        side, icon = px(SIDE_PX), px(ICON_PX)
        place = QRect(frame.left() + side, frame.top() + (frame.height() - icon) // 2, icon, icon)
        mirrored = QRectF(QStyle.visualRect(direction, frame, place))
        self._theme.draw_icon(painter, entry.icon, Token.SECONDARY, mirrored)
        left = frame.left() + side + icon + px(8)
        room = QRect(QPoint(left, frame.top()), QPoint(frame.right() - side, frame.bottom()))
        font = self._theme.font(TextRole.FACTS_STRONG)
        width = min(QFontMetrics(font).horizontalAdvance(entry.name) + 2, room.width())
        name_room = QRect(room.left(), room.top(), width, room.height())
        detail_room = room.adjusted(width + px(10), 0, 0, 0)
        for words, role, token, where in (
            (entry.name, TextRole.FACTS_STRONG, Token.TEXT, name_room),
            (entry.detail, TextRole.FACTS, Token.SECONDARY, detail_room),
        ):
            painter.setFont(self._theme.font(role))
            painter.setPen(color(token))
            shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, where.width())
            leading = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
            flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute) | int(leading)
            painter.drawText(QStyle.visualRect(direction, frame, where), flags, shown)
        painter.restore()


class SlashList(QFrame):
    """Placed in the window of whoever it belongs to, above it.

    Args:
        theme: Where its looks come from.
        owner: What it stands above; its window becomes the parent each time it is opened.
    """

    chosen = Signal(object)
    """The value of a SlashEntry."""
    dismissed = Signal()
    """Esc."""

    def __init__(self, theme: Theme, owner: QWidget) -> None:
        super().__init__(owner)
        self._theme = theme
        self._owner = owner
        self._rows = _Rows(self)
        self.view = QListView(self)
        self.view.setModel(self._rows)
        self.view.setItemDelegate(_Painter(theme, self._rows, self.view))
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setMouseTracking(True)
        self.view.entered.connect(self.view.setCurrentIndex)
        self.view.clicked.connect(self._choose)
        self.view.setAccessibleName(self.tr("Saved prompts and personas"))
        self.setAccessibleName(self.tr("Saved prompts and personas"))
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.view)
        self.hide()
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def is_open(self) -> bool:
        return not self.isHidden()

    @property
    def entries(self) -> tuple[SlashEntry, ...]:
        """What is offered at the moment."""
        return self._rows.entries if self.is_open else ()

    @property
    def current(self) -> SlashEntry | None:
        index = self.view.currentIndex()
        return self.entries[index.row()] if self.is_open and index.isValid() else None

    def open_with(self, entries: Sequence[SlashEntry]) -> None:
        """Offer these, the first one chosen unless somebody does otherwise."""
        was_open = self.is_open
        self._rows.show(entries)
        self.view.setCurrentIndex(self._rows.index(0, 0))
        if not was_open:
            window = self._owner.window()
            if self.parentWidget() is not window:
                self.setParent(window)
        self.place()
        self.show()
        self.raise_()
        if not was_open:
            self._announce()

    def close_list(self) -> None:
        self.hide()

    def take_key(self, key: Qt.Key) -> bool:
        """Whether a key was for the list. None is while it is closed."""
        if not self.is_open:
            return False
        match key:
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._step(-1 if key == Qt.Key.Key_Up else 1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Tab:
                self._choose(self.view.currentIndex())
            case Qt.Key.Key_Escape:
                self.close_list()
                self.dismissed.emit()
            case _:
                return False
        return True

    def place(self) -> None:
        """Stand above the owner, within the window; to be called when either has moved."""
        window, px = self._owner.window(), self._theme.px
        corner = self._owner.mapTo(window, QPoint(0, 0))
        frame_px = 2 * px(PAD_PX) + 2
        rows = min(len(self._rows.entries), MOST_ROWS)
        room = corner.y() - px(GAP_PX)
        height = min(rows * px(ROW_PX) + frame_px, max(room, px(ROW_PX) + frame_px))
        width = min(self._owner.width(), px(WIDTH_PX))
        place = QRect(corner.x(), max(0, room - height), width, height)
        around = QRect(corner, self._owner.size())
        self.setGeometry(QStyle.visualRect(self._owner.layoutDirection(), around, place))

    def _step(self, by: int) -> None:
        count = len(self.entries)
        self.view.setCurrentIndex(self._rows.index((self.view.currentIndex().row() + by) % count, 0))
        self._announce()

    def _announce(self) -> None:
        """A screen reader follows the focus, which stays in the field."""
        if self.current is not None:
            words = f"{self.current.name}. {self.current.detail}"
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.view, words))

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            value = self._rows.entries[index.row()].value
            self.close_list()
            self.chosen.emit(value)

    def _restyle(self) -> None:
        pad = self._theme.px(PAD_PX) + 1
        self._column.setContentsMargins(pad, pad, pad, pad)
        palette = QPalette(self._theme.palette())
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.view.setPalette(palette)
        self.view.setFont(self._theme.font(TextRole.FACTS))
        self._theme.dress_scroll_bar(self.view.verticalScrollBar())
        self.view.scheduleDelayedItemsLayout()
        if self.is_open:
            self.place()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color(Token.LINE), 1))
        painter.setBrush(self._theme.color(Token.SURFACE))
        radius = self._theme.px(RADIUS_CARD_PX)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
