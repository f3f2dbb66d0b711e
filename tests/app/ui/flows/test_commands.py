"""Every command of the window: its keys, the palette, the sheet, and that it does something."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from app.services.status import EngineUnloaded
from app.ui.chat_settings.library_dialog import LibraryDialog
from app.ui.command_words import native_keys
from app.ui.key_sheet import KeySheet
from app.ui.palette import CommandPalette
from app.ui.settings.keys_page import KeysPage
from app.ui.settings.places import Place
from app.ui.settings.window import SettingsWindow
from tests.app.ui.conftest import Desk, OpenDesk
from tests.app.ui.flows.flow import CTRL, SHIFT, ask_in_new_chat, dialog, restart

LAST = "app.quit"


def close_everything(desk: Desk) -> None:
    """Whatever a command has opened."""
    QApplication.processEvents()
    for each in QApplication.topLevelWidgets():
        if isinstance(each, QDialog) and each.isVisible():
            each.close()
    desk.press(Qt.Key.Key_Escape)
    desk.window.activateWindow()
    desk.wait(desk.window.isActiveWindow)


def test_no_keys_belong_to_two_commands(desk: Desk) -> None:
    commands = desk.window.commands
    keys = Counter(
        QKeySequence(each).toString(QKeySequence.SequenceFormat.PortableText)
        for command in commands
        for each in commands.keys(command.name)
    )
    assert all(keys), "keys that Qt does not understand"
    assert not [each for each, count in keys.items() if count > 1]


def test_every_key_reaches_its_command_from_where_one_writes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ask("words 2")
    commands = desk.window.commands
    desk.wait(lambda: commands.is_enabled("chat.delete"))
    commands.refresh()
    ran: list[str] = []
    monkeypatch.setattr(commands, "run", ran.append)
    silent = []
    for command in commands:
        for keys in commands.keys(command.name) if commands.is_enabled(command.name) else ():
            ran.clear()
            desk.window.composer.edit.setFocus()
            QTest.keySequence(desk.window.composer.edit, QKeySequence(keys))
            if ran != [command.name]:
                silent.append(f"{keys} of {command.name}")
    # To the end of what is written: in the field, keys that move the cursor move the cursor.
    assert silent == ["Ctrl+End of view.latest"]


@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_every_command_can_be_run(desk: Desk, filled: bool) -> None:
    commands = desk.window.commands
    ran = set()
    for command in list(commands):
        if command.name == LAST:
            continue
        if filled and desk.parts.session.conversation.is_empty:
            desk.wait(lambda: not desk.parts.session.busy)
            ask_in_new_chat(desk, "think 1 2")
            desk.wait(lambda: desk.parts.session.conversation_id is not None)
        if commands.run(command.name):
            ran.add(command.name)
        if command.name == "app.unload" and filled:
            desk.wait(lambda: isinstance(desk.parts.link.status, EngineUnloaded))
        close_everything(desk)
    desk.wait(lambda: not desk.parts.session.working)
    if filled:
        not_run = {each.name for each in commands} - ran - {LAST}
        assert not_run == {"message.stop", "message.answer_now", "chat.keep"}
    assert commands.run(LAST)
    assert not desk.window.isVisible()


def test_the_palette_runs_a_command(desk: Desk) -> None:
    desk.press(Qt.Key.Key_P, CTRL | SHIFT)
    palette = dialog(desk, CommandPalette)
    assert palette.field.hasFocus()
    QTest.keyClicks(palette.field, "temporary chat")
    desk.wait(lambda: palette.current() == "New temporary chat")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert desk.parts.session.conversation.temporary
    assert desk.window.composer.edit.hasFocus()


def test_the_palette_leads_to_other_windows(desk: Desk) -> None:
    desk.press(Qt.Key.Key_P, CTRL | SHIFT)
    palette = dialog(desk, CommandPalette)
    QTest.keyClicks(palette.field, "personas")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert dialog(desk, LibraryDialog).isVisible()


def test_a_title_typed_in_full_comes_first(desk: Desk) -> None:
    desk.press(Qt.Key.Key_P, CTRL | SHIFT)
    palette = dialog(desk, CommandPalette)
    wrong = []
    for command in desk.window.commands:
        if desk.window.commands.is_enabled(command.name):
            palette.field.setText(command.title)
            if palette.current() != command.title:
                wrong.append((command.title, palette.current()))
    palette.close_quietly()
    assert not wrong


def test_the_sheet_lists_every_command_that_has_keys(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Slash, CTRL)
    sheet = dialog(desk, KeySheet)
    commands = desk.window.commands
    wanted = {(each.title, native_keys(commands.keys(each.name))) for each in commands if commands.keys(each.name)}
    assert wanted <= set(sheet.rows())


def test_chosen_keys_hold_at_once_and_after_a_restart(desk: Desk, open_desk: OpenDesk) -> None:
    desk.press(Qt.Key.Key_Comma, CTRL)
    settings = dialog(desk, SettingsWindow)
    settings.show_place(Place.KEYS)
    page = settings.page(Place.KEYS)
    assert isinstance(page, KeysPage)
    for name, key in (("chat.temporary", Qt.Key.Key_J), ("chat.search", Qt.Key.Key_G)):
        desk.click(page.rows[name].field)
        QTest.keyClick(page.rows[name].field, key, CTRL)
    settings.close()
    desk.window.activateWindow()
    desk.wait(desk.window.isActiveWindow)
    check_other_keys(desk)
    check_other_keys(restart(desk, open_desk))


def check_other_keys(desk: Desk) -> None:
    def temporary() -> bool:
        return desk.parts.session.conversation.temporary

    desk.press(Qt.Key.Key_Apostrophe, CTRL | SHIFT)
    assert not temporary(), "its own keys are gone"
    desk.press(Qt.Key.Key_J, CTRL)
    assert temporary()
    desk.press(Qt.Key.Key_G, CTRL)
    assert desk.window.sidebar.field.edit.hasFocus()
    desk.press(Qt.Key.Key_N, CTRL)


def test_stopping_by_esc_is_there_only_while_there_is_something_to_stop(desk: Desk) -> None:
    commands = desk.window.commands
    assert not commands.is_enabled("message.stop")
    desk.send("words 5000 5")
    assert commands.is_enabled("message.stop")
    desk.press(Qt.Key.Key_Escape)
    desk.wait_ended()
    assert not commands.is_enabled("message.stop")
