"""SQLite's errors in Ponder's words. Knows no table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreGone, StoreReadOnly

# https://www.sqlite.org/rescode.html; the low byte is the primary code.
_PRIMARY = 0xFF
_READONLY_DBMOVED = sqlite3.SQLITE_READONLY | 4 << 8


@contextmanager
def typed_errors(path: Path | None) -> Iterator[None]:
    """Turn what SQLite and the file system raise into a StoreError about `path` (None: a store in memory).

    Errors that only a bug of ours can cause (a wrong statement, a broken constraint) pass through unchanged.
    """
    try:
        yield
    except sqlite3.Error as error:
        typed = as_store_error(error, path)
        if typed is None:
            raise
        raise typed from error


def as_store_error(error: sqlite3.Error, path: Path | None) -> StoreError | None:
    """The error in our words; None for one that is a bug."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & _PRIMARY
    place = "The conversation store" if path is None else f"The conversation store {path}"
    if path is not None and (code == _READONLY_DBMOVED or not path.parent.is_dir()):
        return StoreGone(
            f"{place} is no longer where it was opened.",
            "Put the folder back and try again; what is on the screen is kept until then.",
        )
    match primary:
        case sqlite3.SQLITE_FULL:
            return StoreFull(f"{place} could not be written: the disk is full.", "Make room on the disk and try again.")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreReadOnly(
                f"{place} may not be written.", "Make the folder and its files writable and try again."
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return StoreBusy(f"{place} is in use by another program.", "Close the other program and try again.")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_FORMAT:
            return StoreDamaged(
                f"{place} is damaged ({error}).", "Restore a backup, or let Ponder save what is readable."
            )
        case sqlite3.SQLITE_CANTOPEN:
            return StoreError(
                f"{place} could not be opened.", "See that its folder exists and may be read and written."
            )
        case sqlite3.SQLITE_IOERR:
            return StoreError(
                f"{place} could not be read or written ({error}).", "See that the disk works and try again."
            )
        case sqlite3.SQLITE_NOMEM | sqlite3.SQLITE_TOOBIG:
            return StoreError(f"{place} could not take this much text ({error}).", "Shorten it and try again.")
    if "malformed" in str(error) or "not a database" in str(error):
        return StoreDamaged(f"{place} is damaged ({error}).", "Restore a backup, or let Ponder save what is readable.")
    return None
