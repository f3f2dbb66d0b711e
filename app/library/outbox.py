"""Writes on their way into the store: in order, one at a time, and kept in memory until they are there.

A full disk, a folder that went away or a store that does not open loses nothing: what waits stays, the trouble is told
once, and everything is written in order as soon as that works again. Knows neither what is written nor a window.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from app.core.errors import (
    NotInStore,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreForeign,
    StoreFull,
    StoreGone,
    StoreNotUpgraded,
    StoreTooNew,
)
from app.core.log import log_bug
from app.store.worker import StoreAccess, StoreCondition, StoreThread

if TYPE_CHECKING:
    from app.store.store import ChatStore

T = TypeVar("T")
RETRY_PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)
CLOSE_PATIENCE_S = 5.0
_LASTING = (StoreDamaged, StoreForeign, StoreNotUpgraded, StoreTooNew)


@dataclass(frozen=True, slots=True)
class StoreTrouble:
    """Something could not be written and is held in memory. `error` says why and what to do.

    retries: it is tried again from time to time without being asked.
    """

    error: StoreError
    retries: bool


class PendingWrite(Protocol):
    """Something that has to be brought into the store. Compared by identity."""

    def write(self, store: ChatStore) -> None:
        """Write all of it in one transaction, on the writing thread.

        After a failure it is called again, perhaps with another store, and with one that may have nothing or all of it.
        Raises StoreError where the store cannot be written.
        """

    def written(self) -> None:
        """What the last call of `write` did is on the disk."""

    def held(self) -> None:
        """It could not be written and waits on."""


class Outbox:
    """Writes what it is given, on a thread of its own that runs only while there is something to do.

    Args:
        store: Where to. It is opened anew where that may help.
        on_trouble: Told when writing fails, and (None) once everything that was held back is written. Called on the
            outbox's or the store's thread.
        pauses_s: How long to wait after the first, the second and every further failure in a row.
    """

    def __init__(
        self,
        store: StoreThread,
        on_trouble: Callable[[StoreTrouble | None], None],
        pauses_s: tuple[float, ...] = RETRY_PAUSES_S,
    ) -> None:
        self._store = store
        self._on_trouble = on_trouble
        self._pauses_s = pauses_s
        self._changed = threading.Condition()
        self._due_s: dict[PendingWrite, float] = {}  # in the order of writing
        self._running: PendingWrite | None = None
        self._held: set[PendingWrite] = set()
        self._error: StoreError | None = None  # why nothing is written at the moment
        self._told: StoreTrouble | None = None
        self._failures = 0
        self._retry_at_s = math.inf
        self._asked_to_retry = False
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="store-outbox", daemon=True)

    @property
    def waiting(self) -> int:
        """How many writes are not on the disk yet."""
        with self._changed:
            return len({*self._due_s, self._running} - {None})

    def start(self) -> None:
        """Start the thread. Writes may be given before, and wait."""
        self._thread.start()

    def put(self, write: PendingWrite, within_s: float = 0.0) -> None:
        """Write it `within_s` from now at the latest. What waits already keeps its place and is never put off.

        While nothing can be written it is told at once that it is held.
        """
        due_s = time.monotonic() + within_s
        with self._changed:
            self._due_s[write] = min(due_s, self._due_s.get(write, due_s))
            held = self._error is not None
            if held:
                self._held.add(write)
            self._changed.notify()
        if held:
            write.held()

    def submit(self, work: Callable[[ChatStore], T]) -> Future[T]:
        """Do a write of its own in its turn.

        The future stays open while the store cannot be written. It raises NotInStore where what it was about is gone.
        """
        write = _Submitted(work)
        self.put(write)
        return write.future

    def note(self, condition: StoreCondition) -> None:
        """Take notice of how the store stands: trouble is told before there is anything to write, and a store that
        somebody has put right is written again.
        """
        if condition.access is StoreAccess.WRITABLE:
            with self._changed:
                self._error = None
                self._changed.notify()
            self._tell_if_recovered()
        elif condition.error is not None:
            self._fail(condition.error)

    def retry(self) -> None:
        """Try again now; a store whose file has been deleted is made anew, from what is in memory."""
        with self._changed:
            if self._error is not None:
                self._asked_to_retry = True
                self._retry_at_s = time.monotonic()
                self._changed.notify()

    def close(self, patience_s: float = CLOSE_PATIENCE_S) -> int:
        """Try everything that waits once more, and end the thread.

        Returns:
            How many writes are not on the disk; they are lost with the process.
        """
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(patience_s)
        return self.waiting

    # -- on the outbox's thread --

    def _work(self) -> None:
        tried_to_mend = False
        while True:
            with self._changed:
                while (write := self._next()) is None and not self._closing and not self._time_to_mend():
                    self._changed.wait(self._pause_s())
                self._running = write
            if write is not None:
                self._attempt(write)
            elif self._error is None or (self._closing and tried_to_mend):
                return
            else:
                tried_to_mend = self._closing
                self._mend()

    def _next(self) -> PendingWrite | None:
        if self._error is not None:
            return None
        now_s = math.inf if self._closing else time.monotonic()
        write = next((each for each, due_s in self._due_s.items() if due_s <= now_s), None)
        if write is not None:
            del self._due_s[write]
        return write

    def _time_to_mend(self) -> bool:
        return self._error is not None and time.monotonic() >= self._retry_at_s

    def _pause_s(self) -> float | None:
        until_s = min(self._due_s.values(), default=math.inf) if self._error is None else self._retry_at_s
        return None if math.isinf(until_s) else max(0.0, until_s - time.monotonic())

    def _attempt(self, write: PendingWrite) -> None:
        try:
            self._store.write(write.write).result()
        except StoreError as error:
            self._hold(write, error, first=True)
        except Exception as error:
            log_bug(error)
            why = StoreError(
                "What was written last could not be saved: Ponder ran into a bug of its own.",
                "It is kept until Ponder is closed; copy what matters.",
            )
            self._hold(write, why, first=False)  # so that it does not hold up the others for ever
        else:
            write.written()
            with self._changed:
                self._running = None
                self._held.discard(write)
            self._tell_if_recovered()

    def _hold(self, write: PendingWrite, error: StoreError, *, first: bool) -> None:
        with self._changed:
            self._running = None
            self._due_s.pop(write, None)
            self._due_s = {write: 0.0, **self._due_s} if first else {**self._due_s, write: 0.0}
            self._held.add(write)
        self._fail(error)
        write.held()

    def _mend(self) -> None:
        """Make it possible to write again, or at least to try."""
        with self._changed:
            error, asked, self._asked_to_retry = self._error, self._asked_to_retry, False
            self._plan_retry()
        # A folder that went away may come back with the disk it is on. Making a new one is for the person to say.
        if isinstance(error, StoreGone) and not asked and not self._store.file_exists:
            return
        trying_is_enough = (
            isinstance(error, StoreFull | StoreBusy) and self._store.condition.access is StoreAccess.WRITABLE
        )
        if not trying_is_enough:
            try:
                self._store.reopen().result()
            except StoreError as again:
                self._fail(again)
                return
        with self._changed:
            if self._error is error:
                self._error = None
        self._tell_if_recovered()

    # -- on any thread --

    def _fail(self, error: StoreError) -> None:
        with self._changed:
            if error is self._error:
                return
            self._error = error
            self._plan_retry()
            trouble = StoreTrouble(error, retries=_may_pass(error))
            if self._told is not None and str(self._told.error) == str(error):
                return
            self._told = trouble
            self._changed.notify()
        self._on_trouble(trouble)

    def _plan_retry(self) -> None:
        pause_s = self._pauses_s[min(self._failures, len(self._pauses_s) - 1)]
        self._failures += 1
        passes = self._error is not None and _may_pass(self._error)
        self._retry_at_s = time.monotonic() + pause_s if passes else math.inf

    def _tell_if_recovered(self) -> None:
        with self._changed:
            now_s = time.monotonic()
            if self._error is not None or self._held or any(due_s <= now_s for due_s in self._due_s.values()):
                return
            self._failures = 0
            if self._told is None:
                return
            self._told = None
        self._on_trouble(None)


class _Submitted(Generic[T]):
    """A single call. What only concerns the call itself ends its future and holds nothing up."""

    def __init__(self, work: Callable[[ChatStore], T]) -> None:
        self._work = work
        self._settle: Callable[[], None] = lambda: None
        self.future: Future[T] = Future()
        self.future.set_running_or_notify_cancel()  # what was handed in is written; nobody can withdraw it

    def write(self, store: ChatStore) -> None:
        try:
            value = self._work(store)
        except StoreError as error:
            if not isinstance(error, NotInStore):
                raise
            self._settle = partial(self.future.set_exception, error)
        except Exception as error:
            log_bug(error)
            self._settle = partial(self.future.set_exception, error)
        else:
            self._settle = partial(self.future.set_result, value)

    def written(self) -> None:
        self._settle()

    def held(self) -> None:
        pass


def _may_pass(error: StoreError) -> bool:
    """Whether trying again without doing anything about it makes sense."""
    return not isinstance(error, _LASTING)
