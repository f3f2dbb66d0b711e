"""Says at the bottom of the transcript where the link under the mouse really leads."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.controls.frame import draw_frame
from app.ui.labels import ElidedLabel
from app.ui.markdown.links import checked_link
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, TextRole, Token

SIDE_PX = 8
HEIGHT_PX = 26
AWAY_PX = 8


class LinkHint(QWidget):
    """Hidden while no link is pointed at. Never takes the mouse."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parent = parent
        self._label = ElidedLabel(theme, TextRole.FACTS)
        self._label.setParent(self)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def text(self) -> str:
        """The address, in a form that cannot pass for another one."""
        return self._label.text()

    def point_at(self, target: str) -> None:
        """Show where a link leads; nothing where it leads nowhere."""
        link = checked_link(target) if target else None
        self._label.setText(link.shown if link is not None else "")
        self._label.set_token(Token.WARNING if link is not None and link.suspicious else Token.TEXT)
        self.setVisible(link is not None)
        self.place()

    def place(self) -> None:
        """Go to the beginning of the parent's last line."""
        room = self._parent.size()
        px = self._theme.px
        width = min(self._label.sizeHint().width() + 2 * px(SIDE_PX), room.width() - 2 * px(AWAY_PX))
        left = px(AWAY_PX)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            left = room.width() - width - left
        self.setGeometry(left, room.height() - px(HEIGHT_PX) - px(AWAY_PX), max(1, width), px(HEIGHT_PX))
        self._label.setGeometry(self.rect().adjusted(px(SIDE_PX), 0, -px(SIDE_PX), 0))
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        color = self._theme.color
        radius = self._theme.px(RADIUS_CONTROL_PX)
        draw_frame(QPainter(self), QRectF(self.rect()), color(Token.SURFACE), color(Token.LINE), radius)
