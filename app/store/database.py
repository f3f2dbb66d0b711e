"""One connection to the store's file: how it is opened, and transactions on it. Knows no table."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from app.core.errors import StoreError, StoreReadOnly
from app.store.failures import gone, typed_errors
from app.store.open_files import Identity, forget, identity, register
from app.store.raw_file import WAL_SUFFIX, beside
from app.store.words import indexed

APPLICATION_ID: Final = 0x506F6E64  # "Pond"; https://www.sqlite.org/pragma.html#pragma_application_id
BUSY_TIMEOUT_S = 5.0
_MARKS: Final = range(1 << 20, 1 << 30)


class JournalMode(StrEnum):
    """WAL lets reads go on during writes. It needs shared memory, so on a network folder DELETE takes its place."""

    WAL = "wal"
    DELETE = "delete"
    MEMORY = "memory"


class Access(StrEnum):
    """What a connection may do.

    IMMUTABLE reads the file alone, as if nothing lay beside it. UNSHARED reads it and its -wal where SQLite cannot make
    the file that WAL needs for sharing. Neither takes a lock: both are for files that nobody writes.
    """

    WRITE = "write"
    READ = "read"
    IMMUTABLE = "immutable"
    UNSHARED = "unshared"


class Database:
    """A connection and the file it belongs to. Belongs to the thread that opened it.

    journal: the mode it is in.
    why_not_writable: the words for whoever writes on a connection that cannot.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None, access: Access) -> None:
        self.connection = connection
        self.path = path
        self.access = access
        self.now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
        self.why_not_writable = ("This connection is for reading only.", "")
        self.journal = JournalMode.MEMORY if path is None else _journal(connection)
        self._watched: dict[Path, Identity] = {}
        self._registered: Identity | None = None
        if path is not None:
            self._registered = register(path)
            if access is Access.WRITE:
                files = path, beside(path, WAL_SUFFIX)
                self._watched = {each: found for each in files if (found := identity(each)) is not None}

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Inside, SQLite's errors come out as a StoreError."""
        with typed_errors(self.path):
            yield

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, also inside another transaction: a larger step may be made of smaller ones.

        Raises:
            StoreGone: the file is no longer where it was opened; what was written is not where it would be found again.
            StoreError: nothing of the block was written.
        """
        if self.access is not Access.WRITE:
            raise StoreReadOnly(*self.why_not_writable)
        with self.errors(), self._step() if self.connection.in_transaction else self._outermost():
            yield self.connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Inside, all reads see one state, whatever is written meanwhile. Nothing may be written inside."""
        with self.errors():
            outermost = not self.connection.in_transaction
            if outermost:
                self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                if outermost:
                    self._roll_back()

    def rows(self, sql: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """All rows of a query. Raises a StoreError."""
        with self.errors():
            return self.connection.execute(sql, values).fetchall()

    def close(self) -> None:
        """Close the connection; the last one folds the WAL into the file."""
        self.connection.close()
        if self._registered is not None:
            forget(self._registered)
            self._registered = None

    @contextmanager
    def _outermost(self) -> Iterator[None]:
        self._check_in_place()
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            changes = self.connection.total_changes
            yield
            if not self.connection.in_transaction:  # somebody went on after an error that undid everything
                raise StoreError("The conversation store undid what was to be written.", "Try again.")
            if self.connection.total_changes != changes:
                self._write_first_page()
            self._check_in_place()
            self.connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        self._check_in_place()

    @contextmanager
    def _step(self) -> Iterator[None]:
        self.connection.execute("SAVEPOINT step")
        try:
            yield
            self.connection.execute("RELEASE step")
        except BaseException:
            try:
                self.connection.execute("ROLLBACK TO step")
                self.connection.execute("RELEASE step")
            except sqlite3.Error:
                self._roll_back()
            raise

    def _roll_back(self) -> None:
        # A full disk rolls back by itself, and then there is nothing left to roll back. What is raised is what failed.
        if self.connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")

    def _write_first_page(self) -> None:
        """Have the commit write page 1, so that the -wal says to which store it belongs (see app.store.raw_file)."""
        if self.journal is JournalMode.WAL:
            version = self.connection.execute("PRAGMA user_version").fetchone()[0]
            self.connection.execute(f"PRAGMA user_version = {version}")

    def _check_in_place(self) -> None:
        """SQLite goes on writing into a file that was deleted, and what it acknowledges is lost. Raises StoreGone."""
        if self.path is not None and any(identity(path) != known for path, known in self._watched.items()):
            raise gone(self.path)


def open_database(path: Path | None, access: Access = Access.WRITE, journal: JournalMode = JournalMode.WAL) -> Database:
    """Open the file (made where it is missing and `access` is WRITE); None is a store in memory that touches no disk.

    Only a connection with WRITE may checkpoint: SQLite before 3.51.3 can corrupt a WAL that two connections write and
    checkpoint (https://www.sqlite.org/wal.html#walresetbug), and there is never more than one of them.

    Args:
        journal: What to keep changes in; a file system that cannot do WAL leaves the journal as it is.

    Raises:
        StoreError: it cannot be opened, or with WRITE not written.
    """
    with typed_errors(path):
        connection = sqlite3.connect(
            ":memory:" if path is None else _uri(path, access),
            uri=path is not None,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
        )
        try:
            connection.row_factory = sqlite3.Row
            connection.text_factory = _text
            _configure(connection, path, access, journal)
            return Database(connection, path, access)
        except BaseException:
            connection.close()
            raise


def _uri(path: Path, access: Access) -> str:
    how = {
        Access.WRITE: "mode=rwc",
        Access.READ: "mode=ro",
        Access.IMMUTABLE: "immutable=1",
        Access.UNSHARED: f"mode=ro&vfs={'win32' if os.name == 'nt' else 'unix'}-none",
    }[access]
    return f"{path.absolute().as_uri()}?{how}"


def _configure(connection: sqlite3.Connection, path: Path | None, access: Access, journal: JournalMode) -> None:
    leaving_wal = access is Access.WRITE and path is not None and journal is not JournalMode.WAL
    if leaving_wal or access is Access.UNSHARED:
        # Before the file is first read: the WAL's index is then kept in this process alone.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    # The views and triggers of the search index call it, which not every build of SQLite trusts them to do.
    connection.create_function("search_words", 1, indexed, deterministic=True)
    connection.execute("PRAGMA trusted_schema = ON")
    if access is not Access.WRITE:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        _touch(connection)
        return
    # What is deleted is overwritten; see app.store.purge for what is left in free pages and the WAL.
    connection.execute("PRAGMA secure_delete = ON")
    if path is None:
        return
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone leaves data in the drive's cache
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    connection.execute("PRAGMA journal_size_limit = 16777216")
    _enter(connection, journal)
    _try_to_write(connection)


def _enter(connection: sqlite3.Connection, journal: JournalMode) -> None:
    if _journal(connection) is not JournalMode.WAL:
        _mark_once(connection)
    if journal is JournalMode.WAL:
        connection.execute("PRAGMA journal_mode = WAL")
        if _journal(connection) is JournalMode.WAL:
            return
    else:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA locking_mode = NORMAL")
        _touch(connection)
    # FULL would let a power failure undo the last commit: https://www.sqlite.org/pragma.html#pragma_synchronous
    connection.execute("PRAGMA synchronous = EXTRA")


def _mark_once(connection: sqlite3.Connection) -> None:
    """Give a file a number of its own, by which it and the -wal or -journal beside it know each other.

    It is the schema's cookie, which may have any value as long as every change makes it another. SQLite's backups begin
    anew at 1.
    """
    if connection.execute("PRAGMA schema_version").fetchone()[0] >= _MARKS.start:
        return
    new = not connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute("BEGIN IMMEDIATE")
    if new:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA schema_version = {_MARKS.start + int.from_bytes(os.urandom(4), 'big') % len(_MARKS)}")
    connection.execute("COMMIT")


def _try_to_write(connection: sqlite3.Connection) -> None:
    """Raise now what the first write would raise, and change nothing."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA user_version = {connection.execute('PRAGMA user_version').fetchone()[0]}")
    connection.execute("ROLLBACK")


def _touch(connection: sqlite3.Connection) -> None:
    """SQLite opens a file when it is first read; so what is wrong with it comes out here."""
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def _journal(connection: sqlite3.Connection) -> JournalMode:
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    return JournalMode.WAL if mode == JournalMode.WAL else JournalMode.DELETE


def _text(data: bytes) -> str:
    """A damaged byte must not make a whole conversation unreadable."""
    return data.decode("utf-8", "replace")
