"""Ponder's buttons: one class that paints itself from the theme, in a few looks."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QWidget

from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, TextRole, Token

PRESSED_DARKER = 108
FOCUS_RING_PX = 2
NARROWEST_PX = 40
DISABLED_OPACITY = 0.45


class Look(Enum):
    """PRIMARY: the one thing to do. DANGER: the same, where nothing brings back what it removes. INK: the place of
    PRIMARY, the opposite meaning. PILL: outlined and round. CHIP: a PILL that shows whether it is on. FLOAT: a PILL
    above other things. GHOST: only its icon or text."""

    PRIMARY = auto()
    DANGER = auto()
    INK = auto()
    PILL = auto()
    CHIP = auto()
    FLOAT = auto()
    GHOST = auto()


class Button(QAbstractButton):
    """A push button, or a switch where `checkable` is set.

    Args:
        theme: Where its colours and sizes come from.
        look: How it looks.
        text: What is written on it; may be empty where there is an icon.
        icon: Drawn left of the text.
        role: The text's size.
    """

    def __init__(
        self,
        theme: Theme,
        look: Look,
        text: str = "",
        icon: Icon | None = None,
        *,
        role: TextRole = TextRole.FACTS,
        height_px: int = 28,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look = look
        self._symbol = icon
        self._icon_token: Token | None = None
        self._role = role
        self._height_px = height_px
        self.setText(text)
        self.setCheckable(look is Look.CHIP)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_look(self, look: Look, icon: Icon | None, icon_token: Token | None = None) -> None:
        """Change how it looks, in place. The icon has the text's colour unless it is given its own."""
        self._look, self._symbol, self._icon_token = look, icon, icon_token
        self.update()

    def _restyle(self) -> None:
        self.setFont(self._theme.font(self._role))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        height = self._theme.px(self._height_px)
        if not self.text():
            return QSize(height, height)
        width = QFontMetrics(self.font()).horizontalAdvance(self.text()) + 2 * self._side_px()
        if self._symbol is not None:
            width += self._icon_px() + self._theme.px(6)
        return QSize(width + 1, height)

    def minimumSizeHint(self) -> QSize:
        """Room for the icon and a few letters; the rest is elided."""
        whole = self.sizeHint()
        return QSize(min(whole.width(), self._theme.px(NARROWEST_PX)), whole.height())

    def _side_px(self) -> int:
        return self._theme.px(2 if self._look is Look.GHOST else 11)

    def _icon_px(self) -> int:
        return self._theme.px(18 if self._look in (Look.PRIMARY, Look.INK) else 16)

    def _colors(self) -> tuple[QColor, QColor, Token]:
        """Fill, border and the token of what is written."""
        color = self._theme.color
        nothing = QColor(Qt.GlobalColor.transparent)
        match self._look:
            case Look.PRIMARY | Look.DANGER if not self.isEnabled():
                return color(Token.LINE), nothing, Token.SECONDARY
            case Look.PRIMARY:
                return color(Token.ACCENT), nothing, Token.ON_ACCENT
            case Look.DANGER:
                return color(Token.DANGER), nothing, Token.ON_ACCENT
            case Look.INK:
                return color(Token.TEXT), nothing, Token.WINDOW
            case Look.CHIP if self.isChecked():
                return color(Token.ACCENT_SOFT), color(Token.ACCENT), Token.ACCENT
            case Look.FLOAT:
                return color(Token.SURFACE), color(Token.LINE), Token.TEXT
            case Look.PILL | Look.CHIP:
                pointed = self.underMouse() and self.isEnabled()
                return (color(Token.BUBBLE) if pointed else nothing), color(Token.LINE), Token.SECONDARY
            case _:
                return (
                    (color(Token.BUBBLE) if self.underMouse() and not self.text() else nothing),
                    nothing,
                    (Token.TEXT if self.underMouse() else Token.SECONDARY),
                )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled() and self._look not in (Look.PRIMARY, Look.DANGER):
            painter.setOpacity(DISABLED_OPACITY)
        fill, border, token = self._colors()
        if self.isDown():
            fill = fill.darker(PRESSED_DARKER)
        rounded = self._look in (Look.PILL, Look.CHIP, Look.FLOAT)
        round_px = self.height() / 2 if rounded else self._theme.px(RADIUS_CONTROL_PX)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(border, 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(frame, round_px, round_px)
        self._paint_content(painter, token)
        if self.hasFocus() and self._focus_shown():
            inset = FOCUS_RING_PX / 2
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color(Token.ACCENT), FOCUS_RING_PX))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), round_px, round_px)

    def _focus_shown(self) -> bool:
        """Only for who uses the keyboard: a ring after every click would be noise."""
        return self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)

    def _paint_content(self, painter: QPainter, token: Token) -> None:
        left, icon_px = self._side_px(), self._icon_px()
        if self._symbol is not None:
            if not self.text():
                left = (self.width() - icon_px) // 2
            frame = QRect(left, (self.height() - icon_px) // 2, icon_px, icon_px)
            place = QRectF(QStyle.visualRect(self.layoutDirection(), self.rect(), frame))
            self._theme.draw_icon(painter, self._symbol, self._icon_token or token, place)
            left += icon_px + self._theme.px(6)
        if self.text():
            painter.setPen(self._theme.color(token))
            room = self.rect().adjusted(left, 0, -self._side_px(), 0)
            room = QStyle.visualRect(self.layoutDirection(), self.rect(), room)
            side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | side | Qt.TextFlag.TextHideMnemonic
            shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, flags, shown)
