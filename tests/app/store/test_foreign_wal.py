"""What lies beside a store's file and does not belong to it, or is damaged, or is missing: -wal, -shm and -journal."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from app.core.store_notices import StoreNoticeKind
from app.store.backup import verified_copy
from app.store.database import JournalMode
from app.store.raw_file import (
    JOURNAL_SUFFIX,
    Header,
    Wal,
    belongs,
    beside,
    read_header,
    read_wal,
)
from app.store.store import FILE_NAME, ChatStore, open_store
from tests.app.store.kit import as_killed, everything, half_committed, question, verdict, wal_of

Content = list[tuple[str, list[tuple[str, str, str]]]]


def write(store: ChatStore, *texts: str) -> None:
    conversation = store.conversations.create()
    for text in texts:
        store.messages.add(conversation.id, None, question(text))


def closed(folder: Path, *texts: str) -> Content:
    """Write into the store in `folder` and close it; what it shows."""
    with open_store(folder, JournalMode.WAL) as store:
        write(store, *texts)
        return everything(store)


def killed(folder: Path, target: Path, *texts: str) -> Content:
    """Write into the store in `folder`; what it shows. `target` is as it would be, had the process been killed then."""
    with open_store(folder, JournalMode.WAL) as store:
        write(store, *texts)
        as_killed(folder, target)
        return everything(store)


def assert_set_aside(folder: Path, content: Content, wal: bytes) -> None:
    """Opening shows what the file alone holds, says so, and keeps the -wal untouched."""
    with open_store(folder, JournalMode.WAL) as store:
        (notice,) = store.notices
        assert notice.kind is StoreNoticeKind.SET_ASIDE
        (kept,) = folder.glob("*set-aside*")
        assert str(kept) in notice.words()
        assert kept.read_bytes() == wal
        assert everything(store) == content
        assert verdict(store) == "ok"
        write(store, "life goes on")
    with open_store(folder, JournalMode.WAL) as store:
        assert store.notices == ()
        assert kept.read_bytes() == wal


# -- its own --


def test_a_wal_of_its_own_is_used(tmp_path: Path) -> None:
    content = killed(tmp_path / "a", tmp_path / "killed", "one", "two")
    with open_store(tmp_path / "killed", JournalMode.WAL) as store:
        assert store.notices == ()
        assert everything(store) == content


def test_a_missing_wal_leaves_what_was_folded_in(tmp_path: Path) -> None:
    content = closed(tmp_path / "a", "folded in")
    killed(tmp_path / "a", tmp_path / "killed", "in the -wal alone")
    wal_of(tmp_path / "killed").unlink()
    with open_store(tmp_path / "killed", JournalMode.WAL) as store:
        assert everything(store) == content
        assert verdict(store) == "ok"


def test_stale_shared_memory_is_harmless(tmp_path: Path) -> None:
    content = killed(tmp_path / "a", tmp_path / "killed", "one")
    (tmp_path / "killed" / f"{FILE_NAME}-shm").write_bytes(random.Random(1).randbytes(32768))
    with open_store(tmp_path / "killed", JournalMode.WAL) as store:
        assert everything(store) == content
        assert verdict(store) == "ok"


@pytest.mark.parametrize("seed", range(3))
def test_a_wal_of_its_own_is_always_known(tmp_path: Path, seed: int) -> None:
    """Whatever a session does, and wherever it is killed: never is a store's own -wal taken for another's."""
    dice = random.Random(seed)
    store = open_store(tmp_path / "a", JournalMode.WAL)
    with_frames = 0
    for step in range(60):
        match dice.randrange(12):
            case 0:
                store.database.connection.execute("VACUUM")
            case 1:
                mode = dice.choice(["PASSIVE", "FULL", "RESTART", "TRUNCATE"])
                store.database.rows(f"PRAGMA wal_checkpoint({mode})")
            case 2:
                store.close()
                store = open_store(tmp_path / "a", JournalMode.WAL)
            case 3:
                with store.database.transaction() as connection:
                    connection.execute(f"CREATE TABLE extra_{step} (id INTEGER)")
            case 4:
                with store.database.transaction() as connection:
                    connection.execute("DELETE FROM conversations WHERE id % 2")
            case 5:
                store.database.rows("PRAGMA wal_autocheckpoint = 3")
            case _:
                write(store, *("x" * dice.randrange(5000) for _ in range(dice.randrange(3))))
        copy = as_killed(tmp_path / "a", tmp_path / f"killed-{step}")
        wal, header = read_wal(copy / FILE_NAME), read_header(copy / FILE_NAME)
        assert header is not None
        if wal is not None and wal.frames:
            with_frames += 1
            assert belongs(header, wal) is True
        shutil.rmtree(copy)
    store.close()
    assert with_frames > 20


# -- another's --


def head(changes: int = 7, mark: int = 5_000_000, page_bytes: int = 4096, application_id: int = 1) -> Header:
    return Header(page_bytes, changes, mark, version=2, application_id=application_id, empty=False)


@pytest.mark.parametrize(
    ("store", "in_wal", "verdict"),
    [
        (head(), [], None),
        (head(), [head()], True),
        (head(changes=6), [head(changes=7), head(changes=8)], True),
        (head(changes=8), [head(changes=7), head(changes=8)], True),
        (head(changes=5), [head(changes=7)], False),
        (head(changes=9), [head(changes=7), head(changes=8)], False),
        (head(mark=5_000_000), [head(mark=5_000_001)], True),
        (head(mark=5_000_003), [head(mark=5_000_001), head(mark=5_000_003)], True),
        (head(mark=5_000_000), [head(mark=9_000_000)], False),
        (head(mark=5_000_001), [head(mark=5_000_000)], False),
        (head(mark=1), [head(mark=5_000_000)], False),
        (head(application_id=1), [head(application_id=2)], False),
        (head(page_bytes=512), [head(page_bytes=4096)], False),
        (head(page_bytes=512), [], False),
    ],
)
def test_what_makes_a_wal_a_stores_own(store: Header, in_wal: list[Header], verdict: bool | None) -> None:
    assert belongs(store, Wal(True, 4096, 1, tuple(in_wal))) is verdict


def test_sqlite_alone_takes_the_wal_of_another_store(tmp_path: Path) -> None:
    """Why Ponder looks for itself: a store is gone without a word when another's -wal lies beside it."""
    closed(tmp_path / "mine", "mine")
    killed(tmp_path / "other", tmp_path / "killed", "other")
    shutil.copyfile(wal_of(tmp_path / "killed"), wal_of(tmp_path / "mine"))
    connection = sqlite3.connect(tmp_path / "mine" / FILE_NAME)
    assert connection.execute("SELECT text FROM parts").fetchall() == [("other",)]
    connection.close()
    connection = sqlite3.connect(f"{(tmp_path / 'mine' / FILE_NAME).as_uri()}?immutable=1", uri=True)
    assert connection.execute("SELECT text FROM parts").fetchall() == [("other",)], "for good"
    connection.close()


def test_a_wal_of_another_young_store(tmp_path: Path) -> None:
    content = closed(tmp_path / "mine", "mine")
    killed(tmp_path / "other", tmp_path / "killed", "other")
    wal = wal_of(tmp_path / "killed").read_bytes()
    wal_of(tmp_path / "mine").write_bytes(wal)
    assert_set_aside(tmp_path / "mine", content, wal)


def test_a_file_put_back_from_an_earlier_day(tmp_path: Path) -> None:
    """The whole folder was copied with the store closed; later the file alone is put back over a killed one."""
    content = closed(tmp_path / "a", "monday")
    monday = (tmp_path / "a" / FILE_NAME).read_bytes()
    closed(tmp_path / "a", "tuesday")
    killed(tmp_path / "a", tmp_path / "killed", "wednesday")
    (tmp_path / "killed" / FILE_NAME).write_bytes(monday)
    assert_set_aside(tmp_path / "killed", content, wal_of(tmp_path / "killed").read_bytes())


def test_a_backup_put_back_by_hand(tmp_path: Path) -> None:
    with open_store(tmp_path / "a", JournalMode.WAL) as store:
        write(store, "before the backup")
        content = everything(store)
        backup = verified_copy(store.database, tmp_path / "backup.sqlite3")
        write(store, "after the backup")
        as_killed(tmp_path / "a", tmp_path / "killed")
    shutil.copyfile(backup, tmp_path / "killed" / FILE_NAME)
    assert_set_aside(tmp_path / "killed", content, wal_of(tmp_path / "killed").read_bytes())


def test_one_backup_put_back_twice(tmp_path: Path) -> None:
    """Two stores from the same backup are two stores."""
    with open_store(tmp_path / "a", JournalMode.WAL) as store:
        write(store, "in the backup")
        content = everything(store)
        backup = verified_copy(store.database, tmp_path / "backup.sqlite3")
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        shutil.copyfile(backup, tmp_path / name / FILE_NAME)
    killed(tmp_path / "first", tmp_path / "killed", "in the first alone")
    with open_store(tmp_path / "second", JournalMode.WAL):
        pass
    wal = wal_of(tmp_path / "killed").read_bytes()
    wal_of(tmp_path / "second").write_bytes(wal)
    assert_set_aside(tmp_path / "second", content, wal)


def test_a_wal_without_its_store(tmp_path: Path) -> None:
    for name, size in (("missing", None), ("emptied", 0)):
        killed(tmp_path / name, tmp_path / f"{name}-killed", "in the -wal alone")
        folder = tmp_path / f"{name}-killed"
        (folder / FILE_NAME).unlink()
        if size is not None:
            (folder / FILE_NAME).touch()
        assert_set_aside(folder, [], wal_of(folder).read_bytes())


def test_a_wal_of_another_program(tmp_path: Path) -> None:
    content = closed(tmp_path / "mine", "mine")
    connection = sqlite3.connect(tmp_path / "other", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE places (url TEXT)")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("INSERT INTO places VALUES ('no change of page 1')")
    shutil.copyfile(tmp_path / "other-wal", wal_of(tmp_path / "mine"))
    connection.close()
    wal = wal_of(tmp_path / "mine").read_bytes()
    seen = read_wal(tmp_path / "mine" / FILE_NAME)
    assert seen is not None
    assert not seen.headers, "nothing but the content says that it is another's"
    assert_set_aside(tmp_path / "mine", content, wal)


def test_a_wal_with_other_pages(tmp_path: Path) -> None:
    content = closed(tmp_path / "mine", "mine")
    connection = sqlite3.connect(tmp_path / "other", isolation_level=None)
    connection.execute("PRAGMA page_size = 512")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE places (url TEXT)")
    shutil.copyfile(tmp_path / "other-wal", wal_of(tmp_path / "mine"))
    connection.close()
    assert_set_aside(tmp_path / "mine", content, wal_of(tmp_path / "mine").read_bytes())


# -- damaged --


@pytest.mark.parametrize("garbage", [bytes(50_000), b"not a -wal " * 1000])
def test_what_is_no_wal_is_not_overwritten(tmp_path: Path, garbage: bytes) -> None:
    content = closed(tmp_path / "mine", "mine")
    wal_of(tmp_path / "mine").write_bytes(garbage)
    assert_set_aside(tmp_path / "mine", content, garbage)


def test_a_wal_whose_head_is_damaged_is_kept(tmp_path: Path) -> None:
    content = closed(tmp_path / "a", "folded in")
    killed(tmp_path / "a", tmp_path / "killed", "in the -wal alone")
    wal = bytearray(wal_of(tmp_path / "killed").read_bytes())
    wal[17] ^= 1
    wal_of(tmp_path / "killed").write_bytes(wal)
    assert_set_aside(tmp_path / "killed", content, bytes(wal))


def test_commits_behind_a_damaged_place_are_kept(tmp_path: Path) -> None:
    """SQLite reads up to the damage and writes over the rest."""
    with open_store(tmp_path / "a", JournalMode.WAL) as store:
        write(store, "before")
        content = everything(store)
        damaged_at = wal_of(tmp_path / "a").stat().st_size + 200
        write(store, "damaged")
        write(store, "behind it")
        folder = as_killed(tmp_path / "a", tmp_path / "killed")
    wal = bytearray(wal_of(folder).read_bytes())
    wal[damaged_at] ^= 1
    wal_of(folder).write_bytes(wal)
    with open_store(folder, JournalMode.WAL) as store:
        (notice,) = store.notices
        assert notice.kind is StoreNoticeKind.CUT_SHORT
        (kept,) = folder.glob("*-wal.damaged*")
        assert str(kept) in notice.words()
        assert kept.read_bytes() == wal
        assert everything(store) == content
        assert verdict(store) == "ok"
        write(store, "life goes on")
    assert kept.read_bytes() == wal


def test_a_torn_first_page_is_mended_from_the_wal(tmp_path: Path) -> None:
    content = killed(tmp_path / "a", tmp_path / "killed", "one")
    file = tmp_path / "killed" / FILE_NAME
    file.write_bytes(bytes(512) + file.read_bytes()[512:])
    with open_store(tmp_path / "killed", JournalMode.WAL) as store:
        assert store.notices == ()
        assert everything(store) == content
        assert verdict(store) == "ok"


# -- the -journal of a folder where WAL cannot be --


def test_half_a_commit_is_taken_back(tmp_path: Path) -> None:
    content = closed(tmp_path / "a", "whole")
    half_committed(tmp_path / "a", tmp_path / "killed")
    with open_store(tmp_path / "killed", JournalMode.DELETE) as store:
        assert store.notices == ()
        assert everything(store) == content
        assert verdict(store) == "ok"


@pytest.mark.parametrize("journal", [JournalMode.DELETE, JournalMode.WAL])
def test_the_journal_of_another_store(tmp_path: Path, journal: JournalMode) -> None:
    """A service that copies file by file may bring a -journal from another computer."""
    for name in ("mine", "other"):
        with open_store(tmp_path / name, JournalMode.DELETE) as store:
            write(store, name)
            content = everything(store)
    half_committed(tmp_path / "other", tmp_path / "killed")
    foreign = beside(tmp_path / "killed" / FILE_NAME, JOURNAL_SUFFIX).read_bytes()
    beside(tmp_path / "mine" / FILE_NAME, JOURNAL_SUFFIX).write_bytes(foreign)
    with open_store(tmp_path / "mine", journal) as store:
        (notice,) = store.notices
        assert notice.kind is StoreNoticeKind.SET_ASIDE
        (kept,) = (tmp_path / "mine").glob("*-journal.set-aside*")
        assert kept.read_bytes() == foreign
        assert everything(store) == [("", [("user", "complete", "mine")])] != content
        assert verdict(store) == "ok"


def test_a_journal_without_its_store(tmp_path: Path) -> None:
    closed(tmp_path / "a", "whole")
    half_committed(tmp_path / "a", tmp_path / "killed")
    (tmp_path / "killed" / FILE_NAME).unlink()
    with open_store(tmp_path / "killed", JournalMode.DELETE) as store:
        assert [notice.kind for notice in store.notices] == [StoreNoticeKind.SET_ASIDE]
        assert everything(store) == []


def test_an_earlier_file_put_back_beside_a_journal(tmp_path: Path) -> None:
    with open_store(tmp_path / "a", JournalMode.DELETE) as store:
        write(store, "monday")
        content = everything(store)
    monday = (tmp_path / "a" / FILE_NAME).read_bytes()
    with open_store(tmp_path / "a", JournalMode.DELETE) as store:
        write(store, "tuesday")
    half_committed(tmp_path / "a", tmp_path / "killed")
    (tmp_path / "killed" / FILE_NAME).write_bytes(monday)
    with open_store(tmp_path / "killed", JournalMode.DELETE) as store:
        assert [notice.kind for notice in store.notices] == [StoreNoticeKind.SET_ASIDE]
        assert everything(store) == content
        assert verdict(store) == "ok"
