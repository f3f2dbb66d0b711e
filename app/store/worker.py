"""The threads that own the store's connections, so that nobody else ever waits for a disk.

One thread opens the store and writes, another reads through a connection of its own: a long write, a backup or a VACUUM
holds up no read. Where there can be no second connection (a store in memory, a journal other than WAL, a folder that
can only be read) reads take their turn on the first thread.

SQLite is imported on these threads alone: naming this module costs a start nothing.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app.core.errors import StoreBusy, StoreError, StoreReadOnly
from app.core.file_lock import FileLock
from app.core.log import log_bug
from app.core.store_notices import StoreNotice, StoreNoticeKind
from app.store.jobs import AnyJob, Job, StoppableReads
from app.store.lane import Lane
from app.store.lock import WINDOW, take_store_lock

if TYPE_CHECKING:
    from app.store.store import ChatStore

T = TypeVar("T")
CLOSE_PATIENCE_S = 10.0

log = logging.getLogger(__name__)


class StoreAccess(Enum):
    """What can be done with the store at the moment."""

    OPENING = auto()
    WRITABLE = auto()
    READABLE = auto()
    UNUSABLE = auto()


@dataclass(frozen=True, slots=True)
class StoreCondition:
    """How the store stands.

    error: why it cannot be written; None while it can, or is being opened.
    notices: what a person should know about how it was opened.
    """

    access: StoreAccess
    error: StoreError | None = None
    notices: tuple[StoreNotice, ...] = ()


class StoreThread:
    """Runs jobs on the store in `folder` and hands out what they return as futures.

    A job gets the ChatStore, on one of the threads, and must not keep it. A future's callbacks run there too and must
    be quick. Errors arrive in the future: a StoreError, or what the job raised.

    Args:
        folder: Where the store lies; None is a store in memory that touches no disk.
        holder: What others are told about who writes to the store.
        on_condition: Told of every change of the condition, on the writing thread.
        open_writer: Opens the writing connection; None means `app.store.store.open_store`.
    """

    def __init__(
        self,
        folder: Path | None,
        holder: str = WINDOW,
        on_condition: Callable[[StoreCondition], None] | None = None,
        open_writer: Callable[[Path], ChatStore] | None = None,
    ) -> None:
        self._folder = folder
        self._holder = holder
        self._on_condition = on_condition
        self._open_writer = open_writer
        self._condition = StoreCondition(StoreAccess.OPENING)
        self._accepting = threading.Lock()
        self._closed = False
        # Of the writing thread:
        self._writer = Lane("store-write")
        self._lock: FileLock | None = None
        self._store: ChatStore | None = None
        self._reads_on_writer = StoppableReads()
        # Of the reading thread, which stands still while the writing one opens or closes the store:
        self._reader = Lane("store-read")
        self._reads_beside = False
        self._read_store: ChatStore | None = None
        self._reads = StoppableReads()

    @property
    def condition(self) -> StoreCondition:
        return self._condition

    @property
    def file_exists(self) -> bool:
        """Whether the store's file is where it belongs. Looks at the disk."""
        path = self._path()
        return path is None or path.is_file()

    def start(self) -> None:
        """Start the threads and open the store. Jobs may be given before, and wait."""
        self._writer.put(lambda: self._with_reader_aside(self._open), first=True)
        self._writer.start()
        self._reader.start()

    def write(self, work: Callable[[ChatStore], T]) -> Future[T]:
        """Run `work` after all writes given before. Once its future has a result, what it wrote is on the disk."""
        job = Job(work)
        self._accept(self._writer, job.future, lambda: self._write(job))
        return job.future

    def read(self, work: Callable[[ChatStore], T]) -> Future[T]:
        """Run `work` on the latest state that was written, without waiting for a write that goes on."""
        job = Job(work)
        self._accept(self._reader, job.future, lambda: self._read(job))
        return job.future

    def cancel(self, future: Future[Any]) -> None:
        """Withdraw a job that nobody waits for any more: its future raises CancelledError.

        A read is stopped even where it runs already; a write that runs goes on to its end.
        """
        if not future.cancel():
            self._reads.stop(future)
            self._reads_on_writer.stop(future)

    def reopen(self) -> Future[None]:
        """Close the store and open it anew, in its turn among the writes. The future raises what prevents writing."""
        return self.with_file_closed(lambda: None)

    def with_file_closed(self, work: Callable[[], T]) -> Future[T]:
        """Run `work` while no connection has the file open and no other process may write; then open it again.

        For what replaces the file: restoring a backup, rescuing a damaged store. The future raises what `work` raised,
        else what prevents writing afterwards.
        """
        future: Future[T] = Future()
        self._accept(self._writer, future, lambda: self._with_reader_aside(lambda: self._replace(work, future)))
        return future

    def close(self, patience_s: float = CLOSE_PATIENCE_S) -> bool:
        """Finish what was accepted, fold the WAL into the file, end the threads and give the lock back.

        Returns:
            False where the disk hangs and `patience_s` was not enough; the threads then end with the process.
        """
        with self._accepting:
            self._closed = True
        until_s = time.monotonic() + patience_s
        # The reading connection goes first: only the last one, which is then the writing one, folds the WAL.
        self._reader.put(self._close_reader)
        self._reader.finish()
        if not self._reader.join(patience_s / 2):
            self._reads.stop()
        self._reader.join(until_s - time.monotonic())
        self._writer.put(self._close_writer)
        self._writer.finish()
        return self._writer.join(until_s - time.monotonic())

    def _accept(self, lane: Lane, future: Future[Any], call: Callable[[], None]) -> None:
        with self._accepting:
            if not self._closed:
                lane.put(call)
                return
        future.set_exception(StoreError("The conversation store has been closed."))

    # -- on the writing thread --

    def _write(self, job: AnyJob) -> None:
        if not job.future.set_running_or_notify_cancel():
            return
        if self._store is None or self._condition.access is not StoreAccess.WRITABLE:
            job.future.set_exception(self._why_not())
        else:
            job.run(self._store)

    def _read_on_writer(self, job: AnyJob) -> None:
        if self._store is not None:
            self._reads_on_writer.run(job, self._store)
        elif job.future.set_running_or_notify_cancel():
            job.future.set_exception(self._why_not())

    def _why_not(self) -> StoreError:
        return self._condition.error or StoreError("The conversation store is not open.")

    def _with_reader_aside(self, work: Callable[[], None]) -> None:
        """Run `work` while the reading thread stands still and has no connection."""
        aside, over = threading.Event(), threading.Event()

        def stand_aside() -> None:
            self._close_reader()
            aside.set()
            over.wait()

        if self._reader.put(stand_aside, first=True):
            aside.wait()
        try:
            work()
        finally:
            over.set()

    def _replace(self, work: Callable[[], T], future: Future[T]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        self._close_store()
        try:
            self._take_lock()
            value = work()
        except BaseException as error:
            self._open()
            future.set_exception(error)
            return
        self._open()
        if self._condition.error is None:
            future.set_result(value)
        else:
            future.set_exception(self._condition.error)

    def _open(self) -> None:
        self._set_condition(StoreCondition(StoreAccess.OPENING))
        try:
            self._condition_of(self._open_locked())
        except StoreError as error:
            self._open_beside(error)
        except Exception as error:
            log_bug(error)
            self._open_beside(StoreError("The conversation store could not be opened because of a bug of Ponder's."))

    def _open_locked(self) -> ChatStore:
        """The store, writable only with its lock held. Raises StoreError."""
        if self._folder is None:
            from app.store.store import temporary_store

            return temporary_store()
        try:
            self._take_lock()
        except StoreReadOnly as error:
            store = self._open_folder(self._folder)
            if store.writable:
                _close(store)
                raise error
            return store
        return self._open_folder(self._folder)

    def _open_folder(self, folder: Path) -> ChatStore:
        from app.store.store import open_store

        return open_store(folder) if self._open_writer is None else self._open_writer(folder)

    def _condition_of(self, store: ChatStore) -> None:
        self._store = store
        if store.writable:
            from app.store.database import JournalMode

            self._reads_beside = store.database.journal is JournalMode.WAL
            self._set_condition(StoreCondition(StoreAccess.WRITABLE, notices=store.notices))
            return
        # Whoever can mend it must be able to get the lock.
        self._release_lock()
        notices = tuple(each for each in store.notices if each.kind is not StoreNoticeKind.READ_ONLY)
        self._set_condition(
            StoreCondition(StoreAccess.READABLE, StoreReadOnly(*store.database.why_not_writable), notices)
        )

    def _open_beside(self, why: StoreError) -> None:
        """What another process writes can be read all the while."""
        from app.store.store import read_store

        self._close_store()
        self._release_lock()
        if self._folder is not None and isinstance(why, StoreBusy) and self.file_exists:
            with contextlib.suppress(StoreError):
                self._store = read_store(self._folder)
        access = StoreAccess.UNUSABLE if self._store is None else StoreAccess.READABLE
        self._set_condition(StoreCondition(access, why))

    def _close_store(self) -> None:
        self._reads_beside = False
        store, self._store = self._store, None
        if store is not None:
            _close(store)

    def _close_writer(self) -> None:
        self._close_store()
        self._release_lock()

    def _take_lock(self) -> None:
        if self._lock is not None and self._lock.lost():
            self._release_lock()
        if self._folder is not None and self._lock is None:
            self._lock = take_store_lock(self._folder, self._holder)

    def _release_lock(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    def _set_condition(self, condition: StoreCondition) -> None:
        self._condition = condition
        if self._on_condition is not None:
            self._on_condition(condition)

    def _path(self) -> Path | None:
        from app.store.store import FILE_NAME

        return None if self._folder is None else self._folder / FILE_NAME

    # -- on the reading thread --

    def _read(self, job: AnyJob) -> None:
        store = self._reading_store() if self._reads_beside else None
        if store is None:
            self._writer.put(lambda: self._read_on_writer(job))
        else:
            self._reads.run(job, store)

    def _reading_store(self) -> ChatStore | None:
        """The connection beside the writing one; None where it cannot be had, which is no reason to read nothing."""
        if self._read_store is None and self._folder is not None:
            from app.store.store import read_store

            try:
                self._read_store = read_store(self._folder)
            except StoreError as error:
                log.warning("there is no connection for reading: %s", error.kind)
        return self._read_store

    def _close_reader(self) -> None:
        store, self._read_store = self._read_store, None
        if store is not None:
            _close(store)


def _close(store: ChatStore) -> None:
    try:
        store.close()
    except Exception as error:  # what was acknowledged is on the disk; the WAL is folded at the next start
        log_bug(error)
