"""The models window over real folders and a hub on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.settings import Settings
from app.services.model_shelf import ModelShelf
from app.services.settings import SettingsService
from app.ui.models.window import ModelsWindow
from app.ui.theme import Theme
from tests.app.model_kit import PATIENCE_MS, open_shelf, pretend_machine, small_hub
from tests.support.fake_hub import FakeHub


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with small_hub(tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp)
    yield made
    made.deleteLater()
    QCoreApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)


@pytest.fixture
def settings() -> SettingsService:
    return SettingsService(None, Settings())


@pytest.fixture
def shelf(qtbot: QtBot, settings: SettingsService, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelShelf]:
    pretend_machine(monkeypatch)
    with open_shelf(qtbot, settings) as opened:
        yield opened


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, shelf: ModelShelf, settings: SettingsService) -> ModelsWindow:
    """Shown, and this machine is known."""
    made = ModelsWindow(theme, shelf, settings)
    qtbot.addWidget(made)
    with qtbot.waitSignal(shelf.offers_ready, timeout=PATIENCE_MS):
        made.show()
    return made
