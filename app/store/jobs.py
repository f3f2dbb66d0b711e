"""Jobs on the store: what they are, how one runs, and how a reading one is stopped. Knows no thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from app.store.store import ChatStore

T = TypeVar("T")
# SQLite's virtual machine asks this often (some milliseconds of work) whether a read is still wanted.
_OPCODES_BETWEEN_LOOKS = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Job(Generic[T]):
    """Work on a store, and the future of what it returns."""

    work: Callable[[ChatStore], T]
    future: Future[T] = field(default_factory=Future)

    def run(self, store: ChatStore, check: Callable[[], None] = lambda: None) -> None:
        """Do the work, then `check`, and settle the future with what comes of the two. Raises nothing.

        The future must have been set running.
        """
        connection = store.database.connection
        try:
            try:
                value = self.work(store)
            finally:
                if connection.in_transaction:  # a job that ended halfway must not leave it to the next
                    connection.rollback()
                check()
        except BaseException as error:
            self.future.set_exception(error)
        else:
            self.future.set_result(value)


AnyJob: TypeAlias = "Job[Any]"


class StoppableReads:
    """Runs reading jobs one at a time, so that another thread can stop the one that runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._future: Future[Any] | None = None
        self._interrupt: Callable[[], None] = lambda: None
        self._unwanted = False

    def run(self, job: AnyJob, store: ChatStore) -> None:
        """Run a job that may have been cancelled by now."""
        connection = store.database.connection
        with self._lock:
            self._future, self._interrupt, self._unwanted = job.future, connection.interrupt, False
        # From here on either `cancel` of the future or `stop` finds it.
        if not job.future.set_running_or_notify_cancel():
            self._end()
            return
        # An interrupt ends the statement that runs and not the next one of the same job; this ends both.
        connection.set_progress_handler(lambda: self._unwanted, _OPCODES_BETWEEN_LOOKS)

        def check() -> None:
            connection.set_progress_handler(None, 0)
            if self._end():
                raise CancelledError

        job.run(store, check)

    def stop(self, future: Future[Any] | None = None) -> None:
        """Stop the job with this future, or (None) whichever runs: its future raises CancelledError."""
        with self._lock:
            if self._future is not None and future in (None, self._future):
                self._unwanted = True
                self._interrupt()

    def _end(self) -> bool:
        with self._lock:
            self._future = None
            self._interrupt = lambda: None
            return self._unwanted
