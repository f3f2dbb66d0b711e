"""A damaged store, from the window: what can be saved of it, and doing what a person chooses.

Works on the store's thread while no connection has the file open. Knows no widget and no SQL.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.core.store_reports import RecoveryChoice, RecoveryOffer, RecoveryReport
from app.services.chat_store import RequestDone, RequestFailed, StoreService


class StoreRescue(QObject):
    """At most one thing at a time.

    Args:
        store: Whose file it is.
        folder: Where the conversations lie.
        parent: Its Qt parent.
    """

    offered = Signal(object)
    """A RecoveryOffer."""
    recovered = Signal(object)
    """A RecoveryReport: another store is in place. Whoever shows chats reads them again."""
    failed = Signal(object)
    """A PonderError; the damaged file is where it was."""

    def __init__(self, store: StoreService, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._folder = folder
        self._request: int | None = None
        # Not the request's own result: that is an error as long as the store cannot be opened.
        self._found: list[RecoveryOffer | RecoveryReport] = []
        store.done.connect(self._on_done)
        store.failed.connect(self._on_failed)

    @property
    def busy(self) -> bool:
        """Something is being looked at or put in place."""
        return self._request is not None

    def look(self) -> None:
        """Save what can be read, beside the damaged file, and say what there is: `offered`."""
        folder, found = self._folder, self._found

        def find() -> None:
            from app.store.rescue import recover_or_explain

            found.append(recover_or_explain(folder))

        if not self.busy:
            self._request = self._store.run_with_file_closed(find)

    def recover(self, offer: RecoveryOffer, choice: RecoveryChoice) -> None:
        """Put what was chosen in the damaged file's place: `recovered`."""

        found = self._found

        def put() -> None:
            from app.store.rescue import recover

            found.append(recover(offer, choice))

        if not self.busy:
            self._request = self._store.run_with_file_closed(put)

    @Slot(object)
    def _on_done(self, done: RequestDone) -> None:
        if done.request_id == self._request:
            self._end()

    @Slot(object)
    def _on_failed(self, failed: RequestFailed) -> None:
        if failed.request_id == self._request and not self._end():
            self.failed.emit(failed.error)

    def _end(self) -> bool:
        """Tell what came of it; False where nothing did."""
        self._request = None
        if not self._found:
            return False
        match self._found.pop():
            case RecoveryOffer() as offer:
                self.offered.emit(offer)
            case RecoveryReport() as report:
                self.recovered.emit(report)
                self._store.retry()
        return True
