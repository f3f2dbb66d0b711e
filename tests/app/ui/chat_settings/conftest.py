"""The panel and the library window, each alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.chats import ChatSettings
from app.core.settings import Settings
from app.services.personas import PersonaService
from app.services.settings import SettingsService
from app.ui.chat_settings.library_dialog import LibraryDialog
from app.ui.chat_settings.panel import ChatSettingsPanel
from app.ui.controls.choice import Choice
from app.ui.controls.slider import Slider
from app.ui.theme import Theme
from engine.types import Precision
from tests.support.themes import new_theme

PATIENCE_MS = 10_000


@dataclass
class Desk:
    """The panel and what it said."""

    panel: ChatSettingsPanel
    settings: SettingsService
    personas: PersonaService
    qtbot: QtBot
    changes: list[ChatSettings] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)

    @property
    def last(self) -> ChatSettings:
        return self.changes[-1]


def choose(choice: Choice, value: object) -> None:
    """What a person does with the list of a drop-down."""
    values = [choice.itemText(row) for row in range(choice.count())]
    for row in range(choice.count()):
        choice.setCurrentIndex(row)
        if choice.value() == value:
            choice.activated.emit(row)
            return
    raise LookupError(f"{value} is none of {values}")


def slide(slider: Slider, steps: int) -> None:
    """Arrow keys to the right, or to the left where negative."""
    key = Qt.Key.Key_Right if steps > 0 else Qt.Key.Key_Left
    for _ in range(abs(steps)):
        QTest.keyClick(slider.track, key)


@pytest.fixture
def theme(qapp: QApplication, qtbot: QtBot) -> Iterator[Theme]:
    with new_theme(qapp) as made:
        yield made


@pytest.fixture
def settings() -> SettingsService:
    return SettingsService(None, Settings())


@pytest.fixture
def personas() -> PersonaService:
    return PersonaService(None)


@pytest.fixture
def desk(theme: Theme, qtbot: QtBot, settings: SettingsService, personas: PersonaService) -> Desk:
    panel = ChatSettingsPanel(theme, personas, settings)
    panel.set_loaded(Precision.BF16, 40_960)
    panel.resize(320, 900)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    made = Desk(panel, settings, personas, qtbot)
    panel.changed.connect(made.changes.append)
    panel.system_prompt_changed.connect(made.prompts.append)
    return made


@pytest.fixture
def library(theme: Theme, qtbot: QtBot, settings: SettingsService, personas: PersonaService) -> LibraryDialog:
    dialog = LibraryDialog(theme, personas, settings, None)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog
