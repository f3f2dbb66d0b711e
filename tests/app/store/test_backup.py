"""Backups and restoring them: verified, numbered, thinned, and put in place so that a crash never costs both stores."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.chats import NewConversation, NewMessage, Part, PartKind
from app.core.errors import StoreDamaged, StoreError, StoreFull, StoreTooNew
from app.core.store_reports import BackupKind, StoreProgress, StoreStage
from app.store import backup as backups
from app.store import disk
from app.store.backup import EVERY, back_up_before_upgrade, due, list_backups, make_backup, thin
from app.store.lock import store_lock
from app.store.migrations import NEWEST
from app.store.replace import finish_replacement, set_aside_folders
from app.store.restore import restore
from app.store.store import FILE_NAME, ChatStore, open_store, read_store, temporary_store
from app.store.thinning import Keep
from app.store.work import Work
from engine.errors import Cancelled
from engine.types import Role
from tests.app.store.damage import digest, digests, leaves, zero
from tests.app.store.samples import contents, write_sample

NOW = datetime(2026, 11, 21, 12, 30, 15, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "chats"


@pytest.fixture
def store(folder: Path) -> Iterator[ChatStore]:
    with open_store(folder) as opened:
        _say(opened, "hello")
        yield opened


def _say(store: ChatStore, text: str) -> int:
    conversation = store.conversations.create(NewConversation(title=text))
    return store.messages.add(conversation.id, None, NewMessage(Role.USER, (Part(PartKind.TEXT, text),))).id


def _titles(folder: Path) -> list[str]:
    with read_store(folder) as store:
        return sorted(each.title for each in store.conversations.page())


# -- making --


def test_a_backup_is_one_file_that_any_sqlite_opens(store: ChatStore, folder: Path) -> None:
    path = make_backup(store.database, folder, NOW)
    assert path.name == f"chats-000001-20261121T123015Z-schema-{NEWEST}.sqlite3"
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert os.name == "nt" or stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        assert connection.execute("SELECT title FROM conversations").fetchall() == [("hello",)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_what_is_only_in_the_wal_is_in_the_backup(store: ChatStore, folder: Path) -> None:
    store.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    for number in range(50):
        _say(store, f"number {number}")
    assert (folder / f"{FILE_NAME}-wal").stat().st_size > 0
    make_backup(store.database, folder, NOW)
    (listed,) = list_backups(folder)
    assert (listed.conversations, listed.messages) == (51, 51)


def test_a_backup_through_a_reading_connection_holds_one_state_while_another_writes(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    write_sample(folder, messages=1500)
    with open_store(folder) as store, read_store(folder) as reader:
        before = store.conversations.count()
        written = threading.Event()

        def write(progress: StoreProgress) -> None:
            if progress.stage is StoreStage.COPYING and not written.is_set():
                _say(store, "in the middle of it")
                written.set()

        make_backup(reader.database, folder, NOW, work=Work(report=write))
        assert written.is_set()
        assert store.conversations.count() == before + 1
    (listed,) = list_backups(folder)
    with closing(sqlite3.connect(listed.path)) as connection:
        sql = "SELECT count(*) FROM conversations WHERE title = 'in the middle of it'"
        assert connection.execute(sql).fetchone() == (0,)


def test_numbers_grow_and_the_newest_comes_first(store: ChatStore, folder: Path) -> None:
    make_backup(store.database, folder, NOW)
    make_backup(store.database, folder, NOW - timedelta(days=3650))  # the clock was put back
    make_backup(store.database, folder, NOW - timedelta(days=3650))
    listed = list_backups(folder)
    assert [each.number for each in listed] == [3, 2, 1]
    assert [each.made_at.year for each in listed] == [2016, 2016, 2026]


def test_a_list_says_what_is_in_each(store: ChatStore, folder: Path) -> None:
    path = make_backup(store.database, folder, NOW)
    _say(store, "more")
    back_up_before_upgrade(store.database, folder, NEWEST, NOW)
    second, first = list_backups(folder)
    assert (first.path, first.made_at, first.kind, first.schema) == (path, NOW, BackupKind.REGULAR, NEWEST)
    assert first.size_bytes == path.stat().st_size
    assert first.words() == "backup of 2026-11-21 12:30 UTC: 1 conversation, 1 message"
    assert second.kind is BackupKind.UPGRADE
    assert second.words().endswith("2 conversations, 2 messages, before an update")


def test_files_that_are_no_backups_are_passed_over_and_unreadable_ones_said(store: ChatStore, folder: Path) -> None:
    path = make_backup(store.database, folder, NOW)
    (path.parent / "notes.txt").write_text("mine", encoding="utf-8")
    (path.parent / "chats-000007-20269999T123015Z-schema-1.sqlite3").write_bytes(b"")
    broken = path.parent / "chats-000008-20261122T123015Z-schema-1.sqlite3"
    broken.write_bytes(b"not a database at all" * 100)
    listed = list_backups(folder)
    assert [each.path for each in listed] == [broken, path]
    assert [each.readable for each in listed] == [False, True]
    assert "cannot be read" in listed[0].words()
    assert list_backups(folder / "nowhere") == ()


def test_progress_is_told_and_a_stop_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    write_sample(folder, messages=3000)
    told: list[StoreProgress] = []
    with open_store(folder) as store:
        make_backup(store.database, folder, NOW, work=Work(report=told.append))
        copied = [each for each in told if each.stage is StoreStage.COPYING]
        assert copied[-1].done == copied[-1].total > 0
        assert len(copied) > 1
        assert StoreStage.VERIFYING in {each.stage for each in told}
        steps: list[int] = []

        def stop() -> bool:
            steps.append(1)
            return len(steps) > 1

        with pytest.raises(Cancelled):
            make_backup(store.database, folder, NOW, work=Work(cancelled=stop))
        switch = _Switch()
        in_the_check = Work(report=_on_when_verifying(switch), cancelled=switch)
        with pytest.raises(Cancelled):
            make_backup(store.database, folder, NOW, work=in_the_check)
        assert [each.number for each in list_backups(folder)] == [1]
        assert len(list((folder / "backups").iterdir())) == 1
        _say(store, "and the connection still writes")


class _Switch:
    def __init__(self) -> None:
        self.on = False

    def __call__(self) -> bool:
        return self.on


def _on_when_verifying(switch: _Switch) -> Callable[[StoreProgress], None]:
    """Stops in the middle of SQLite's own check, which is one long statement."""

    def report(progress: StoreProgress) -> None:
        switch.on = progress.stage is StoreStage.VERIFYING

    return report


def test_no_backup_is_made_of_a_damaged_store_and_none_goes_for_it(folder: Path) -> None:
    write_sample(folder, messages=300)
    with open_store(folder) as store:
        for number in range(5):
            make_backup(store.database, folder, NOW + timedelta(minutes=number), keep=Keep(latest=9))
    zero(folder / FILE_NAME, leaves(folder / FILE_NAME, "parts")[1:3])
    before = digests(folder / "backups")
    with read_store(folder) as store, pytest.raises(StoreDamaged, match="no backup was made"):
        make_backup(store.database, folder, NOW, keep=Keep(latest=1, daily=0, weekly=0, monthly=0))
    assert len(list((folder / "backups").iterdir())) == 5
    assert digests(folder / "backups") == before


def test_older_ones_are_thinned_but_unreadable_ones_stay(store: ChatStore, folder: Path) -> None:
    keep = Keep(latest=1, daily=2, weekly=0, monthly=0)
    for hour in range(0, 72, 12):
        make_backup(store.database, folder, NOW + timedelta(hours=hour), keep=Keep(latest=9))
    broken = folder / "backups" / f"chats-000000-20200101T000000Z-schema-{NEWEST}.sqlite3"
    broken.write_bytes(b"?" * 5000)
    gone = thin(folder, NOW + timedelta(days=4), keep)
    left = [each.number for each in list_backups(folder)]
    assert left == [6, 5, 0]
    assert len(gone) == 4
    assert not any(path.exists() for path in gone)


def test_a_full_disk_is_said_before_anything_is_written(
    store: ChatStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "free_bytes", lambda folder: 1000)
    with pytest.raises(StoreFull, match="no room for the backup"):
        make_backup(store.database, folder, NOW)
    assert list_backups(folder) == ()
    _say(store, "the store itself is as it was")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_what_the_disk_refuses_has_words_and_leaves_nothing(
    store: ChatStore, folder: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(path: Path) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(backups, "sync_file", refuse)
    with pytest.raises(StoreError, match="could not be written"):
        make_backup(store.database, folder, NOW)
    assert list((folder / "backups").iterdir()) == []


def test_leftovers_of_a_dead_process_go(store: ChatStore, folder: Path) -> None:
    make_backup(store.database, folder, NOW)
    old, young = (folder / "backups" / f".chats-00000{at}-x.sqlite3.partial" for at in (7, 8))
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (0, 0))
    make_backup(store.database, folder)
    assert not old.exists()
    assert young.exists()  # another process may be writing it


def test_a_temporary_chat_has_no_backup(folder: Path) -> None:
    with temporary_store() as store:
        assert not due(store.database, folder)
        with pytest.raises(ValueError, match="never touches the disk"):
            make_backup(store.database, folder)
    assert not folder.exists()


# -- when --


def test_a_backup_is_due_when_something_was_written_and_the_last_is_old(folder: Path) -> None:
    with open_store(folder) as store:
        now = datetime.now(UTC)
        assert not due(store.database, folder, now)  # nothing to keep
        _say(store, "hello")
        assert due(store.database, folder, now)
        make_backup(store.database, folder, now)
        later = now + EVERY
        assert not due(store.database, folder, later)  # nothing was written since
        _say(store, "more")
        assert not due(store.database, folder, now + timedelta(minutes=1))  # the last is young
        assert due(store.database, folder, later)
        assert due(store.database, folder, now - timedelta(days=1))  # the clock was put back
        make_backup(store.database, folder, later)
    with open_store(folder) as store:
        store.conversations.set_title(1, "another title", store.conversations.summary(1).title_source)
        assert due(store.database, folder, later + EVERY)


# -- restoring --


def test_the_drill_what_is_restored_is_what_was_backed_up(folder: Path) -> None:
    path = write_sample(folder, messages=1000)
    written = contents(path)
    with open_store(folder) as store:
        backup = make_backup(store.database, folder)
        store.database.connection.execute("DELETE FROM conversations")
        _say(store, "written after the backup")
    after = digests(folder)
    with store_lock(folder):
        report = restore(folder, backup)
    assert contents(path) == written
    with open_store(folder) as store:
        assert store.search.is_right()
        _say(store, "and it goes on")
    assert report.set_aside is not None
    assert report.set_aside.name.startswith("replaced-")
    assert digests(report.set_aside) == after
    assert (report.conversations, report.messages) == (len(written["conversations"]), len(written["messages"]))
    words = " ".join(report.words())
    assert str(backup) in words
    assert str(report.set_aside) in words
    # What was set aside is a store like any other.
    with store_lock(folder):
        restore(folder, report.set_aside / FILE_NAME)
    assert _titles(folder) == ["written after the backup"]


def test_the_wal_of_the_older_store_goes_with_it(folder: Path, tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    killed.mkdir()
    with open_store(folder) as store:
        _say(store, "in the backup")
        backup = make_backup(store.database, folder)
        _say(store, "only in the wal")
        for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
            shutil.copyfile(folder / name, killed / name)
    report = restore(killed, backup)
    assert _titles(killed) == ["in the backup"]
    assert report.set_aside is not None
    assert {each.name for each in report.set_aside.iterdir()} == {FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"}
    for each in report.set_aside.iterdir():
        shutil.copyfile(each, folder / each.name)
    assert _titles(folder) == ["in the backup", "only in the wal"]


def test_restoring_needs_no_store_to_be_there(store: ChatStore, folder: Path, tmp_path: Path) -> None:
    backup = make_backup(store.database, folder)
    report = restore(tmp_path / "new", backup)
    assert report.set_aside is None
    assert _titles(tmp_path / "new") == ["hello"]


def test_what_is_no_sound_backup_is_refused_and_the_store_stays(folder: Path, tmp_path: Path) -> None:
    write_sample(folder, messages=300)
    with open_store(folder) as store:
        backup = make_backup(store.database, folder)
    before = digests(folder)
    damaged = Path(shutil.copyfile(backup, tmp_path / "damaged.sqlite3"))
    zero(damaged, leaves(damaged, "parts")[1:3])
    newer = Path(shutil.copyfile(backup, tmp_path / "newer.sqlite3"))
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    empty, other = tmp_path / "empty.sqlite3", tmp_path / "other.sqlite3"
    empty.touch()
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    for path, error in (
        (damaged, StoreDamaged),
        (newer, StoreTooNew),
        (empty, StoreDamaged),
        (other, StoreError),
        (tmp_path / "missing.sqlite3", StoreError),
    ):
        with pytest.raises(error):
            restore(folder, path)
        assert digests(folder) == before, path
        assert set_aside_folders(folder) == ()
    open_store(folder).close()


class _PowerCut(BaseException):
    """Nothing in the code may expect it."""


def _cut_at(step: int, monkeypatch: pytest.MonkeyPatch, error: Callable[[], BaseException]) -> list[int]:
    """From the given renaming on nothing is renamed any more; the list grows with every one that is tried."""
    tried: list[int] = []

    def guarded(name: str) -> Callable[[Path, Path], Path]:
        original = getattr(Path, name)

        def rename(path: Path, target: Path) -> Path:
            tried.append(1)
            if len(tried) >= step:
                raise error()
            renamed: Path = original(path, target)
            return renamed

        return rename

    for name in ("rename", "replace"):
        monkeypatch.setattr(Path, name, guarded(name))
    return tried


def _folder_to_restore_into(tmp_path: Path) -> tuple[Path, Path, dict[str, str]]:
    """A killed store with a -wal, a backup of an earlier state, and the digests of the store's files."""
    live, folder = tmp_path / "live", tmp_path / "chats"
    folder.mkdir(parents=True)
    with open_store(live) as store:
        _say(store, "old")
        backup = make_backup(store.database, live)
        _say(store, "present")
        for name in (FILE_NAME, f"{FILE_NAME}-wal"):
            shutil.copyfile(live / name, folder / name)
    return folder, backup, digests(folder)


@pytest.mark.parametrize("step", range(1, 8))
def test_a_crash_in_the_middle_leaves_the_old_store_or_the_new_one(
    step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, backup, before = _folder_to_restore_into(tmp_path)
    with monkeypatch.context() as cut:
        tried = _cut_at(step, cut, _PowerCut)
        try:
            restore(folder, backup)
            crashed = False
        except _PowerCut:
            crashed = True
    assert crashed == (step <= len(tried))
    set_aside = finish_replacement(folder)
    assert not (folder / "restoring").exists()
    if _titles(folder) == ["old"]:
        (aside,) = set_aside_folders(folder)
        assert digests(aside) == before
        assert not crashed or set_aside == aside
    else:
        assert _titles(folder) == ["old", "present"]
        assert set_aside is None
    assert finish_replacement(folder) is None


def test_at_some_step_a_crash_still_leaves_the_old_store_and_at_a_later_one_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[bool] = []
    for step in range(1, 8):
        folder, backup, _ = _folder_to_restore_into(tmp_path / str(step))
        with monkeypatch.context() as cut, suppress(_PowerCut):
            _cut_at(step, cut, _PowerCut)
            restore(folder, backup)
        finish_replacement(folder)
        outcomes.append(_titles(folder) == ["old"])
    assert outcomes == sorted(outcomes)
    assert len(set(outcomes)) == 2


@pytest.mark.parametrize("step", range(1, 6))
def test_a_file_that_cannot_be_moved_leaves_the_old_store(
    step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, backup, before = _folder_to_restore_into(tmp_path)
    original = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name.endswith(("-wal", ".sqlite3")[step % 2]) and path.parent == folder:
            raise OSError(errno.EACCES, "Permission denied")
        return original(path, target)

    with monkeypatch.context() as refusing:
        refusing.setattr(Path, "rename", refuse)
        with pytest.raises(StoreError, match="could not be replaced"):
            restore(folder, backup)
    assert digests(folder) == before
    assert finish_replacement(folder) is None
    assert digests(folder) == before
    assert _titles(folder) == ["old", "present"]


def test_opening_finishes_what_a_crash_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, backup, before = _folder_to_restore_into(tmp_path)
    with monkeypatch.context() as cut:
        _cut_at(5, cut, _PowerCut)
        with pytest.raises(_PowerCut):
            restore(folder, backup)
    assert not (folder / FILE_NAME).exists()
    open_store(folder).close()
    assert _titles(folder) == ["old"]
    (aside,) = set_aside_folders(folder)
    assert digests(aside) == before


def test_a_restored_backup_stays_where_it_was(store: ChatStore, folder: Path, tmp_path: Path) -> None:
    backup = make_backup(store.database, folder)
    before = digest(backup)
    restore(tmp_path / "new", backup)
    with open_store(tmp_path / "new") as new:
        _say(new, "changed")
    assert digest(backup) == before
