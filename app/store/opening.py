"""How a store's file is opened where something is amiss: what lies beside it is not its own, or it cannot be written.

Nothing that SQLite would silently take, overwrite or delete is lost, and what can be read is shown. Knows no table.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.core.errors import (
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreForeign,
    StoreFull,
    StoreGone,
    StoreNotUpgraded,
    StoreTooNew,
)
from app.core.store_notices import StoreNotice, StoreNoticeKind
from app.store.database import Access, Database, JournalMode, open_database
from app.store.failures import read_only
from app.store.migrate import refuse_open, schema_version, upgrade
from app.store.migrations import NEWEST
from app.store.open_files import is_open_here
from app.store.raw_file import (
    JOURNAL_SUFFIX,
    WAL_SUFFIX,
    Wal,
    belongs,
    beside,
    read_header,
    read_journal,
    read_wal,
    takes_back,
)

# What reading instead of writing does not help against, or would hide.
_FINAL: Final = (StoreBusy, StoreDamaged, StoreForeign, StoreGone, StoreNotUpgraded, StoreTooNew)


class Opening:
    """One attempt to open the file at `path`, and the notices it gave rise to.

    The file has been looked at by `refuse_foreign`, and no other process writes to it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notices: list[StoreNotice] = []
        self._is_alone = False
        self._committed_frames = 0

    def open(self, journal: JournalMode, prepare: Callable[[Database], None]) -> Database:
        """The file, for writing where that is possible; else for reading, with a notice that says why.

        Args:
            prepare: brings it up to date; raising what `open_database` may raise.

        Raises:
            StoreError: it cannot be read either, or is not fit to be.
        """
        try:
            self._settle()
            database = self._open_to_write(journal)
            try:
                self._keep_what_is_cut_off(database)
                refuse_open(database)
                prepare(database)
            except BaseException:
                database.close()
                raise
        except _FINAL:
            raise
        except StoreError as why:
            return self._open_to_read(why)
        return database

    # -- what lies beside the file --

    def _settle(self) -> None:
        """Give what is not this store's another name, before SQLite takes it for the store's own or deletes it."""
        if is_open_here(self.path):
            return
        try:
            if not self._journal_is_own():
                self._set_aside(JOURNAL_SUFFIX)
            wal = read_wal(self.path)
            if wal is not None and not self._is_own(wal):
                self._set_aside(WAL_SUFFIX)
            elif wal is not None:
                self._committed_frames = wal.frames
        except OSError as error:
            raise StoreError(
                f"What lies beside the conversation store {self.path} could not be settled: {error.strerror or error}.",
                "Make the folder and its files readable and writable.",
            ) from error

    def _set_aside(self, suffix: str) -> None:
        self._is_alone = True
        path = beside(self.path, suffix)
        kept = _unused(beside(self.path, f"{suffix}.set-aside"))
        path.rename(kept)
        message = f"The changes in {path} do not belong to the conversation store beside them."
        self._note(StoreNoticeKind.SET_ASIDE, message, f"They were not used, and lie untouched in {kept}.")

    def _journal_is_own(self) -> bool:
        before = read_journal(self.path)
        if before is None:
            return True
        header = read_header(self.path) if self.path.exists() else None
        # A first page that cannot be read was torn in the commit that is to be taken back.
        return takes_back(header, before) if header is not None else self._has_content()

    def _has_content(self) -> bool:
        return self.path.exists() and self.path.stat().st_size > 0

    def _is_own(self, wal: Wal) -> bool:
        """Whether SQLite may have the -wal: it belongs to the store, or nothing in it was ever acknowledged."""
        if not wal.readable:
            return False
        if not wal.frames:
            return True
        if not self._has_content():
            return False
        header = read_header(self.path)
        verdict = None if header is None else belongs(header, wal)
        if verdict is None:
            # Some other program wrote it, perhaps another version of SQLite's own shell. What fits, fits.
            verdict = _is_sound(self.path, Access.UNSHARED) or not _is_sound(self.path, Access.IMMUTABLE)
        return verdict

    def _keep_what_is_cut_off(self, database: Database) -> None:
        """SQLite reads a -wal up to the first damaged place and writes over the rest. Copy it where it holds more."""
        if database.journal is not JournalMode.WAL or not self._committed_frames:
            return
        with contextlib.suppress(sqlite3.Error, OSError):
            _, frames, _ = database.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if 0 <= frames < self._committed_frames:
                kept = _unused(beside(self.path, f"{WAL_SUFFIX}.damaged"))
                shutil.copyfile(beside(self.path, WAL_SUFFIX), kept)
                message = (
                    f"The latest changes to the conversation store {self.path} were damaged and could not be used."
                )
                self._note(StoreNoticeKind.CUT_SHORT, message, f"A copy of them lies in {kept}.")

    # -- the file --

    def _open_to_write(self, journal: JournalMode) -> Database:
        if self.path.exists() and not os.access(self.path, os.W_OK):
            raise read_only(self.path)  # SQLite would make files beside it that nobody could write later
        try:
            database = open_database(self.path, Access.WRITE, journal)
        except (*_FINAL, StoreFull):
            raise
        except StoreError as error:
            if journal is not JournalMode.WAL:
                raise
            try:
                database = open_database(self.path, Access.WRITE, JournalMode.DELETE)
            except StoreError:
                raise error from None
        if journal is JournalMode.WAL and database.journal is not JournalMode.WAL:
            message = f"The file system that holds {self.path} cannot do what the faster way of writing (WAL) needs."
            self._note(StoreNoticeKind.NO_WAL, message, "A slower one is used.")
        return database

    def _open_to_read(self, why: StoreError) -> Database:
        """Raises `why` where reading does not work either."""
        database = self._first_readable()
        if database is None:
            raise why
        try:
            refuse_open(database)
            if schema_version(database.connection) < NEWEST:
                database = _upgraded_copy(database)
        except BaseException:
            database.close()
            raise
        database.why_not_writable = (why.message, why.remedy)
        message = f"The conversations can be read and not changed at present. {why.message}"
        self._note(StoreNoticeKind.READ_ONLY, message, why.remedy)
        return database

    def _first_readable(self) -> Database | None:
        if not self._has_content():
            return None
        unfinished = beside(self.path, JOURNAL_SUFFIX)
        attempts = [Access.UNSHARED if self._committed_frames else Access.IMMUTABLE]
        if self._is_alone:
            attempts = [Access.IMMUTABLE]
        elif unfinished.exists() and unfinished.stat().st_size:
            attempts = []  # half a commit lies in the file, and taking it back needs writing
        if not self._is_alone and not os.access(self.path.parent, os.W_OK):
            attempts.insert(0, Access.READ)  # elsewhere it would leave such files too
        for access in attempts:
            with contextlib.suppress(StoreError):
                return open_database(self.path, access)
        return None

    def _note(self, kind: StoreNoticeKind, message: str, remedy: str) -> None:
        self.notices.append(StoreNotice(kind, message, remedy))


def _is_sound(path: Path, access: Access) -> bool:
    try:
        database = open_database(path, access)
        try:
            verdict = database.rows("PRAGMA integrity_check(1)")[0][0]
            return verdict == "ok" and not database.rows("PRAGMA foreign_key_check")
        finally:
            database.close()
    except StoreError:
        return False


def _upgraded_copy(database: Database) -> Database:
    """A store of an older Ponder that cannot be written is read as this one wants it, from a copy in memory."""
    copy = open_database(None)
    try:
        with database.errors():
            database.connection.backup(copy.connection)
        upgrade(copy, lambda version: None)
        copy.connection.execute("PRAGMA query_only = ON")
    except BaseException:
        copy.close()
        raise
    database.close()
    copy.access = Access.READ
    return copy


def _unused(path: Path) -> Path:
    number = 1
    while (name := path.with_name(f"{path.name}-{number}")).exists():
        number += 1
    return name
