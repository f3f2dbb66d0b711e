"""What stands in the place of a list that is empty or could not be read."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.buttons import Button, Look
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class Placeholder(QWidget):
    """A sentence or two, and a button where something can be done."""

    acted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._label = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.button = Button(theme, Look.PILL)
        self.button.clicked.connect(self.acted)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._label)
        self._column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.say("")

    def text(self) -> str:
        return self._label.text()

    def say(self, text: str, action: str = "") -> None:
        """Say something else; without `action` there is no button."""
        self._label.setText(text)
        self.setAccessibleName(text)
        self.button.setText(action)
        self.button.setAccessibleName(action)
        self.button.setVisible(bool(action))

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(24), px(24), px(24), px(8))
        self._column.setSpacing(px(12))
