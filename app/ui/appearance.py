"""Keeps the theme as the settings say, and the settings as the zoom keys say."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.services.settings import SettingsChanged, SettingsService
from app.ui.theme import Theme


class Appearance(QObject):
    """Applies the chosen theme and zoom at once and from then on.

    Args:
        theme: Is changed.
        settings: Where the choices are; gets every zoom that the theme is given elsewhere.
        parent: Its Qt parent.
    """

    def __init__(self, theme: Theme, settings: SettingsService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._settings = settings
        self._apply()
        settings.changed.connect(self._follow)
        theme.zoomed.connect(self._remember)

    @Slot(object)
    def _follow(self, changed: SettingsChanged) -> None:
        if changed.names & {"theme", "zoom"}:
            self._apply()

    def _apply(self) -> None:
        self._theme.set_choice(self._settings.value.theme)
        self._theme.set_zoom(self._settings.value.zoom)

    @Slot(float)
    def _remember(self, zoom: float) -> None:
        self._settings.change(zoom=zoom)
