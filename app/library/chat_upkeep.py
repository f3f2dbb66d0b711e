"""Keeping the conversations whole, for whoever works without a window: backups, checks, rescue, and removing for good.

Everything takes the folder of the conversations; what writes takes the store's lock and so refuses while the window is
open. Making a backup and checking only read, and may be done beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.core.store_reports import (
    Backup,
    CheckReport,
    CopiesReport,
    ProgressReport,
    PurgeReport,
    RecoveryChoice,
    RecoveryOffer,
    RecoveryReport,
    RestoreReport,
)
from app.library.chats import find_chat, reading_chats, writing_chats
from app.library.kept_chats import tidy_kept
from app.store import purge, rescue, restore
from app.store.backup import list_backups, make_backup
from app.store.check import check_folder
from app.store.lock import store_lock
from app.store.store import FILE_NAME
from app.store.work import Work
from engine.errors import InvalidRequest


class Upkeep:
    """Every method raises StoreError where it could not be done, and Cancelled where it was stopped.

    Args:
        report: called often, to show how far something is.
        cancelled: asked often whether to stop.
        cache: where the engine keeps what it has read of chats, which goes with them.
    """

    def __init__(self, folder: Path, report: ProgressReport, cancelled: Callable[[], bool], *, cache: Path) -> None:
        self._folder = folder
        self._cache = cache
        self._work = Work(report, cancelled)

    def back_up(self) -> Backup:
        """Make a verified backup, and thin out the older ones."""
        self._require_store()
        with reading_chats(self._folder) as store:
            made = make_backup(store.database, self._folder, work=self._work)
        return next(each for each in self.backups() if each.path == made)

    def backups(self) -> tuple[Backup, ...]:
        """The newest first."""
        return list_backups(self._folder)

    def restore(self, wanted: str) -> RestoreReport:
        """Make a backup the store again; the present one is set aside.

        Args:
            wanted: a backup's number or file name, or the path of any store's file.
        """
        path = self._backup_path(wanted)
        with store_lock(self._folder):
            return restore.restore(self._folder, path, self._work)

    def check(self, *, quick: bool = False) -> CheckReport:
        """Args:
        quick: look at the file's structure only, not at every text.
        """
        self._require_store()
        return check_folder(self._folder, self._work, quick=quick)

    def rescue(
        self, choose: Callable[[RecoveryOffer], RecoveryChoice | None]
    ) -> tuple[RecoveryOffer, RecoveryReport | None]:
        """Save what can be read of a damaged store, and do what is chosen.

        Args:
            choose: given what can be done; None: nothing, the store stays as it is.
        """
        self._require_store()
        with store_lock(self._folder):
            offer = rescue.recover_or_explain(self._folder, self._work)
            choice = choose(offer)
            if choice is None:
                rescue.decline(offer)
                return offer, None
            return offer, rescue.recover(offer, choice, self._work)

    def set_trashed(self, chats: Sequence[str], trashed: bool) -> tuple[str, ...]:
        """Put conversations into the trash, or take them out of it; their titles."""
        self._require_store()
        with writing_chats(self._folder) as store:
            ids = [find_chat(store, each) for each in chats]
            (store.conversations.trash if trashed else store.conversations.restore)(ids)
            tidy_kept(store, self._cache)
            return tuple(store.conversations.summary(each).title for each in ids)

    def purge(self, chats: Sequence[str] = (), *, trash: bool = False) -> PurgeReport:
        """Remove conversations for good, these or (trash) all that were thrown away. Nothing brings them back but a
        backup.
        """
        self._require_store()
        with writing_chats(self._folder) as store:
            if trash:
                report = purge.empty_trash(store.database, work=self._work)
            else:
                ids = list(dict.fromkeys(find_chat(store, each) for each in chats))
                report = purge.purge_conversations(store.database, ids, self._work)
            tidy_kept(store, self._cache)
            return report

    def purge_copies(self, report: PurgeReport) -> CopiesReport:
        """Take out of the backups what was removed for good."""
        with store_lock(self._folder):
            return purge.purge_copies(self._folder, report.purged, self._work)

    def _backup_path(self, wanted: str) -> Path:
        for each in self.backups():
            if wanted in (str(each.number), each.path.name):
                return each.path
        path = Path(wanted).expanduser()
        if path.is_file():
            return path
        raise InvalidRequest(f"There is no backup {wanted!r}.", "ponder chats backup list shows their numbers.")

    def _require_store(self) -> None:
        if not (self._folder / FILE_NAME).exists():
            raise InvalidRequest("There are no conversations yet.")
