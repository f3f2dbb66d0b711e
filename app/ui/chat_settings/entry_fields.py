"""The fields of one persona or one saved prompt. Every change is told at once; there is nothing to save or cancel."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.chats import ChatSettings
from app.core.personas import LibraryEntry, Persona, SavedPrompt, persona_settings
from app.services.settings import SettingsService
from app.ui.chat_settings.form import ChatSettingsForm
from app.ui.chat_settings.name_dialog import LONGEST_NAME
from app.ui.chat_settings.texts import PausedArea, PausedField
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class EntryFields(QWidget):
    """Shows one entry at a time.

    Args:
        theme: Where its looks come from.
        settings: What holds where a persona says nothing.
    """

    changed = Signal(object)
    """The LibraryEntry as it is wanted now."""

    def __init__(self, theme: Theme, settings: SettingsService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entry: LibraryEntry | None = None
        self.name = PausedField(theme, name=self.tr("Name"))
        self.name.setMaxLength(LONGEST_NAME)
        self.name.settled.connect(self._on_name)
        self._text_title = Label(theme, TextRole.LABEL, Token.SECONDARY)
        self.text = PausedArea(theme, name="", lines=8)
        self.text.settled.connect(self._on_text)
        self._about = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self.form = ChatSettingsForm(theme, settings, with_context=False)
        self.form.changed.connect(self._on_form)
        self._column = QVBoxLayout(self)
        self._column.addWidget(Label(theme, TextRole.LABEL, Token.SECONDARY, self.tr("Name")))
        for each in (self.name, self._text_title, self.text, self._about, self.form):
            self._column.addWidget(each)
        self._column.addStretch(1)
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def entry(self) -> LibraryEntry | None:
        """What is shown."""
        return self._entry

    def show_entry(self, entry: LibraryEntry) -> None:
        """Show an entry; what was typed last into another one is told before."""
        if self._entry is not None and self._entry.uid != entry.uid:
            self.flush()
        self._entry = entry
        self.name.show_text(entry.name)
        persona = isinstance(entry, Persona)
        title = self.tr("System prompt") if persona else self.tr("Text")
        self._text_title.setText(title)
        self.text.setAccessibleName(title)
        self.text.show_text(entry.system_prompt if isinstance(entry, Persona) else entry.text)
        about = (
            self.tr("Instructions that hold for the whole chat. Type “/” and the name in the message field to use it.")
            if persona
            else self.tr(
                "Type “/” and the name in the message field to use it. The first {words in braces} are selected"
                " there, to be typed over."
            )
        )
        self._about.setText(about)
        self.text.setAccessibleDescription(about)
        self.form.setVisible(persona)
        self.form.show_settings(entry.settings if isinstance(entry, Persona) else ChatSettings())

    def flush(self) -> None:
        """Tell now what was not told yet."""
        self.name.flush()
        self.text.flush()
        self.form.flush()

    def forget(self) -> None:
        """What is shown is gone: nothing more is told of it."""
        self._entry = None

    @Slot(str)
    def _on_name(self, name: str) -> None:
        if self._entry is None:
            return
        if name.strip():
            self._take(replace(self._entry, name=name.strip()))
        elif not self.name.hasFocus():
            self.name.show_text(self._entry.name)  # without a name nobody would find it again

    @Slot(str)
    def _on_text(self, text: str) -> None:
        match self._entry:
            case Persona():
                self._take(replace(self._entry, system_prompt=text))
            case SavedPrompt():
                self._take(replace(self._entry, text=text))

    @Slot(object)
    def _on_form(self, settings: ChatSettings) -> None:
        if isinstance(self._entry, Persona):
            self._take(replace(self._entry, settings=persona_settings(settings)))

    def _take(self, entry: LibraryEntry) -> None:
        self._entry = entry
        self.changed.emit(entry)

    def _restyle(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(self._theme.px(8))
