"""Choosing keys: what is pressed holds at once, conflicts are named, and nothing can break typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.settings import read_settings
from app.ui.settings.keys_page import KeyRow, KeysPage
from app.ui.settings.places import Place
from tests.app.ui.settings.conftest import Desk

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def page(desk: Desk) -> KeysPage:
    desk.open(Place.KEYS)
    found = desk.window.page(Place.KEYS)
    assert isinstance(found, KeysPage)
    return found


def record(row: KeyRow, key: Qt.Key, held: Qt.KeyboardModifier = CTRL) -> None:
    QTest.mouseClick(row.field, Qt.MouseButton.LeftButton)
    assert row.field.recording
    QTest.keyClick(row.field, key, held)


def test_new_keys_hold_at_once_and_are_kept(desk: Desk, page: KeysPage) -> None:
    row = page.rows["search"]
    record(row, Qt.Key.Key_J)
    assert desk.commands.keys("search") == ("Ctrl+J",)
    assert "Ctrl+J" in row.field.text()
    assert read_settings(desk.paths.settings_file).settings.shortcuts == {"search": ["Ctrl+J"]}
    desk.window.close()
    with desk.qtbot.waitActive(desk.host):
        desk.host.show()
        desk.host.activateWindow()
    desk.field.setFocus()
    QTest.keyClick(desk.field, Qt.Key.Key_J, CTRL)
    QTest.keyClick(desk.field, Qt.Key.Key_K, CTRL)
    assert desk.done == ["search"]


def test_a_conflict_is_named_and_changes_nothing(desk: Desk, page: KeysPage) -> None:
    row = page.rows["search"]
    record(row, Qt.Key.Key_N)
    assert "New chat" in row.said()
    assert desk.commands.keys("search") == ("Ctrl+K",)
    record(row, Qt.Key.Key_J)  # a try that is taken clears what was said
    assert row.said() == ""


def test_esc_cancels_and_backspace_takes_the_keys_away(desk: Desk, page: KeysPage) -> None:
    row = page.rows["search"]
    record(row, Qt.Key.Key_Escape, NONE)
    assert not row.field.recording
    assert desk.commands.keys("search") == ("Ctrl+K",)
    assert desk.window.isVisible()
    record(row, Qt.Key.Key_Backspace, NONE)
    assert desk.commands.keys("search") == ()
    assert desk.settings.value.shortcuts == {"search": []}
    desk.click(row.reset_button)
    assert desk.commands.keys("search") == ("Ctrl+K",)
    assert desk.settings.value.shortcuts == {}


@pytest.mark.parametrize(
    ("key", "held"),
    [
        (Qt.Key.Key_A, NONE),
        (Qt.Key.Key_A, SHIFT),
        (Qt.Key.Key_Left, SHIFT),
        (Qt.Key.Key_Return, NONE),
        (Qt.Key.Key_C, CTRL),
        (Qt.Key.Key_V, CTRL),
        (Qt.Key.Key_Z, CTRL),
    ],
)
def test_keys_that_writing_needs_are_refused(
    desk: Desk, page: KeysPage, key: Qt.Key, held: Qt.KeyboardModifier
) -> None:
    row = page.rows["search"]
    record(row, key, held)
    assert row.said()
    assert row.field.recording  # another try
    assert desk.commands.keys("search") == ("Ctrl+K",)


@pytest.mark.parametrize(
    ("key", "held", "keys"),
    [
        (Qt.Key.Key_F5, NONE, "F5"),
        (Qt.Key.Key_P, CTRL | SHIFT, "Ctrl+Shift+P"),
        (Qt.Key.Key_Up, ALT, "Alt+Up"),
        (Qt.Key.Key_Backspace, CTRL | SHIFT, "Ctrl+Shift+Backspace"),
    ],
)
def test_other_keys_are_taken(desk: Desk, page: KeysPage, key: Qt.Key, held: Qt.KeyboardModifier, keys: str) -> None:
    record(page.rows["search"], key, held)
    assert desk.commands.keys("search") == (keys,)


def test_keys_that_another_command_has_now_do_not_come_back(desk: Desk, page: KeysPage) -> None:
    record(page.rows["search"], Qt.Key.Key_J)
    record(page.rows["new_chat"], Qt.Key.Key_K)
    desk.click(page.rows["search"].reset_button)
    assert "New chat" in page.rows["search"].said()
    assert desk.commands.keys("search") == ("Ctrl+J",)
    desk.click(page.reset_button)
    assert desk.commands.chosen() == {}
    assert desk.settings.value.shortcuts == {}
    assert not page.reset_button.isEnabled()


def test_keys_that_belong_to_a_place_stay(page: KeysPage) -> None:
    assert not page.rows["stop"].field.isEnabled()
