"""The store on its threads: order, reads beside writes, errors in futures, opening that fails, the way out."""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, wait
from pathlib import Path
from typing import TypeVar

import pytest

from app.core.chats import MessageState, NewConversation, NewMessage, Part, PartKind
from app.core.errors import NotInStore, StoreBusy, StoreError, StoreReadOnly, StoreTooNew
from app.store.database import Access, JournalMode
from app.store.lock import WINDOW, store_lock, take_store_lock
from app.store.store import FILE_NAME, ChatStore, open_store
from app.store.worker import StoreAccess, StoreCondition, StoreThread
from engine.types import Role
from tests.support.permissions import open_folder, write_protected

T = TypeVar("T")
PATIENCE_S = 60.0
# So much counting that nobody waits for its end; an interrupt ends it at once.
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

Open = Callable[..., StoreThread]


@pytest.fixture
def open_thread(tmp_path: Path) -> Iterator[Open]:
    """Starts store threads on `tmp_path`; ends them after the test and checks that none is left."""
    opened: list[StoreThread] = []

    def open_one(folder: Path | None = tmp_path, **options: object) -> StoreThread:
        thread = StoreThread(folder, **options)  # type: ignore[arg-type]
        opened.append(thread)
        thread.start()
        return thread

    yield open_one
    for thread in opened:
        assert thread.close()
    assert not [each.name for each in threading.enumerate() if each.name.startswith("store-")]


def result(future: Future[T]) -> T:
    return future.result(PATIENCE_S)


def titles(store: ChatStore) -> list[str]:
    return [each.title for each in store.conversations.page()]


def create(title: str) -> Callable[[ChatStore], int]:
    return lambda store: store.conversations.create(NewConversation(title)).id


def test_writes_run_in_order_and_reads_see_them(open_thread: Open) -> None:
    thread = open_thread()
    for number in range(20):
        thread.write(create(str(number)))
    assert result(thread.write(titles)) == [str(number) for number in reversed(range(20))]
    assert result(thread.read(titles)) == [str(number) for number in reversed(range(20))]
    assert result(thread.read(lambda store: store.database.access)) is Access.READ
    assert thread.condition == StoreCondition(StoreAccess.WRITABLE)


def test_a_read_waits_neither_for_a_long_job_nor_for_an_open_transaction_15(open_thread: Open) -> None:
    thread = open_thread()
    result(thread.write(create("before")))
    inside, over = threading.Event(), threading.Event()

    def long_write(store: ChatStore) -> None:
        with store.database.transaction():
            store.conversations.create(NewConversation("during"))
            inside.set()
            assert over.wait(PATIENCE_S)

    written = thread.write(long_write)
    assert inside.wait(PATIENCE_S)
    assert result(thread.read(titles)) == ["before"]
    assert not written.done()
    over.set()
    result(written)
    assert result(thread.read(titles)) == ["during", "before"]


def test_reads_go_on_during_a_vacuum_and_a_backup_15(open_thread: Open, tmp_path: Path) -> None:
    from app.store.backup import verified_copy

    thread = open_thread()
    text = Part(PartKind.TEXT, "word " * 20_000)

    def fill(store: ChatStore) -> None:
        chat = store.conversations.create().id
        for _ in range(20):
            store.messages.add(chat, None, NewMessage(Role.USER, (text,)))

    result(thread.write(fill))
    jobs: list[Callable[[ChatStore], object]] = [
        lambda store: store.database.connection.execute("VACUUM"),
        lambda store: verified_copy(store.database, tmp_path / "copies" / "copy.sqlite3"),
    ]
    for job in jobs:
        writing: Future[object] = thread.write(job)
        while not writing.done():
            assert result(thread.read(lambda store: store.conversations.count())) == 1
        result(writing)


def test_errors_arrive_typed_and_stop_nothing(open_thread: Open) -> None:
    thread = open_thread()
    with pytest.raises(NotInStore):
        result(thread.read(lambda store: store.conversations.open(99)))
    with pytest.raises(NotInStore):
        result(thread.write(lambda store: store.conversations.set_draft(99, "x")))
    with pytest.raises(ZeroDivisionError):
        result(thread.write(lambda store: 1 // 0))
    with pytest.raises(StoreReadOnly):
        result(thread.read(create("by a read")))
    result(thread.write(create("after")))
    assert result(thread.read(titles)) == ["after"]


def test_a_transaction_that_a_job_left_open_is_taken_back(open_thread: Open) -> None:
    thread = open_thread()

    def careless(store: ChatStore) -> None:
        store.database.connection.execute("BEGIN")
        store.database.connection.execute("INSERT INTO folders (name, position) VALUES ('half', 1)")

    result(thread.write(careless))
    result(thread.write(create("whole")))
    assert result(thread.read(titles)) == ["whole"]
    assert result(thread.read(lambda store: store.folders.all())) == ()


def test_a_stale_read_is_stopped_while_it_runs_and_while_it_waits(open_thread: Open) -> None:
    thread = open_thread()
    begun = threading.Event()

    def endless(store: ChatStore) -> object:
        begun.set()
        return store.database.connection.execute(ENDLESS).fetchone()

    running, waiting, wanted = thread.read(endless), thread.read(titles), thread.read(titles)
    assert begun.wait(PATIENCE_S)
    thread.cancel(waiting)
    thread.cancel(running)
    with pytest.raises(CancelledError):
        result(running)
    with pytest.raises(CancelledError):
        result(waiting)
    assert result(wanted) == []


def test_a_read_that_is_stale_between_two_steps_is_stopped_in_the_next(open_thread: Open) -> None:
    thread = open_thread()
    begun, over = threading.Event(), threading.Event()

    def two_steps(store: ChatStore) -> object:
        begun.set()
        assert over.wait(PATIENCE_S)
        return store.database.connection.execute(ENDLESS).fetchone()

    running = thread.read(two_steps)
    assert begun.wait(PATIENCE_S)
    thread.cancel(running)
    over.set()
    with pytest.raises(CancelledError):
        result(running)


def test_a_write_that_runs_cannot_be_withdrawn_and_one_that_waits_can(open_thread: Open) -> None:
    thread = open_thread()
    begun, over = threading.Event(), threading.Event()

    def slow(store: ChatStore) -> int:
        begun.set()
        assert over.wait(PATIENCE_S)
        return create("slow")(store)

    running, waiting = thread.write(slow), thread.write(create("withdrawn"))
    assert begun.wait(PATIENCE_S)
    thread.cancel(running)
    thread.cancel(waiting)
    over.set()
    result(running)
    assert result(thread.read(titles)) == ["slow"]


@pytest.mark.parametrize("journal", [JournalMode.DELETE, None])
def test_without_a_second_connection_reads_take_their_turn(
    open_thread: Open, tmp_path: Path, journal: JournalMode | None
) -> None:
    thread = (
        open_thread(None) if journal is None else open_thread(open_writer=lambda folder: open_store(folder, journal))
    )
    result(thread.write(create("one")))
    assert result(thread.read(titles)) == ["one"]
    writer = result(thread.write(lambda store: store))
    assert result(thread.read(lambda store: store is writer))
    stale = thread.read(lambda store: store.database.connection.execute(ENDLESS).fetchone())
    wait([thread.read(titles)], timeout=0.05)
    thread.cancel(stale)
    with pytest.raises(CancelledError):
        result(stale)
    assert list(tmp_path.glob("*.sqlite3")) == ([] if journal is None else [tmp_path / FILE_NAME])


def test_jobs_given_before_the_store_is_open_wait_for_it(tmp_path: Path) -> None:
    thread = StoreThread(tmp_path)
    written, read = thread.write(create("early")), thread.read(titles)
    thread.start()
    try:
        result(written)
        assert result(read) in ([], ["early"])
    finally:
        thread.close()


def test_closing_finishes_what_was_accepted_and_folds_the_wal(tmp_path: Path) -> None:
    thread = StoreThread(tmp_path)
    thread.start()
    writes = [thread.write(create(str(number))) for number in range(50)]
    read = thread.read(titles)
    assert thread.close()
    assert read.done()
    assert all(write.done() for write in writes)
    assert not (tmp_path / f"{FILE_NAME}-wal").exists()
    with open_store(tmp_path) as store:
        assert len(titles(store)) == 50
    with pytest.raises(StoreError, match="closed"):
        result(thread.read(titles))
    with pytest.raises(StoreError, match="closed"):
        result(thread.write(titles))
    assert thread.close()


def test_a_read_that_never_ends_does_not_keep_the_store_from_closing(tmp_path: Path) -> None:
    thread = StoreThread(tmp_path)
    thread.start()
    endless = thread.read(lambda store: store.database.connection.execute(ENDLESS).fetchone())
    assert thread.close(patience_s=2.0)
    with pytest.raises(CancelledError):
        result(endless)


def test_a_store_of_a_newer_ponder_says_why_and_opens_once_it_is_gone(open_thread: Open, tmp_path: Path) -> None:
    open_store(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    told: list[StoreCondition] = []
    thread = open_thread(on_condition=told.append)
    for refused in (thread.write(create("lost")), thread.read(titles)):
        with pytest.raises(StoreTooNew):
            refused.result(PATIENCE_S)
    assert told[-1].access is StoreAccess.UNUSABLE
    assert isinstance(told[-1].error, StoreTooNew)
    assert (tmp_path / FILE_NAME).read_bytes() == before
    with store_lock(tmp_path):  # a command can put it right
        (tmp_path / FILE_NAME).unlink()
    result(thread.reopen())
    result(thread.write(create("kept")))
    assert result(thread.read(titles)) == ["kept"]
    assert [each.access for each in told] == [
        StoreAccess.OPENING,
        StoreAccess.UNUSABLE,
        StoreAccess.OPENING,
        StoreAccess.WRITABLE,
    ]


def test_while_a_command_writes_the_store_is_read_and_later_written(open_thread: Open, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        create("there")(store)
    with store_lock(tmp_path, "ponder chats import"):
        thread = open_thread()
        assert result(thread.read(titles)) == ["there"]
        with pytest.raises(StoreBusy, match="ponder chats import"):
            result(thread.write(create("refused")))
        with pytest.raises(StoreBusy):
            result(thread.reopen())
    result(thread.reopen())
    result(thread.write(create("accepted")))
    assert result(thread.read(titles)) == ["accepted", "there"]


def test_while_the_window_is_open_a_command_cannot_write_but_read_10(open_thread: Open, tmp_path: Path) -> None:
    from app.store.store import read_store

    thread = open_thread()
    result(thread.write(create("there")))
    with pytest.raises(StoreBusy, match=WINDOW):
        take_store_lock(tmp_path)
    with read_store(tmp_path) as store:
        assert titles(store) == ["there"]
    thread.close()
    with store_lock(tmp_path):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="a read-only folder takes new files there")
def test_a_store_that_may_not_be_written_is_read_5() -> None:
    with open_folder() as folder:
        with open_store(folder) as store:
            create("there")(store)
        thread = StoreThread(folder)
        with write_protected(folder):
            thread.start()
            assert result(thread.read(titles)) == ["there"]
            with pytest.raises(StoreReadOnly):
                result(thread.write(create("refused")))
            assert thread.condition.access is StoreAccess.READABLE
        result(thread.reopen())
        result(thread.write(create("accepted")))
        assert thread.close()


def test_the_file_is_replaced_while_nobody_has_it_open(open_thread: Open, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with open_store(other) as store:
        create("from the backup")(store)
    thread = open_thread()
    result(thread.write(create("before")))
    assert result(thread.read(titles)) == ["before"]

    def replace() -> str:
        assert not (tmp_path / f"{FILE_NAME}-wal").exists()
        with pytest.raises(StoreBusy):
            take_store_lock(tmp_path)
        (other / FILE_NAME).replace(tmp_path / FILE_NAME)
        return "done"

    assert result(thread.with_file_closed(replace)) == "done"
    assert result(thread.read(titles)) == ["from the backup"]
    with pytest.raises(ZeroDivisionError):
        result(thread.with_file_closed(lambda: 1 // 0))
    result(thread.write(create("after")))
    assert result(thread.read(titles)) == ["after", "from the backup"]


def test_what_a_dead_process_left_streaming_is_interrupted_1(open_thread: Open, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        chat = store.conversations.create().id
        store.messages.add(chat, None, NewMessage(Role.ASSISTANT, (), MessageState.STREAMING))
    [message] = result(open_thread().read(lambda store: store.messages.tree(chat).path()))
    assert message.state is MessageState.INTERRUPTED
