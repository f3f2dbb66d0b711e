"""Gives the model's memory back when nobody has asked anything for a while: one timer, armed at each end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from app.services.engine_link import EngineLink
from app.services.settings import SettingsChanged, SettingsService
from app.services.status import EngineReady

MINUTE_MS = 60_000


class IdleUnloader(QObject):
    """Unloads after as many minutes as the settings say; 0 minutes mean never.

    Args:
        link: The way to the engine.
        settings: Where the minutes are looked up, each time anew.
        busy: Whether somebody needs the model although the engine rests, as a question that is still being written
            to the disk does.
        parent: Its Qt parent.
    """

    def __init__(
        self, link: EngineLink, settings: SettingsService, busy: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._link = link
        self._settings = settings
        self._busy = busy
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self._on_timeout)
        link.rested.connect(self._arm)
        settings.changed.connect(self._on_setting)

    @property
    def armed(self) -> bool:
        """The time runs."""
        return self._timer.isActive()

    def close(self) -> None:
        """Unload nothing any more."""
        self._link.rested.disconnect(self._arm)
        self._settings.changed.disconnect(self._on_setting)
        self._timer.stop()

    @Slot()
    def _arm(self) -> None:
        minutes = self._settings.value.unload_after_min
        if minutes and isinstance(self._link.status, EngineReady):
            self._timer.start(minutes * MINUTE_MS)
        else:
            self._timer.stop()

    @Slot()
    def _on_timeout(self) -> None:
        # While something runs its end arms the timer again; somebody who is busy is looked at after the same time.
        if not self._link.resting:
            return
        if self._busy():
            self._arm()
        elif isinstance(self._link.status, EngineReady):
            self._link.unload()

    @Slot(object)
    def _on_setting(self, changed: SettingsChanged) -> None:
        if "unload_after_min" in changed.names and self._link.resting:
            self._arm()
