"""The store behind signals: a real event loop, a real file, and no call that waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer, SignalInstance
from pytestqt.qtbot import QtBot

from app.core.chats import ConversationSummary, NewConversation, TitleSource
from app.core.errors import NotInStore, StoreBusy, StoreError, StoreFull
from app.library.recorder import Kept
from app.services.chat_store import (
    ChatsChanged,
    ConversationRead,
    PageRead,
    RequestDone,
    RequestFailed,
    StoreOpened,
    StoreRecovered,
    StoreService,
    StoreTrouble,
)
from app.store.conversations import Shelf
from app.store.lock import store_lock
from app.store.store import ChatStore, open_store

PATIENCE_MS = 60_000
PATIENCE_S = 60.0
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


class Listener:
    """Every payload of a service, in the order of arrival."""

    def __init__(self, service: StoreService, qtbot: QtBot) -> None:
        self.service = service
        self.qtbot = qtbot
        self.heard: list[Any] = []
        signals: tuple[SignalInstance, ...] = (
            service.page_read,
            service.conversation_read,
            service.done,
            service.failed,
            service.changed,
            service.opened,
            service.troubled,
            service.recovered,
        )
        for signal in signals:
            signal.connect(self._hear)

    def _hear(self, payload: object) -> None:
        assert threading.current_thread() is threading.main_thread()
        self.heard.append(payload)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def answer(self, request_id: int) -> Any:
        """What arrived for a request; waits for it."""
        self.wait(lambda: any(getattr(each, "request_id", None) == request_id for each in self.heard))
        [found] = [each for each in self.heard if getattr(each, "request_id", None) == request_id]
        return found

    def of(self, kind: type) -> list[Any]:
        return [each for each in self.heard if isinstance(each, kind)]

    def rows(self) -> list[str]:
        page = self.answer(self.service.list_page())
        assert isinstance(page, PageRead)
        return [row.title for row in page.rows]


OpenService = Callable[..., Listener]


@pytest.fixture
def open_service(tmp_path: Path, qtbot: QtBot) -> Iterator[OpenService]:
    opened: list[StoreService] = []

    def open_one(folder: Path = tmp_path) -> Listener:
        service = StoreService(folder)
        opened.append(service)
        service.start()
        return Listener(service, qtbot)

    yield open_one
    for service in opened:
        service.close()
        service.deleteLater()
        QCoreApplication.sendPostedEvents(service, QEvent.Type.DeferredDelete)
    assert not [each.name for each in threading.enumerate() if each.name.startswith("store-")]


@pytest.fixture
def listener(open_service: OpenService) -> Listener:
    return open_service()


def create(title: str) -> Callable[[ChatStore], ConversationSummary]:
    return lambda store: store.conversations.create(NewConversation(title))


def pages_at_most(count: int) -> Callable[[ChatStore], object]:
    """The disk is full from this size on."""
    return lambda store: store.database.connection.execute(f"PRAGMA max_page_count = {count}").fetchall()


def test_pages_come_with_the_id_of_their_request(listener: Listener) -> None:
    service = listener.service
    for number in range(7):
        service.write(create(str(number)))
    assert listener.answer(service.write(create("7"))).value.title == "7"
    first = listener.answer(service.list_page(limit=5))
    assert [row.title for row in first.rows] == ["7", "6", "5", "4", "3"]
    second = listener.answer(service.list_page(limit=5, below=first.rows[-1].activity))
    assert [row.title for row in second.rows] == ["2", "1", "0"]
    assert listener.answer(service.list_page(Shelf(archived=True))).rows == ()


def test_a_conversation_is_opened(listener: Listener) -> None:
    made = listener.answer(listener.service.write(create("one"))).value
    read = listener.answer(listener.service.open(made.id))
    assert isinstance(read, ConversationRead)
    assert read.conversation.summary == made


def test_what_is_gone_and_what_is_a_bug_arrives_as_a_failure(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    gone = listener.answer(listener.service.open(99))
    assert isinstance(gone, RequestFailed)
    assert isinstance(gone.error, NotInStore)
    bug = listener.answer(listener.service.read(lambda store: 1 // 0))
    assert isinstance(bug.error, StoreError)
    assert "bug" in str(bug.error)
    assert "ZeroDivisionError" in caplog.text
    assert listener.rows() == []


def test_what_a_person_changed_is_announced_after_it_is_written(listener: Listener) -> None:
    service = listener.service
    made = listener.answer(service.write(create("before"))).value
    assert listener.of(ChatsChanged) == []
    renamed = service.write(
        lambda store: store.conversations.set_title(made.id, "after", TitleSource.PERSON), (made.id,)
    )
    assert listener.answer(renamed) == RequestDone(renamed, True)
    assert listener.of(ChatsChanged) == [ChatsChanged((made.id,))]
    failed = service.write(lambda store: store.conversations.set_draft(99, "x"), (99,))
    assert isinstance(listener.answer(failed).error, NotInStore)
    assert listener.rows() == ["after"]
    assert len(listener.of(ChatsChanged)) == 1


def test_a_long_write_delays_neither_reads_nor_the_event_loop_15(listener: Listener) -> None:
    service = listener.service
    listener.answer(service.write(create("there")))
    over = threading.Event()
    writing = service.run(lambda store: over.wait(PATIENCE_S))
    beats: list[None] = []
    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: beats.append(None))
    timer.start()
    for read in range(1, 6):
        assert listener.rows() == ["there"]
        listener.wait(partial(lambda least: len(beats) >= least, read))
    waiting = service.write(create("later"))
    listener.wait(lambda: len(beats) >= 20)
    timer.stop()
    assert not [each for each in listener.of(RequestDone) if each.request_id in (writing, waiting)]
    over.set()
    listener.answer(waiting)
    assert [each.request_id for each in listener.of(RequestDone)][-2:] == [writing, waiting]


def test_a_search_is_replaced_by_the_next_while_it_runs(listener: Listener) -> None:
    service = listener.service
    begun = threading.Event()

    def endless(store: ChatStore) -> object:
        begun.set()
        return store.database.connection.execute(ENDLESS).fetchone()

    stale = service.read(endless)
    assert begun.wait(PATIENCE_S)
    for letter in "abc":
        stale = service.read(partial(lambda found, store: found, letter), replaces=stale)
    assert listener.answer(stale) == RequestDone(stale, "c")
    assert listener.rows() == []
    assert [each.value for each in listener.of(RequestDone)] == ["c"]
    service.cancel(stale)  # long done
    assert listener.of(RequestFailed) == []


def test_a_full_disk_is_told_once_and_its_end_too_3(listener: Listener) -> None:
    service = listener.service
    listener.answer(
        service.run(lambda store: store.database.connection.execute("PRAGMA max_page_count = 1").fetchall())
    )
    waiting = [service.write(create(f"{number} {'x' * 20_000}")) for number in range(3)]
    listener.wait(lambda: bool(listener.of(StoreTrouble)))
    [trouble] = listener.of(StoreTrouble)
    assert isinstance(trouble.error, StoreFull)
    assert listener.rows() == []
    listener.answer(service.run(pages_at_most(1_000_000)))
    service.retry()
    for request in waiting:
        assert isinstance(listener.answer(request), RequestDone)
    listener.wait(lambda: listener.heard[-1] == StoreRecovered())
    assert len(listener.of(StoreTrouble)) == 1


def test_a_store_that_cannot_be_opened_yet_keeps_what_is_written(open_service: OpenService, tmp_path: Path) -> None:
    with store_lock(tmp_path, "ponder chats import"):
        listener = open_service()
        waiting = listener.service.write(create("kept"))
        listener.wait(lambda: bool(listener.of(StoreTrouble)))
        assert isinstance(listener.of(StoreTrouble)[0].error, StoreBusy)
    listener.service.retry()
    listener.answer(waiting)
    listener.wait(lambda: StoreRecovered() in listener.heard)
    assert len(listener.of(StoreOpened)) == 1
    assert listener.rows() == ["kept"]


def test_a_recorded_conversation_is_announced(listener: Listener) -> None:
    chat = listener.service.record(NewConversation("Recorded"))
    _, _, asked = chat.ask("q", None)
    kept: list[Kept] = []
    listener.service.follow(asked, lambda: kept.append(asked.result()))
    listener.wait(lambda: kept == [Kept.ON_DISK] and bool(listener.of(ChatsChanged)))
    assert listener.of(ChatsChanged) == [ChatsChanged((chat.conversation_id or 0,))]
    assert listener.rows() == ["Recorded"]


def test_closing_writes_what_waits_and_signals_nothing_more(open_service: OpenService, tmp_path: Path) -> None:
    listener = open_service()
    for number in range(20):
        listener.service.write(create(str(number)))
    listener.service.close()
    heard = len(listener.heard)
    QCoreApplication.processEvents()
    assert len(listener.heard) == heard
    listener.service.close()
    with open_store(tmp_path) as store:
        assert store.conversations.count() == 20


def test_naming_the_service_imports_no_database() -> None:
    import subprocess
    import sys

    code = "import sys, app.services.chat_session; print('sqlite3' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
