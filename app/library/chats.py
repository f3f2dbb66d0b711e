"""The kept conversations for whoever works on them without a window: opened to read or write, and found by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import NotInStore, StoreDamaged, StoreError, StoreForeign, StoreReadOnly, StoreTooNew
from app.store.database import Access
from app.store.lock import store_lock
from app.store.migrate import schema_version
from app.store.migrations import NEWEST
from app.store.replace import finish_replacement
from app.store.store import FILE_NAME, ChatStore, open_store, read_store, temporary_store
from engine.errors import InvalidRequest

MIN_UID_CHARACTERS = 4
_SHOWN = 5
_NUMBER = re.compile(r"[0-9]{1,18}")
_UID = re.compile(rf"[A-Za-z0-9._:-]{{{MIN_UID_CHARACTERS},100}}")


class AmbiguousChat(InvalidRequest):
    """What was typed fits several conversations."""

    kind = "ambiguous_chat"


@contextmanager
def reading_chats(folder: Path) -> Iterator[ChatStore]:
    """The conversations in `folder`, beside whoever writes them. Where there are none yet, an empty store; nothing is
    made on the disk then.

    Raises:
        StoreError: they cannot be read; typed by why.
    """
    path = folder / FILE_NAME
    if not path.exists():
        with temporary_store() as store:
            yield store
        return
    store = _open_to_read(folder)
    try:
        old = schema_version(store.database.connection) < NEWEST
        if not old:
            yield store
    finally:
        store.close()
    if old:  # of an older Ponder: whoever opens it to write brings it up to date
        with writing_chats(folder, may_only_read=True) as store:
            yield store


@contextmanager
def writing_chats(folder: Path, *, may_only_read: bool = False) -> Iterator[ChatStore]:
    """The conversations in `folder`, for the one process that may write them; made where there are none.

    Args:
        may_only_read: a store that cannot be written will do as well.

    Raises:
        StoreBusy: the window, or another command, is writing them.
        StoreReadOnly: they cannot be written.
        StoreError: they cannot be opened; typed by why.
    """
    with store_lock(folder):
        finish_replacement(folder)
        with open_store(folder) as store:
            if not store.writable and not may_only_read:
                raise StoreReadOnly(" ".join(notice.words() for notice in store.notices))
            yield store


def find_chat(store: ChatStore, text: str) -> int:
    """The conversation that is meant by its number, the beginning of its uid, or its title or a part of it.

    Raises:
        NotInStore: none is.
        AmbiguousChat: several are; the message names some.
    """
    wanted = text.strip()
    if _NUMBER.fullmatch(wanted) and (found := store.lookup.with_id(int(wanted))) is not None:
        return found
    candidates: tuple[int, ...] = ()
    if _UID.fullmatch(wanted):
        candidates = store.lookup.with_uid_prefix(wanted, limit=_SHOWN + 1)
    if not candidates and wanted:
        candidates = store.lookup.with_title(wanted, limit=_SHOWN + 1)
    if not candidates:
        raise NotInStore(f"There is no conversation {text!r}.", "ponder chats list shows their numbers.")
    if len(candidates) > 1:
        some = "; ".join(f"{each} {store.lookup.title(each) or 'Untitled'}" for each in candidates[:_SHOWN])
        more = "; …" if len(candidates) > _SHOWN else ""
        raise AmbiguousChat(f"{text!r} fits several conversations: {some}{more}.", "Give the number.")
    return candidates[0]


def all_chats(store: ChatStore, *, with_trash: bool = False) -> tuple[int, ...]:
    """The ids of all conversations, the least recently active first; archived ones too."""
    return store.lookup.everything(with_trash=with_trash)


def _open_to_read(folder: Path) -> ChatStore:
    try:
        return read_store(folder)
    except (StoreDamaged, StoreForeign, StoreTooNew):
        raise
    except StoreError as error:
        # A folder that cannot be written has no place for what sharing a WAL needs.
        for access in (Access.UNSHARED, Access.IMMUTABLE):
            try:
                return read_store(folder, access)
            except StoreError:
                continue
        raise error
