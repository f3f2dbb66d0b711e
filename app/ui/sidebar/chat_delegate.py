"""How a row of the chat list looks, and the field in which it is renamed. Knows nothing of what is done with chats."""

from __future__ import annotations

import html

from PySide6.QtCore import QAbstractItemModel, QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from app.services.chat_rows import ChatRow, FolderRow, SectionRow
from app.ui.controls.frame import draw_ring, field_sheet, focus_shown
from app.ui.icons import Icon
from app.ui.sidebar.chat_model import AnyIndex, ChatModel, Role
from app.ui.sidebar.words import is_right_to_left
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, TextRole, Token

ROW_PX = 36
EDGE_PX = 12
INSIDE_PX = 10
ICON_PX = 16
ICON_ROOM_PX = 24
MORE_PX = 26
LABEL_LOWER_PX = 3
LONGEST_NAME = 300
_EDITOR_OWN_PX = 2
_FILLED = "filled"


class ChatDelegate(QStyledItemDelegate):
    """Paints rows from the theme.

    Args:
        theme: Where colours and sizes come from.
        view: Whose rows these are.
        model: Stands still while a name is typed.
    """

    def __init__(self, theme: Theme, view: QAbstractItemView, model: ChatModel) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self._model = model
        self.current_id: int | None = None
        """The chat that is open in the window."""

    # -- places --

    def frame(self, rect: QRect) -> QRect:
        """Where a row's own ground is, within the rectangle that the view gives it."""
        px = self._theme.px
        bar = self._view.verticalScrollBar()
        beside = bar.width() if bar.isVisible() else 0
        inside = rect.adjusted(px(EDGE_PX), px(1), -max(0, px(EDGE_PX) - beside), -px(1))
        return QStyle.visualRect(self._view.layoutDirection(), rect, inside)

    def more_frame(self, rect: QRect) -> QRect:
        """Where the ⋯ of a row is."""
        frame, size = self.frame(rect), self._theme.px(MORE_PX)
        place = QRect(frame.right() + 1 - size - self._theme.px(4), 0, size, size)
        place.moveTop(frame.center().y() - size // 2)
        return QStyle.visualRect(self._view.layoutDirection(), frame, place)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, self._theme.px(ROW_PX))

    # -- painting --

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        row = index.data(Role.ROW)
        if isinstance(row, SectionRow):
            self._paint_label(painter, rect, str(index.data()))
        elif isinstance(row, ChatRow | FolderRow):
            self._paint_row(painter, rect, state, index, row)
        painter.restore()

    def _paint_label(self, painter: QPainter, rect: QRect, text: str) -> None:
        px = self._theme.px
        room = self.frame(rect).adjusted(px(INSIDE_PX), 2 * px(LABEL_LOWER_PX), -px(INSIDE_PX), 0)
        self._paint_text(painter, room, text, TextRole.LABEL, Token.SECONDARY)

    def _paint_row(
        self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, index: AnyIndex, row: ChatRow | FolderRow
    ) -> None:
        px, direction = self._theme.px, self._view.layoutDirection()
        frame = self.frame(rect)
        pointed = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = index.row() == self._view.currentIndex().row() and focus_shown(self._view)
        radius = px(RADIUS_CONTROL_PX)
        fill = self._fill(row, selected=bool(state & QStyle.StateFlag.State_Selected), pointed=pointed)
        if fill is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(fill))
            painter.drawRoundedRect(frame, radius, radius)
        room = frame.adjusted(px(INSIDE_PX), 0, -px(INSIDE_PX), 0)
        if isinstance(row, ChatRow) and row.in_folder:
            room.adjust(px(ICON_ROOM_PX), 0, 0, 0)
        icon = self._icon(row)
        if icon is not None:
            place = QRect(room.left(), frame.center().y() - px(ICON_PX) // 2, px(ICON_PX), px(ICON_PX))
            self._paint_icon(painter, icon, QStyle.visualRect(direction, frame, place), Token.TEXT)
            room.adjust(px(ICON_ROOM_PX), 0, 0, 0)
        if pointed or focused:
            room.adjust(0, 0, -px(MORE_PX), 0)
            more = self.more_frame(rect)
            inset = (more.width() - px(ICON_PX)) // 2
            self._paint_icon(painter, Icon.MORE, more.adjusted(inset, inset, -inset, -inset), Token.SECONDARY)
        room = QStyle.visualRect(direction, frame, room)
        self._paint_text(painter, room, str(index.data()), TextRole.BODY, Token.TEXT)
        if focused:
            draw_ring(painter, self._theme, QRectF(frame), radius)

    def _fill(self, row: ChatRow | FolderRow, *, selected: bool, pointed: bool) -> Token | None:
        if isinstance(row, ChatRow) and row.chat.id == self.current_id:
            return Token.ACCENT_SOFT
        # One row alone is only the keyboard's place, which matters to who is there.
        if selected and (self._view.hasFocus() or len(self._view.selectionModel().selectedRows()) > 1):
            return Token.LINE
        return Token.BUBBLE if pointed else None

    @staticmethod
    def _icon(row: ChatRow | FolderRow) -> Icon | None:
        if isinstance(row, FolderRow):
            return Icon.CHEVRON_DOWN if row.expanded else Icon.CHEVRON_RIGHT
        return Icon.PIN if row.chat.pinned else None

    def _paint_icon(self, painter: QPainter, icon: Icon, place: QRect, token: Token) -> None:
        mirrored = icon is Icon.CHEVRON_RIGHT and self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft
        painter.save()
        if mirrored:
            painter.translate(2 * place.left() + place.width(), 0)
            painter.scale(-1, 1)
        self._theme.draw_icon(painter, icon, token, QRectF(place))
        painter.restore()

    def _paint_text(self, painter: QPainter, room: QRect, text: str, role: TextRole, token: Token) -> None:
        painter.setFont(self._theme.font(role))
        painter.setPen(self._theme.color(token))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        # Each title runs in its own direction, and all begin where the window's lines begin.
        right = is_right_to_left(text)
        painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight)
        side = QStyle.visualAlignment(self._view.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(room, int(flags) | int(Qt.TextFlag.TextSingleLine), shown)

    # -- the whole title where it is cut --

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(index.data(Role.ROW), ChatRow | FolderRow):
            text = str(index.data())
            rect: QRect = option.rect
            over_more = self.more_frame(rect).contains(event.pos())
            room = self.frame(rect).width() - self._theme.px(2 * INSIDE_PX + MORE_PX)
            wide = view.fontMetrics().horizontalAdvance(text) > room
            # As HTML whose content is escaped: Qt takes whatever looks like markup for markup.
            tip = self.tr("More") if over_more else text if wide else ""
            QToolTip.showText(event.globalPos(), f"<span>{html.escape(tip)}</span>" if tip else "", view)
            return True
        return super().helpEvent(event, view, option, index)

    # -- renaming --

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:
        editor = QLineEdit(parent)
        editor.setMaxLength(LONGEST_NAME)
        editor.setFont(self._theme.font(TextRole.BODY))
        editor.setStyleSheet(field_sheet(self._theme, "QLineEdit", _EDITOR_OWN_PX))
        editor.setAccessibleName(self.tr("New name"))
        self._model.hold(True)
        return editor

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        """Once: what is typed is not overwritten by what the store says meanwhile."""
        if isinstance(editor, QLineEdit) and not editor.property(_FILLED):
            editor.setProperty(_FILLED, True)
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: AnyIndex) -> None:
        if isinstance(editor, QLineEdit):
            self._model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect: QRect = option.rect
        editor.setGeometry(self.frame(rect))

    def destroyEditor(self, editor: QWidget, index: AnyIndex) -> None:
        super().destroyEditor(editor, index)
        self._model.hold(False)

    def is_more(self, rect: QRect, point: QPoint) -> bool:
        """Whether a point of the view is on the ⋯ of the row in `rect`."""
        return self.more_frame(rect).contains(point)
