"""The sheet of keys follows the keys and the settings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.core.settings import SendKey, Settings
from app.services.settings import SettingsService
from app.ui.commands import Command, Commands, Group
from app.ui.key_sheet import KeySheet
from tests.support.themes import new_theme


def test_it_shows_what_holds_now(qapp: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    settings = SettingsService(None, Settings())
    commands = Commands(window, {})
    commands.add(Command("new", "New chat", Group.CHAT, ("Ctrl+N", "Ctrl+Shift+O")), lambda: None)
    commands.add(Command("bare", "Without keys", Group.CHAT), lambda: None)
    with new_theme(qapp) as theme:
        sheet = KeySheet(theme, commands, settings, window)
        sheet.show()
        rows = dict(sheet.rows())
        assert rows["New chat"] == "Ctrl+N or Ctrl+Shift+O"
        assert rows["Send the message"] == "Enter"
        assert "Without keys" not in rows
        assert len([keys for keys in rows.values() if keys in ("Up", "Left or Right", "Esc", "Shift+Enter")]) == 4
        commands.choose("new", ("Ctrl+J",))
        settings.change(send_key=SendKey.CTRL_ENTER)
        rows = dict(sheet.rows())
        assert rows["New chat"] == "Ctrl+J"
        assert rows["Send the message"] == "Ctrl+Enter"
        commands.choose("new", ())
        assert "New chat" not in dict(sheet.rows())
        QTest.keyClick(sheet, Qt.Key.Key_Escape)
        assert not sheet.isVisible()
        window.close()
