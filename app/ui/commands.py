"""Every command of the window, declared once: its name, its words, its keys and what it does.

The shortcuts, the command palette and the sheet of keys all read this list. A person may choose other keys; those are
kept in the settings by the command's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class Group(StrEnum):
    """How the sheet of keys sorts commands."""

    CHAT = "chat"
    MESSAGE = "message"
    VIEW = "view"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can do from anywhere in the window.

    name: for the settings file; never translated, never changed.
    keys: by default, the first is the one that is shown; in Qt's portable form, where Ctrl is Cmd on a Mac.
    fixed: the keys cannot be changed, because they belong to a place in the window and not to the whole.
    """

    name: str
    title: str
    group: Group
    keys: tuple[str, ...] = ()
    fixed: bool = False


class Commands(QObject):
    """The commands of one window.

    Args:
        window: Where the shortcuts hold.
        chosen: Keys by command name, from the settings; an empty list takes the keys away.
    """

    keys_changed = Signal()

    def __init__(self, window: QWidget, chosen: Mapping[str, Sequence[str]]) -> None:
        super().__init__(window)
        self._window = window
        self._chosen = {name: tuple(keys) for name, keys in chosen.items()}
        self._commands: dict[str, Command] = {}
        self._runs: dict[str, Callable[[], object]] = {}
        self._enabled: dict[str, Callable[[], bool]] = {}
        self._shortcuts: dict[str, QShortcut] = {}

    def add(self, command: Command, run: Callable[[], object], enabled: Callable[[], bool] = lambda: True) -> None:
        """Declare a command. `enabled` is asked whenever it is about to be run or shown."""
        if command.name in self._commands:
            raise ValueError(f"the command {command.name} is declared twice")
        self._commands[command.name] = command
        self._runs[command.name] = run
        self._enabled[command.name] = enabled
        if not command.fixed:
            shortcut = QShortcut(self._window)
            shortcut.activated.connect(lambda: self.run(command.name))
            shortcut.activatedAmbiguously.connect(lambda: self.run(command.name))
            self._shortcuts[command.name] = shortcut
            self._bind(command.name)

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def command(self, name: str) -> Command:
        """Raises KeyError for a name that was not declared."""
        return self._commands[name]

    def is_enabled(self, name: str) -> bool:
        return self._enabled[name]()

    def run(self, name: str) -> bool:
        """Do it; False where it cannot be done at the moment."""
        if not self._enabled[name]():
            return False
        self._runs[name]()
        return True

    def refresh(self) -> None:
        """Leave the keys of what cannot be done at the moment to whoever else wants them."""
        for name, shortcut in self._shortcuts.items():
            shortcut.setEnabled(self._enabled[name]())

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys that hold now, in Qt's portable form."""
        command = self._commands[name]
        return command.keys if command.fixed else self._chosen.get(name, command.keys)

    def shown_keys(self, name: str) -> str:
        """The first of its keys as this system writes it; empty where it has none."""
        keys = self.keys(name)
        return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""

    def taken_by(self, keys: str, *, but: str = "") -> Command | None:
        """The command that has these keys already."""
        wanted = QKeySequence(keys)
        for name, command in self._commands.items():
            if name != but and any(QKeySequence(each) == wanted for each in self.keys(name)):
                return command
        return None

    def choose(self, name: str, keys: Sequence[str] | None) -> None:
        """Give a command other keys; None gives it its own ones back."""
        if keys is None:
            self._chosen.pop(name, None)
        else:
            self._chosen[name] = tuple(keys)
        self._bind(name)
        self.keys_changed.emit()

    def chosen(self) -> dict[str, list[str]]:
        """What differs from the defaults, for the settings."""
        return {
            name: list(keys)
            for name, keys in self._chosen.items()
            if name not in self._commands or keys != self._commands[name].keys
        }

    def _bind(self, name: str) -> None:
        shortcut = self._shortcuts.get(name)
        if shortcut is not None:
            shortcut.setKeys([QKeySequence(each) for each in self.keys(name)])
