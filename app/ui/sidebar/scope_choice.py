"""Where to search: everywhere, or in one folder. Shown only where there is a choice."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from app.core.chats import Folder
from app.ui.buttons import Button, Look
from app.ui.sidebar.words import short_title
from app.ui.theme import Theme


class ScopeChoice(QWidget):
    """Two chips, one of which is on."""

    chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._folder: Folder | None = None
        self.everywhere = Button(theme, Look.CHIP, self.tr("Everything"), height_px=26)
        self.everywhere.setAccessibleName(self.tr("Search everything"))
        self.inside = Button(theme, Look.CHIP, height_px=26)
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for button in (self.everywhere, self.inside):
            self._group.addButton(button)
            self._row.addWidget(button)
            button.clicked.connect(self.chosen)
        self._row.addStretch(1)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.offer(None)

    def offer(self, folder: Folder | None) -> None:
        """Let a folder be chosen, or nothing at all. Everything is chosen at first."""
        self._folder = folder
        self.everywhere.setChecked(True)
        name = "" if folder is None else short_title(folder.name)
        self.inside.setText(name)
        self.inside.setAccessibleName(self.tr("Search in the folder {name}").format(name=name))
        self.inside.updateGeometry()

    def is_needed(self) -> bool:
        """Whether there is a choice."""
        return self._folder is not None

    def folder(self) -> Folder | None:
        """The folder to search in; None: everywhere."""
        return self._folder if self.inside.isChecked() else None

    def _restyle(self) -> None:
        self._row.setSpacing(self._theme.px(6))
