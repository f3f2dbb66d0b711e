"""The composer alone in a window, driven by keys, mouse and clipboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.core.settings import Settings
from app.services.personas import PersonaService
from app.services.settings import SettingsService
from app.ui.composer.composer import Composer
from app.ui.composer.counting import TokenCountAsked
from app.ui.theme import Theme
from tests.support.themes import new_theme

PATIENCE_MS = 10_000
NONE = Qt.KeyboardModifier.NoModifier


@dataclass
class Table:
    """A composer at the bottom of a window, and what it said."""

    composer: Composer
    window: QWidget
    settings: SettingsService
    personas: PersonaService
    qtbot: QtBot
    sent: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    asked: list[TokenCountAsked] = field(default_factory=list)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.composer.edit, text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.composer.edit, key, modifier)

    def click(self, widget: QWidget) -> None:
        self.wait(widget.isVisible)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def compose(self, preedit: str, commit: str = "") -> None:
        """What an input method does while a word is being put together."""
        event = QInputMethodEvent(preedit, [])
        event.setCommitString(commit)
        QApplication.sendEvent(self.composer.edit, event)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def answer(self, counts: list[int] | None) -> TokenCountAsked:
        """Wait for a question for tokens, and answer it."""
        self.wait(lambda: bool(self.asked))
        asked = self.asked.pop()
        self.asked.clear()
        self.composer.show_counts(asked.request_id, counts)
        return asked


@pytest.fixture
def theme(qapp: QApplication, qtbot: QtBot) -> Iterator[Theme]:
    with new_theme(qapp) as made:
        yield made


@pytest.fixture
def table(theme: Theme, qtbot: QtBot) -> Table:
    settings, personas = SettingsService(None, Settings()), PersonaService(None)
    composer = Composer(theme, settings, thinking=True, personas=personas)
    window = QWidget()
    column = QVBoxLayout(window)
    column.addStretch(1)
    column.addWidget(composer)
    window.resize(760, 600)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    composer.edit.setFocus()
    made = Table(composer, window, settings, personas, qtbot)
    composer.send_asked.connect(lambda: made.sent.append(composer.take().text))
    composer.draft_changed.connect(made.drafts.append)
    composer.count_asked.connect(made.asked.append)
    return made
