"""Buttons as wide as the sidebar: quiet rows with an icon, and the one that begins a chat."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QWidget

from app.ui.buttons import Button, Look
from app.ui.controls.frame import draw_ring, focus_shown
from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, TextRole, Token

ICON_PX = 16
INSIDE_PX = 10
GAP_PX = 8


class RowButton(QAbstractButton):
    """Icon and words at the beginning of a row. Checked, it is where the person is.

    Args:
        theme: Where its looks come from.
        text: What is written on it.
        icon: Drawn before the text.
        mirrored: the icon points somewhere, and to the other side where lines begin at the right.
    """

    def __init__(
        self,
        theme: Theme,
        text: str,
        icon: Icon,
        *,
        role: TextRole = TextRole.BODY,
        height_px: int = 34,
        mirrored: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._symbol = icon
        self._role = role
        self._height_px = height_px
        self._mirrored = mirrored
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_text(self, text: str) -> None:
        """Change what is written on it."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def _restyle(self) -> None:
        self.setFont(self._theme.font(self._role))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self._theme.px
        words = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(words + px(2 * INSIDE_PX + ICON_PX + GAP_PX), px(self._height_px))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(2 * INSIDE_PX + ICON_PX), self._theme.px(self._height_px))

    def paintEvent(self, event: QPaintEvent) -> None:
        px, direction = self._theme.px, self.layoutDirection()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = px(RADIUS_CONTROL_PX)
        if self.isChecked() or self.isDown() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(Token.ACCENT_SOFT if self.isChecked() else Token.BUBBLE))
            painter.drawRoundedRect(self.rect(), radius, radius)
        size = px(ICON_PX)
        place = QRectF(
            QStyle.visualRect(direction, self.rect(), QRect(px(INSIDE_PX), (self.height() - size) // 2, size, size))
        )
        painter.save()
        if self._mirrored and direction is Qt.LayoutDirection.RightToLeft:
            painter.translate(2 * place.left() + place.width(), 0)
            painter.scale(-1, 1)
        self._theme.draw_icon(painter, self._symbol, Token.SECONDARY, place)
        painter.restore()
        room = self.rect().adjusted(px(INSIDE_PX + ICON_PX + GAP_PX), 0, -px(INSIDE_PX), 0)
        room = QStyle.visualRect(direction, self.rect(), room)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setFont(self.font())
        painter.setPen(self._theme.color(Token.TEXT))
        side = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute), shown)
        if focus_shown(self):
            draw_ring(painter, self._theme, QRectF(self.rect()), radius)


class WideButton(Button):
    """The primary button over the whole width, its words in the middle."""

    def __init__(self, theme: Theme, text: str, icon: Icon) -> None:
        super().__init__(theme, Look.PRIMARY, text, icon, role=TextRole.STRONG, height_px=36)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _side_px(self) -> int:
        """As much at both sides as the words leave."""
        words = QFontMetrics(self.font()).horizontalAdvance(self.text()) + self._icon_px() + self._theme.px(6) + 1
        return max(self._theme.px(8), (self.width() - words) // 2)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(self._height_px))
