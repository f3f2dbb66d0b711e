"""What a search found, as a list in which the keyboard's place moves while the focus stays in the search field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPalette, QTextCharFormat
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.core.search import HitKind, SearchHit
from app.ui.sidebar.chat_delegate import EDGE_PX, INSIDE_PX
from app.ui.sidebar.marked_text import MarkedText, draw_marked
from app.ui.sidebar.words import title_text, when_text
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, TextRole, Token

AnyIndex = QModelIndex | QPersistentModelIndex
HIT_ROLE = Qt.ItemDataRole.UserRole
HIT_PX = 78
TITLE_PX = 24
_NOTHING = QModelIndex()


class HitModel(QAbstractListModel):
    """The hits of one search."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: tuple[SearchHit, ...] = ()

    def set_hits(self, hits: Sequence[SearchHit]) -> None:
        self.beginResetModel()
        self._hits = tuple(hits)
        self.endResetModel()

    def hit(self, index: AnyIndex) -> SearchHit | None:
        return self._hits[index.row()] if index.isValid() else None

    def rowCount(self, parent: AnyIndex = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        hit = self.hit(index)
        if hit is None:
            return None
        if role == HIT_ROLE:
            return hit
        if role == Qt.ItemDataRole.DisplayRole:
            return title_text(hit.title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            when = when_text(hit.at_ms, date.today())
            if hit.message_id is None:
                return self.tr("{title}, {when}").format(title=title_text(hit.title), when=when)
            return self.tr("{title}, {when}: {snippet}").format(
                title=title_text(hit.title), when=when, snippet=hit.snippet
            )
        return None


class HitDelegate(QStyledItemDelegate):
    """Title and date on one line, and below it where the words stand."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, self._theme.px(HIT_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        hit = index.data(HIT_ROLE)
        if not isinstance(hit, SearchHit):
            return
        px, color, direction = self._theme.px, self._theme.color, self._view.layoutDirection()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, state = option.rect, option.state
        bar = self._view.verticalScrollBar()
        beside = bar.width() if bar.isVisible() else 0
        frame = rect.adjusted(px(EDGE_PX), px(1), -max(0, px(EDGE_PX) - beside), -px(1))
        current = index.row() == self._view.currentIndex().row()
        if current or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(Token.ACCENT_SOFT if current else Token.BUBBLE))
            radius = px(RADIUS_CONTROL_PX)
            painter.drawRoundedRect(QStyle.visualRect(direction, rect, frame), radius, radius)
        inside = frame.adjusted(px(INSIDE_PX), px(6), -px(INSIDE_PX), -px(6))
        in_title = hit.message_id is None
        first = QRect(inside) if in_title else QRect(inside.topLeft(), QSize(inside.width(), px(TITLE_PX)))
        date_room = self._paint_date(painter, rect, first, hit)
        room = QStyle.visualRect(direction, rect, first.adjusted(0, 0, -date_room, 0))
        self._paint_title(painter, room, hit)
        if not in_title:
            second = QRect(inside.left(), first.bottom() + 1, inside.width(), inside.height() - first.height())
            self._paint_snippet(painter, QStyle.visualRect(direction, rect, second), hit)
        painter.restore()

    def _paint_date(self, painter: QPainter, rect: QRect, line: QRect, hit: SearchHit) -> int:
        """Paint when it was at the end of the line; how much room that takes."""
        when = when_text(hit.at_ms, date.today())
        painter.setFont(self._theme.font(TextRole.FACTS))
        painter.setPen(self._theme.color(Token.SECONDARY))
        width = painter.fontMetrics().horizontalAdvance(when) + 1
        place = QRect(line.right() + 1 - width, line.top(), width, line.height())
        place = QStyle.visualRect(self._view.layoutDirection(), rect, place)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), when)
        return width + self._theme.px(8)

    def _paint_title(self, painter: QPainter, room: QRect, hit: SearchHit) -> None:
        found = hit.message_id is None and bool(hit.snippet.strip())
        text = MarkedText(hit.snippet, hit.highlights) if found else MarkedText(title_text(hit.title))
        strong = QTextCharFormat()
        strong.setFontWeight(QFont.Weight.Bold)
        painter.setPen(self._theme.color(Token.TEXT))
        font, lines = self._theme.font(TextRole.BODY), 2 if hit.message_id is None else 1
        draw_marked(painter, room, text, font, strong, self._view.layoutDirection(), lines)

    def _paint_snippet(self, painter: QPainter, room: QRect, hit: SearchHit) -> None:
        text = MarkedText(hit.snippet, hit.highlights).begin_near_mark()
        if hit.kind is HitKind.THINKING:
            before = self.tr("Thought: ")
            by = len(before)
            text = MarkedText(before + text.text, tuple((start + by, end + by) for start, end in text.marks))
        mark = QTextCharFormat()
        mark.setForeground(self._theme.color(Token.TEXT))
        mark.setFontWeight(QFont.Weight.DemiBold)
        painter.setPen(self._theme.color(Token.SECONDARY))
        font = self._theme.font(TextRole.FACTS)
        draw_marked(painter, room, text, font, mark, self._view.layoutDirection(), lines=2)


class HitList(QListView):
    """The hits of the newest search."""

    hit_chosen = Signal(object)
    """A SearchHit."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.hits = HitModel(self)
        self.setModel(self.hits)
        self.setItemDelegate(HitDelegate(theme, self))
        self.setAccessibleName(self.tr("Found chats"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard stays in the search field
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_hits(self, hits: Sequence[SearchHit]) -> None:
        """Show other hits, the first of them as the current one."""
        self.hits.set_hits(hits)
        if hits:
            self.setCurrentIndex(self.hits.index(0))
        self.scrollToTop()

    def step(self, by: int) -> None:
        """Go so many hits down, or up where it is negative, as far as there are some."""
        if (count := self.hits.rowCount()) > 0:
            at = self.currentIndex().row() + by
            self.setCurrentIndex(self.hits.index(min(max(at, 0), count - 1)))

    def choose(self) -> None:
        """The current hit is meant."""
        hit = self.hits.hit(self.currentIndex())
        if hit is not None:
            self.hit_chosen.emit(hit)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            hit = self.hits.hit(self.indexAt(event.position().toPoint()))
            if hit is not None:
                self.hit_chosen.emit(hit)

    def _restyle(self) -> None:
        palette = QPalette(self._theme.palette())
        palette.setColor(QPalette.ColorRole.Base, self._theme.color(Token.SIDEBAR))
        self.setPalette(palette)
        self._theme.dress_scroll_bar(self.verticalScrollBar())
        self.verticalScrollBar().setSingleStep(self._theme.px(HIT_PX) // 2)
        self.scheduleDelayedItemsLayout()
