"""Looks after what the engine keeps of long chats on disk: it goes with its chat, and takes no more than it may.

The engine knows no chats, and this knows no engine: whenever chats change or a file appears, what belongs to no chat is
deleted. So a chat may be deleted at any moment, also while something of it is being written.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from app.library.kept_chats import delete_all_kept, kept_bytes, kept_folder, limit_kept, tidy_kept
from app.services.chat_store import RequestDone, RequestFailed, StoreService
from app.services.settings import SettingsChanged, SettingsService

if TYPE_CHECKING:
    from app.store.store import ChatStore

GATHER_MS = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptSize:
    """What the files take on the disk. left: some could not be deleted that should have been."""

    size_bytes: int
    left: bool = False


class KeptChats(QObject):
    """Args:
    store: Which chats there are.
    settings: How much may be kept.
    cache: Where the engine keeps it.
    parent: Its Qt parent.
    """

    measured = Signal(object)
    """A KeptSize: after each look at the files."""

    def __init__(
        self, store: StoreService, settings: SettingsService, cache: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._settings = settings
        self._cache = cache
        self._size = KeptSize(0)
        self._looking: int | None = None
        self._clearing: int | None = None
        self._again = False
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self._look)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self.look)
        store.opened.connect(self.look)
        store.changed.connect(self._on_chats)
        store.done.connect(self._on_done)
        store.failed.connect(self._on_failed)
        settings.changed.connect(self._on_settings)

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return kept_folder(self._cache)

    @property
    def size(self) -> KeptSize:
        """As measured last."""
        return self._size

    @Slot()
    @Slot(object)
    def look(self, _: object = None) -> None:
        """Delete, soon and in the background, what is not to be there, and measure the rest."""
        if not self._gather.isActive():
            self._gather.start()

    def clear(self) -> None:
        """Delete everything, in the background. Chats are read again when they go on."""
        cache = self._cache
        self._clearing = self._store.read(lambda store: _cleared(cache))

    def close(self) -> None:
        """Look no more."""
        self._gather.stop()
        if watched := self._watcher.directories():
            self._watcher.removePaths(watched)
        self._watcher.directoryChanged.disconnect(self.look)
        self._store.opened.disconnect(self.look)
        self._store.changed.disconnect(self._on_chats)
        self._settings.changed.disconnect(self._on_settings)
        self._looking = self._clearing = None

    @Slot(object)
    def _on_chats(self, _: object) -> None:
        if self._size.size_bytes:
            self.look()

    @Slot(object)
    def _on_settings(self, changed: SettingsChanged) -> None:
        if "kept_chats_gb" in changed.names:
            self.look()

    @Slot()
    def _look(self) -> None:
        if self._looking is not None:
            self._again = True
            return
        cache, budget_gb = self._cache, self._settings.value.kept_chats_gb

        def work(store: ChatStore) -> KeptSize:
            gone = tidy_kept(store, cache)
            try:
                limit_kept(cache, budget_gb)
            except OSError as error:
                log.warning("no folder for what is kept of chats: %s", error.strerror or error)
            return KeptSize(kept_bytes(cache), left=not gone)

        self._looking = self._store.read(work)

    @Slot(object)
    def _on_done(self, done: RequestDone) -> None:
        if not isinstance(done.value, KeptSize):
            return
        if done.request_id == self._clearing:
            self._clearing = None
            self._measured(done.value)
        if done.request_id != self._looking:
            return
        if self.folder.is_dir() and not self._watcher.directories():
            self._watcher.addPath(str(self.folder))
        self._end(done.value)

    @Slot(object)
    def _on_failed(self, failed: RequestFailed) -> None:
        if failed.request_id == self._clearing:  # chats that cannot be read are no reason to keep these
            self._clearing = None
            self._measured(_cleared(self._cache))
        elif failed.request_id == self._looking:  # whoever keeps the chats tells of it
            self._end(self._size)

    def _end(self, size: KeptSize) -> None:
        self._looking = None
        self._measured(size)
        if self._again:
            self._again = False
            self.look()

    def _measured(self, size: KeptSize) -> None:
        self._size = size
        self.measured.emit(size)


def _cleared(cache: Path) -> KeptSize:
    gone = delete_all_kept(cache)
    return KeptSize(kept_bytes(cache), left=not gone)
