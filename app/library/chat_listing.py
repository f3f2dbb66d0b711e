"""Lists of kept conversations, and searches in them, for whoever shows them without a window."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.chats import ConversationSummary
from app.core.search import ALL_BUT_THINKING, EVERYWHERE, SearchFilter, SearchHit
from app.library.chats import find_chat
from app.store.conversations import Shelf
from app.store.store import ChatStore
from engine.errors import InvalidRequest

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations to list or to search in; None and False put no bound, but that the trash stays out.

    folder: its name, whatever the case.
    archived: list only what is archived; what is not, otherwise. A search looks at both.
    trashed: only what is in the trash.
    """

    folder: str | None = None
    tag: str | None = None
    pinned: bool = False
    archived: bool = False
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class ListedChat:
    """A row. folder: its name. messages: how many it has, all versions counted."""

    summary: ConversationSummary
    folder: str | None
    messages: int


@dataclass(frozen=True, slots=True)
class ListedChats:
    """Some rows of a list, the most recently active first; `total` is how many the whole list has."""

    total: int
    rows: tuple[ListedChat, ...]


@dataclass(frozen=True, slots=True)
class SearchBounds:
    """Where else to look, or not to.

    chat: only in the conversation that is meant by this, as `find_chat` takes it.
    model: only in conversations in which this model answered.
    from_ms, to_ms: when it was written, both ends included.
    """

    chat: str | None = None
    model: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    thinking: bool = False


def list_chats(store: ChatStore, wanted: Wanted, *, skip: int = 0, limit: int) -> ListedChats:
    """Raises InvalidRequest for a folder that is not there."""
    shelf = Shelf(
        folder_id=_folder_id(store, wanted.folder),
        tag=wanted.tag,
        pinned=True if wanted.pinned else None,
        archived=wanted.archived,
        trashed=wanted.trashed,
    )
    rows: list[ConversationSummary] = []
    below: int | None = None
    while len(rows) < skip + limit:  # pages follow each other by activity, not by number
        page = store.conversations.page(shelf, limit=min(_PAGE, skip + limit - len(rows)), below=below)
        if not page:
            break
        rows.extend(page)
        below = page[-1].activity
    shown = rows[skip:]
    names = {each.id: each.name for each in store.folders.all()}
    counts = store.lookup.message_counts([each.id for each in shown])
    listed = tuple(
        ListedChat(each, names.get(each.folder_id) if each.folder_id is not None else None, counts[each.id])
        for each in shown
    )
    return ListedChats(store.conversations.count(shelf), listed)


def search_chats(
    store: ChatStore, query: str, wanted: Wanted, bounds: SearchBounds, *, limit: int
) -> tuple[SearchHit, ...]:
    """What holds all the words, the best first. Raises as `list_chats` and `find_chat`."""
    return store.search.find(
        query,
        SearchFilter(
            folder_id=_folder_id(store, wanted.folder),
            tag=wanted.tag,
            model=bounds.model,
            from_ms=bounds.from_ms,
            to_ms=bounds.to_ms,
            kinds=EVERYWHERE if bounds.thinking else ALL_BUT_THINKING,
            conversation_id=None if bounds.chat is None else find_chat(store, bounds.chat),
            archived=True if wanted.archived else None,
            trashed=wanted.trashed,
        ),
        limit,
    )


def _folder_id(store: ChatStore, name: str | None) -> int | None:
    if name is None:
        return None
    for each in store.folders.all():
        if each.name.casefold() == name.casefold():
            return each.id
    raise InvalidRequest(f"There is no folder {name!r}.", "ponder chats list shows the folders in brackets.")
