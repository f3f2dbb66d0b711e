"""What is done about a damaged store: everything readable is saved into a new one, and a person chooses.

The damaged file is only read until the choice is made, then moved aside with its -wal as it is. Needs the store closed
and its lock held. Where `StoreThread` could not open the store, it has given back the lock: `recover_or_explain` then
runs on any thread under `store_lock`, and `recover` in `StoreThread.with_file_closed`, which opens the new store.
"""

from __future__ import annotations

import contextlib
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from app.core.errors import StoreError
from app.core.files import make_private_folder
from app.core.store_reports import (
    Backup,
    RecoveryChoice,
    RecoveryOffer,
    RecoveryReport,
    RescueReport,
    StoreStage,
    TableRescue,
)
from app.store.backup import list_backups, verify
from app.store.database import Access, Database, JournalMode, open_database
from app.store.disk import file_errors, require_room
from app.store.mending import mend
from app.store.migrate import upgrade
from app.store.migrations import MIGRATIONS, NEWEST
from app.store.pages import PageFile
from app.store.raw_file import belongs, read_header, read_wal
from app.store.rebuild import load
from app.store.replace import DAMAGED, RESCUING, STORE_NAME, finish_replacement, new_incoming, put_in_place
from app.store.restore import count_rows, counts, stage_verified
from app.store.salvage import Salvage
from app.store.search_index import SearchIndex
from app.store.work import UNWATCHED, Work

_SALVAGED: Final = "salvaged.sqlite3"


def recover_or_explain(folder: Path, work: Work = UNWATCHED) -> RecoveryOffer:
    """Save what is readable of the store in `folder` beside it, find the newest sound backup, and say what there is.

    For when opening raised StoreDamaged. The damaged store is not touched; `recover` does what is chosen.

    Raises:
        StoreFull: there is no room to save anything.
        StoreError: the file cannot even be looked at, or nothing can be written.
        Cancelled: it was stopped.
    """
    finish_replacement(folder)
    salvaged = folder / RESCUING / _SALVAGED
    with file_errors(f"What is readable of the store in {folder} could not be saved"):
        _drop(folder / RESCUING)
        make_private_folder(folder / RESCUING)
        try:
            backup = newest_sound_backup(folder, work)
            rescue = salvage_store(folder / STORE_NAME, salvaged, None if backup is None else backup.path, work)
        except BaseException:
            _drop(folder / RESCUING)
            raise
    return RecoveryOffer(folder, salvaged, rescue, backup)


def recover(offer: RecoveryOffer, choice: RecoveryChoice, work: Work = UNWATCHED) -> RecoveryReport:
    """Do what was chosen. The damaged store lies in a folder of its own afterwards, as it was.

    Raises:
        StoreError: it could not be done; the damaged store is where it was, and the offer still stands.
        Cancelled: the same.
    """
    if choice not in offer.choices:
        raise ValueError(f"{choice} was not offered")
    folder = offer.folder
    incoming = new_incoming(folder)
    with file_errors(f"The store in {folder} could not be replaced"):
        if choice is RecoveryChoice.BACKUP and offer.backup is not None:
            stage_verified(offer.backup.path, incoming, work)
        elif choice is RecoveryChoice.SALVAGED:
            offer.salvaged.replace(incoming)
        else:
            _new_store(incoming, NEWEST).close()
        try:
            conversations, messages = counts(incoming)
            set_aside = put_in_place(folder, DAMAGED)
        except BaseException:
            if choice is RecoveryChoice.SALVAGED and incoming.exists():
                incoming.replace(offer.salvaged)
            raise
        with contextlib.suppress(OSError):
            _drop(folder / RESCUING)
    return RecoveryReport(choice, set_aside, conversations, messages)


def decline(offer: RecoveryOffer) -> None:
    """Remove what was saved for an offer that nobody takes. The damaged store stays as it is. Raises a StoreError."""
    with file_errors(f"{offer.salvaged} could not be removed"):
        _drop(offer.folder / RESCUING)


def salvage_store(source: Path, target: Path, backup: Path | None = None, work: Work = UNWATCHED) -> RescueReport:
    """Write everything that can be read of the store's file `source`, and its -wal, into a new store `target`.

    Args:
        backup: a sound backup from which to take what is known to be lost.

    Raises as `recover_or_explain`. Nothing but `target` is written.
    """
    with file_errors(f"{source} could not be read"):
        fits = _wal_fits(source, work)
        with PageFile(source, wal=fits) as pages:
            require_room(target.parent, 2 * pages.size_bytes, "what is readable of the store")
            return _salvage(pages, target, backup, not fits, work)


def newest_sound_backup(folder: Path, work: Work = UNWATCHED) -> Backup | None:
    """The newest backup that this version can read, verified now; None where there is none."""
    for backup in list_backups(folder):
        if backup.readable and backup.schema <= NEWEST:
            with contextlib.suppress(StoreError):
                verify(backup.path, work)
                return backup
    return None


def _wal_fits(source: Path, work: Work) -> bool:
    """Whether the -wal file belongs to the store: by what both say, else because it makes nothing worse."""
    header, wal = read_header(source), read_wal(source)
    if header is not None and wal is not None and wal.readable and belongs(header, wal):
        return True
    with PageFile(source) as pages:
        if not pages.has_wal:
            return True
        wrong = Salvage(pages, work).misfits()
    if not wrong:
        return True
    with PageFile(source, wal=False) as pages:
        return wrong <= Salvage(pages, work).misfits()


def _salvage(pages: PageFile, target: Path, backup: Path | None, wal_left_out: bool, work: Work) -> RescueReport:
    salvage = Salvage(pages, work)
    with ExitStack() as opened:
        database = _new_store(target, salvage.version)
        opened.callback(database.close)
        source = None if backup is None else open_database(backup, Access.IMMUTABLE)
        if source is not None:
            opened.callback(source.close)
        with database.errors():
            database.connection.execute("PRAGMA foreign_keys = OFF")
            loaded = load(database, salvage, work)
            mended = mend(database, salvage, loaded.suspects, source, work)
            database.connection.execute("PRAGMA foreign_keys = ON")
            upgrade(database, lambda version: None)
            work.step(StoreStage.WRITING)
            with work.stopping(database.connection):
                SearchIndex(database).rebuild()
        conversations, messages = count_rows(database)
    verify(target, work)
    tables = tuple(
        TableRescue(table, loaded.recovered[table], loaded.damaged[table], mended.lost[table])
        for table in salvage.shapes
    )
    return RescueReport(
        tables,
        conversations,
        messages,
        renamed=mended.renamed,
        rebuilt=mended.rebuilt,
        suspect=len(loaded.suspects) - mended.righted,
        recalled=mended.recalled,
        unreadable_pages=salvage.unreadable_pages,
        wal_left_out=wal_left_out,
        losses_known=salvage.has_indexes,
    )


def _new_store(path: Path, version: int) -> Database:
    """An empty store of an older schema. Until it is put in place it need not outlive a crash."""
    database = open_database(path, Access.WRITE, JournalMode.DELETE)
    try:
        with database.errors():
            database.connection.execute("PRAGMA journal_mode = MEMORY")
            database.connection.execute("PRAGMA synchronous = OFF")
            upgrade(database, lambda present: None, [each for each in MIGRATIONS if each.number <= version])
    except BaseException:
        database.close()
        raise
    return database


def _drop(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
