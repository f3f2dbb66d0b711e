"""Personas and saved prompts while the window is open: one place that has them, changes them, and tells who listens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.core.chats import ChatSettings
from app.core.errors import CannotSave
from app.core.personas import BUILT_IN, LibraryEntry, Persona, SavedPrompt, new_entry_uid, persona_settings
from app.library.personas import ReadLibrary, Unused, import_library, read_library, set_aside, write_library


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """`entries` is all there is now, in the order in which it is shown."""

    entries: tuple[LibraryEntry, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """What brings a removed entry back to its place."""

    entry: LibraryEntry
    place: int


@dataclass(frozen=True, slots=True)
class Imported:
    """`added` came from the file; `known` were there already, word for word."""

    added: tuple[LibraryEntry, ...]
    known: int
    problems: tuple[str, ...]


class PersonaService(QObject):
    """Every change takes effect at once and is on the disk at once.

    Args:
        path: The file; it is read now. None keeps everything in memory alone.
        parent: Its Qt parent.
    """

    changed = Signal(object)
    """A LibraryChanged."""
    failed = Signal(object)
    """A CannotSave: the change holds until the window is closed."""

    def __init__(self, path: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        read = read_library(path) if path is not None else ReadLibrary(BUILT_IN)
        self._entries = list(read.entries)
        self._unused: Unused = read.unused
        self._damaged = read.damaged
        self._problems = read.problems

    @property
    def problems(self) -> tuple[str, ...]:
        """What of the file could not be used, a line each."""
        return self._problems

    @property
    def entries(self) -> tuple[LibraryEntry, ...]:
        return tuple(self._entries)

    @property
    def personas(self) -> tuple[Persona, ...]:
        return tuple(each for each in self._entries if isinstance(each, Persona))

    @property
    def prompts(self) -> tuple[SavedPrompt, ...]:
        return tuple(each for each in self._entries if isinstance(each, SavedPrompt))

    def entry(self, uid: str | None) -> LibraryEntry | None:
        """The one with this id, where it is still there."""
        return next((each for each in self._entries if each.uid == uid), None)

    def persona(self, uid: str | None) -> Persona | None:
        found = self.entry(uid)
        return found if isinstance(found, Persona) else None

    def add_persona(self, name: str, system_prompt: str = "", settings: ChatSettings | None = None) -> Persona:
        """Keep a new persona. Of the settings, only what a persona decides is kept."""
        persona = Persona(new_entry_uid(), name, system_prompt, persona_settings(settings or ChatSettings()))
        self._insert(persona, len(self._entries))
        return persona

    def add_prompt(self, name: str, text: str = "") -> SavedPrompt:
        """Keep a new prompt."""
        prompt = SavedPrompt(new_entry_uid(), name, text)
        self._insert(prompt, len(self._entries))
        return prompt

    def change(self, entry: LibraryEntry) -> None:
        """Replace the entry with the same id.

        Raises:
            KeyError: there is none.
        """
        place = self._place(entry.uid)
        if self._entries[place] != entry:
            self._entries[place] = entry
            self._changed()

    def duplicate(self, uid: str, name: str) -> LibraryEntry:
        """Put a copy behind an entry. Raises KeyError where there is none."""
        place = self._place(uid)
        copy = replace(self._entries[place], uid=new_entry_uid(), name=name)
        self._insert(copy, place + 1)
        return copy

    def remove(self, uid: str) -> Removed:
        """Take an entry away; `restore` undoes it. Raises KeyError where there is none."""
        place = self._place(uid)
        removed = Removed(self._entries.pop(place), place)
        self._changed()
        return removed

    def restore(self, removed: Removed) -> None:
        """Put a removed entry back; nothing happens where it is there."""
        if self.entry(removed.entry.uid) is None:
            self._insert(removed.entry, min(removed.place, len(self._entries)))

    def export_file(self, path: Path, entries: Sequence[LibraryEntry] | None = None) -> None:
        """Write entries, by default all, into a file of their own.

        Raises:
            CannotSave: it cannot be written.
        """
        write_library(path, self._entries if entries is None else entries)

    def import_file(self, path: Path) -> Imported:
        """Add what a file holds. Nothing of one's own is overwritten: what differs comes in beside it.

        Raises:
            NotALibrary: the file cannot be used; nothing changed.
        """
        read = import_library(path)
        added: list[LibraryEntry] = []
        known = 0
        for entry in read.entries:
            if any(replace(own, uid=entry.uid) == entry for own in self._entries):
                known += 1
                continue
            new = entry if self.entry(entry.uid) is None else replace(entry, uid=new_entry_uid())
            self._entries.append(new)
            added.append(new)
        if added:
            self._changed()
        return Imported(tuple(added), known, read.problems)

    def _place(self, uid: str) -> int:
        for place, entry in enumerate(self._entries):
            if entry.uid == uid:
                return place
        raise KeyError(uid)

    def _insert(self, entry: LibraryEntry, place: int) -> None:
        self._entries.insert(place, entry)
        self._changed()

    def _changed(self) -> None:
        # As in the file: personas first. Within its kind everything keeps its place.
        self._entries.sort(key=lambda entry: isinstance(entry, SavedPrompt))
        if self._path is not None:
            try:
                self._save(self._path)
            except CannotSave as error:
                self.failed.emit(error)
        self.changed.emit(LibraryChanged(self.entries))

    def _save(self, path: Path) -> None:
        if self._damaged and path.exists():
            set_aside(path)
        self._damaged = False
        write_library(path, self._entries, self._unused)
