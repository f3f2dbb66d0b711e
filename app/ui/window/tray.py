"""Ponder in the system tray: the window can be closed and comes back, where a person wants that."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from app.services.settings import SettingsService
from app.ui.icons import application_icon, symbolic_icon


class Tray(QObject):
    """An icon while the setting says so and the system has a tray.

    Args:
        settings: Whether to be there.
        window: Whose menu it is.
    """

    show_asked = Signal()
    new_chat_asked = Signal()
    quit_asked = Signal()

    def __init__(self, settings: SettingsService, window: QWidget) -> None:
        super().__init__(window)
        self._settings = settings
        self._icon: QSystemTrayIcon | None = None
        self._menu = QMenu(window)
        self._menu.addAction(self.tr("Show Ponder"), self.show_asked.emit)
        self._menu.addAction(self.tr("New chat"), self.new_chat_asked.emit)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Quit"), self.quit_asked.emit)
        settings.changed.connect(self._follow)
        self._follow()

    def is_shown(self) -> bool:
        """Closing the window leaves something to come back to."""
        return self._icon is not None and self._icon.isVisible()

    @Slot()
    def _follow(self) -> None:
        wanted = self._settings.value.tray and QSystemTrayIcon.isSystemTrayAvailable()
        if wanted and self._icon is None:
            self._icon = QSystemTrayIcon(_icon(), self)
            self._icon.setToolTip("Ponder")
            self._icon.setContextMenu(self._menu)
            self._icon.activated.connect(self._on_activated)
            self._icon.show()
        elif not wanted and self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.show_asked.emit()


def _icon() -> QIcon:
    """In one colour where the menu bar tints it; elsewhere a panel's colour is unknown, so it brings its ground."""
    return symbolic_icon() if sys.platform == "darwin" else application_icon()
