"""The sheet of keys: every command with the keys it has now, and the keys that belong to places in the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.settings import SendKey
from app.services.settings import SettingsChanged, SettingsService
from app.ui.command_words import group_title, native_keys
from app.ui.commands import Commands, Group
from app.ui.controls.dialog import Dialog
from app.ui.controls.divided_card import DividedCard
from app.ui.controls.page import Page
from app.ui.controls.spacing import Spacing
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

FIRST_SIZE_PX = (520, 620)
SMALLEST_PX = (320, 240)


def fixed_keys(send_key: SendKey) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is done by keys that belong to a place, and those keys in Qt's portable form."""
    translate = QCoreApplication.translate
    send, line = ("Enter", ("Shift+Enter",)), ("Ctrl+Enter", ("Enter", "Shift+Enter"))
    sends, breaks = send if send_key is SendKey.ENTER else line
    return (
        (translate("KeySheet", "Send the message"), (sends,)),
        (translate("KeySheet", "New line in the message"), breaks),
        (translate("KeySheet", "Bring back the last message, in an empty field"), ("Up",)),
        (translate("KeySheet", "Other versions of the marked message"), ("Left", "Right")),
        (translate("KeySheet", "Stop the answer, or close what is open"), ("Esc",)),
    )


class KeySheet(Dialog):
    """Follows the keys and the settings while it is open.

    Args:
        theme: Where its looks come from.
        commands: Listed by group.
        settings: Says what sends a message.
        parent: The main window.
    """

    def __init__(
        self, theme: Theme, commands: Commands, settings: SettingsService, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "", parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAccessibleName(self.windowTitle())
        self._commands = commands
        self._settings = settings
        self._page = Page(theme)
        self._page.setAccessibleName(self.windowTitle())
        layout = QVBoxLayout(self)
        Spacing(theme, layout, 0)
        layout.addWidget(self._page)
        self._content: QWidget | None = None
        self._shown: list[tuple[str, str]] = []
        self.set_smallest(*SMALLEST_PX)
        self.resize_to(*FIRST_SIZE_PX)
        commands.keys_changed.connect(self._show)
        settings.changed.connect(self._follow)
        self._show()

    def rows(self) -> list[tuple[str, str]]:
        """What is shown: words, and keys as this system writes them."""
        return list(self._shown)

    @Slot(object)
    def _follow(self, changed: SettingsChanged) -> None:
        if "send_key" in changed.names:
            self._show()

    @Slot()
    def _show(self) -> None:
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
        self._shown = []
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        Spacing(self._theme, column, 12)
        fixed = [(title, native_keys(keys)) for title, keys in fixed_keys(self._settings.value.send_key)]
        self._add(column, self.tr("Writing and reading"), fixed)
        for group in Group:
            found = [each for each in self._commands if each.group is group]
            rows = [(each.title, native_keys(self._commands.keys(each.name))) for each in found]
            self._add(column, group_title(group), [(title, keys) for title, keys in rows if keys])
        column.addStretch(1)
        self._page.column.insertWidget(0, self._content)

    def _add(self, column: QVBoxLayout, title: str, rows: list[tuple[str, str]]) -> None:
        if not rows:
            return
        column.addWidget(Label(self._theme, TextRole.LABEL, Token.SECONDARY, title))
        card = DividedCard(self._theme)
        for words, keys in rows:
            row = QWidget()
            row.setAccessibleName(f"{words}: {keys}")
            layout = QHBoxLayout(row)
            Spacing(self._theme, layout, 16, (0, 2, 0, 2))
            layout.addWidget(Label(self._theme, TextRole.BODY, Token.TEXT, words, wrap=True), 1)
            layout.addWidget(Label(self._theme, TextRole.FACTS, Token.SECONDARY, keys))
            card.column.addWidget(row)
        column.addWidget(card)
        self._shown += rows
