"""How keys and groups of commands are written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence

from app.ui.commands import Group


def group_title(group: Group) -> str:
    translate = QCoreApplication.translate
    match group:
        case Group.CHAT:
            return translate("Commands", "Chats")
        case Group.MESSAGE:
            return translate("Commands", "Messages")
        case Group.VIEW:
            return translate("Commands", "View")
        case Group.APPLICATION:
            return translate("Commands", "Ponder")


def native_keys(keys: Sequence[str]) -> str:
    """Keys in Qt's portable form as this system writes them: "Ctrl+N or Ctrl+Shift+O"."""
    written = [QKeySequence(each).toString(QKeySequence.SequenceFormat.NativeText) for each in keys]
    if QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft:
        # Keys are read from left to right everywhere; without the marks "Ctrl++" would become "++Ctrl".
        written = [f"\u2066{each}\u2069" for each in written]
    return QCoreApplication.translate("Commands", " or ").join(written)
