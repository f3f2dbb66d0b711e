"""What the person wrote, in a bubble on the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import Theme
from app.ui.tokens import RADIUS_BUBBLE_PX, TextRole, Token
from app.ui.transcript.text_view import TextView

WIDEST_SHARE = 0.78
SIDE_PX = 14
TOP_PX = 9
TIP_RADIUS_PX = 4
# Qt puts a line's extra height above its text; taken back, so that the text stands in the middle.
LEADING_PX = 2


class Bubble(QWidget):
    """As wide as its text, at most a good three quarters of the column."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text = TextView(theme, TextRole.BODY, Token.TEXT, self)
        self._text.setAccessibleName(self.tr("Your message"))
        self._text.append(text)
        theme.changed.connect(self._fit)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _fit(self) -> None:
        side, top = self._theme.px(SIDE_PX), self._theme.px(TOP_PX)
        widest = max(1, int(self.width() * WIDEST_SHARE) - 2 * side)
        width = max(1, self._text.ideal_width_px(widest))
        self._text.setFixedWidth(width)
        self._text.document().setTextWidth(width)
        height = self._text.height_px()
        self._text.setFixedHeight(height)
        self._text.move(self.width() - side - width, top - self._theme.px(LEADING_PX))
        self.setFixedHeight(height + 2 * top)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        side = self._theme.px(SIDE_PX)
        left = self._text.x() - side
        frame = QRectF(left, 0, self.width() - left, self.height())
        round_px = min(self._theme.px(RADIUS_BUBBLE_PX), frame.height() / 2)
        tip_px = self._theme.px(TIP_RADIUS_PX)
        path = QPainterPath()
        path.addRoundedRect(frame, round_px, round_px)
        corner = QPainterPath()
        corner.addRoundedRect(
            QRectF(frame.right() - 2 * round_px, frame.bottom() - 2 * round_px, 2 * round_px, 2 * round_px),
            tip_px,
            tip_px,
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(path.united(corner), self._theme.color(Token.BUBBLE))
