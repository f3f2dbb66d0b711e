"""A calm card that says what happened, what was kept and what to do, with buttons where something can be done."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CARD_PX, TextRole, Token
from app.ui.transcript.flow_row import FlowRow
from app.ui.transcript.text_view import TextView

ICON_PX = 18
SIDE_PX = 14
ICON_GAP_PX = 10
ABOVE_PX = 11
BELOW_PX = 12
BUTTONS_GAP_PX = 10
# Qt puts a line's extra height above its text, so the middle of what is seen is a little lower.
LEADING_PX = 2


class Notice(QWidget):
    """Shown by whoever makes it. Its height follows from its width.

    Args:
        theme: Where its looks come from.
        text: What happened, what was kept, what to do.
        action: What the button says; without one there is no button.
        token: DANGER for failures, WARNING for what is only worth knowing.
        icon: Of the button.
    """

    acted = Signal()
    """The button that it was made with."""

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
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text = TextView(theme, TextRole.BODY, Token.TEXT, self)
        self._text.append(text)
        self._text.setAccessibleName(self.tr("Notice: {text}").format(text=text))
        self._buttons: list[Button] = []
        self._row = FlowRow(theme, parent=self)
        self.button: Button | None = None
        """What to do first; None where there is nothing to do."""
        if action:
            self.button = self.add_action(action, icon)
            self.button.clicked.connect(self.acted)
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(self._buttons)

    def text(self) -> str:
        return self._text.text()

    def add_action(self, text: str, icon: Icon | None = None) -> Button:
        """Another thing that can be done; what it does is up to the caller."""
        button = Button(self._theme, Look.PILL, text, icon)
        button.setAccessibleName(text)
        self._buttons.append(button)
        self._row.add(button)
        button.show()
        self._lay_out()
        return button

    def remove_action(self) -> None:
        """Take the buttons away, because there is nothing to do any more."""
        for button in self._buttons:
            button.hide()
        self._lay_out()

    def height_px(self) -> int:
        """How high it is at its present width."""
        self._lay_out()
        return self.height()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(320), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        px = self._theme.px
        before, side = px(SIDE_PX + ICON_PX + ICON_GAP_PX), px(SIDE_PX)
        width = max(1, self.width() - before - side)
        left = side if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else before
        self._text.resize(width, max(1, self._text.height()))
        self._text.move(left, px(ABOVE_PX))
        bottom = px(ABOVE_PX) + self._text.height_px()
        self._row.resize(width, max(1, self._row.height()))
        buttons_px = self._row.height_px()
        self._row.setGeometry(left, bottom + px(BUTTONS_GAP_PX), width, buttons_px)
        self._row.setVisible(buttons_px > 0)
        self.setFixedHeight(bottom + (px(BUTTONS_GAP_PX) + buttons_px if buttons_px else 0) + px(BELOW_PX))

    def _restyle(self) -> None:
        self._lay_out()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color(Token.LINE), 1))
        painter.setBrush(self._theme.color(Token.SURFACE))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, px(RADIUS_CARD_PX), px(RADIUS_CARD_PX))
        middle = px(ABOVE_PX) + self._theme.line_height_px(TextRole.BODY) / 2 + px(LEADING_PX)
        size = px(ICON_PX)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = self.width() - px(SIDE_PX) - size if mirrored else px(SIDE_PX)
        self._theme.draw_icon(painter, Icon.NOTICE, self._token, QRectF(left, middle - size / 2, size, size))
