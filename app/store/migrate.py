"""Bringing a store's schema up to date, or refusing one that is newer. Knows no table."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from app.core.errors import StoreDamaged, StoreTooNew
from app.store.database import APPLICATION_ID, Access, Database, open_database
from app.store.migrations import MIGRATIONS, NEWEST
from app.store.migrations.migration import Migration


def refuse_foreign(path: Path) -> None:
    """Look at an existing file without changing a byte of it.

    Raises:
        StoreTooNew: a newer Ponder wrote it.
        StoreDamaged: it is a database of another program, or none.
    """
    if not path.exists() or path.stat().st_size == 0:
        return
    database = open_database(path, Access.READ)
    try:
        version, owner = schema_version(database.connection), _pragma(database, "application_id")
        tables = len(database.rows("SELECT 1 FROM sqlite_schema LIMIT 1"))
    finally:
        database.close()
    if owner != APPLICATION_ID and (tables or owner):
        raise StoreDamaged(f"{path} is a database of another program.", "Move it away, or choose another folder.")
    if version > NEWEST:
        raise StoreTooNew(
            f"{path} was written by a newer Ponder (schema {version}; this one knows {NEWEST}).",
            "Update Ponder, or use another folder. The file was not touched.",
        )


def upgrade(
    database: Database, before_each: Callable[[int], object], migrations: Sequence[Migration] = MIGRATIONS
) -> int:
    """Apply what is missing, each step in one transaction that also raises the version.

    Args:
        before_each: called with the present version before a step changes a store that holds something; makes the
            backup, and stops the upgrade by raising.

    Returns:
        The version before.

    Raises:
        StoreError: a step failed; the store is at the version before that step.
    """
    with database.errors():
        first = schema_version(database.connection)
    for migration in migrations:
        present = schema_version(database.connection)
        if migration.number <= present:
            continue
        if present > 0:
            before_each(present)
        with database.transaction() as connection:
            migration.apply(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {migration.number}")
    return first


def schema_version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _pragma(database: Database, name: str) -> int:
    value: int = database.rows(f"PRAGMA {name}")[0][0]
    return value
