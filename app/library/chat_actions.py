"""What a person does with kept chats from a list: each change with what takes it back.

Every function runs on the store's writing thread, does all or nothing, passes over chats that are gone in the meantime,
and raises StoreError. Knows neither a thread nor a window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.chats import ConversationSummary, TitleSource
from app.core.errors import NotInStore, StoreError
from app.core.store_reports import CopiesReport, PurgeReport

if TYPE_CHECKING:
    from app.store.store import ChatStore

Undoing = Callable[["ChatStore"], object]


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of it. undo: takes it back, on the store as it is then; None where there is nothing to take back."""

    value: object = None
    undo: Undoing | None = None


@dataclass(frozen=True, slots=True)
class PurgeOutcome:
    """What was removed for good, and from where else.

    copies: what was done to backups; None where there were none to change. error: why one could not be changed.
    """

    report: PurgeReport
    copies: CopiesReport | None = None
    error: StoreError | None = None


def rename(store: ChatStore, conversation_id: int, title: str) -> Acted:
    old = store.conversations.summary(conversation_id).title
    store.conversations.set_title(conversation_id, title, TitleSource.PERSON)
    return Acted(undo=lambda later: later.conversations.set_title(conversation_id, old, TitleSource.PERSON))


def set_pinned(store: ChatStore, conversation_ids: Sequence[int], pinned: bool) -> Acted:
    changed = [each.id for each in _there(store, conversation_ids) if each.pinned is not pinned]
    order = [each.id for each in store.conversations.pinned()]
    store.conversations.set_pinned(changed, pinned)

    def undo(later: ChatStore) -> None:
        with later.database.transaction():
            later.conversations.set_pinned(_ids(later, changed), not pinned)
            later.conversations.arrange_pinned(order)

    return Acted(undo=undo if changed else None)


def arrange_pinned(store: ChatStore, conversation_ids: Sequence[int]) -> Acted:
    order = [each.id for each in store.conversations.pinned()]
    store.conversations.arrange_pinned(conversation_ids)
    return Acted(undo=lambda later: later.conversations.arrange_pinned(order))


def move(store: ChatStore, conversation_ids: Sequence[int], folder_id: int | None) -> Acted:
    moved = [each for each in _there(store, conversation_ids) if each.folder_id != folder_id]
    store.conversations.move([each.id for each in moved], folder_id)
    return Acted(undo=_moving_back(moved) if moved else None)


def create_folder(store: ChatStore, name: str, conversation_ids: Sequence[int]) -> Acted:
    """Make a folder, with these chats in it. The value is the Folder."""
    with store.database.transaction():
        folder = store.folders.create(name)
        moved = _there(store, conversation_ids)
        store.conversations.move([each.id for each in moved], folder.id)
    back = _moving_back(moved)

    def undo(later: ChatStore) -> None:
        with later.database.transaction():
            back(later)
            later.folders.delete(folder.id)

    return Acted(folder, undo)


def rename_folder(store: ChatStore, folder_id: int, name: str) -> Acted:
    old = next((each.name for each in store.folders.all() if each.id == folder_id), name)
    store.folders.rename(folder_id, name)
    return Acted(undo=lambda later: later.folders.rename(folder_id, old))


def delete_folder(store: ChatStore, folder_id: int) -> Acted:
    """Take a folder away; its chats stay. The value is the Folder; undone, it is a new one in the old place."""
    with store.database.transaction():
        folders = store.folders.all()
        folder = next((each for each in folders if each.id == folder_id), None)
        if folder is None:
            raise NotInStore("That folder is no longer there.")
        inside = store.lookup.in_folder(folder_id)
        store.folders.delete(folder_id)

    def undo(later: ChatStore) -> None:
        with later.database.transaction():
            made = later.folders.create(folder.name)
            later.conversations.move([each.id for each in _there(later, inside) if each.folder_id is None], made.id)
            later.folders.arrange([made.id if each.id == folder_id else each.id for each in folders])

    return Acted(folder, undo)


def duplicate(store: ChatStore, conversation_id: int, title: str) -> Acted:
    """The value is the copy's ConversationSummary."""
    return Acted(store.conversations.duplicate(conversation_id, title))


def set_archived(store: ChatStore, conversation_ids: Sequence[int], archived: bool) -> Acted:
    changed = [each.id for each in _there(store, conversation_ids) if each.archived is not archived]
    store.conversations.set_archived(changed, archived)

    def undo(later: ChatStore) -> None:
        later.conversations.set_archived(_ids(later, changed), not archived)

    return Acted(undo=undo if changed else None)


def trash(store: ChatStore, conversation_ids: Sequence[int]) -> Acted:
    changed = [each.id for each in _there(store, conversation_ids) if each.trashed_at_ms is None]
    store.conversations.trash(changed)
    return Acted(undo=(lambda later: later.conversations.restore(_ids(later, changed))) if changed else None)


def restore(store: ChatStore, conversation_ids: Sequence[int]) -> Acted:
    changed = [each.id for each in _there(store, conversation_ids) if each.trashed_at_ms is not None]
    store.conversations.restore(changed)
    return Acted(undo=(lambda later: later.conversations.trash(_ids(later, changed))) if changed else None)


def purge(store: ChatStore, conversation_ids: Sequence[int] | None) -> Acted:
    """Remove chats for good, from the backups too; None: everything in the trash. The value is a PurgeOutcome.

    Needs no transaction to be open. Where a backup cannot be changed, the outcome says why; the chats are gone.
    """
    from app.store.purge import empty_trash, purge_conversations, purge_copies

    database = store.database
    report = empty_trash(database) if conversation_ids is None else purge_conversations(database, conversation_ids)
    if database.path is None or not report.backups:
        return Acted(PurgeOutcome(report))
    try:
        return Acted(PurgeOutcome(report, purge_copies(database.path.parent, report.purged)))
    except StoreError as error:
        return Acted(PurgeOutcome(report, error=error))


def _moving_back(moved: Sequence[ConversationSummary]) -> Undoing:
    def undo(later: ChatStore) -> None:
        known: set[int | None] = {None, *(each.id for each in later.folders.all())}
        with later.database.transaction():
            for each in moved:
                later.conversations.move(_ids(later, [each.id]), each.folder_id if each.folder_id in known else None)

    return undo


def _there(store: ChatStore, conversation_ids: Sequence[int]) -> list[ConversationSummary]:
    found = []
    for each in conversation_ids:
        try:
            found.append(store.conversations.summary(each))
        except NotInStore:
            continue  # removed in the meantime
    return found


def _ids(store: ChatStore, conversation_ids: Sequence[int]) -> list[int]:
    return [each.id for each in _there(store, conversation_ids)]
