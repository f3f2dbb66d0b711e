"""Loads the model again when the settings say how it is to run: device, precision, cache, context.

Waits for the answers that are being made; an application that is closed meanwhile starts with the new ones anyway.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from app.services.engine_link import EngineLink
from app.services.settings import SettingsChanged, SettingsService

_NAMES = frozenset({"device", "precision", "kv_cache", "context_tokens"})


class LoadSettings(QObject):
    """Args:
    link: The way to the engine.
    settings: What is followed.
    parent: Its Qt parent.
    """

    def __init__(self, link: EngineLink, settings: SettingsService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._settings = settings
        self._due = False
        settings.changed.connect(self._on_changed)
        link.rested.connect(self._load)

    @Slot(object)
    def _on_changed(self, changed: SettingsChanged) -> None:
        if changed.names & _NAMES:
            self._due = True
            if self._link.resting:
                self._load()

    @Slot()
    def _load(self) -> None:
        if not self._due:
            return
        self._due = False
        wanted, model = self._settings.value, self._link.model
        request = replace(
            model.request,
            device=wanted.device,
            precision=wanted.precision,
            kv_cache=wanted.kv_cache,
            context_tokens=wanted.context_tokens,
        )
        if request != model.request:
            self._link.use(replace(model, request=request))
