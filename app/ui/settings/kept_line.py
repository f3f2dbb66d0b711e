"""How much of the disk is taken by long chats that are kept ready, and a button that deletes it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.services.kept_chats import KeptChats, KeptSize
from app.ui.buttons import Button, Look
from app.ui.labels import Label
from app.ui.text import file_size
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class KeptLine(QWidget):
    """Args:
    theme: Where its looks come from.
    kept: Shown, followed and asked to delete.
    """

    def __init__(self, theme: Theme, kept: KeptChats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept = kept
        self._asked = False
        self.amount = Label(theme, TextRole.THOUGHT, Token.TEXT, wrap=True)
        self.clear_button = Button(theme, Look.PILL, self.tr("Clear"), height_px=30)
        self.clear_button.setAccessibleName(self.tr("Delete what is kept of long chats"))
        self.clear_button.clicked.connect(self._clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.amount, 1)
        row.addWidget(self.clear_button)
        kept.measured.connect(self._show)
        self._show(kept.size)

    @Slot()
    def _clear(self) -> None:
        self._asked = True
        self._kept.clear()

    @Slot(object)
    def _show(self, size: KeptSize) -> None:
        text = self.tr("Nothing is kept on the disk now.")
        if size.size_bytes:
            text = self.tr("Takes {size} of the disk now.").format(size=file_size(size.size_bytes))
        if size.left:
            text += " " + self.tr("Some of it could not be deleted. Close what uses it and try again.")
        self.amount.setText(text)
        self.clear_button.setEnabled(size.size_bytes > 0)
        if self._asked:
            self._asked = False
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.amount, text))
