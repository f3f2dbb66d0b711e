"""The settings while the window is open: one place that has them, changes them, and tells who listens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.core.errors import CannotSave
from app.core.settings import Settings, change_settings


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """`names` are the settings whose values are others now."""

    settings: Settings
    names: frozenset[str]


class SettingsService(QObject):
    """Every change takes effect at once and is on the disk at once.

    Args:
        path: The settings file; None keeps changes in memory alone.
        settings: As read at the start.
        parent: Its Qt parent.
    """

    changed = Signal(object)
    """A SettingsChanged."""
    failed = Signal(object)
    """A CannotSave: the change holds until the window is closed."""

    def __init__(self, path: Path | None, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._settings = settings

    @property
    def value(self) -> Settings:
        return self._settings

    def change(self, **values: object) -> None:
        """Change settings by name.

        Raises:
            ValueError: a name or value is not one of Settings (pydantic's ValidationError is one); nothing changes.
        """
        unknown = set(values) - set(Settings.model_fields)
        if unknown:
            raise ValueError(f"no such setting: {', '.join(sorted(unknown))}")
        new = Settings.model_validate({**dict(self._settings), **values})
        names = frozenset(name for name in values if getattr(new, name) != getattr(self._settings, name))
        if not names:
            return
        self._settings = new
        if self._path is not None:
            try:
                change_settings(self._path, {name: getattr(new, name) for name in names})
            except CannotSave as error:
                self.failed.emit(error)
        self.changed.emit(SettingsChanged(new, names))

    def reset(self, *names: str) -> None:
        """Put settings back to their defaults."""
        default = Settings()
        self.change(**{name: getattr(default, name) for name in names})
