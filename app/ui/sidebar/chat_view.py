"""The list of chats: keys, mouse and selection. What comes of them is for whoever listens."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QListView, QWidget

from app.services.chat_list import ChatList
from app.services.chat_rows import ChatRow, FolderRow, Row
from app.ui.sidebar.chat_delegate import ROW_PX, ChatDelegate
from app.ui.sidebar.chat_model import ChatModel
from app.ui.theme import Theme
from app.ui.tokens import Token

_SELECT = QItemSelectionModel.SelectionFlag


class ChatView(QListView):
    """Rows of one height, of which only those in sight are painted, however many there are."""

    chat_opened = Signal(int)
    """The id of a chat that was clicked or entered."""
    folder_toggled = Signal(int, bool)
    """The id of a folder, and whether it is to be open."""
    menu_asked = Signal(QPoint)
    """A menu for what is selected, at this place on the screen."""
    delete_asked = Signal()
    """What is selected is to go."""
    arrange_asked = Signal(int)
    """The current pinned chat goes up (-1) or down (1)."""

    def __init__(self, theme: Theme, chats: ChatList, model: ChatModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chats = chats
        self._model = model
        self._pressed: tuple[int, bool] | None = None
        self._kept: tuple[tuple[int, ...], int | None] = ((), None)
        self.rows = ChatDelegate(theme, self, model)
        self.setModel(model)
        self.setItemDelegate(self.rows)
        self.setAccessibleName(self.tr("Chats"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        model.changing.connect(self._on_changing)
        model.changed.connect(self._on_changed)
        self.verticalScrollBar().valueChanged.connect(self._read_on)
        theme.changed.connect(self._restyle)
        self._restyle()

    # -- what is selected --

    def selected_chats(self) -> tuple[ChatRow, ...]:
        """In the order of the list."""
        rows = sorted(each.row() for each in self.selectionModel().selectedRows())
        found = (self._model.row(self._model.index(each)) for each in rows)
        return tuple(each for each in found if isinstance(each, ChatRow))

    def current_row(self) -> Row | None:
        return self._model.row(self.currentIndex())

    def set_current_chat(self, conversation_id: int | None) -> None:
        """Mark the chat that is open in the window."""
        self.rows.current_id = conversation_id
        index = QModelIndex() if conversation_id is None else self._model.index_of(conversation_id)
        if not index.isValid():
            self.selectionModel().clear()
        elif not self.selectionModel().isSelected(index):
            self.setCurrentIndex(index)
        self.viewport().update()

    def edit_row(self, index: QModelIndex) -> None:
        """Let the person name a row."""
        self.scrollTo(index)
        self.setCurrentIndex(index)
        self.edit(index)

    # -- keys --

    def event(self, event: QEvent) -> bool:
        """What a row does with a key comes before what the window does with it."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_F2
            and self.currentIndex().isValid()
        ):
            event.accept()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        alone = plain == Qt.KeyboardModifier.NoModifier
        row = self.current_row()
        if self.state() is QAbstractItemView.State.EditingState:
            return  # what the field of a name passes on, as the Enter that ends it, means no row
        match key:
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if alone:
                self._enter(row)
            case Qt.Key.Key_F2 if alone and self.currentIndex().isValid():
                self.edit(self.currentIndex())
            case Qt.Key.Key_Delete if alone:
                self.delete_asked.emit()
            case Qt.Key.Key_Backspace:
                event.ignore()  # too easily pressed by who thinks to be in a field
            case Qt.Key.Key_Menu:
                self._open_menu_by_key()
            case Qt.Key.Key_F10 if plain == Qt.KeyboardModifier.ShiftModifier:
                self._open_menu_by_key()
            case Qt.Key.Key_Left | Qt.Key.Key_Right if alone:
                self._fold(row, away=(key == Qt.Key.Key_Left) != self.isRightToLeft())
            case Qt.Key.Key_Up | Qt.Key.Key_Down if plain == Qt.KeyboardModifier.AltModifier:
                self.arrange_asked.emit(-1 if key == Qt.Key.Key_Up else 1)
            case Qt.Key.Key_Escape if len(self.selected_chats()) > 1:
                self.selectionModel().select(self.currentIndex(), _SELECT.ClearAndSelect)
            case _:
                super().keyPressEvent(event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """As Qt does it, but past labels: Qt goes nowhere where it would come to one."""
        to = QAbstractItemView.CursorAction
        current = self.currentIndex()
        match action:
            case to.MoveHome:
                return self._model.next_to(0, 1)
            case to.MoveEnd:
                return self._model.next_to(self._model.rowCount() - 1, -1)
            case to.MovePageUp | to.MovePageDown if current.isValid():
                down = action is to.MovePageDown
                by = max(1, self.viewport().height() // self._theme.px(ROW_PX) - 1)
                at = min(max(current.row() + (by if down else -by), 0), self._model.rowCount() - 1)
                there = self._model.next_to(at, -1 if down else 1)
                return there if there.isValid() else current
            case _:
                return super().moveCursor(action, modifiers)

    def _enter(self, row: Row | None) -> None:
        if isinstance(row, ChatRow):
            self.chat_opened.emit(row.chat.id)
        elif isinstance(row, FolderRow):
            self.folder_toggled.emit(row.folder.id, not row.expanded)

    def _fold(self, row: Row | None, *, away: bool) -> None:
        """Close or open the folder that the keyboard is at; from a chat in it, go up to it."""
        if isinstance(row, FolderRow):
            self.folder_toggled.emit(row.folder.id, not away)
        elif away and isinstance(row, ChatRow) and row.in_folder and row.chat.folder_id is not None:
            self.setCurrentIndex(self._model.index_of_folder(row.chat.folder_id))

    def _open_menu_by_key(self) -> None:
        index = self.currentIndex()
        if index.isValid() and QApplication.activePopupWidget() is None:
            self.menu_asked.emit(self.viewport().mapToGlobal(self.rows.frame(self.visualRect(index)).center()))

    # -- mouse --

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._open_menu_by_key()
        elif self._take(self.indexAt(event.pos())):
            self.menu_asked.emit(event.globalPos())

    def _take(self, index: QModelIndex) -> bool:
        """Have a row among what a menu is for; False for one that has no menu."""
        if not isinstance(self._model.row(index), ChatRow | FolderRow):
            return False
        kept = self.selectionModel().isSelected(index)
        self.selectionModel().setCurrentIndex(index, _SELECT.NoUpdate if kept else _SELECT.ClearAndSelect)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid():
            more = self.rows.is_more(self.visualRect(index), event.position().toPoint())
            if more and isinstance(self._model.row(index), ChatRow | FolderRow):
                self._pressed = (index.row(), True)
                event.accept()
                return
            if event.modifiers() == Qt.KeyboardModifier.NoModifier:
                self._pressed = (index.row(), False)
        if event.button() is Qt.MouseButton.RightButton:
            return  # the menu looks after the selection
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        index = self.indexAt(event.position().toPoint())
        if pressed is None or index.row() != pressed[0]:
            super().mouseReleaseEvent(event)
            return
        if pressed[1]:
            if self._take(index):
                below = self.rows.more_frame(self.visualRect(index))
                corner = below.bottomRight() if self.isRightToLeft() else below.bottomLeft()
                self.menu_asked.emit(self.viewport().mapToGlobal(corner))
            return
        super().mouseReleaseEvent(event)
        self._enter(self._model.row(index))

    # -- following the list --

    @Slot()
    def _on_changing(self) -> None:
        row = self.current_row()
        current = row.chat.id if isinstance(row, ChatRow) else None
        self._kept = (tuple(each.chat.id for each in self.selected_chats()), current)

    @Slot()
    def _on_changed(self) -> None:
        """Select again what was taken out and put in at another place, without scrolling there."""
        ids, current = self._kept
        selection = QItemSelection()
        lost = False
        for each in ids:
            index = self._model.index_of(each)
            if index.isValid():
                selection.select(index, index)
                lost = lost or not self.selectionModel().isSelected(index)
        self.setAutoScroll(False)
        if lost:
            self.selectionModel().select(selection, _SELECT.ClearAndSelect)
        if current is not None and (index := self._model.index_of(current)).isValid():
            self.selectionModel().setCurrentIndex(index, _SELECT.NoUpdate)
        self.setAutoScroll(True)
        self._read_on()

    @Slot()
    def _read_on(self) -> None:
        """See that the rows in sight, and some more, are there."""
        height = self._theme.px(ROW_PX)
        top = self.verticalScrollBar().value()
        self._chats.reach(top // height, (top + self.viewport().height()) // height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._read_on()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes by keyboard stands somewhere: at the open chat, or at the first one."""
        super().focusInEvent(event)
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_key and not self.currentIndex().isValid():
            open_chat = self.rows.current_id
            index = QModelIndex() if open_chat is None else self._model.index_of(open_chat)
            self.setCurrentIndex(index if index.isValid() else self._model.next_to(0, 1))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _restyle(self) -> None:
        palette = QPalette(self._theme.palette())
        palette.setColor(QPalette.ColorRole.Base, self._theme.color(Token.SIDEBAR))
        self.setPalette(palette)
        self._theme.dress_scroll_bar(self.verticalScrollBar())
        self.verticalScrollBar().setSingleStep(self._theme.px(ROW_PX))
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
