"""Making a backup the store again. The store that was there is set aside untouched.

Needs the store closed and its lock held, as `StoreThread.with_file_closed` and `store_lock` give it.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from app.core.errors import StoreDamaged, StoreError
from app.core.store_reports import RestoreReport
from app.store.backup import verified_copy
from app.store.database import Access, Database, open_database
from app.store.migrate import refuse_foreign
from app.store.replace import COMPANIONS, REPLACED, new_incoming, put_in_place
from app.store.work import UNWATCHED, Work


def restore(folder: Path, backup: Path, work: Work = UNWATCHED) -> RestoreReport:
    """Verify a backup, or any other store's file, and put a copy of it in the place of the store in `folder`.

    Raises:
        StoreTooNew: a newer Ponder made the backup.
        StoreDamaged: the backup is damaged, or none.
        StoreFull: there is no room for a second copy.
        StoreError: it could not be done for another reason. After any of these the present store is as it was.
        Cancelled: it was stopped; the same holds.
    """
    incoming = new_incoming(folder)
    stage_verified(backup, incoming, work)
    conversations, messages = counts(incoming)
    return RestoreReport(backup, put_in_place(folder, REPLACED), conversations, messages)


def stage_verified(source: Path, target: Path, work: Work = UNWATCHED) -> None:
    """A verified copy of any store's file. Raises as `restore`."""
    if not source.is_file():
        raise StoreError(f"There is no backup {source}.", "Choose another one.")
    # A file that stands alone is read without a trace; reading one in WAL mode would make files beside it.
    alone = not any(source.with_name(source.name + suffix).exists() for suffix in COMPANIONS)
    refuse_foreign(source)
    database = open_database(source, Access.IMMUTABLE if alone else Access.READ)
    try:
        count_rows(database)
        verified_copy(database, target, work)
    finally:
        database.close()


def counts(path: Path) -> tuple[int, int]:
    """How many conversations and messages a store's file holds. Raises a StoreError."""
    database = open_database(path, Access.IMMUTABLE)
    try:
        return count_rows(database)
    finally:
        database.close()


def count_rows(database: Database) -> tuple[int, int]:
    sql = "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages)"
    try:
        row = database.rows(sql)[0]
    except sqlite3.OperationalError as error:  # no such table: an empty file passes every other test
        raise StoreDamaged(f"{database.path} holds no conversations of Ponder.", "Choose another file.") from error
    return row[0], row[1]
