"""A framed surface that things belonging together stand on."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.controls.frame import draw_frame
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CARD_PX, Token


class Card(QWidget):
    """What stands on it is added to `column`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.column = QVBoxLayout(self)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        px = self._theme.px
        self.column.setContentsMargins(px(16), px(12), px(16), px(12))
        self.column.setSpacing(px(8))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        color = self._theme.color
        radius = self._theme.px(RADIUS_CARD_PX)
        draw_frame(QPainter(self), QRectF(self.rect()), color(Token.SURFACE), color(Token.LINE), radius)
