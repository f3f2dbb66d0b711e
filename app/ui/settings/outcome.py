"""A line that tells what goes on and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from app.services.upkeep import ChatUpkeep, UpkeepDone, UpkeepFailed, UpkeepTask
from app.ui.labels import Label
from app.ui.settings import upkeep_words
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class Outcome(Label):
    """Follows some of the upkeep's tasks; hidden while there is nothing to say.

    Args:
        theme: Where its looks come from.
        upkeep: Followed.
        tasks: Which of its tasks this is about.
    """

    def __init__(
        self, theme: Theme, upkeep: ChatUpkeep, tasks: frozenset[UpkeepTask], parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, TextRole.FACTS, Token.SECONDARY, wrap=True, parent=parent)
        self._tasks = tasks
        upkeep.started.connect(self._on_started)
        upkeep.done.connect(self._on_done)
        upkeep.failed.connect(self._on_failed)
        self.hide()

    def show_result(self, text: str, token: Token = Token.TEXT) -> None:
        """Say what came of something, also to who cannot see it."""
        self.set_token(token)
        self.setText(text)
        self.setVisible(bool(text))
        if text:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    @Slot(object)
    def _on_started(self, task: UpkeepTask) -> None:
        if task in self._tasks:
            self.show_result(upkeep_words.doing(task), Token.SECONDARY)

    @Slot(object)
    def _on_done(self, done: UpkeepDone) -> None:
        if done.task in self._tasks:
            self.show_result(upkeep_words.done(done.report))

    @Slot(object)
    def _on_failed(self, failed: UpkeepFailed) -> None:
        if failed.task in self._tasks:
            self.show_result(str(failed.error), Token.DANGER)
