"""How a store is opened: new, as it should be, where it cannot be written, and where it is not ours."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from app.core.chats import MessageState
from app.core.errors import StoreDamaged, StoreError, StoreForeign, StoreReadOnly, StoreTooNew
from app.core.store_notices import StoreNoticeKind
from app.store import database
from app.store.database import JournalMode
from app.store.migrate import refuse_foreign
from app.store.migrations import NEWEST
from app.store.raw_file import JOURNAL_SUFFIX, beside
from app.store.store import FILE_NAME, ChatStore, open_store, read_store, temporary_store
from tests.app.store.kit import answer, as_killed, everything, half_committed, question, wal_of
from tests.app.store.mounts import in_own_mounts, make_read_only, make_writable, mount_small_disk

NOBODY = 65534


def pragma(store: ChatStore, name: str) -> object:
    return store.database.rows(f"PRAGMA {name}")[0][0]


def fill(folder: Path, journal: JournalMode = JournalMode.WAL) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """A store with something in it, closed; what it shows."""
    with open_store(folder, journal) as store:
        conversation = store.conversations.create()
        store.messages.add(conversation.id, None, question("kept"))
        return everything(store)


# -- as it should be --


def test_a_new_store_is_durable_and_private(folder: Path) -> None:
    with open_store(folder, JournalMode.WAL) as store:
        assert store.writable
        assert store.notices == ()
        assert pragma(store, "journal_mode") == "wal"
        assert pragma(store, "synchronous") == 2, "FULL"
        assert pragma(store, "foreign_keys") == 1
        assert pragma(store, "secure_delete") == 1
        assert pragma(store, "user_version") == NEWEST
    if sys.platform != "win32":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_rollback_journal_survives_power_failures_too(folder: Path) -> None:
    with open_store(folder, JournalMode.DELETE) as store:
        assert pragma(store, "journal_mode") == "delete"
        assert pragma(store, "synchronous") == 3, "EXTRA"


@pytest.mark.parametrize("first", [JournalMode.WAL, JournalMode.DELETE])
@pytest.mark.parametrize("second", [JournalMode.WAL, JournalMode.DELETE])
def test_a_store_may_move_between_kinds_of_folder(folder: Path, first: JournalMode, second: JournalMode) -> None:
    content = fill(folder, first)
    with open_store(folder, second) as store:
        assert pragma(store, "journal_mode") == second
        assert store.notices == ()
        assert everything(store) == content


def test_a_store_with_a_wal_may_move_to_a_network_folder(folder: Path, tmp_path: Path) -> None:
    with open_store(folder, JournalMode.WAL) as store:
        store.conversations.create()
        content = everything(store)
        killed = as_killed(folder, tmp_path / "killed")
    with open_store(killed, JournalMode.DELETE) as store:
        assert everything(store) == content
        assert [each.name for each in killed.iterdir()] == [FILE_NAME]


def test_opening_and_closing_changes_nothing(folder: Path) -> None:
    fill(folder)
    file = folder / FILE_NAME
    before, modified = file.read_bytes(), file.stat().st_mtime_ns
    with open_store(folder):
        pass
    assert file.read_bytes() == before
    assert file.stat().st_mtime_ns == modified
    assert not wal_of(folder).exists(), "the -wal is folded into the file"


def test_a_temporary_store_touches_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with temporary_store() as store:
        conversation = store.conversations.create()
        store.messages.add(conversation.id, None, question("secret " * 100_000))
        assert list(tmp_path.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


def test_reading_goes_on_while_another_connection_writes(folder: Path) -> None:
    with open_store(folder, JournalMode.WAL) as writer, read_store(folder) as reader:
        conversation = writer.conversations.create()
        with writer.database.transaction():
            writer.messages.add(conversation.id, None, question("not yet"))
            assert everything(reader) == [("", [])]
        assert everything(reader) == [("", [("user", "complete", "not yet")])]


def test_one_look_sees_one_state(folder: Path) -> None:
    with open_store(folder, JournalMode.WAL) as writer, read_store(folder) as reader:
        conversation = writer.conversations.create()
        with reader.database.snapshot():
            assert len(reader.messages.tree(conversation.id)) == 0
            writer.messages.add(conversation.id, None, question("meanwhile"))
            assert len(reader.messages.tree(conversation.id)) == 0
        assert len(reader.messages.tree(conversation.id)) == 1


def test_a_reading_connection_does_not_write(folder: Path) -> None:
    with open_store(folder) as writer, read_store(folder) as reader:
        conversation = writer.conversations.create()
        assert not reader.writable
        with pytest.raises(StoreReadOnly):
            reader.conversations.trash([conversation.id])
        with pytest.raises(StoreReadOnly), reader.database.errors():
            reader.database.connection.execute("DELETE FROM conversations")


def test_what_was_streaming_is_interrupted_and_can_go_on(folder: Path, tmp_path: Path) -> None:
    with open_store(folder) as store:
        conversation = store.conversations.create()
        asked = store.messages.add(conversation.id, None, question("?"))
        running = store.messages.add(conversation.id, asked.id, answer("so far", MessageState.STREAMING))
        killed = as_killed(folder, tmp_path / "killed")
    with open_store(killed) as store:
        assert store.messages.message(running.id).state is MessageState.INTERRUPTED
        store.messages.save(running.id, answer("so far, and on").parts)
        assert store.messages.message(running.id).state is MessageState.STREAMING
        store.messages.save(running.id, answer("so far, and on, to the end").parts, MessageState.COMPLETE)
        assert everything(store)[0][1][1] == ("assistant", "complete", "so far, and on, to the end")


# -- where WAL cannot be --


def test_where_memory_cannot_be_shared_another_journal_is_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a file system without shared memory, by SQLite's own means: a way of locking that has none."""
    plain = database._uri
    monkeypatch.setattr(database, "_uri", lambda path, access: f"{plain(path, access)}&vfs=unix-dotfile")
    if sys.platform == "win32":
        pytest.skip("there is no such way of locking")
    with open_store(folder, JournalMode.WAL) as store:
        assert pragma(store, "journal_mode") == "delete"
        assert pragma(store, "synchronous") == 3
        assert [notice.kind for notice in store.notices] == [StoreNoticeKind.NO_WAL]
        store.conversations.create()
        assert everything(store) == [("", [])]


def test_where_the_shared_memory_cannot_be_made_another_journal_is_taken(folder: Path) -> None:
    content = fill(folder)
    (folder / f"{FILE_NAME}-shm").mkdir()
    with open_store(folder, JournalMode.WAL) as store:
        assert store.writable
        assert pragma(store, "journal_mode") == "delete"
        assert [notice.kind for notice in store.notices] == [StoreNoticeKind.NO_WAL]
        assert everything(store) == content


# -- where nothing can be written --


def test_a_store_on_a_read_only_disk_can_be_read(tmp_path: Path) -> None:
    in_own_mounts(read_only_disk, tmp_path / "disk")


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("modes of folders mean nothing there")
    if os.getuid():
        read_only_folder(tmp_path)
    else:
        in_own_mounts(read_only_folder_for_nobody)


def read_only_disk(disk: Path) -> None:
    mount_small_disk(disk, 4 << 20)
    content = fill(disk / "closed")
    with open_store(disk / "running", JournalMode.WAL) as store:
        conversation = store.conversations.create()
        store.messages.add(conversation.id, None, answer("in the -wal alone", MessageState.STREAMING))
        killed = as_killed(disk / "running", disk / "killed")
        foreign = as_killed(disk / "closed", disk / "foreign")
        wal_of(foreign).write_bytes(wal_of(killed).read_bytes())
    fill(disk / "rollback", JournalMode.DELETE)
    half_committed(disk / "rollback", disk / "half")
    foreign = as_killed(disk / "closed", disk / "foreign journal")
    journal = beside(disk / "half" / FILE_NAME, JOURNAL_SUFFIX).read_bytes()
    beside(foreign / FILE_NAME, JOURNAL_SUFFIX).write_bytes(journal)
    fill(disk / "other", JournalMode.DELETE)
    (disk / "empty").mkdir()
    make_read_only(disk)
    files = {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()}

    for name in ("closed", "other", "foreign", "foreign journal"):
        for mode in (JournalMode.WAL, JournalMode.DELETE):
            with open_store(disk / name, mode) as store:
                assert_read_only(store)
                assert everything(store) == content, name
    with open_store(killed, JournalMode.WAL) as store:
        assert_read_only(store)
        assert everything(store) == [("", [("assistant", "interrupted", "in the -wal alone")])]
    for missing in (disk / "empty", disk / "none" / "yet", disk / "half"):
        with pytest.raises(StoreReadOnly):
            open_store(missing, JournalMode.WAL)
    assert {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()} == files

    make_writable(disk)
    with open_store(disk / "closed", JournalMode.WAL) as store:
        assert store.writable
        store.conversations.create()


def read_only_folder_for_nobody() -> None:
    disk = Path("/mnt")  # the test's own folder may be closed to others
    mount_small_disk(disk, 4 << 20)
    disk.chmod(0o777)
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    read_only_folder(disk)


def read_only_folder(place: Path) -> None:
    folder = place / "chats"
    content = fill(folder)
    folder.chmod(0o500)
    with open_store(folder) as store:
        assert_read_only(store)
        assert everything(store) == content
    assert [each.name for each in folder.iterdir()] == [FILE_NAME]
    folder.chmod(0o700)
    (folder / FILE_NAME).chmod(0o400)
    with open_store(folder) as store:
        assert_read_only(store)
        assert everything(store) == content
    assert [each.name for each in folder.iterdir()] == [FILE_NAME], "nothing that could not be written later"
    (folder / FILE_NAME).chmod(0o600)
    with open_store(folder) as store:
        assert store.writable
    (place / "closed").mkdir(mode=0o500)
    with pytest.raises(StoreReadOnly, match="writable"):
        open_store(place / "closed" / "chats")
    with pytest.raises(StoreError):
        open_store(place / "closed")


def assert_read_only(store: ChatStore) -> None:
    assert not store.writable
    assert StoreNoticeKind.READ_ONLY in [notice.kind for notice in store.notices]
    with pytest.raises(StoreReadOnly):
        store.conversations.create()
    with pytest.raises(StoreReadOnly):
        store.folders.create("a")
    with pytest.raises(StoreReadOnly):
        store.messages.interrupt_streaming()


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "chats").write_text("mine")
    with pytest.raises(StoreError, match="could not be made"):
        open_store(tmp_path / "chats")
    assert (tmp_path / "chats").read_text() == "mine"


def test_a_file_that_is_a_folder(folder: Path) -> None:
    (folder / FILE_NAME).mkdir(parents=True)
    with pytest.raises(StoreError):
        open_store(folder)


# -- what is not ours --


def untouched(folder: Path, error: type[StoreError], words: str) -> None:
    """Opening fails as it should, and leaves no trace."""
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    for opener in (open_store, read_store):
        with pytest.raises(error, match=words):
            opener(folder)
        assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


def make_newer(folder: Path) -> None:
    with open_store(folder, JournalMode.WAL) as store:
        store.conversations.create()
        with store.database.transaction() as connection:
            connection.execute("CREATE TABLE of_the_future (id INTEGER)")
            connection.execute(f"PRAGMA user_version = {NEWEST + 1}")


def test_a_newer_store_is_refused_untouched(folder: Path) -> None:
    make_newer(folder)
    untouched(folder, StoreTooNew, f"schema {NEWEST + 1}")


def test_a_newer_store_whose_version_is_in_its_wal_alone(folder: Path, tmp_path: Path) -> None:
    fill(folder)
    with open_store(folder, JournalMode.WAL) as store:
        store.database.connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
        killed = as_killed(folder, tmp_path / "killed")
        assert (killed / FILE_NAME).read_bytes()[60:64] == NEWEST.to_bytes(4, "big")
        store.database.connection.execute(f"PRAGMA user_version = {NEWEST}")
    untouched(killed, StoreTooNew, f"schema {NEWEST + 1}")


@pytest.mark.parametrize("owner", [0, 0x12345678])
def test_a_database_of_another_program_is_refused_untouched(folder: Path, owner: int) -> None:
    folder.mkdir()
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.execute("CREATE TABLE places (url TEXT)")
    connection.execute(f"PRAGMA application_id = {owner}")
    connection.close()
    untouched(folder, StoreForeign, "another program")


@pytest.mark.parametrize("content", [b"PK\x03\x04" + bytes(5000), b"x", b"SQLite format 3\x00"])
def test_what_is_no_database_is_refused_untouched(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(content)
    untouched(folder, StoreDamaged, "no database")


def test_an_empty_file_becomes_a_store(folder: Path) -> None:
    folder.mkdir()
    (folder / FILE_NAME).touch()
    assert fill(folder) == [("", [("user", "complete", "kept")])]


def test_a_file_that_another_program_locks_is_reported(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    fill(folder)
    other = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="in use by another program"):
        open_store(folder)
    other.execute("ROLLBACK")
    other.close()
    with open_store(folder) as store:
        assert store.writable


def test_looking_at_an_open_store_leaves_its_locks_alone(folder: Path) -> None:
    """POSIX gives back all locks that a process has on a file when it closes any handle of it."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the locks are read from /proc")
    with open_store(folder, JournalMode.DELETE) as store, store.database.transaction():
        store.conversations.create()
        before = locks_on(folder / FILE_NAME)
        assert before
        refuse_foreign(folder / FILE_NAME)
        assert locks_on(folder / FILE_NAME) == before
    refuse_foreign(folder / FILE_NAME)


def locks_on(path: Path) -> list[str]:
    """This process's, each without its number in the list of all."""
    lines = [line.partition(": ")[2] for line in Path("/proc/locks").read_text().splitlines()]
    return [line for line in lines if f":{path.stat().st_ino} " in line and f" {os.getpid()} " in line]
