"""The rows of a ChatList as Qt's model, changed row by row so that a view keeps its place. Knows no pixels."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot

from app.services.chat_list import ChatList, RowsChanged
from app.services.chat_rows import ChatRow, FolderRow, Row, SectionRow, ShelfKind, Splice
from app.ui.sidebar.words import section_text, title_text

AnyIndex = QModelIndex | QPersistentModelIndex
_NOTHING = QModelIndex()


class Role(IntEnum):
    ROW = Qt.ItemDataRole.UserRole


class ChatModel(QAbstractListModel):
    """Has its own copy of the rows, so that a change can wait while somebody types a name into one.

    Args:
        chats: Whose rows these are.
        parent: Its Qt parent.
    """

    renamed = Signal(object, str)
    """A row, and the name it was given."""
    changing = Signal()
    """The rows are about to be others."""
    changed = Signal()
    """The rows are others now."""

    def __init__(self, chats: ChatList, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chats = chats
        self._rows: list[Row] = list(chats.rows())
        self._waiting: list[Splice] = []
        self._held = False
        chats.rows_changed.connect(self._on_rows_changed)

    def row(self, index: AnyIndex) -> Row | None:
        """None for an index of no row."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def index_of(self, conversation_id: int) -> QModelIndex:
        """The place of a chat; an invalid index where it is not shown."""
        at = None if self._held else self._chats.index_of(conversation_id)
        return QModelIndex() if at is None else self.index(at)

    def index_of_folder(self, folder_id: int) -> QModelIndex:
        """The place of a folder; an invalid index where it is not shown."""
        at = None if self._held else self._chats.folder_index(folder_id)
        return QModelIndex() if at is None else self.index(at)

    def next_to(self, at: int, step: int) -> QModelIndex:
        """The first row from `at` on, in steps of 1 or -1, that somebody can go to; an invalid index for none."""
        while 0 <= at < len(self._rows):
            if not isinstance(self._rows[at], SectionRow):
                return self.index(at)
            at += step
        return QModelIndex()

    def hold(self, held: bool) -> None:
        """Let changes wait, or let those that waited happen."""
        self._held = held
        if not held and self._waiting:
            waiting, self._waiting = self._waiting, []
            self._apply(waiting)

    # -- as Qt's model --

    def rowCount(self, parent: AnyIndex = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index)
        if row is None:
            return None
        if role == Role.ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._name(row, for_editing=role == Qt.ItemDataRole.EditRole)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        return None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Name a chat or a folder; nothing but spaces changes nothing."""
        row = self.row(index)
        name = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or row is None or not name or name == self._name(row, for_editing=True):
            return False
        # Shown at once; what the store says replaces it.
        if isinstance(row, ChatRow):
            self._rows[index.row()] = replace(row, chat=replace(row.chat, title=name))
        elif isinstance(row, FolderRow):
            self._rows[index.row()] = replace(row, folder=replace(row.folder, name=name))
        self.renamed.emit(row, name)
        return True

    def resync(self) -> None:
        """Show what the list says, where a name was shown that could not be given."""
        if not self._held and self._rows:
            self._rows = list(self._chats.rows())
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        match self.row(index):
            case ChatRow():
                kept = flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemNeverHasChildren
                return kept if self._chats.shelf is ShelfKind.TRASH else kept | flag.ItemIsEditable
            case FolderRow():
                return flag.ItemIsEnabled | flag.ItemIsEditable | flag.ItemNeverHasChildren
            case _:
                return flag.ItemNeverHasChildren

    def _name(self, row: Row, *, for_editing: bool) -> str:
        match row:
            case ChatRow(chat=chat):
                return chat.title if for_editing and not chat.title.strip() else title_text(chat.title)
            case FolderRow(folder=folder):
                return title_text(folder.name)
            case SectionRow(section=section):
                return section_text(section)

    def _spoken(self, row: Row) -> str:
        """What a row says to who cannot see it."""
        name = self._name(row, for_editing=False)
        match row:
            case ChatRow(chat=chat) if chat.pinned and self._chats.shelf is ShelfKind.CHATS:
                return self.tr("{title}, pinned").format(title=name)
            case FolderRow(expanded=True):
                return self.tr("Folder {name}, open").format(name=name)
            case FolderRow():
                return self.tr("Folder {name}, closed").format(name=name)
            case _:
                return name

    # -- following the list --

    @Slot(object)
    def _on_rows_changed(self, changed: RowsChanged) -> None:
        self._waiting.extend(changed.splices)
        if not self._held:
            waiting, self._waiting = self._waiting, []
            self._apply(waiting)

    def _apply(self, splices: list[Splice]) -> None:
        self.changing.emit()
        for each in splices:
            self._splice(each)
        self.changed.emit()

    def _splice(self, splice: Splice) -> None:
        at, removed, rows = splice.at, splice.removed, splice.rows
        if removed == len(rows) and all(
            _same(old, new) for old, new in zip(self._rows[at : at + removed], rows, strict=True)
        ):
            self._rows[at : at + removed] = rows
            self.dataChanged.emit(self.index(at), self.index(at + removed - 1))
            return
        if removed:
            self.beginRemoveRows(QModelIndex(), at, at + removed - 1)
            del self._rows[at : at + removed]
            self.endRemoveRows()
        if rows:
            self.beginInsertRows(QModelIndex(), at, at + len(rows) - 1)
            self._rows[at:at] = rows
            self.endInsertRows()


def _same(old: Row, new: Row) -> bool:
    """Whether they stand for the same thing, which only changed."""
    match old, new:
        case ChatRow(chat=before), ChatRow(chat=after):
            return before.id == after.id
        case FolderRow(folder=first), FolderRow(folder=second):
            return first.id == second.id
        case _:
            return old == new
