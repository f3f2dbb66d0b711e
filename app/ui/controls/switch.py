"""A sliding switch with its text: on or off, at once."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QWidget

from app.ui.controls.frame import draw_ring, focus_shown
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

TRACK_PX = (36, 20)
RING_GAP_PX = 4
TEXT_GAP_PX = 6
KNOB_INSET_PX = 3
HEIGHT_PX = 28
NARROWEST_TEXT_PX = 80


class Switch(QAbstractButton):
    """`toggled(bool)` says that it was switched. A text too long for one line is broken.

    Args:
        theme: Where its looks come from.
        text: What is on or off; may be empty where a label beside it says it, but then it needs an accessible name.
        checked: How it stands at first.
    """

    def __init__(self, theme: Theme, text: str, *, checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setChecked(checked)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(self._theme.font(TextRole.BODY))
        self.updateGeometry()
        self.update()

    def _beside_px(self) -> int:
        """How much of the width the switch itself takes."""
        width = self._theme.px(TRACK_PX[0] + 2 * RING_GAP_PX)
        return width + self._theme.px(TEXT_GAP_PX) if self.text() else width

    def sizeHint(self) -> QSize:
        width = self._beside_px()
        if self.text():
            width += QFontMetrics(self.font()).horizontalAdvance(self.text()) + 2
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        least = self._beside_px() + self._theme.px(NARROWEST_TEXT_PX)
        return QSize(min(whole.width(), least), whole.height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        least = self._theme.px(HEIGHT_PX)
        if not self.text():
            return least
        room = QRect(0, 0, max(1, width - self._beside_px()), 1 << 16)
        needed = QFontMetrics(self.font()).boundingRect(room, Qt.TextFlag.TextWordWrap, self.text()).height()
        return max(least, needed + self._theme.px(6))

    def paintEvent(self, event: QPaintEvent) -> None:
        px, color = self._theme.px, self._theme.color
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap, width, height = px(RING_GAP_PX), px(TRACK_PX[0]), px(TRACK_PX[1])
        place = QRect(gap, (self.height() - height) // 2, width, height)
        track = QRectF(QStyle.visualRect(self.layoutDirection(), self.rect(), place))
        if not self.isEnabled():
            painter.setOpacity(0.5)
        self._paint_track(painter, track)
        if focus_shown(self):
            around = track.adjusted(-gap, -gap, gap, gap)
            draw_ring(painter, self._theme, around, around.height() / 2)
        if self.text():
            painter.setPen(color(Token.TEXT))
            beside = self._beside_px()
            room = QStyle.visualRect(self.layoutDirection(), self.rect(), self.rect().adjusted(beside, 0, 0, 0))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
            painter.drawText(room, int(flags) | int(side), self.text())

    def _paint_track(self, painter: QPainter, track: QRectF) -> None:
        color = self._theme.color
        on = self.isChecked()
        fill = color(Token.ACCENT if on else Token.SURFACE)
        border = color(Token.ACCENT if on else Token.SECONDARY)
        painter.setBrush(fill)
        painter.setPen(QPen(border, 1.2))
        painter.drawRoundedRect(track.adjusted(0.6, 0.6, -0.6, -0.6), track.height() / 2, track.height() / 2)
        radius = track.height() / 2 - self._theme.px(KNOB_INSET_PX)
        inset = track.height() / 2
        ahead = on != (self.layoutDirection() is Qt.LayoutDirection.RightToLeft)
        middle = QPointF(track.right() - inset if ahead else track.left() + inset, track.center().y())
        painter.setPen(QColor(Qt.GlobalColor.transparent))
        painter.setBrush(color(Token.ON_ACCENT if on else Token.SECONDARY))
        painter.drawEllipse(middle, radius, radius)
