"""The sidebar in a window of its own, over a real store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QAction, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.core.settings import Settings
from app.services.chat_rows import ChatRow, FolderRow
from app.services.chat_search import ChatSearch
from app.services.settings import SettingsService
from app.store.store import ChatStore
from app.ui.controls.confirm import Question
from app.ui.sidebar.drawer import SidebarFrame
from app.ui.sidebar.sidebar import Sidebar
from app.ui.theme import Theme
from app.ui.toast import Toast
from tests.app.services.chat_listing import Listing, filled

NONE = Qt.KeyboardModifier.NoModifier


class Side:
    """The window, and what a person does with its sidebar."""

    def __init__(self, app: QApplication, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.listing = Listing(folder, qtbot)
        self.settings = SettingsService(None, Settings())
        self.search = ChatSearch(self.listing.service, self.settings)
        self.theme = Theme(app)
        self.window = QMainWindow()
        self.body = QPushButton("body")
        self.toast = Toast(self.theme, self.window)
        self.sidebar = Sidebar(self.theme, self.listing.chats, self.search, self.toast)
        self.frame = SidebarFrame(self.theme, self.sidebar, self.body)
        self.window.setCentralWidget(self.frame)
        self.window.resize(1000, 800)
        self.chosen: list[Any] = []
        self.sidebar.chat_chosen.connect(self.chosen.append)

    def open(self) -> None:
        self.window.show()
        self.qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.listing.start()

    @property
    def view(self) -> Any:
        return self.sidebar.list

    def wait(self, condition: Callable[[], bool]) -> None:
        self.listing.wait(condition)

    def wait_words(self, *words: str) -> None:
        self.listing.wait_words(*words)

    def at(self, name: str) -> QRect:
        """Where the row of a chat or folder is, in the list."""
        model = self.sidebar.model
        for number in range(model.rowCount()):
            row = model.row(model.index(number))
            title = (
                row.chat.title if isinstance(row, ChatRow) else row.folder.name if isinstance(row, FolderRow) else ""
            )
            if title == name:
                found: QRect = self.view.visualRect(model.index(number))
                return found
        raise AssertionError(f"{name} is not listed")

    def click(self, name: str, modifiers: Qt.KeyboardModifier = NONE, at: QPoint | None = None) -> None:
        place = self.at(name).center() if at is None else at
        QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, modifiers, place)

    def click_more(self, name: str) -> QMenu:
        """Open the menu of a row by its ⋯."""
        self.click(name, at=self.view.rows.more_frame(self.at(name)).center())
        return self.menu()

    def menu(self) -> QMenu:
        self.wait(lambda: self.sidebar.open_menu() is not None)
        menu = self.sidebar.open_menu()
        assert menu is not None
        return menu

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.view, key, modifiers)

    def editor(self) -> QLineEdit:
        """The field in which a row is renamed; waits for it."""
        self.wait(lambda: self.view.viewport().findChild(QLineEdit) is not None)
        found = self.view.viewport().findChild(QLineEdit)
        assert isinstance(found, QLineEdit)
        return found

    def name(self, text: str) -> None:
        """Type a name where one is asked for."""
        editor = self.editor()
        editor.selectAll()
        typed = QInputMethodEvent()
        typed.setCommitString(text)
        QApplication.sendEvent(editor, typed)
        QTest.keyClick(editor, Qt.Key.Key_Return)

    def type_search(self, text: str) -> None:
        field = self.sidebar.field.edit
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)

    def hits(self) -> list[str]:
        model = self.sidebar.hits.hits
        return [str(model.index(at).data()) for at in range(model.rowCount())]

    def question(self) -> Question:
        self.wait(lambda: any(each.isVisible() for each in self.window.findChildren(Question)))
        return next(each for each in self.window.findChildren(Question) if each.isVisible())

    def close(self) -> None:
        self.listing.service.close()
        self.window.close()
        for each in (self.window, self.search, self.settings, self.theme):
            each.deleteLater()
            QCoreApplication.sendPostedEvents(each, QEvent.Type.DeferredDelete)
        self.listing.close()


OpenSide = Callable[[Callable[[ChatStore], object]], Side]


@pytest.fixture
def open_side(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[OpenSide]:
    """Fills a store and opens the sidebar over it."""
    opened: list[Side] = []

    def open_one(fill: Callable[[ChatStore], object]) -> Side:
        filled(tmp_path, fill)
        opened.append(Side(qapp, qtbot, tmp_path))
        opened[-1].open()
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def action(menu: QMenu, words: str) -> QAction:
    """What a menu offers in these words."""
    return next(each for each in menu.actions() if each.text() == words)


def choose(menu: QMenu, *words: str) -> None:
    """Choose something in a menu, or in a menu of it."""
    for each in words[:-1]:
        below = action(menu, each).menu()
        assert isinstance(below, QMenu)
        menu = below
    action(menu, words[-1]).trigger()
    top: QWidget | None = menu
    while isinstance(top, QMenu):
        top.close()
        top = top.parentWidget()
