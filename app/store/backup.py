"""Verified copies of the store. Knows files and integrity checks, no table."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from app.core.errors import StoreDamaged, StoreError
from app.core.files import make_private_folder
from app.store.database import Access, Database, open_database

FOLDER_NAME = "backups"


def back_up_before_upgrade(database: Database, folder: Path, version: int) -> Path:
    """A verified copy of the store as schema `version` left it.

    Raises:
        StoreError: no copy could be made; nothing should be changed then.
    """
    return verified_copy(database, folder / FOLDER_NAME / f"before-upgrade-from-schema-{version}.sqlite3")


def verified_copy(database: Database, target: Path) -> Path:
    """Copy the store, check the copy, and only then give it its name; what had that name is replaced.

    Raises:
        StoreDamaged: the store, and so its copy, is damaged; the copy is dropped.
        StoreError: the copy cannot be written.
    """
    partial = target.with_name(f".{target.name}.partial")
    try:
        make_private_folder(target.parent)
        partial.unlink(missing_ok=True)
        _copy(database, partial)
        _sync(partial)
        partial.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise StoreError(
            f"The backup {target} could not be written: {error.strerror or error}.",
            "Make room on the disk.",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    return target


def _copy(database: Database, target: Path) -> None:
    with database.errors():
        copy = sqlite3.connect(target)
        try:
            database.connection.backup(copy)
            # A backup is one file: without this it would need a WAL beside it to be opened.
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
    checked = open_database(target, Access.READ)
    try:
        verdict = checked.rows("PRAGMA integrity_check(1)")[0][0]
    finally:
        checked.close()
    if verdict != "ok":
        raise StoreDamaged(f"The conversation store is damaged ({verdict}).", "Let Ponder save what is readable.")


def _sync(path: Path) -> None:
    """Make a file, or the names in a folder, durable. Windows cannot open a folder."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
