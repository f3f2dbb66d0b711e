"""What a person does with chats in the sidebar, as calls that return at once and signals that say what came of them.

Knows neither rows nor words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.core.chats import ConversationSummary, Folder
from app.library import chat_actions as library
from app.library.chat_actions import Acted, PurgeOutcome, Undoing
from app.library.chat_export.file_names import safe_stem
from app.library.chat_export.formats import ExportFormat
from app.services.chat_store import ChatsChanged, RequestDone, RequestFailed, StoreService
from engine.errors import PonderError

if TYPE_CHECKING:
    from app.store.store import ChatStore

__all__ = [
    "ActionDone",
    "ActionFailed",
    "ChatAction",
    "ChatActions",
    "ExportFormat",
    "Folder",
    "PurgeOutcome",
    "Undo",
    "export_name",
]


class ChatAction(StrEnum):
    RENAME = "rename"
    PIN = "pin"
    UNPIN = "unpin"
    ARRANGE = "arrange"
    MOVE = "move"
    CREATE_FOLDER = "create_folder"
    RENAME_FOLDER = "rename_folder"
    DELETE_FOLDER = "delete_folder"
    DUPLICATE = "duplicate"
    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"
    TRASH = "trash"
    RESTORE = "restore"
    PURGE = "purge"
    EXPORT = "export"
    UNDO = "undo"


FOLDER_ACTIONS = frozenset({ChatAction.CREATE_FOLDER, ChatAction.RENAME_FOLDER, ChatAction.DELETE_FOLDER})


@dataclass(frozen=True, slots=True)
class Undo:
    """Takes an action back, given to `ChatActions.undo`."""

    action: ChatAction
    conversation_ids: tuple[int, ...]
    work: Undoing


@dataclass(frozen=True, slots=True)
class ActionDone:
    """It is on the disk.

    value: the Folder that was made or deleted, the ConversationSummary of a duplicate, a PurgeOutcome, or the Path that
        was exported to; None otherwise.
    undo: None where there is nothing to take back.
    """

    request_id: int
    action: ChatAction
    conversation_ids: tuple[int, ...]
    value: object = None
    undo: Undo | None = None


@dataclass(frozen=True, slots=True)
class ActionFailed:
    """Nothing of it was done."""

    request_id: int
    action: ChatAction
    conversation_ids: tuple[int, ...]
    error: PonderError


@dataclass(frozen=True, slots=True)
class _Asked:
    action: ChatAction
    conversation_ids: tuple[int, ...]
    whole_list: bool


class ChatActions(QObject):
    """Each returns the id of its request, which comes back in `done` or `failed`.

    Args:
        store: Where the chats are.
        parent: Its Qt parent.
    """

    done = Signal(object)
    """An ActionDone."""
    failed = Signal(object)
    """An ActionFailed."""
    chat_made = Signal(object)
    """A ChatsChanged with the id of a chat that was not there before."""
    list_changed = Signal()
    """More changed than some chats: folders, or whatever was in the trash."""

    def __init__(self, store: StoreService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._asked: dict[int, _Asked] = {}
        store.done.connect(self._on_done)
        store.failed.connect(self._on_failed)

    def rename(self, conversation_id: int, title: str) -> int:
        """Name a chat. Nothing names it otherwise afterwards."""
        work = partial(library.rename, conversation_id=conversation_id, title=title)
        return self._write(ChatAction.RENAME, (conversation_id,), work)

    def set_pinned(self, conversation_ids: Sequence[int], pinned: bool) -> int:
        work = partial(library.set_pinned, conversation_ids=tuple(conversation_ids), pinned=pinned)
        return self._write(ChatAction.PIN if pinned else ChatAction.UNPIN, conversation_ids, work)

    def arrange_pinned(self, conversation_ids: Sequence[int]) -> int:
        """Put the pinned chats in this order."""
        work = partial(library.arrange_pinned, conversation_ids=tuple(conversation_ids))
        return self._write(ChatAction.ARRANGE, conversation_ids, work)

    def move(self, conversation_ids: Sequence[int], folder_id: int | None) -> int:
        """Put chats into a folder, or (None) out of any."""
        work = partial(library.move, conversation_ids=tuple(conversation_ids), folder_id=folder_id)
        return self._write(ChatAction.MOVE, conversation_ids, work)

    def create_folder(self, name: str, conversation_ids: Sequence[int] = ()) -> int:
        """Make a folder with these chats in it; `value` is the Folder."""
        work = partial(library.create_folder, name=name, conversation_ids=tuple(conversation_ids))
        return self._write(ChatAction.CREATE_FOLDER, conversation_ids, work)

    def rename_folder(self, folder_id: int, name: str) -> int:
        work = partial(library.rename_folder, folder_id=folder_id, name=name)
        return self._write(ChatAction.RENAME_FOLDER, (), work)

    def delete_folder(self, folder_id: int) -> int:
        """Take a folder away; its chats stay. `value` is the Folder."""
        work = partial(library.delete_folder, folder_id=folder_id)
        return self._write(ChatAction.DELETE_FOLDER, (), work)

    def duplicate(self, conversation_id: int, title: str) -> int:
        """Copy a chat with everything in it; `value` is the copy's ConversationSummary."""
        work = partial(library.duplicate, conversation_id=conversation_id, title=title)
        return self._write(ChatAction.DUPLICATE, (conversation_id,), work)

    def set_archived(self, conversation_ids: Sequence[int], archived: bool) -> int:
        work = partial(library.set_archived, conversation_ids=tuple(conversation_ids), archived=archived)
        return self._write(ChatAction.ARCHIVE if archived else ChatAction.UNARCHIVE, conversation_ids, work)

    def trash(self, conversation_ids: Sequence[int]) -> int:
        """Put chats into the trash; `undo` brings them back as they were."""
        work = partial(library.trash, conversation_ids=tuple(conversation_ids))
        return self._write(ChatAction.TRASH, conversation_ids, work)

    def restore(self, conversation_ids: Sequence[int]) -> int:
        """Bring chats back from the trash."""
        work = partial(library.restore, conversation_ids=tuple(conversation_ids))
        return self._write(ChatAction.RESTORE, conversation_ids, work)

    def purge(self, conversation_ids: Sequence[int]) -> int:
        """Remove chats for good, from the backups too; `value` is a PurgeOutcome."""
        ids = tuple(conversation_ids)
        request = self._store.run(partial(library.purge, conversation_ids=ids), ids)
        return self._note(request, ChatAction.PURGE, ids)

    def empty_trash(self) -> int:
        """Remove for good whatever is in the trash, from the backups too; `value` is a PurgeOutcome."""
        request = self._store.run(partial(library.purge, conversation_ids=None))
        return self._note(request, ChatAction.PURGE, (), whole_list=True)

    def export(self, conversation_ids: Sequence[int], path: Path, form: ExportFormat, *, thinking: bool = False) -> int:
        """Write chats to one file, replacing what is there; `value` is the path.

        Args:
            thinking: whether thoughts are wanted; JSON holds them in any case.
        """
        ids = tuple(conversation_ids)
        return self._note(self._store.read(partial(_export, ids, path, form, thinking)), ChatAction.EXPORT, ids)

    def undo(self, undo: Undo) -> int:
        """Take an action back."""
        folders = undo.action in FOLDER_ACTIONS
        request = self._store.write(undo.work, undo.conversation_ids)
        return self._note(request, ChatAction.UNDO, undo.conversation_ids, whole_list=folders)

    def _write(self, action: ChatAction, conversation_ids: Sequence[int], work: Callable[[ChatStore], Acted]) -> int:
        ids = tuple(conversation_ids)
        return self._note(self._store.write(work, ids), action, ids, whole_list=action in FOLDER_ACTIONS)

    def _note(self, request: int, action: ChatAction, ids: tuple[int, ...], *, whole_list: bool = False) -> int:
        self._asked[request] = _Asked(action, ids, whole_list)
        return request

    @Slot(object)
    def _on_done(self, done: RequestDone) -> None:
        asked = self._asked.pop(done.request_id, None)
        if asked is None:
            return
        acted = done.value if isinstance(done.value, Acted) else Acted()
        ids = asked.conversation_ids
        undo = None if acted.undo is None else Undo(asked.action, ids, acted.undo)
        if isinstance(acted.value, ConversationSummary):
            self.chat_made.emit(ChatsChanged((acted.value.id,)))
        if asked.whole_list:
            self.list_changed.emit()
        self.done.emit(ActionDone(done.request_id, asked.action, ids, acted.value, undo))

    @Slot(object)
    def _on_failed(self, failed: RequestFailed) -> None:
        asked = self._asked.pop(failed.request_id, None)
        if asked is not None:
            self.failed.emit(ActionFailed(failed.request_id, asked.action, asked.conversation_ids, failed.error))


def export_name(title: str, form: ExportFormat) -> str:
    """A name for the file that a chat is exported to, which every file system takes."""
    return f"{safe_stem(title)}{form.suffix}"


def _export(ids: tuple[int, ...], path: Path, form: ExportFormat, thinking: bool, store: ChatStore) -> Acted:
    from app.library.chat_export.export import Export, StoreSource  # SQLite comes with it

    Export(StoreSource(store), ids, form, thinking=thinking).to_file(path, force=True)
    return Acted(path)
