"""A thin bar that fills; still where nothing is known of the whole."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from app.ui.theme import Theme
from app.ui.tokens import Token

HEIGHT_PX = 6
WIDTH_PX = 240
STEPS = 1000


class ProgressBar(QProgressBar):
    """Args:
    theme: Where its looks come from.
    name: Of what is going on, for who cannot see it.
    """

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._token = Token.ACCENT
        self.setAccessibleName(name)
        self.setRange(0, STEPS)
        self.setValue(0)
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def show_fraction(self, fraction: float | None, *, moving: bool = True) -> None:
        """Between 0 and 1. What does not move, because it was stopped, is grey."""
        self._token = Token.ACCENT if moving else Token.SECONDARY
        self.setValue(round(STEPS * (fraction or 0.0)))
        self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDTH_PX), self._theme.px(HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(HEIGHT_PX * 4), self._theme.px(HEIGHT_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        radius = whole.height() / 2
        painter.setBrush(self._theme.color(Token.LINE))
        painter.drawRoundedRect(whole, radius, radius)
        if self.value() <= 0:
            return
        done = QRectF(whole)
        done.setWidth(max(whole.height(), whole.width() * self.value() / STEPS))
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            done.moveRight(whole.right())
        painter.setBrush(self._theme.color(self._token))
        painter.drawRoundedRect(done, radius, radius)
