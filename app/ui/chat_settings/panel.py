"""The panel beside the transcript: who answers in this chat, with which instructions, and how.

Edits one chat's settings and system prompt. Who keeps them is told by signals.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.chats import ChatSettings
from app.core.personas import Persona
from app.services.personas import PersonaService
from app.services.settings import SettingsService
from app.ui.buttons import Button, Look
from app.ui.chat_settings.form import ChatSettingsForm
from app.ui.chat_settings.library_dialog import LibraryDialog
from app.ui.chat_settings.name_dialog import NameDialog
from app.ui.chat_settings.texts import PausedArea
from app.ui.controls.choice import Choice
from app.ui.controls.page import Page
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import HEADER_PX, TextRole, Token
from engine.types import Precision

WIDTH_PX = 320
NARROWEST_PX = 200


class ChatSettingsPanel(QWidget):
    """Args:
    theme: Where its looks come from.
    personas: Offered, and added to.
    settings: What holds where the chat says nothing.
    """

    changed = Signal(object)
    """The ChatSettings as a person wants them for this chat."""
    system_prompt_changed = Signal(str)
    close_asked = Signal()

    def __init__(
        self, theme: Theme, personas: PersonaService, settings: SettingsService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._personas = personas
        self._settings = settings
        self._library: LibraryDialog | None = None
        self._make_head()
        self._make_persona()
        self.system_prompt = PausedArea(
            theme,
            name=self.tr("System prompt"),
            placeholder=self.tr("Instructions that hold for the whole chat"),
            lines=6,
        )
        self.system_prompt.settled.connect(self._on_prompt)
        self.form = ChatSettingsForm(theme, settings, with_context=True)
        self.form.changed.connect(self._on_form)
        self.save_button = Button(theme, Look.PILL, self.tr("Save as persona…"))
        self.save_button.setAccessibleName(self.tr("Save as persona"))
        self.save_button.clicked.connect(self.save_as_persona)
        self.all_automatic = Button(theme, Look.PILL, self.tr("All back to automatic"), Icon.RETRY)
        self.all_automatic.setAccessibleName(self.tr("All back to automatic"))
        self.all_automatic.clicked.connect(self.form.all_automatic)
        self._lay_out()
        personas.changed.connect(self._show_personas)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.show_chat(ChatSettings(), "")

    def _make_head(self) -> None:
        self._title = Label(self._theme, TextRole.STRONG, Token.TEXT, self.tr("This chat"))
        self.close_button = Button(self._theme, Look.GHOST, icon=Icon.CLOSE, height_px=32)
        self.close_button.setAccessibleName(self.tr("Close this chat's settings"))
        self.close_button.setToolTip(self.tr("Close"))
        self.close_button.clicked.connect(self.close_asked)

    def _make_persona(self) -> None:
        self.persona = Choice(self._theme, ((None, ""),), None, name=self.tr("Persona"))
        self.persona.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.persona.chosen.connect(self._on_persona)
        self.manage_button = Button(self._theme, Look.PILL, self.tr("Manage…"))
        self.manage_button.setAccessibleName(self.tr("Manage personas and prompts"))
        self.manage_button.clicked.connect(self.manage)
        self._persona_note = Label(self._theme, TextRole.FACTS, Token.SECONDARY, wrap=True)

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self.close_button)
        self._page = Page(self._theme)
        column = self._page.column
        column.addWidget(self._heading(self.tr("Persona")))
        self._persona_row = QHBoxLayout()
        self._persona_row.addWidget(self.persona, 1)
        self._persona_row.addWidget(self.manage_button)
        column.addLayout(self._persona_row)
        column.addWidget(self._persona_note)
        column.addWidget(self._heading(self.tr("System prompt")))
        column.addWidget(self.system_prompt)
        column.addWidget(self.form)
        column.addWidget(self.save_button)
        column.addWidget(self.all_automatic)
        column.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._page, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("This chat's settings"))

    def _heading(self, text: str) -> Label:
        return Label(self._theme, TextRole.LABEL, Token.SECONDARY, text)

    @property
    def value(self) -> ChatSettings:
        """The settings as they are shown."""
        return self.form.value

    def show_chat(self, chat: ChatSettings, system_prompt: str) -> None:
        """Show a chat; nothing is emitted.

        What was typed last and not told yet belongs to the chat before: call `flush` before.
        """
        self.system_prompt.show_text(system_prompt)
        self.form.show_settings(chat)
        self._show_personas()

    def flush(self) -> None:
        """Tell now what is written in a field and was not told yet."""
        self.system_prompt.flush()
        self.form.flush()

    def set_loaded(self, precision: Precision, context_tokens: int | None) -> None:
        """Say which weights are loaded and how much context the model has by itself; None where it is unknown."""
        self.form.set_loaded(precision, context_tokens)

    def choose_persona(self, persona: Persona) -> None:
        """Let this chat answer as a persona, as if a person had chosen it here."""
        # As one step in the field that Ctrl+Z takes back: somebody may have written a long prompt there.
        before = self.system_prompt.toPlainText()
        self.system_prompt.write_text(persona.system_prompt)
        self.form.show_settings(persona.applied_to(self.form.value))
        self._show_personas()
        if before != persona.system_prompt:
            self.system_prompt_changed.emit(persona.system_prompt)
        self.changed.emit(self.form.value)

    @Slot()
    def manage(self) -> None:
        """Open the library of personas and prompts, or bring it to the front."""
        if self._library is None:
            self._library = LibraryDialog(self._theme, self._personas, self._settings, self.window())
        chosen = self._personas.persona(self.form.value.persona)
        if chosen is not None:
            self._library.select(chosen.uid)
        self._library.show()
        self._library.raise_()
        self._library.activateWindow()

    @Slot()
    def save_as_persona(self) -> None:
        """Ask for a name and keep what is set here under it."""
        dialog = NameDialog(self._theme, self.tr("Save as persona"), self.tr("Name"), self.tr("Save"), self.window())
        dialog.named.connect(self._save_as)
        dialog.open()

    @Slot(str)
    def _save_as(self, name: str) -> None:
        self.flush()
        persona = self._personas.add_persona(name, self.system_prompt.toPlainText(), self.form.value)
        self._take(self.form.value.model_copy(update={"persona": persona.uid}))

    @Slot(object)
    def _on_persona(self, uid: object) -> None:
        persona = self._personas.persona(str(uid)) if uid is not None else None
        if persona is not None:
            self.choose_persona(persona)
        else:
            self._take(self.form.value.model_copy(update={"persona": uid}))

    def _take(self, chat: ChatSettings) -> None:
        self.form.show_settings(chat)
        self._show_personas()
        self.changed.emit(chat)

    @Slot(str)
    def _on_prompt(self, text: str) -> None:
        self._show_note()
        self.system_prompt_changed.emit(text)

    @Slot(object)
    def _on_form(self, chat: ChatSettings) -> None:
        self._show_note()
        self.changed.emit(chat)

    @Slot()
    def _show_personas(self) -> None:
        chosen = self.form.value.persona
        options: list[tuple[object, str]] = [(None, self.tr("None"))]
        options += [(each.uid, each.name) for each in self._personas.personas]
        if chosen is not None and self._personas.persona(chosen) is None:
            options.append((chosen, self.tr("A deleted persona")))
        self.persona.set_options(options, chosen)
        self._show_note()

    def _show_note(self) -> None:
        chat = self.form.value
        persona = self._personas.persona(chat.persona)
        note = ""
        if chat.persona is not None and persona is None:
            note = self.tr("It was deleted from the library. This chat keeps what it had set.")
        elif persona is not None and not persona.describes(chat, self.system_prompt.toPlainText()):
            note = self.tr("Changed for this chat. The persona in the library is as it was.")
        self._persona_note.setText(note)
        self._persona_note.setVisible(bool(note))

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDTH_PX), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        # In a narrow window at a high zoom it cannot have its width; everything in it then takes another line.
        return QSize(NARROWEST_PX, 0)

    def _restyle(self) -> None:
        px = self._theme.px
        self.setMaximumWidth(px(WIDTH_PX))
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._head.setContentsMargins(px(16), px(8), px(10), px(8))
        self._title.setMinimumHeight(px(HEADER_PX - 16))
        self._page.column.setContentsMargins(px(16), px(4), px(16), px(20))
        self._persona_row.setSpacing(px(8))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color(Token.SIDEBAR))
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        painter.fillRect(self.width() - 1 if mirrored else 0, 0, 1, self.height(), self._theme.color(Token.LINE))
