"""What is given to the outbox reaches the disk, in order, whatever happens to the disk meanwhile."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.chats import NewConversation
from app.core.errors import NotInStore, StoreBusy, StoreFull, StoreGone, StoreTooNew
from app.store.lock import store_lock
from app.store.store import FILE_NAME, ChatStore, open_store
from tests.app.library.recording import NEVER_S, done, open_desk, titles

LONG = "x" * 20_000


def create(title: str) -> Callable[[ChatStore], int]:
    return lambda store: store.conversations.create(NewConversation(title)).id


class Counting:
    """A write that counts its attempts."""

    def __init__(self) -> None:
        self.attempts = 0
        self.settled = threading.Event()

    def write(self, store: ChatStore) -> None:
        self.attempts += 1

    def written(self) -> None:
        self.settled.set()

    def held(self) -> None:
        raise AssertionError("nothing is in the way")


def test_everything_is_written_in_order(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        futures = [desk.outbox.submit(create(str(number))) for number in range(20)]
        ids = [done(future) for future in futures]
        assert ids == sorted(ids)
        assert desk.outbox.waiting == 0
        assert desk.told.empty()


def test_what_waits_is_written_once_and_never_later_than_it_was_due(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        write = Counting()
        for _ in range(100):
            desk.outbox.put(write, within_s=3600.0)
        assert desk.outbox.waiting == 1
        desk.outbox.put(write)
        assert write.settled.wait(60)
        desk.outbox.put(Counting(), within_s=3600.0)
        done(desk.outbox.submit(titles))
        assert write.attempts == 1
        assert desk.outbox.waiting == 1


def test_a_full_disk_is_told_once_and_everything_is_written_when_there_is_room_3(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        done(desk.outbox.submit(create("before")))
        desk.fill_disk()
        futures = [desk.outbox.submit(create(f"{number} {LONG}")) for number in range(5)]
        trouble = desk.next_trouble()
        assert isinstance(trouble.error, StoreFull)
        assert trouble.retries
        assert "full" in str(trouble.error)
        assert done(desk.thread.read(titles)) == ["before"]
        assert not any(future.done() for future in futures)
        assert desk.outbox.waiting == 5
        desk.make_room()
        desk.wait_recovered()
        assert [title.split()[0] for title in reversed(done(desk.thread.read(titles)))] == ["before", *"01234"]
        for future in futures:
            done(future)


def test_a_person_can_ask_to_try_again_at_once_3(tmp_path: Path) -> None:
    with open_desk(tmp_path, NEVER_S) as desk:
        desk.fill_disk()
        future = desk.outbox.submit(create(LONG))
        desk.next_trouble()
        desk.outbox.retry()
        desk.make_room()
        desk.outbox.retry()
        done(future)
        desk.wait_recovered()
        desk.outbox.retry()  # nothing is wrong any more


def test_what_concerns_one_write_alone_holds_up_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with open_desk(tmp_path) as desk:
        gone = desk.outbox.submit(lambda store: store.conversations.set_draft(99, "x"))
        bug = desk.outbox.submit(lambda store: 1 // 0)
        fine = desk.outbox.submit(create("fine"))
        with pytest.raises(NotInStore):
            done(gone)
        with pytest.raises(ZeroDivisionError):
            done(bug)
        done(fine)
        assert desk.told.empty()
        assert "ZeroDivisionError" in caplog.text


def test_a_bug_in_something_that_must_be_kept_is_told_and_holds_up_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Counting):
        broken = True

        def write(self, store: ChatStore) -> None:
            super().write(store)
            if self.broken:
                raise ZeroDivisionError

        def held(self) -> None:
            pass

    with open_desk(tmp_path) as desk:
        broken = Broken()
        desk.outbox.put(broken)
        assert "bug" in str(desk.next_trouble().error)
        done(desk.outbox.submit(create("fine")))
        assert not broken.settled.is_set()
        broken.broken = False
        assert broken.settled.wait(60)
        desk.wait_recovered()
        assert "ZeroDivisionError" in caplog.text


def test_trouble_shows_before_there_is_anything_to_write(tmp_path: Path) -> None:
    with store_lock(tmp_path, "ponder chats import"), open_desk(tmp_path) as desk:
        trouble = desk.next_trouble()
        assert isinstance(trouble.error, StoreBusy)
        assert "ponder chats import" in str(trouble.error)
        assert trouble.retries


def test_what_was_written_while_another_program_had_the_store_follows_by_itself(tmp_path: Path) -> None:
    with store_lock(tmp_path, "ponder chats import"):
        desk_of = open_desk(tmp_path)
        desk = desk_of.__enter__()
        future = desk.outbox.submit(create("patient"))
        desk.next_trouble()
    done(future)
    desk.wait_recovered()
    assert done(desk.thread.read(titles)) == ["patient"]
    desk_of.__exit__(None, None, None)


def test_a_store_of_a_newer_ponder_is_tried_again_only_when_asked(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.database.connection.execute("PRAGMA user_version = 999")
    with open_desk(tmp_path) as desk:
        future = desk.outbox.submit(create("kept"))
        trouble = desk.next_trouble()
        assert isinstance(trouble.error, StoreTooNew)
        assert not trouble.retries
        (tmp_path / FILE_NAME).unlink()
        assert not future.done()
        desk.outbox.retry()
        done(future)
        desk.wait_recovered()


def test_a_damaged_store_that_was_put_right_is_written_without_being_asked(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is no database " * 1000)
    with open_desk(tmp_path, NEVER_S) as desk:
        future = desk.outbox.submit(create("kept"))
        trouble = desk.next_trouble()
        assert not trouble.retries
        done(desk.thread.with_file_closed((tmp_path / FILE_NAME).unlink))
        done(future)
        desk.wait_recovered()
        assert done(desk.thread.read(titles)) == ["kept"]


def test_a_folder_that_was_deleted_is_made_anew_only_when_asked_20(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    with open_desk(folder) as desk:
        done(desk.outbox.submit(create("lost with the folder")))
        shutil.rmtree(folder)
        future = desk.outbox.submit(create("kept"))
        trouble = desk.next_trouble()
        assert isinstance(trouble.error, StoreGone)
        assert str(folder) in str(trouble.error)
        with pytest.raises(TimeoutError):
            future.result(0.2)
        assert not folder.exists()
        desk.outbox.retry()
        done(future)
        desk.wait_recovered()
        assert done(desk.thread.read(titles)) == ["kept"]


def test_a_folder_that_comes_back_is_written_again_by_itself_20(tmp_path: Path) -> None:
    folder, away = tmp_path / "chats", tmp_path / "away"
    with open_desk(folder) as desk:
        done(desk.outbox.submit(create("there")))
        folder.rename(away)
        future = desk.outbox.submit(create("kept"))
        assert isinstance(desk.next_trouble().error, StoreGone)
        away.rename(folder)
        done(future)
        desk.wait_recovered()
        assert done(desk.thread.read(titles)) == ["kept", "there"]


def test_closing_writes_what_waits_and_says_what_could_not_be_written(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        write = Counting()
        desk.outbox.put(write, within_s=3600.0)
        assert desk.outbox.close() == 0
        assert write.attempts == 1
    with open_desk(tmp_path, NEVER_S) as desk:
        desk.fill_disk()
        desk.outbox.submit(create(LONG))
        desk.next_trouble()
        assert desk.outbox.close() == 1
    with open_desk(tmp_path, NEVER_S) as desk:
        desk.fill_disk()
        desk.outbox.submit(create(LONG))
        desk.next_trouble()
        desk.make_room()
        assert desk.outbox.close() == 0
    with open_store(tmp_path) as store:
        assert titles(store) == [LONG]
