"""A disk without room: what was written stays, what is asked for fails in words, and works when there is room."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from app.core.chats import MessageState
from app.core.errors import StoreFull, StoreReadOnly
from app.core.store_notices import StoreNoticeKind
from app.store.database import JournalMode
from app.store.store import ChatStore, open_store
from tests.app.store.kit import answer, as_killed, everything, question, verdict, wal_of
from tests.app.store.mounts import in_own_mounts, mount_small_disk

DISK_BYTES = 3 << 20
BALLAST_BYTES = 3 << 19
BLOCK = "x" * 20_000


def test_the_store_outlives_a_full_disk(tmp_path: Path) -> None:
    in_own_mounts(fill_disks, tmp_path)


def test_a_store_on_a_full_disk_can_be_read(tmp_path: Path) -> None:
    in_own_mounts(open_on_a_full_disk, tmp_path / "disk")


def test_a_store_cannot_be_made_on_a_full_disk(tmp_path: Path) -> None:
    in_own_mounts(make_on_a_full_disk, tmp_path / "disk")


def test_a_store_that_may_not_grow(store: ChatStore) -> None:
    conversation = store.conversations.create()
    asked = store.messages.add(conversation.id, None, question("before"))
    pages = store.database.rows("PRAGMA page_count")[0][0]
    store.database.rows(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreFull, match="disk is full"):
        store.messages.add(conversation.id, asked.id, answer("y" * 100_000))
    assert not store.database.connection.in_transaction
    assert [each.text() for each in store.messages.tree(conversation.id)] == ["before"]

    def small_and_large() -> None:
        with store.database.transaction():
            store.messages.add(conversation.id, asked.id, answer("small"))
            store.messages.add(conversation.id, asked.id, answer("y" * 100_000))

    with pytest.raises(StoreFull):
        small_and_large()
    assert [each.text() for each in store.messages.tree(conversation.id)] == ["before"]
    store.database.rows("PRAGMA max_page_count = 1000000")
    store.messages.add(conversation.id, asked.id, answer("y" * 100_000))
    assert [len(each.text()) for each in store.messages.tree(conversation.id)] == [6, 100_000]
    assert verdict(store) == "ok"


# -- in a child process with a disk of its own --


def fill_disks(folder: Path) -> None:
    for journal in JournalMode.WAL, JournalMode.DELETE:
        fill_one(folder / journal, journal)


def fill_one(disk: Path, journal: JournalMode) -> None:
    mount_small_disk(disk, DISK_BYTES)
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(BALLAST_BYTES))
    with open_store(disk / "chats", journal) as store:
        conversation, acknowledged = write_until_full(store)
        fill(disk)
        before = everything(store)
        assert before == [("", [("user", "complete", BLOCK)] * acknowledged)], "reading works, nothing is lost"
        words = "deleting conversations needs room too"
        with pytest.raises(StoreFull, match=words), store.database.transaction() as connection:
            connection.execute("DELETE FROM conversations")
        assert everything(store) == before
        ballast.unlink()
        store.messages.add(conversation, None, question(BLOCK))
        assert verdict(store) == "ok"
    with open_store(disk / "chats", journal) as store:
        assert everything(store) == [("", [("user", "complete", BLOCK)] * (acknowledged + 1))]
        with store.database.transaction() as connection:
            connection.execute("DELETE FROM conversations")
        assert everything(store) == []
        assert verdict(store) == "ok"


def open_on_a_full_disk(disk: Path) -> None:
    mount_small_disk(disk, DISK_BYTES)
    with open_store(disk / "chats", JournalMode.WAL) as store:
        conversation = store.conversations.create()
        asked = store.messages.add(conversation.id, None, question("asked"))
        store.messages.add(conversation.id, asked.id, answer("half an ans", MessageState.STREAMING))
        folder = as_killed(disk / "chats", disk / "killed")
    before = wal_of(folder).read_bytes()
    assert before
    fill(disk)
    with open_store(folder, JournalMode.WAL) as store:
        assert not store.writable
        (notice,) = store.notices
        assert notice.kind is StoreNoticeKind.READ_ONLY
        assert "the disk is full" in notice.words()
        assert everything(store) == [
            ("", [("user", "complete", "asked"), ("assistant", "interrupted", "half an ans")])
        ], "what is in the -wal alone is shown too, and nothing seems to be streaming"
        with pytest.raises(StoreReadOnly, match="the disk is full"):
            store.conversations.create()
    assert wal_of(folder).read_bytes() == before
    (disk / "filler").unlink()
    with open_store(folder, JournalMode.WAL) as store:
        assert store.writable
        assert not store.notices
        assert everything(store)[0][1][1] == ("assistant", "interrupted", "half an ans")


def make_on_a_full_disk(disk: Path) -> None:
    mount_small_disk(disk, DISK_BYTES)
    (disk / "chats").mkdir()
    fill(disk)
    for journal in JournalMode.WAL, JournalMode.DELETE:
        with pytest.raises(StoreFull, match="Make room"):
            open_store(disk / "chats", journal)


def write_until_full(store: ChatStore) -> tuple[int, int]:
    """The conversation, and how many messages were acknowledged."""
    conversation = store.conversations.create()
    acknowledged = 0
    with contextlib.suppress(StoreFull):
        while True:
            store.messages.add(conversation.id, None, question(BLOCK))
            acknowledged += 1
    return conversation.id, acknowledged


def fill(disk: Path) -> None:
    """Take what room is left."""
    handle = os.open(disk / "filler", os.O_CREAT | os.O_WRONLY)
    with contextlib.suppress(OSError):
        while True:
            os.write(handle, bytes(4096))
    os.close(handle)
