"""What the sidebar's list reads from the store, one request each, on the store's reading thread. Knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.core.chats import ConversationSummary, Folder
from app.core.errors import NotInStore
from app.services.chat_rows import ShelfKind

if TYPE_CHECKING:
    from app.store.conversations import Shelf
    from app.store.store import ChatStore

PAGE_ROWS = 100

Source = int | None
"""Rows that are read in pages of their own: those of an open folder, by its id, or (None) those by date."""


@dataclass(frozen=True, slots=True)
class Page:
    """`wanted` rows were asked for; fewer mean that there are no more."""

    wanted: int
    rows: tuple[ConversationSummary, ...]


@dataclass(frozen=True, slots=True)
class ListRead:
    """What a request read. changed: chats that were asked for by id; None for one that is gone."""

    folders: tuple[Folder, ...] = ()
    pinned: tuple[ConversationSummary, ...] = ()
    pages: Mapping[Source, Page] = field(default_factory=dict)
    changed: Mapping[int, ConversationSummary | None] = field(default_factory=dict)


def read_shelf(kind: ShelfKind, wanted: Mapping[Source, int], store: ChatStore) -> ListRead:
    """Folders, pinned chats, and so many rows of each source."""
    with store.database.snapshot():
        pages = {
            source: Page(limit, store.conversations.page(_shelf(kind, source), limit=limit))
            for source, limit in wanted.items()
        }
        pinned = store.conversations.pinned() if kind is ShelfKind.CHATS else ()
        return ListRead(store.folders.all(), pinned, pages)


def read_page(kind: ShelfKind, source: Source, below: int | None, store: ChatStore) -> ListRead:
    """The next rows of a source, below this `activity`."""
    rows = store.conversations.page(_shelf(kind, source), limit=PAGE_ROWS, below=below)
    return ListRead(pages={source: Page(PAGE_ROWS, rows)})


def read_chats(ids: Sequence[int], store: ChatStore) -> ListRead:
    """Some chats, and which are pinned."""
    with store.database.snapshot():
        found: dict[int, ConversationSummary | None] = {}
        for each in ids:
            try:
                found[each] = store.conversations.summary(each)
            except NotInStore:
                found[each] = None
        return ListRead(pinned=store.conversations.pinned(), changed=found)


def _shelf(kind: ShelfKind, source: Source) -> Shelf:
    from app.store.conversations import Shelf  # SQLite comes with it, which a start does without

    match kind:
        case ShelfKind.TRASH:
            return Shelf(trashed=True)
        case ShelfKind.ARCHIVED:
            return Shelf(archived=True)
        case ShelfKind.CHATS if source is None:
            return Shelf(unfiled=True, pinned=False)
        case _:
            return Shelf(folder_id=source, pinned=False)
