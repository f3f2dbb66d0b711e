"""What "/" at the start of the field does: offers saved prompts, personas and the model's own switches by name.

A word that names none of them is text like any other.
"""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.personas import Persona, SavedPrompt
from app.services.personas import PersonaService
from app.ui.composer.prompt_edit import PromptEdit
from app.ui.composer.slash_list import Reserved, SlashEntry, SlashList
from app.ui.icons import Icon
from app.ui.theme import Theme

DETAIL_CHARACTERS = 120


class SlashCommands(QObject):
    """Watches a field and opens the list above a card.

    Args:
        theme: Of the list.
        edit: Where "/" is typed.
        card: What the list stands above.
        library: Has the prompts and personas; without one there are the model's switches alone.
    """

    persona_chosen = Signal(object)
    """A Persona."""

    def __init__(self, theme: Theme, edit: PromptEdit, card: QWidget, library: PersonaService | None) -> None:
        super().__init__(card)
        self._edit = edit
        self._card = card
        self._library = library
        self._enabled = True
        self._dismissed = False
        self._watched: QObject | None = None
        self.list = SlashList(theme, card)
        self.list.chosen.connect(self._on_chosen)
        self.list.dismissed.connect(self.dismiss)
        self._settling = QTimer(self, singleShot=True, interval=0)
        self._settling.timeout.connect(self.list.place)
        edit.textChanged.connect(self._follow)
        edit.left.connect(self._close)
        if library is not None:
            library.changed.connect(self._follow)

    def set_enabled(self, enabled: bool) -> None:
        self._enabled = enabled
        self._follow()

    @Slot()
    def dismiss(self) -> None:
        """Offer nothing until the field begins otherwise."""
        self._dismissed = True
        self._close()

    @Slot()
    def _follow(self) -> None:
        text = self._edit.toPlainText() if self._edit.document().blockCount() == 1 else ""
        if not text.startswith("/"):
            self._dismissed = False
        entries = []
        if self._enabled and text.startswith("/") and not self._dismissed:
            entries = self._matches(text[1:])
        if not entries:
            self._close()
            return
        self.list.open_with(entries)
        self._edit.give_keys_to(self.list.take_key)
        self._watch(self._card.window())

    def _matches(self, typed: str) -> list[SlashEntry]:
        """Names that begin so first, then names with a word that does, each in the library's order."""
        wanted = typed.casefold()
        ranked: list[tuple[int, SlashEntry]] = []
        for entry in self._offers():
            name = entry.name.removeprefix("/").casefold()
            if name.startswith(wanted):
                ranked.append((0, entry))
            elif wanted and any(word.startswith(wanted) for word in name.split()):
                ranked.append((1, entry))
        return [entry for _, entry in sorted(ranked, key=lambda each: each[0])]

    def _offers(self) -> list[SlashEntry]:
        entries = self._library.entries if self._library is not None else ()
        found = [
            SlashEntry(each.name, _one_line(each.text), Icon.EDIT, each)
            for each in entries
            if isinstance(each, SavedPrompt)
        ]
        found += [
            SlashEntry(each.name, self._about(each), Icon.PERSON, each) for each in entries if isinstance(each, Persona)
        ]
        switches = (
            ("/think", self.tr("The model thinks before it answers this message")),
            ("/no_think", self.tr("The model answers this message at once")),
        )
        return found + [SlashEntry(word, about, Icon.BULB, Reserved(word)) for word, about in switches]

    def _about(self, persona: Persona) -> str:
        prompt = _one_line(persona.system_prompt)
        return self.tr("Persona: {prompt}").format(prompt=prompt) if prompt else self.tr("Persona")

    @Slot(object)
    def _on_chosen(self, value: object) -> None:
        self._close()
        self.dismiss()  # what is written now may begin with "/" too
        match value:
            case SavedPrompt():
                self._edit.write_prompt(value.text)
            case Persona():
                self._edit.write_prompt("")
                self.persona_chosen.emit(value)
            case Reserved():
                self._edit.write_prompt(f"{value.word} ")

    @Slot()
    def _close(self) -> None:
        self.list.close_list()
        self._edit.give_keys_to(None)
        self._watch(None)

    def _watch(self, window: QObject | None) -> None:
        if window is self._watched:
            return
        if self._watched is not None:
            with contextlib.suppress(RuntimeError):  # the window is going away
                self._watched.removeEventFilter(self)
        self._watched = window
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The card has its new place once the window's layout is done.
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._settling.start()
        return False


def _one_line(text: str) -> str:
    return " ".join(text[: 4 * DETAIL_CHARACTERS].split())[:DETAIL_CHARACTERS]
