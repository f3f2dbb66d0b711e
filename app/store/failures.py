"""SQLite's errors in Ponder's words. Knows no table."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreGone, StoreReadOnly

# https://www.sqlite.org/rescode.html; the low byte is the primary code.
_PRIMARY = 0xFF
_LEAST_ROOM_BYTES = 1 << 16
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
    except UnicodeDecodeError as error:  # what SQLite says of a damaged table may hold the damage itself
        raise _damaged(_place(path), "its table of contents cannot be read") from error


def _place(path: Path | None) -> str:
    return "The conversation store" if path is None else f"The conversation store {path}"


def _damaged(place: str, how: object) -> StoreDamaged:
    return StoreDamaged(f"{place} is damaged ({how}).", "Restore a backup, or let Ponder save what is readable.")


def _full(place: str) -> StoreFull:
    return StoreFull(
        f"{place} could not be written: the disk is full.",
        "Make room on the disk and try again; deleting conversations needs room too.",
    )


def _no_room(path: Path) -> bool:
    """What SQLite keeps beside the file fails in other ways where it finds no room."""
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_ROOM_BYTES
    except OSError:
        return False


def read_only(path: Path | None) -> StoreReadOnly:
    """The error for a file that can be read and not written."""
    return StoreReadOnly(f"{_place(path)} may not be written.", "Make the folder and its files writable and try again.")


def gone(path: Path) -> StoreGone:
    """The error for a file that is not where it was opened."""
    return StoreGone(
        f"The conversation store {path} is no longer where it was opened.",
        "Put the folder back and try again; what is on the screen is kept until then.",
    )


def as_store_error(error: sqlite3.Error, path: Path | None) -> StoreError | None:
    """The error in our words; None for one that is a bug."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & _PRIMARY
    place = _place(path)
    if path is not None and (code == _READONLY_DBMOVED or not path.parent.is_dir()):
        return gone(path)
    match primary:
        case sqlite3.SQLITE_FULL:
            return _full(place)
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_IOERR if path is not None and _no_room(path):
            return _full(place)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return read_only(path)
        case sqlite3.SQLITE_CANTOPEN if path is not None and not os.access(path.parent, os.W_OK):
            return read_only(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return StoreBusy(f"{place} is in use by another program.", "Close the other program and try again.")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_FORMAT:
            return _damaged(place, error)
        case sqlite3.SQLITE_ERROR if "unsupported file format" in str(error):
            return _damaged(place, error)
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
    return None
