"""A store's threads and outbox for tests, and a disk that fills up on demand."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from app.core.chats import ChatMessage
from app.library.outbox import Outbox, StoreTrouble
from app.store.store import ChatStore, open_store
from app.store.worker import StoreThread

T = TypeVar("T")
PATIENCE_S = 60.0
NEVER_S = (3600.0,)
SOON_S = (0.02,)


class Desk:
    """The threads, and what the outbox told."""

    def __init__(self, folder: Path, pauses_s: tuple[float, ...]) -> None:
        self.folder = folder
        self.told: queue.Queue[StoreTrouble | None] = queue.Queue()
        self.thread = StoreThread(folder, on_condition=lambda condition: self.outbox.note(condition))
        self.outbox = Outbox(self.thread, self.told.put, pauses_s)

    def next_trouble(self) -> StoreTrouble:
        told = self.told.get(timeout=PATIENCE_S)
        assert told is not None
        return told

    def wait_recovered(self) -> None:
        assert self.told.get(timeout=PATIENCE_S) is None
        assert self.told.empty()

    def fill_disk(self) -> None:
        """From now on every page more is one too many."""
        done(self.thread.write(lambda store: store.database.connection.execute("PRAGMA max_page_count = 1").fetchone()))

    def make_room(self) -> None:
        sql = "PRAGMA max_page_count = 1000000"
        done(self.thread.write(lambda store: store.database.connection.execute(sql).fetchone()))


@contextmanager
def open_desk(folder: Path, pauses_s: tuple[float, ...] = SOON_S) -> Iterator[Desk]:
    desk = Desk(folder, pauses_s)
    desk.thread.start()
    desk.outbox.start()
    try:
        yield desk
    finally:
        desk.outbox.close()
        assert desk.thread.close()


def done(future: Future[T]) -> T:
    return future.result(PATIENCE_S)


def titles(store: ChatStore) -> list[str]:
    return [each.title for each in store.conversations.page()]


def path_of_only_chat(store: ChatStore) -> tuple[ChatMessage, ...]:
    """The messages shown of the one conversation there is."""
    [summary] = store.conversations.page()
    return store.messages.tree(summary.id).path()


def kept(folder: Path) -> tuple[ChatMessage, ...]:
    """The same, of a store that nobody has open."""
    with open_store(folder) as store:
        return path_of_only_chat(store)
