from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.core.paths import user_paths
from app.core.settings import Settings
from app.services.chat_store import StoreService
from app.services.kept_chats import KeptChats
from app.services.settings import SettingsService
from app.services.upkeep import ChatUpkeep
from app.ui.appearance import Appearance
from app.ui.commands import Command, Commands, Group
from app.ui.settings.places import Place
from app.ui.settings.setting_row import SettingRow
from app.ui.settings.window import SettingsWindow
from app.ui.theme import Theme
from tests.support.themes import new_theme

PATIENCE_MS = 60_000


class Desk:
    """The settings window over a window with commands, with a real store behind it."""

    def __init__(self, theme: Theme, qtbot: QtBot, settings: Settings) -> None:
        self.qtbot = qtbot
        self.theme = theme
        self.paths = user_paths()
        self.settings = SettingsService(self.paths.settings_file, settings)
        self.appearance = Appearance(theme, self.settings)
        self.host = QWidget()
        qtbot.addWidget(self.host)
        self.field = QLineEdit()
        QVBoxLayout(self.host).addWidget(self.field)
        self.done: list[str] = []
        self.commands = Commands(self.host, {})
        for name, title, keys in (
            ("new_chat", "New chat", ("Ctrl+N", "Ctrl+Shift+O")),
            ("search", "Search chats", ("Ctrl+K",)),
        ):
            self.commands.add(Command(name, title, Group.CHAT, keys), partial(self.done.append, name))
        self.commands.add(Command("stop", "Stop", Group.MESSAGE, ("Esc",), fixed=True), partial(self.done.append, "x"))
        self.store = StoreService(self.paths.chats)
        self.upkeep = ChatUpkeep(self.store, self.paths.chats, self.settings)
        with qtbot.waitSignal(self.store.opened, timeout=PATIENCE_MS):
            self.store.start()
        self.kept = KeptChats(self.store, self.settings, self.paths.cache)
        self.window = SettingsWindow(theme, self.settings, self.commands, self.upkeep, self.kept, self.paths, self.host)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def row(self, name: str) -> SettingRow:
        """The row of a setting in the section that is open, or among what was found."""
        [found] = [each for each in self.window.findChildren(SettingRow) if each.name == name and each.isVisible()]
        return found

    def open(self, place: Place) -> None:
        self.window.show_place(place)

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def close(self) -> None:
        self.window.close()
        self.upkeep.close()
        self.kept.close()
        self.store.close()
        for each in (self.window, self.upkeep, self.kept, self.store, self.appearance):
            each.deleteLater()
            QCoreApplication.sendPostedEvents(each, QEvent.Type.DeferredDelete)


OpenDesk = Callable[..., Desk]


@pytest.fixture
def theme(qapp: QApplication, qtbot: QtBot) -> Iterator[Theme]:
    with new_theme(qapp) as made:
        yield made


@pytest.fixture
def open_desk(theme: Theme, qtbot: QtBot) -> Iterator[OpenDesk]:
    opened: list[Desk] = []

    def open_one(settings: Settings | None = None) -> Desk:
        desk = Desk(theme, qtbot, settings or Settings(backup_hours=0, trash_days=0))
        opened.append(desk)
        return desk

    yield open_one
    for desk in opened:
        desk.close()


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    return open_desk()
