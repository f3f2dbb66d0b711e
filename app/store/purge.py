"""Removing conversations and messages for good: from the rows, the search index, free pages and the -wal.

Backups hold what was removed until `purge_copies` takes it out of them as well. What the disk itself keeps of blocks it
has given to nobody yet, and flash memory of blocks it has replaced, is out of reach.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from app.core.errors import StoreDamaged, StoreError, StoreFull
from app.core.files import sync_file, sync_folder
from app.core.store_reports import CopiesReport, Purged, PurgeReport, StoreStage
from app.store.backup import list_backups, verified_copy, verify
from app.store.database import Access, Database, JournalMode, open_database
from app.store.disk import SPARE_BYTES, file_errors, free_bytes
from app.store.raw_file import WAL_SUFFIX
from app.store.replace import RESCUING, STORE_NAME, set_aside_folders
from app.store.search_index import SearchIndex
from app.store.text import checksum
from app.store.triggers import without_triggers
from app.store.work import UNWATCHED, Work
from engine.errors import Cancelled

_DAY_MS: Final = 86_400_000
_A_STEP: Final = 100

# Messages and everything that follows them.
_WITH_FOLLOWERS = """
    WITH RECURSIVE doomed (id) AS (
        SELECT id FROM messages WHERE {where}
        UNION SELECT m.id FROM messages m JOIN doomed d ON m.parent_id = d.id
    ) SELECT id FROM doomed
"""


def purge_conversations(database: Database, conversation_ids: Sequence[int], work: Work = UNWATCHED) -> PurgeReport:
    """Remove conversations with all that is in them, wherever they are. Ids that are gone already do not matter.

    Needs the writing connection, and no transaction open.

    Raises:
        StoreError: nothing was removed.
        Cancelled: the same. A stop while the file is being shrunk is no such thing; the report says so then.
    """
    with database.transaction() as connection:
        find = "SELECT uid FROM conversations WHERE id = ?"
        uids = {each: row["uid"] for each in conversation_ids for row in connection.execute(find, (each,))}
        messages = _delete(database, "conversations", list(uids), work)
    return _finish(database, Purged(conversations=tuple(uids.values())), messages, work)


def purge_removed_messages(
    database: Database, conversation_id: int | None = None, work: Work = UNWATCHED
) -> PurgeReport:
    """Remove the messages that somebody took out of sight, with what follows them.

    Args:
        conversation_id: only of this conversation; None: of all.

    Raises as `purge_conversations`.
    """
    where = "removed = 1" if conversation_id is None else f"removed = 1 AND conversation_id = {int(conversation_id)}"
    with database.transaction() as connection:
        ids = [row["id"] for row in connection.execute(_WITH_FOLLOWERS.format(where=where))]
        find = "SELECT uid FROM messages WHERE id = ?"
        uids = tuple(connection.execute(find, (each,)).fetchone()["uid"] for each in ids)
        _delete(database, "messages", ids, work)
    return _finish(database, Purged(messages=uids), len(ids), work)


def empty_trash(database: Database, older_than_days: float = 0, work: Work = UNWATCHED) -> PurgeReport:
    """Remove what has been in the trash for so long; 0: all of it. Raises as `purge_conversations`."""
    limit = database.now_ms() - int(older_than_days * _DAY_MS)
    where = "trashed_at_ms IS NOT NULL" if not older_than_days else "trashed_at_ms <= ?"
    values = () if not older_than_days else (limit,)
    rows = database.rows(f"SELECT id FROM conversations WHERE {where}", values)
    return purge_conversations(database, [row["id"] for row in rows], work)


def purge_copies(folder: Path, purged: Purged, work: Work = UNWATCHED, *, set_aside: bool = False) -> CopiesReport:
    """Take out of the backups what was purged from the store; everything else stays in them.

    Args:
        set_aside: delete what cannot be rewritten as well: stores that were set aside, backups that cannot be read.

    Raises:
        StoreError: a backup could not be rewritten; it is as it was, and those before it are done.
        Cancelled: the same.
    """
    rewritten = deleted = left = 0
    for backup in list_backups(folder):
        if backup.readable and _holds(backup.path, purged):
            work.step(StoreStage.WRITING, rewritten)
            _rewrite(backup.path, purged, work)
            rewritten += 1
    for path in _not_rewritable(folder):
        gone = set_aside and _remove(path)
        deleted += gone
        left += not gone
    return CopiesReport(rewritten, deleted, left)


# -- from the store --


def _delete(database: Database, table: str, ids: Sequence[int], work: Work) -> int:
    """Delete rows and what hangs on them, inside the transaction that is open; how many messages went by it."""
    if not ids:
        return 0
    connection = database.connection
    messages = set(ids)
    if table == "conversations":
        find = "SELECT id FROM messages WHERE conversation_id = ?"
        messages = {row["id"] for each in ids for row in connection.execute(find, (each,))}
    # Triggers show the search index the text that goes. Shown another one than it was made of, it breaks.
    if any(_is_damaged(connection, each) for each in messages):
        _delete_without_index(database, table, ids, work)
        return len(messages)
    try:
        with database.transaction():
            _delete_rows(connection, table, ids, work)
            if _has_index(connection):
                SearchIndex(database).forget_deleted()
    except StoreDamaged:  # perhaps it is but the index that is broken
        _delete_without_index(database, table, ids, work)
    return len(messages)


def _delete_rows(connection: sqlite3.Connection, table: str, ids: Sequence[int], work: Work) -> None:
    for number, each in enumerate(sorted(ids, reverse=True)):  # what follows a message before the message
        if number % _A_STEP == 0:
            work.step(StoreStage.WRITING, number, len(ids))
        connection.execute(f"DELETE FROM {table} WHERE id = ?", (each,))


def _delete_without_index(database: Database, table: str, ids: Sequence[int], work: Work) -> None:
    with without_triggers(database):
        _delete_rows(database.connection, table, ids, work)
    if _has_index(database.connection):
        SearchIndex(database).rebuild()


def _has_index(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'search'").fetchone() is not None


def _is_damaged(connection: sqlite3.Connection, message_id: int) -> bool:
    parts = connection.execute("SELECT kind, name, text, checksum FROM parts WHERE message_id = ?", (message_id,))
    return any(checksum(part["kind"], part["name"], part["text"]) != part["checksum"] for part in parts)


def _finish(database: Database, purged: Purged, messages: int, work: Work) -> PurgeReport:
    """Shrink the file, empty the -wal, and see what else holds what was removed."""
    conversations = len(purged.conversations)
    if database.path is None or not (conversations or messages):
        return PurgeReport(purged, conversations, messages)
    why_not = _shrink(database, database.path, work)
    settled = _empty_wal(database)
    folder = database.path.parent
    holding = sum(backup.readable and _holds(backup.path, purged) for backup in list_backups(folder))
    return PurgeReport(
        purged,
        conversations,
        messages,
        shrunk=not why_not,
        why_not_shrunk=why_not,
        settled=settled,
        backups=holding,
        set_aside=len(_not_rewritable(folder)),
    )


def _shrink(database: Database, path: Path, work: Work) -> str:
    """Write the file anew without its gaps; where that cannot be done, why. What was removed is overwritten anyway."""
    try:
        work.step(StoreStage.SHRINKING)
        pages, size = (database.rows(f"PRAGMA {name}")[0][0] for name in ("page_count", "page_size"))
        if free_bytes(path.parent) < pages * size + SPARE_BYTES:
            return "there is no room on the disk to write it anew."
        with work.stopping(database.connection), database.errors():
            database.connection.execute("VACUUM")
    except Cancelled:
        return "that was stopped."
    except StoreFull:
        return "there is no room on the disk to write it anew."
    except (StoreError, OSError) as error:
        return str(error)
    return ""


def _empty_wal(database: Database) -> bool:
    """Whether nothing is left in it; another connection in the middle of reading prevents that."""
    try:
        return not database.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
    except StoreError:
        return False


# -- from copies of it --


def _holds(path: Path, purged: Purged) -> bool:
    """Whether a backup that can be read holds any of it. Raises a StoreError."""
    database = open_database(path, Access.IMMUTABLE)
    try:
        return any(database.rows(f"SELECT 1 FROM {table} WHERE uid = ?", (uid,)) for table, uid in _pairs(purged))
    finally:
        database.close()


def _rewrite(path: Path, purged: Purged, work: Work) -> None:
    """Replace a backup by one without what was purged. Raises a StoreError or Cancelled; it is as it was then."""
    fresh = path.with_name(f".{path.name}.purged")
    with file_errors(f"The backup {path} could not be rewritten"):
        try:
            modified_ns = path.stat().st_mtime_ns
            source = open_database(path, Access.IMMUTABLE)
            try:
                verified_copy(source, fresh, work)
            finally:
                source.close()
            database = open_database(fresh, Access.WRITE, JournalMode.DELETE)
            try:
                with database.transaction() as connection:
                    for table, uid in _pairs(purged):
                        ids = [row["id"] for row in connection.execute(f"SELECT id FROM {table} WHERE uid = ?", (uid,))]
                        _delete(database, table, ids, work)
                with database.errors():
                    database.connection.execute("VACUUM")
            finally:
                database.close()
            verify(fresh, work)
            sync_file(fresh)
            os.utime(fresh, ns=(modified_ns, modified_ns))  # it stands for the state it was made of
            fresh.replace(path)
            sync_folder(path.parent)
        finally:
            with contextlib.suppress(OSError):
                fresh.unlink()


def _pairs(purged: Purged) -> Iterator[tuple[str, str]]:
    yield from (("conversations", uid) for uid in purged.conversations)
    yield from (("messages", uid) for uid in purged.messages)


def _not_rewritable(folder: Path) -> list[Path]:
    """Stores and -wal files that were set aside or only offered, and backups that cannot be read."""
    unreadable = [backup.path for backup in list_backups(folder) if not backup.readable]
    offered = [each for each in (folder / RESCUING,) if each.is_dir()]
    return [*set_aside_folders(folder), *offered, *sorted(folder.glob(f"{STORE_NAME}{WAL_SUFFIX}.*")), *unreadable]


def _remove(path: Path) -> bool:
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError:
        return False
    return True
