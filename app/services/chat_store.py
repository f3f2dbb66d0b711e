"""The conversation store as the window sees it: calls that return at once, signals that arrive on the window's thread.

Every request has an id; what comes of it arrives in one signal, with that id. Knows no SQL and no widget.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.core.chats import ConversationSummary, NewConversation
from app.core.errors import StoreError
from app.core.log import log_bug
from app.core.store_notices import StoreNotice
from app.library.outbox import Outbox, StoreTrouble
from app.library.recorder import ChatRecorder, RecordedMessage
from app.store.worker import StoreAccess, StoreCondition, StoreThread
from engine.errors import PonderError

if TYPE_CHECKING:
    from app.store.conversations import OpenConversation, Shelf
    from app.store.store import ChatStore

__all__ = [
    "ChatsChanged",
    "ConversationRead",
    "PageRead",
    "RequestDone",
    "RequestFailed",
    "StoreOpened",
    "StoreRecovered",
    "StoreService",
    "StoreTrouble",
]

T = TypeVar("T")
PAGE_ROWS = 100

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PageRead:
    """Rows of the sidebar, the most recently active first."""

    request_id: int
    rows: tuple[ConversationSummary, ...]


@dataclass(frozen=True, slots=True)
class ConversationRead:
    request_id: int
    conversation: OpenConversation


@dataclass(frozen=True, slots=True)
class RequestDone:
    """`value` is what the callable returned."""

    request_id: int
    value: Any


@dataclass(frozen=True, slots=True)
class RequestFailed:
    request_id: int
    error: PonderError


@dataclass(frozen=True, slots=True)
class ChatsChanged:
    """Conversations that whoever shows them has to read again."""

    conversation_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StoreOpened:
    """The store can be read. `notices` are what a person should know about how it was opened, each told once."""

    notices: tuple[StoreNotice, ...]


@dataclass(frozen=True, slots=True)
class StoreRecovered:
    """Everything that was held in memory is on the disk."""


class StoreService(QObject):
    """Owns the store's threads and connections.

    Args:
        folder: Where the conversations lie.
        parent: Its Qt parent.
    """

    page_read = Signal(object)
    """A PageRead."""
    conversation_read = Signal(object)
    """A ConversationRead."""
    done = Signal(object)
    """A RequestDone, of `read`, `write` or `run`."""
    failed = Signal(object)
    """A RequestFailed, of any request."""
    changed = Signal(object)
    """A ChatsChanged."""
    opened = Signal(object)
    """A StoreOpened: at the start, and again when the file may be another one."""
    troubled = Signal(object)
    """A StoreTrouble: once for every different one."""
    recovered = Signal(object)
    """A StoreRecovered."""
    _posted = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = StoreThread(folder, on_condition=self._on_condition)
        self._outbox = Outbox(self._thread, self._on_trouble)
        self._ids = itertools.count(1)
        self._futures: dict[int, Future[Any]] = {}
        self._noticed: set[StoreNotice] = set()
        self._closed = False
        # Emitted from the store's threads: queued, whatever threads Qt takes them to be.
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Open the store, in the background. Requests may be made before, and wait."""
        self._thread.start()
        self._outbox.start()

    def record(self, new: NewConversation, adopted: Sequence[RecordedMessage] = ()) -> ChatRecorder:
        """What writes down a conversation as it happens; nothing is written before its next question.

        Args:
            new: For a conversation that the store has, with its uid.
            adopted: The messages that the store has of it.
        """
        announce = self.announce
        return ChatRecorder(
            self._outbox, new, on_changed=lambda each: self._post(partial(announce, (each,))), adopted=adopted
        )

    def list_page(self, shelf: Shelf | None = None, *, below: int | None = None, limit: int = PAGE_ROWS) -> int:
        """Read a page of the sidebar: `page_read`.

        Args:
            shelf: Which conversations; None means all but the archived and deleted ones.
            below: The `activity` of the last row of the page before; None for the first page.
            limit: How many rows at most.
        """

        def page(store: ChatStore) -> tuple[ConversationSummary, ...]:
            if shelf is None:
                return store.conversations.page(limit=limit, below=below)
            return store.conversations.page(shelf, limit=limit, below=below)

        return self._request(self._thread.read(page), self.page_read, PageRead)

    def open(self, conversation_id: int) -> int:
        """Read a conversation: `conversation_read`."""
        future = self._thread.read(lambda store: store.conversations.open(conversation_id))
        return self._request(future, self.conversation_read, ConversationRead)

    def read(self, work: Callable[[ChatStore], object], *, replaces: int | None = None) -> int:
        """Read anything: `done`.

        Args:
            work: Runs on the store's reading thread.
            replaces: An earlier request that nobody waits for any more, as in searching while somebody types.
        """
        if replaces is not None:
            self.cancel(replaces)
        return self._request(self._thread.read(work), self.done, RequestDone)

    def write(self, work: Callable[[ChatStore], object], changes: tuple[int, ...] = ()) -> int:
        """Write something a person did: `done`, and `changed` with the ids in `changes`.

        While the store cannot be written it is held in memory, in order, and `troubled` has been told.
        """
        future = self._outbox.submit(work)
        return self._request(future, self.done, RequestDone, changes)

    def run(self, work: Callable[[ChatStore], object], changes: tuple[int, ...] = ()) -> int:
        """Do something with the store that may fail by itself, as a backup may, on the writing thread: `done`, and
        `changed` with the ids in `changes`.
        """
        return self._request(self._thread.write(work), self.done, RequestDone, changes)

    def run_with_file_closed(self, work: Callable[[], object]) -> int:
        """Do something that replaces the store's file while nobody has it open, then open it again: `done`.

        What was written before is in the file by then; what is written meanwhile waits.
        """
        return self._request(self._thread.with_file_closed(work), self.done, RequestDone)

    def follow(self, future: Future[Any], call: Callable[[], None]) -> None:
        """Call `call` on this thread once a recorder's future has a result, unless everything is closed by then."""
        future.add_done_callback(lambda _: self._post(call))

    def cancel(self, request_id: int) -> None:
        """Let nothing come of a request. A read ends; a write is done nevertheless."""
        future = self._futures.pop(request_id, None)
        if future is not None:
            self._thread.cancel(future)

    def retry(self) -> None:
        """Try again now to write what is held in memory."""
        self._outbox.retry()

    def close(self) -> None:
        """Write what waits, close the store and end its threads. Nothing is signalled any more."""
        if self._closed:
            return
        self._closed = True
        self._posted.disconnect(self._deliver)
        if unwritten := self._outbox.close():
            log.error("%d writes never reached the conversation store", unwritten)
        if not self._thread.close():
            log.error("the conversation store could not be closed in time")

    # -- on the window's thread --

    def _request(
        self,
        future: Future[Any],
        signal: Any,
        wrap: Callable[[int, Any], object],
        changes: tuple[int, ...] = (),
    ) -> int:
        request_id = next(self._ids)
        self._futures[request_id] = future

        def finish() -> None:
            if self._futures.pop(request_id, None) is None:
                return  # nobody waits for it any more
            try:
                value = future.result()
            except CancelledError:
                return
            except PonderError as error:
                self.failed.emit(RequestFailed(request_id, error))
            except Exception as error:
                log_bug(error)
                self.failed.emit(RequestFailed(request_id, StoreError("Ponder ran into a bug of its own.")))
            else:
                signal.emit(wrap(request_id, value))
                if changes:
                    self.announce(changes)

        self.follow(future, finish)
        return request_id

    @Slot(object)
    def _deliver(self, call: Callable[[], None]) -> None:
        call()

    def announce(self, conversation_ids: tuple[int, ...]) -> None:
        """Tell whoever shows these conversations to read them again."""
        self.changed.emit(ChatsChanged(conversation_ids))

    def _tell_opened(self, notices: tuple[StoreNotice, ...]) -> None:
        new = tuple(each for each in notices if each not in self._noticed)
        self._noticed.update(new)
        self.opened.emit(StoreOpened(new))

    def _tell_trouble(self, trouble: StoreTrouble | None) -> None:
        if trouble is None:
            self.recovered.emit(StoreRecovered())
        else:
            self.troubled.emit(trouble)

    # -- on the store's threads --

    def _post(self, call: Callable[[], None]) -> None:
        if not self._closed:
            self._posted.emit(call)

    def _on_condition(self, condition: StoreCondition) -> None:
        self._outbox.note(condition)
        if condition.access in (StoreAccess.WRITABLE, StoreAccess.READABLE):
            self._post(partial(self._tell_opened, condition.notices))

    def _on_trouble(self, trouble: StoreTrouble | None) -> None:
        self._post(partial(self._tell_trouble, trouble))
