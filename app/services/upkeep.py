"""Keeping the conversations whole while the window is open: backups, checks, restoring one, and removing for good.

Everything happens on the store's threads; what came of it arrives in one signal on the window's. Knows no SQL and no
widget, and says nothing in words: the reports do.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.core.errors import StoreBusy, StoreReadOnly
from app.core.store_reports import Backup, CheckReport, PurgeReport, RestoreReport
from app.services.chat_store import RequestDone, RequestFailed, StoreService
from app.services.settings import SettingsService
from engine.errors import Cancelled, PonderError

if TYPE_CHECKING:
    from app.store.store import ChatStore
    from app.store.work import Work

TEND_EVERY_S = 3600.0

log = logging.getLogger(__name__)


class UpkeepTask(Enum):
    """LIST the backups; make one (BACK_UP); CHECK every text; make a backup the store again (RESTORE); remove what is
    in the trash (EMPTY_TRASH) or everything, from backups too (DELETE_ALL); TEND: what the settings want regularly.
    """

    LIST = auto()
    BACK_UP = auto()
    CHECK = auto()
    RESTORE = auto()
    EMPTY_TRASH = auto()
    DELETE_ALL = auto()
    TEND = auto()


@dataclass(frozen=True, slots=True)
class BackupsListed:
    """The newest first."""

    backups: tuple[Backup, ...]


@dataclass(frozen=True, slots=True)
class EverythingDeleted:
    """What was removed from the store; how many backups and files set aside are gone, and how many could not be."""

    store: PurgeReport
    copies_deleted: int
    copies_left: int


@dataclass(frozen=True, slots=True)
class Tended:
    """What was due: chats removed from the trash, and a backup; None: there was no need for one."""

    purged: PurgeReport | None
    backup: Path | None


UpkeepReport = BackupsListed | Backup | CheckReport | RestoreReport | PurgeReport | EverythingDeleted | Tended


@dataclass(frozen=True, slots=True)
class UpkeepDone:
    task: UpkeepTask
    report: UpkeepReport


@dataclass(frozen=True, slots=True)
class UpkeepFailed:
    """Nothing was changed, but where the error says so."""

    task: UpkeepTask
    error: PonderError


class ChatUpkeep(QObject):
    """One thing at a time; what is asked meanwhile waits for its turn.

    Args:
        store: Whose threads do the work.
        folder: Where the conversations lie.
        settings: How long the trash keeps chats and how often a backup is made.
        parent: Its Qt parent.
    """

    started = Signal(object)
    """An UpkeepTask: it was asked for."""
    done = Signal(object)
    """An UpkeepDone."""
    failed = Signal(object)
    """An UpkeepFailed."""
    replaced = Signal()
    """Chats that may be on screen are others now, or gone: a backup is in place, or everything was deleted. Whoever
    shows chats reads them again and starts a new one."""
    trash_emptied = Signal()
    """Chats that were in the trash are gone for good."""

    def __init__(
        self, store: StoreService, folder: Path, settings: SettingsService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._folder = folder
        self._settings = settings
        self._tasks: dict[int, UpkeepTask] = {}
        self._stop = threading.Event()
        self._tended_s: float | None = None
        store.done.connect(self._on_done)
        store.failed.connect(self._on_failed)
        store.opened.connect(self.tend)
        store.changed.connect(self.tend)

    @property
    def folder(self) -> Path:
        """Where the conversations lie."""
        return self._folder

    def list_backups(self) -> None:
        folder = self._folder

        def find(store: ChatStore) -> BackupsListed:
            from app.store.backup import list_backups

            return BackupsListed(list_backups(folder))

        self._begin(UpkeepTask.LIST, self._store.read(find))

    def back_up(self) -> None:
        """Make a verified backup, and thin out the older ones: a Backup."""
        folder, work = self._folder, self._work

        def make(store: ChatStore) -> Backup:
            from app.store.backup import list_backups, make_backup

            made = make_backup(store.database, folder, work=work())
            return next(each for each in list_backups(folder) if each.path == made)

        self._begin(UpkeepTask.BACK_UP, self._store.run(make))

    def check(self) -> None:
        """Look whether every text is what was written: a CheckReport."""
        work = self._work

        def look(store: ChatStore) -> CheckReport:
            from app.store.check import check

            return check(store.database, work())

        self._begin(UpkeepTask.CHECK, self._store.read(look))

    def restore(self, backup: Backup) -> None:
        """Make a backup the store again; the present one is set aside: a RestoreReport, and `replaced`."""
        folder, work = self._folder, self._work

        def put_back() -> RestoreReport:
            from app.store.restore import restore

            return restore(folder, backup.path, work())

        self._begin(UpkeepTask.RESTORE, self._store.run_with_file_closed(put_back))

    def empty_trash(self) -> None:
        """Remove for good what is in the trash: a PurgeReport."""
        work = self._work

        def empty(store: ChatStore) -> PurgeReport:
            from app.store.purge import empty_trash

            return empty_trash(store.database, work=work())

        self._begin(UpkeepTask.EMPTY_TRASH, self._store.run(empty))

    def delete_all(self) -> None:
        """Remove every chat for good, from the backups and the files set aside too: an EverythingDeleted.

        Nothing brings them back.
        """
        folder, work = self._folder, self._work

        def delete(store: ChatStore) -> EverythingDeleted:
            from app.store.backup import list_backups
            from app.store.purge import purge_conversations, purge_copies

            report = purge_conversations(store.database, store.lookup.everything(with_trash=True), work())
            # Not only what was purged now: a backup may hold chats that left the store long ago.
            backups = list_backups(folder)
            for each in backups:
                with contextlib.suppress(OSError):  # what is left is counted below
                    each.path.unlink()
            rest = purge_copies(folder, report.purged, work(), set_aside=True)
            left = sum(each.readable and each.path.exists() for each in backups) + rest.left
            gone = sum(not each.path.exists() for each in backups) + rest.deleted
            return EverythingDeleted(replace(report, backups=0, set_aside=0), gone, left)

        self._begin(UpkeepTask.DELETE_ALL, self._store.run(delete))

    @Slot()
    def tend(self) -> None:
        """Do what the settings want regularly, at most once an hour: a Tended where something was due."""
        now_s = time.monotonic()
        if self._tended_s is not None and now_s - self._tended_s < TEND_EVERY_S:
            return
        self._tended_s = now_s
        value = self._settings.value
        folder, work = self._folder, self._work
        trash_days, every = value.trash_days, timedelta(hours=value.backup_hours)

        def keep_up(store: ChatStore) -> Tended:
            from app.store.backup import due, make_backup
            from app.store.purge import empty_trash

            # First the backup: what leaves the trash now can be had back from it for a while.
            backup = None
            if every and due(store.database, folder, every=every):
                backup = make_backup(store.database, folder, work=work())
            purged = empty_trash(store.database, trash_days, work()) if trash_days else None
            return Tended(purged if purged is not None and purged.conversations else None, backup)

        self._begin(UpkeepTask.TEND, self._store.run(keep_up))

    def close(self) -> None:
        """Let what is under way stop soon; nothing is signalled any more. Called before the store is closed."""
        self._stop.set()
        self._tasks.clear()

    @property
    def busy(self) -> bool:
        """Whether anything was asked for and has not ended."""
        return bool(self._tasks)

    def is_doing(self, *tasks: UpkeepTask) -> bool:
        """Whether one of these was asked for and has not ended."""
        return any(each in tasks for each in self._tasks.values())

    def _work(self) -> Work:
        from app.store.work import Work

        return Work(cancelled=self._stop.is_set)

    def _begin(self, task: UpkeepTask, request_id: int) -> None:
        self._tasks[request_id] = task
        self.started.emit(task)

    @Slot(object)
    def _on_done(self, done: RequestDone) -> None:
        task = self._tasks.pop(done.request_id, None)
        if task is None:
            return
        self.done.emit(UpkeepDone(task, done.value))
        if task in (UpkeepTask.RESTORE, UpkeepTask.DELETE_ALL):
            self.replaced.emit()
        else:
            purged = done.value.purged if isinstance(done.value, Tended) else done.value
            if isinstance(purged, PurgeReport) and purged.conversations:
                self.trash_emptied.emit()

    @Slot(object)
    def _on_failed(self, failed: RequestFailed) -> None:
        task = self._tasks.pop(failed.request_id, None)
        if task is None or isinstance(failed.error, Cancelled):
            return
        # Whoever keeps the chats says already that they cannot be written.
        if task is UpkeepTask.TEND and isinstance(failed.error, StoreReadOnly | StoreBusy):
            return
        log.warning("the task %s on the conversation store failed: %s", task.name, failed.error.kind)
        self.failed.emit(UpkeepFailed(task, failed.error))
