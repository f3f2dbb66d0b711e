"""One connection to the store's file: how it is opened, and transactions on it. Knows no table."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from app.store.failures import typed_errors

APPLICATION_ID: Final = 0x506F6E64  # "Pond"; https://www.sqlite.org/pragma.html#pragma_application_id
BUSY_TIMEOUT_S = 5.0


class JournalMode(StrEnum):
    """WAL lets reads go on during writes. It needs shared memory, so on a network folder DELETE takes its place."""

    WAL = "wal"
    DELETE = "delete"
    MEMORY = "memory"


class Access(StrEnum):
    """What a connection may do. IMMUTABLE reads a file in a folder that cannot be written, where WAL cannot work."""

    WRITE = "write"
    READ = "read"
    IMMUTABLE = "immutable"


class Database:
    """A connection and the file it belongs to. Belongs to the thread that opened it."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None, access: Access) -> None:
        self.connection = connection
        self.path = path
        self.access = access
        self.now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Inside, SQLite's errors come out as a StoreError."""
        with typed_errors(self.path):
            yield

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing. Raises a StoreError; nothing of the block is written then."""
        with self.errors():
            outermost = not self.connection.in_transaction  # a larger step may be made of smaller ones
            if outermost:
                self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                if outermost:
                    self.connection.execute("COMMIT")
            except BaseException:
                # A full disk rolls back by itself, and then there is nothing left to roll back.
                if outermost and self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def rows(self, sql: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """All rows of a query. Raises a StoreError."""
        with self.errors():
            return self.connection.execute(sql, values).fetchall()

    def close(self) -> None:
        """Close the connection; the last one folds the WAL into the file."""
        self.connection.close()


def open_database(path: Path | None, access: Access = Access.WRITE, journal: JournalMode = JournalMode.WAL) -> Database:
    """Open the file (made where it is missing and `access` is WRITE); None is a store in memory that touches no disk.

    Only a connection with WRITE may checkpoint: SQLite before 3.51.3 can corrupt a WAL that two connections write and
    checkpoint (https://www.sqlite.org/wal.html#walresetbug), and there is never more than one of them.

    Raises:
        StoreError: it cannot be opened.
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
            _configure(connection, path, access, journal)
        except BaseException:
            connection.close()
            raise
    return Database(connection, path, access)


def _uri(path: Path, access: Access) -> str:
    how = {Access.WRITE: "mode=rwc", Access.READ: "mode=ro", Access.IMMUTABLE: "immutable=1"}[access]
    return f"{path.absolute().as_uri()}?{how}"


def _configure(connection: sqlite3.Connection, path: Path | None, access: Access, journal: JournalMode) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    if access is not Access.WRITE:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        return
    # What is deleted is overwritten; see app.store.purge for what is left in free pages and the WAL.
    connection.execute("PRAGMA secure_delete = ON")
    if path is None:
        return
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone leaves data in the drive's cache
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    connection.execute("PRAGMA journal_size_limit = 16777216")
