"""What goes wrong, said above the composer: what happened, what was kept, and a button that does something about it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.core.errors import StoreDamaged
from app.core.store_reports import RecoveryOffer, RecoveryReport
from app.services.chat_store import StoreTrouble
from app.services.status import EngineFailed, EngineStatus
from app.services.upkeep import UpkeepFailed, UpkeepTask
from app.ui.icons import Icon
from app.ui.tokens import Token
from app.ui.window.notices import NoticeKind, Notices
from app.ui.window.parts import WindowParts
from app.ui.window.recovery import RecoveryDialog
from engine.errors import PonderError


class Troubles(QObject):
    """Listens to whatever may fail.

    Args:
        parts: What may fail.
        notices: Where it is said.
        window: Where questions are asked.
    """

    def __init__(self, parts: WindowParts, notices: Notices, window: QWidget) -> None:
        super().__init__(window)
        self._parts = parts
        self._notices = notices
        self._window = window
        self._store_trouble: StoreTrouble | None = None
        parts.store.troubled.connect(self.show_store_trouble)
        parts.store.recovered.connect(self.end_store_trouble)
        parts.link.status_changed.connect(self._on_status)
        for signal in (parts.session.failed, parts.settings.failed, parts.personas.failed, parts.rescue.failed):
            signal.connect(self.show_error)
        if parts.personas.problems:
            self.show_notice(" ".join(parts.personas.problems))
        parts.upkeep.failed.connect(self._on_upkeep_failed)
        parts.rescue.offered.connect(self._offer_recovery)
        parts.rescue.recovered.connect(self._on_recovered)

    @property
    def something_is_unsaved(self) -> bool:
        """What was written last is in memory only."""
        return self._store_trouble is not None

    def show_notice(self, text: str) -> None:
        """Say something calmly, until it is dismissed or something else is said."""
        self._notices.show_notice(NoticeKind.MESSAGE, text)

    @Slot(object)
    def show_error(self, error: PonderError) -> None:
        self.show_notice(str(error))

    @Slot()
    def show_fault(self) -> None:
        """Say that something of ours went wrong and was logged."""
        self.show_notice(
            self.tr(
                "Something went wrong inside Ponder. Your chat is still here."
                " What happened is in the log, without anything you wrote."
            )
        )

    @Slot(object)
    def show_store_trouble(self, trouble: StoreTrouble) -> None:
        """Say that nothing can be written at the moment, until that is over."""
        self._store_trouble = trouble
        text = self.tr("{error} Until it is saved, what you write is kept in memory only.").format(error=trouble.error)
        if isinstance(trouble.error, StoreDamaged):
            self._notices.show_notice(NoticeKind.STORE, text, self.tr("See what can be saved"), self._parts.rescue.look)
        else:
            self._notices.show_notice(
                NoticeKind.STORE, text, self.tr("Try again"), self._parts.store.retry, icon=Icon.RETRY
            )

    @Slot()
    def end_store_trouble(self) -> None:
        """It can be written again."""
        self._store_trouble = None
        self._notices.end(NoticeKind.STORE)

    @Slot(object)
    def _on_status(self, status: EngineStatus) -> None:
        # The empty chat says it itself.
        if not isinstance(status, EngineFailed) or self._parts.session.conversation.is_empty:
            self._notices.end(NoticeKind.ENGINE)
            return
        link = self._parts.link
        if status.offers:
            offer = status.offers[0]
            self._notices.show_notice(
                NoticeKind.ENGINE,
                f"{status.message} {offer.reason}",
                self.tr("Load it that way"),
                lambda: link.take_offer(offer),
                token=Token.DANGER,
            )
        else:
            self._notices.show_notice(
                NoticeKind.ENGINE, status.message, self.tr("Try again"), link.load, token=Token.DANGER, icon=Icon.RETRY
            )

    @Slot(object)
    def _on_upkeep_failed(self, failed: UpkeepFailed) -> None:
        if failed.task is UpkeepTask.TEND:  # the others are said where they were asked for
            self.show_error(failed.error)

    @Slot(object)
    def _offer_recovery(self, offer: RecoveryOffer) -> None:
        dialog = RecoveryDialog(self._parts.theme, offer, self._window)
        dialog.chosen.connect(lambda choice: self._parts.rescue.recover(offer, choice))
        dialog.open()

    @Slot(object)
    def _on_recovered(self, report: RecoveryReport) -> None:
        self.show_notice(" ".join(report.words()))
