"""The command palette: found while typing, run by keys, gone by itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import ne

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.commands import Command, Commands, Group
from app.ui.fuzzy import score
from app.ui.palette import CommandPalette
from tests.support.themes import new_theme

TITLES = ("New chat", "Search chats", "Settings", "Answer again", "Zoom in")


class Desk:
    def __init__(self, qapp: QApplication, qtbot: QtBot, palette: CommandPalette, window: QWidget) -> None:
        self.palette, self.window = palette, window
        self.field = window.findChildren(QLineEdit)[0]
        self.done: list[str] = []

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.palette.field, key)


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot) -> Iterator[Desk]:
    window = QWidget()
    qtbot.addWidget(window)
    field = QLineEdit()
    QVBoxLayout(window).addWidget(field)
    window.resize(700, 500)
    with new_theme(qapp) as theme:
        commands = Commands(window, {})
        made = Desk(qapp, qtbot, CommandPalette(theme, commands, window), window)
        for title in TITLES:
            command = Command(title, title, Group.CHAT, ("Ctrl+K",) if title.startswith("Search") else ())
            commands.add(command, partial(made.done.append, title), partial(ne, title, "Answer again"))
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        field.setFocus()
        yield made
        window.close()


def test_it_opens_with_everything_and_what_cannot_be_done_last(desk: Desk) -> None:
    desk.palette.open()
    assert desk.palette.field.hasFocus()
    assert desk.palette.titles() == ["New chat", "Search chats", "Settings", "Zoom in", "Answer again"]
    assert desk.palette.current() == "New chat"


def test_typing_finds_and_enter_runs(desk: Desk) -> None:
    desk.palette.open()
    QTest.keyClicks(desk.palette.field, "srch")
    assert desk.palette.titles() == ["Search chats"]
    desk.press(Qt.Key.Key_Return)
    assert desk.done == ["Search chats"]
    assert not desk.palette.isVisible()
    assert desk.field.hasFocus()


def test_arrows_go_round_what_can_be_done(desk: Desk) -> None:
    desk.palette.open()
    desk.press(Qt.Key.Key_Up)
    assert desk.palette.current() == "Zoom in"
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Down)
    assert desk.palette.current() == "Search chats"


def test_what_cannot_be_done_is_not_run(desk: Desk) -> None:
    desk.palette.open()
    QTest.keyClicks(desk.palette.field, "answer")
    assert desk.palette.titles() == ["Answer again"]
    desk.press(Qt.Key.Key_Return)
    assert desk.done == []
    assert desk.palette.isVisible()


def test_esc_gives_the_focus_back(desk: Desk) -> None:
    desk.palette.open()
    desk.press(Qt.Key.Key_Escape)
    assert not desk.palette.isVisible()
    assert desk.field.hasFocus()
    desk.palette.open()
    assert desk.palette.field.text() == ""


def test_a_click_elsewhere_closes_it(desk: Desk) -> None:
    desk.palette.open()
    desk.field.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not desk.palette.isVisible()


def test_a_click_runs(desk: Desk) -> None:
    desk.palette.open()
    found = desk.palette.list
    place = found.visualRect(found.model().index(2, 0)).center()
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert desk.done == ["Settings"]


def test_it_stays_inside_its_window(desk: Desk) -> None:
    desk.palette.open()
    desk.window.resize(300, 200)
    assert desk.window.rect().contains(desk.palette.geometry())


def test_letters_at_the_beginning_of_words_count_more() -> None:
    assert (score("nc", "New chat") or 0) > (score("nc", "Announce") or 0)
    assert (score("set", "Settings") or 0) > (score("set", "Search the text") or 0)
    assert score("xyz", "Settings") is None
    assert score("", "Settings") == 0
    assert score("CHAT new", "New chat") is None
