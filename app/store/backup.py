"""Verified copies of the store, numbered and thinned. Knows files and integrity checks; of tables, only two to count.

A backup is one file that any SQLite program opens. It gets its name only when it is whole, checked and on the disk.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from app.core.errors import StoreBusy, StoreDamaged, StoreError
from app.core.files import make_private_folder, sync_file, sync_folder
from app.core.store_reports import Backup, BackupKind, StoreStage
from app.store.database import BUSY_TIMEOUT_S, Access, Database, open_database
from app.store.disk import file_errors, require_room
from app.store.failures import typed_errors
from app.store.migrate import schema_version
from app.store.raw_file import WAL_SUFFIX, beside
from app.store.structure import Depth, structure_of
from app.store.thinning import KEEP, Keep, Stamp, expendable
from app.store.work import UNWATCHED, Work

FOLDER_NAME: Final = "backups"
EVERY: Final = timedelta(hours=12)

_NAME = re.compile(r"chats-(\d{6,})-(\d{8}T\d{6}Z)-schema-(\d+)(-upgrade)?\.sqlite3")
_TIME = "%Y%m%dT%H%M%SZ"
_LEFTOVER_S = 86_400
_PAGES_A_STEP = 512  # 2 MB: a few milliseconds between two looks at whether to stop


def make_backup(
    database: Database,
    folder: Path,
    now: datetime | None = None,
    *,
    keep: Keep = KEEP,
    work: Work = UNWATCHED,
) -> Path:
    """Copy the store into the backups of `folder`, verify the copy, then thin out the older ones.

    Uses `database` only on this thread; a reading connection keeps the writing one free meanwhile. What others write
    during the copy is not in it.

    Args:
        database: of a file, with no transaction open.
        now: UTC; for tests.

    Raises:
        StoreDamaged: the store, and so its copy, is damaged; the copy is dropped and no older backup is touched.
        StoreFull: there is no room for it.
        StoreError: it cannot be written for another reason.
        Cancelled: it was stopped; nothing of it is left.
    """
    now = now or datetime.now(UTC)
    with database.errors():
        schema = schema_version(database.connection)
    _drop_leftovers(folder / FOLDER_NAME, now)
    target = _next_path(folder, now, schema, BackupKind.REGULAR)
    verified_copy(database, target, work)
    thin(folder, now, keep)
    return target


def back_up_before_upgrade(database: Database, folder: Path, version: int, now: datetime | None = None) -> Path:
    """A verified copy of the store as schema `version` left it.

    Raises:
        StoreError: no copy could be made; nothing should be changed then.
    """
    return verified_copy(database, _next_path(folder, now or datetime.now(UTC), version, BackupKind.UPGRADE))


def due(database: Database, folder: Path, now: datetime | None = None, every: timedelta = EVERY) -> bool:
    """Whether a backup should be made: there is something to keep, the last is old, and the store changed since.

    Raises a StoreError where the store cannot be read.
    """
    if database.path is None or not database.rows("SELECT EXISTS (SELECT 1 FROM conversations)")[0][0]:
        return False
    last = max(_found(folder), key=lambda each: each[0], default=None)
    if last is None:
        return True
    _, made_at, _, _, path = last
    age = (now or datetime.now(UTC)) - made_at
    if timedelta() <= age < every:  # a backup of the future says that the clock was put back
        return False
    return _state_ns(database.path) != _modified_ns(path)


def list_backups(folder: Path) -> tuple[Backup, ...]:
    """Every backup there is, the newest first; unreadable ones too."""
    found = sorted(_found(folder), key=lambda each: each[0], reverse=True)
    listed: list[Backup] = []
    for number, made_at, schema, kind, path in found:
        counts = _counts(path)
        size = path.stat().st_size if path.exists() else 0
        listed.append(Backup(path, number, made_at, kind, schema, size, *(counts or (None, None))))
    return tuple(listed)


def thin(folder: Path, now: datetime | None = None, keep: Keep = KEEP) -> tuple[Path, ...]:
    """Delete the backups that are expendable; unreadable ones count for nothing and stay."""
    stamps = {backup.number: backup for backup in list_backups(folder) if backup.readable}
    going = expendable([_stamp(backup) for backup in stamps.values()], now or datetime.now(UTC), keep)
    gone: list[Path] = []
    for stamp in going:
        path = stamps[stamp.number].path
        with contextlib.suppress(OSError):  # Windows keeps what another program has open; the next time then
            path.unlink()
            gone.append(path)
    return tuple(gone)


def verify(path: Path, work: Work = UNWATCHED) -> None:
    """See that a store's file is whole, as far as SQLite can tell.

    Raises:
        StoreDamaged: it is not.
        StoreError: it cannot be read.
        Cancelled: it was stopped.
    """
    database = open_database(path, Access.IMMUTABLE if _is_alone(path) else Access.READ)
    try:
        work.step(StoreStage.VERIFYING)
        wrong = structure_of(database, Depth.FULL, work).file
    finally:
        database.close()
    if wrong:
        raise StoreDamaged(f"{path} is damaged ({wrong[0]}).", "Restore a backup, or let Ponder save what is readable.")


def verified_copy(database: Database, target: Path, work: Work = UNWATCHED) -> Path:
    """Copy the store, check the copy, and only then give it its name; what had that name is replaced.

    Raises:
        StoreDamaged: the store, and so its copy, is damaged; the copy is dropped.
        StoreFull: there is no room for it.
        StoreError: the copy cannot be written.
        Cancelled: it was stopped; nothing of the copy is left.
    """
    if database.path is None:
        raise ValueError("a store in memory has no backups: it never touches the disk")
    partial = target.with_name(f".{target.name}.partial")
    with file_errors(f"The copy {target} could not be written"):
        make_private_folder(target.parent)
        require_room(target.parent, _size_bytes(database), "the backup")
        try:
            _remove(partial)
            state_ns = _copy(database, partial, work)
            _verify_copy(database.path, partial, work)
            sync_file(partial)
            # The copy carries the time of the state it holds; `due` sees by it whether anything was written since.
            os.utime(partial, ns=(state_ns, state_ns))
            partial.replace(target)
            sync_folder(target.parent)
        finally:
            _remove(partial)
    return target


def _remove(partial: Path) -> None:
    """A copy that is not to be, and what SQLite may have left beside it."""
    for name in (partial.name, f"{partial.name}-journal"):
        with contextlib.suppress(OSError):
            partial.with_name(name).unlink()


def _drop_leftovers(folder: Path, now: datetime) -> None:
    """Remove copies that a process left half-written when it died, but none that another one may be writing."""
    with contextlib.suppress(OSError):
        for path in folder.glob(".chats-*.partial*"):
            if abs(now.timestamp() - path.stat().st_mtime) > _LEFTOVER_S:
                path.unlink()


def _copy(database: Database, target: Path, work: Work) -> int:
    """Copy one state of the store; when that state was written, in nanoseconds since 1970."""
    source = database.connection
    if source.in_transaction:
        raise RuntimeError("a backup was asked for in the middle of a transaction")
    deadline = [time.monotonic() + BUSY_TIMEOUT_S]

    def watch(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            if time.monotonic() > deadline[0]:
                raise StoreBusy("The conversation store is in use by another program.", "Close it and try again.")
        else:
            deadline[0] = time.monotonic() + BUSY_TIMEOUT_S
        work.step(StoreStage.COPYING, total - remaining, total)

    # One state throughout: without it every commit of another connection would start the copy over.
    with database.snapshot():
        source.execute("SELECT 1 FROM sqlite_schema").fetchone()
        state_ns = 0 if database.path is None else _state_ns(database.path)
        with typed_errors(target):
            copy = sqlite3.connect(target)
            try:
                source.backup(copy, pages=_PAGES_A_STEP, progress=watch, sleep=0.05)
                # A backup is one file: without this it would need a WAL beside it to be opened.
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()
    return state_ns


def _verify_copy(source: Path, copy: Path, work: Work) -> None:
    try:
        verify(copy, work)
    except StoreDamaged as error:
        raise StoreDamaged(
            f"The conversation store {source} is damaged, so no backup was made of it.",
            "Restore a backup, or let Ponder save what is readable.",
        ) from error


def _found(folder: Path) -> list[tuple[int, datetime, int, BackupKind, Path]]:
    found: list[tuple[int, datetime, int, BackupKind, Path]] = []
    with contextlib.suppress(OSError):
        for path in (folder / FOLDER_NAME).iterdir():
            if match := _NAME.fullmatch(path.name):
                with contextlib.suppress(ValueError):  # a month 13 was not written by us
                    made_at = datetime.strptime(match[2], _TIME).replace(tzinfo=UTC)
                    kind = BackupKind.UPGRADE if match[4] else BackupKind.REGULAR
                    found.append((int(match[1]), made_at, int(match[3]), kind, path))
    return found


def _next_path(folder: Path, now: datetime, schema: int, kind: BackupKind) -> Path:
    number = max((each[0] for each in _found(folder)), default=0) + 1
    suffix = "-upgrade" if kind is BackupKind.UPGRADE else ""
    return folder / FOLDER_NAME / f"chats-{number:06}-{now.astimezone(UTC):{_TIME}}-schema-{schema}{suffix}.sqlite3"


def _stamp(backup: Backup) -> Stamp:
    return Stamp(backup.number, backup.made_at, backup.schema if backup.kind is BackupKind.UPGRADE else None)


def _counts(path: Path) -> tuple[int, int] | None:
    """Conversations and messages; None where the file cannot be read. Does not read all of it."""
    try:
        database = open_database(path, Access.IMMUTABLE)
        try:
            sql = "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages)"
            row = database.rows(sql)[0]
            return row[0], row[1]
        finally:
            database.close()
    except (StoreError, sqlite3.Error):  # the second: the table is not there
        return None


def _size_bytes(database: Database) -> int:
    pages, size = (database.rows(f"PRAGMA {name}")[0][0] for name in ("page_count", "page_size"))
    return int(pages) * int(size)


def _is_alone(path: Path) -> bool:
    """Whether the file is all there is of the store, with nothing in a -wal beside it."""
    wal = beside(path, WAL_SUFFIX)
    return not wal.exists() or not wal.stat().st_size


def _state_ns(path: Path) -> int:
    """When the store was last written, by its files; 0 where they are gone."""
    wal = beside(path, WAL_SUFFIX)
    return max(_modified_ns(path), _modified_ns(wal) if not _is_alone(path) else 0)


def _modified_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
