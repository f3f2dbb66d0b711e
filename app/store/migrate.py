"""Bringing a store's schema up to date, or refusing one that is newer or another program's. Knows no table."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from app.core.errors import StoreDamaged, StoreError, StoreForeign, StoreNotUpgraded, StoreTooNew
from app.store.database import APPLICATION_ID, Access, Database, open_database
from app.store.migrations import MIGRATIONS, NEWEST
from app.store.migrations.migration import Migration
from app.store.open_files import is_open_here
from app.store.raw_file import JOURNAL_SUFFIX, Header, belongs, beside, read_header, read_wal


def refuse_foreign(path: Path) -> None:
    """Look at an existing file without changing a byte of it or making another beside it.

    Raises:
        StoreTooNew: a newer Ponder wrote it.
        StoreForeign: it is a database of another program.
        StoreDamaged: it is no database.
        StoreError: it cannot be read.
    """
    if is_open_here(path):
        database = open_database(path, Access.READ)
        try:
            refuse_open(database)
        finally:
            database.close()
        return
    try:
        states = _states(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(
            f"The conversation store {path} could not be read: {error.strerror or error}.",
            "See that the file may be read and its disk works.",
        ) from error
    for state in states:
        _refuse(path, state.version, state.application_id, state.empty)


def refuse_open(database: Database) -> None:
    """The same for a file that is open. Raises as `refuse_foreign`."""
    version, owner = (database.rows(f"PRAGMA {name}")[0][0] for name in ("user_version", "application_id"))
    empty = not database.rows("SELECT 1 FROM sqlite_schema LIMIT 1")
    _refuse(database.path or Path(":memory:"), version, owner, empty)


def upgrade(
    database: Database, before_first: Callable[[int], object], migrations: Sequence[Migration] = MIGRATIONS
) -> int:
    """Apply what is missing, all of it or nothing: a version in between would be of no use to any Ponder.

    Args:
        before_first: called with the present version before anything is changed in a store that holds something; makes
            the backup, and stops the upgrade by raising.

    Returns:
        The version before.

    Raises:
        StoreNotUpgraded: a step failed; the store is as it was.
        StoreError: the same, for want of room or the like.
    """
    with database.errors():
        first = schema_version(database.connection)
    missing = [each for each in migrations if each.number > first]
    if not missing:
        return first
    if first > 0:
        before_first(first)
    with database.transaction():
        for migration in missing:
            _apply(database, migration)
    return first


def _apply(database: Database, migration: Migration) -> None:
    try:
        with database.transaction() as connection:
            migration.apply(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {migration.number}")
    except sqlite3.Error as error:
        raise StoreNotUpgraded(
            f"The conversation store {database.path or 'in memory'} could not be brought to schema {migration.number}"
            f" ({migration.name}): {error}.",
            "It is as it was, and the Ponder that wrote it can use it.",
        ) from error


def schema_version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _states(path: Path) -> tuple[Header, ...]:
    """The head of the file as it is, and as the -wal that belongs to it will make it."""
    if path.stat().st_size == 0:
        return ()
    header, wal = read_header(path), read_wal(path)
    ahead = () if wal is None or (header is not None and belongs(header, wal) is False) else wal.headers
    if header is not None:
        return (header, *ahead)
    journal = beside(path, JOURNAL_SUFFIX)
    # A torn first page is mended by SQLite from what lies beside the file.
    if not ahead and not (journal.exists() and journal.stat().st_size):
        raise StoreDamaged(f"{path} is damaged or no database at all.", "Restore a backup, or choose another folder.")
    return ahead


def _refuse(path: Path, version: int, owner: int, empty: bool) -> None:
    if owner != APPLICATION_ID and (owner or not empty):
        raise StoreForeign(f"{path} is a database of another program.", "Move it away, or choose another folder.")
    if version > NEWEST:
        raise StoreTooNew(
            f"{path} was written by a newer Ponder (schema {version}; this one knows {NEWEST}).",
            "Update Ponder, or use another folder. The file was not touched.",
        )
