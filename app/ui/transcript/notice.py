"""A calm card that says what happened, what was kept and what to do, with a button where something can be done."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CARD_PX, TextRole, Token
from app.ui.transcript.text_view import TextView

ICON_PX = 18
# Qt puts a line's extra height above its text, so the middle of what is seen is a little lower.
LEADING_PX = 2


class Notice(QWidget):
    """Shown by whoever makes it.

    Args:
        theme: Where its looks come from.
        text: What happened, what was kept, what to do.
        action: What the button says; without one there is no button.
        token: DANGER for failures, WARNING for what is only worth knowing.
        icon: Of the button.
    """

    acted = Signal()

    def __init__(
        self,
        theme: Theme,
        text: str,
        action: str = "",
        *,
        token: Token = Token.DANGER,
        icon: Icon | None = Icon.RETRY,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._token = token
        self._text = TextView(theme, TextRole.BODY, Token.TEXT)
        self._text.append(text)
        self._text.setAccessibleName(self.tr("Notice: {text}").format(text=text))
        self._row = QHBoxLayout(self)
        self._column = QVBoxLayout()
        self._column.addWidget(self._text)
        self._row.addLayout(self._column)
        self.button: Button | None = None
        if action:
            self.button = Button(theme, Look.PILL, action, icon)
            self.button.setAccessibleName(action)
            self.button.clicked.connect(self.acted)
            self._column.addWidget(self.button)
        theme.changed.connect(self._restyle)
        self._restyle()

    def text(self) -> str:
        return self._text.text()

    def remove_action(self) -> None:
        """Take the button away, because there is nothing to do any more."""
        if self.button is not None:
            self.button.hide()

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(14 + ICON_PX + 10), px(11), px(14), px(12))
        self._column.setSpacing(px(10))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color(Token.LINE), 1))
        painter.setBrush(self._theme.color(Token.SURFACE))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, px(RADIUS_CARD_PX), px(RADIUS_CARD_PX))
        middle = px(11) + self._theme.line_height_px(TextRole.BODY) / 2 + px(LEADING_PX)
        size = px(ICON_PX)
        place = QRectF(px(14), middle - size / 2, size, size)
        self._theme.draw_icon(painter, Icon.NOTICE, self._token, place)
