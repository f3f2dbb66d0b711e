"""A field for one line of text."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.controls.frame import FIELD_PX, field_sheet
from app.ui.theme import Theme
from app.ui.tokens import TextRole

# What Qt leaves between a field's frame and its text.
OWN_MARGIN_PX = 2


class TextField(QLineEdit):
    """Args:
    theme: Where its looks come from.
    name: What is written here, for who cannot see it.
    placeholder: Shown while it is empty.
    """

    def __init__(self, theme: Theme, *, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(self._theme.font(TextRole.BODY))
        self.setStyleSheet(field_sheet(self._theme, "QLineEdit", OWN_MARGIN_PX))
        self.setFixedHeight(self._theme.px(FIELD_PX))

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(220), self._theme.px(FIELD_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self._theme.px(FIELD_PX))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._theme.open_menu(self.createStandardContextMenu(), event.globalPos())
