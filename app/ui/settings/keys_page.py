"""The page of the keys: every command with its keys, which can be chosen anew."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.settings import SettingsService
from app.ui.buttons import Button, Look
from app.ui.command_words import group_title
from app.ui.commands import Command, Commands, Group
from app.ui.controls.divided_card import DividedCard
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.settings.key_field import KeyField, Unfit
from app.ui.settings.places import Place
from app.ui.settings.section_page import TitledPage
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class KeyRow(QWidget):
    """One command. What is chosen holds at once and is in the settings at once."""

    def __init__(self, theme: Theme, commands: Commands, settings: SettingsService, command: Command) -> None:
        super().__init__()
        self._theme = theme
        self._commands = commands
        self._settings = settings
        self._command = command
        self.field = KeyField(theme, command.title)
        self.field.setEnabled(not command.fixed)
        self.field.recorded.connect(self._choose)
        self.field.refused.connect(self._refuse)
        self.field.recording_changed.connect(self._on_recording)
        self.reset_button = Button(theme, Look.GHOST, icon=Icon.RETRY, height_px=22)
        self.reset_button.setToolTip(self.tr("Back to its own keys"))
        self.reset_button.setAccessibleName(self.tr("{command}: back to its own keys").format(command=command.title))
        self.reset_button.clicked.connect(self._reset)
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        self._said = Label(theme, TextRole.FACTS, Token.WARNING, wrap=True)
        self._said.hide()
        self._row = QHBoxLayout()
        self._row.addWidget(Label(theme, TextRole.BODY, Token.TEXT, command.title, wrap=True), 1)
        self._row.addWidget(self.reset_button)
        self._row.addWidget(self.field)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._column.addWidget(self._said)
        commands.keys_changed.connect(self._show)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show()

    def said(self) -> str:
        """Why the keys that were pressed were not taken; empty where they were."""
        return "" if self._said.isHidden() else self._said.text()

    @Slot()
    def _show(self) -> None:
        keys = self._commands.keys(self._command.name)
        self.field.show_keys(keys)
        differs = keys != self._command.keys
        if not differs and self.reset_button.hasFocus():
            self.field.setFocus()
        self.reset_button.setVisible(differs)

    @Slot(str)
    def _choose(self, keys: str) -> None:
        other = self._commands.taken_by(keys, but=self._command.name) if keys else None
        if other is not None:
            self._say(
                self.tr("{keys} belongs to “{command}”. Nothing was changed.").format(keys=keys, command=other.title)
            )
            return
        self._commands.choose(self._command.name, (keys,) if keys else ())
        self._settings.change(shortcuts=self._commands.chosen())

    @Slot(object)
    def _refuse(self, why: Unfit) -> None:
        if why is Unfit.TYPING:
            self._say(self.tr("These keys are for writing. Press them together with Ctrl or Alt."))
        else:
            self._say(self.tr("Text fields need these keys, for copying and the like. Press others."))

    @Slot(bool)
    def _on_recording(self, recording: bool) -> None:
        if recording:
            self._say("")

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.setVisible(bool(text))

    @Slot()
    def _reset(self) -> None:
        for keys in self._command.keys:
            other = self._commands.taken_by(keys, but=self._command.name)
            if other is not None:
                self._say(
                    self.tr("{keys} belongs to “{command}” now. Give that one other keys first.").format(
                        keys=keys, command=other.title
                    )
                )
                return
        self._say("")
        self._commands.choose(self._command.name, None)
        self._settings.change(shortcuts=self._commands.chosen())

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setSpacing(px(8))
        self._column.setContentsMargins(0, px(2), 0, px(2))
        self._column.setSpacing(px(2))


class KeysPage(TitledPage):
    """Args:
    theme: Where its looks come from.
    commands: All of them are listed; the keys chosen here hold at once.
    settings: Where the chosen keys are kept.
    """

    def __init__(
        self, theme: Theme, commands: Commands, settings: SettingsService, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, Place.KEYS, parent)
        self._commands = commands
        self._settings = settings
        self.rows: dict[str, KeyRow] = {}
        for group in Group:
            found = [each for each in commands if each.group is group]
            if not found:
                continue
            self.column.addWidget(Label(theme, TextRole.LABEL, Token.SECONDARY, group_title(group)))
            card = DividedCard(theme)
            for command in found:
                row = self.rows[command.name] = KeyRow(theme, commands, settings, command)
                card.column.addWidget(row)
            self.column.addWidget(card)
        self.reset_button = Button(theme, Look.PILL, self.tr("Back to the defaults"))
        self.reset_button.setAccessibleName(self.tr("Keys: back to the defaults"))
        self.reset_button.clicked.connect(self._reset)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.reset_button)
        self.column.addLayout(foot)
        self.column.addStretch(1)
        commands.keys_changed.connect(self._follow)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        self.reset_button.setEnabled(bool(self._commands.chosen()))

    @Slot()
    def _reset(self) -> None:
        for command in self._commands:
            self._commands.choose(command.name, None)
        self._settings.change(shortcuts=self._commands.chosen())
