"""Commands: declared once, run by keys, given other keys, refused when they cannot be done."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.commands import Command, Commands, Group


class Desk:
    """A window with a field, and what the commands did."""

    def __init__(self, qtbot: QtBot, chosen: dict[str, list[str]] | None = None) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.field = QLineEdit()
        QVBoxLayout(self.window).addWidget(self.field)
        self.commands = Commands(self.window, chosen or {})
        self.done: list[str] = []
        self.possible = True
        for name, keys in (("new_chat", ("Ctrl+N", "Ctrl+Shift+O")), ("search", ("Ctrl+K",))):
            command = Command(name, name, Group.CHAT, keys)
            self.commands.add(command, partial(self.done.append, name), lambda: self.possible)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.field.setFocus()

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.field, key, Qt.KeyboardModifier.ControlModifier)


def test_keys_run_a_command(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.press(Qt.Key.Key_N)
    desk.press(Qt.Key.Key_K)
    assert desk.done == ["new_chat", "search"]


def test_what_cannot_be_done_is_not_done(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.possible = False
    desk.press(Qt.Key.Key_N)
    assert not desk.commands.run("search")
    assert desk.done == []


def test_other_keys_take_the_place_of_the_first_ones(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"new_chat": ["Ctrl+J"]})
    desk.press(Qt.Key.Key_N)
    desk.press(Qt.Key.Key_J)
    assert desk.done == ["new_chat"]
    assert desk.commands.chosen() == {"new_chat": ["Ctrl+J"]}
    with qtbot.waitSignal(desk.commands.keys_changed):
        desk.commands.choose("new_chat", None)
    desk.press(Qt.Key.Key_N)
    assert desk.done == ["new_chat", "new_chat"]
    assert desk.commands.chosen() == {}


def test_keys_that_are_taken_are_told(qtbot: QtBot) -> None:
    commands = Desk(qtbot).commands
    taken = commands.taken_by("Ctrl+K", but="new_chat")
    assert taken is not None
    assert taken.name == "search"
    assert commands.taken_by("Ctrl+K", but="search") is None
    assert commands.taken_by("Ctrl+Alt+K") is None


def test_keys_of_a_newer_version_are_kept(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"from_the_future": ["Ctrl+T"]})
    assert desk.commands.chosen() == {"from_the_future": ["Ctrl+T"]}


def test_a_name_is_declared_once(qtbot: QtBot) -> None:
    commands = Desk(qtbot).commands
    with pytest.raises(ValueError, match="twice"):
        commands.add(Command("search", "again", Group.VIEW), lambda: None)
