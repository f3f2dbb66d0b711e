"""A horizontal slider with its value in words beside it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from app.ui.controls.frame import draw_ring, focus_shown
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

HEIGHT_PX = 28
GROOVE_PX = 4
KNOB_PX = 16
WIDTH_PX = 180
NARROWEST_PX = 72
PAGES = 10


class Slider(QWidget):
    """`changed` comes once a value is decided: at the end of a drag, and at every key.

    Args:
        theme: Where its looks come from.
        name: What it sets, for who cannot see it.
        low: The least value.
        high: The greatest value.
        step: What one arrow key adds or takes.
        value: At first; kept within low and high.
        shown: A value in words.
    """

    changed = Signal(float)

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        low: float,
        high: float,
        step: float,
        value: float,
        shown: Callable[[float], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._low, self._high, self._step = low, high, step
        self._value = value
        self._shown = shown
        self.track = Track(theme)
        self.track.setAccessibleName(name)
        self.track.setRange(0, max(1, round((high - low) / step)))
        self.track.setPageStep(max(1, self.track.maximum() // PAGES))
        self._label = Label(theme, TextRole.FACTS, Token.SECONDARY)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.track, 1)
        self._row.addWidget(self._label)
        self.setFocusProxy(self.track)
        self.set_value(value)
        self.track.sliderMoved.connect(self._show)
        self.track.valueChanged.connect(self._decide)
        theme.changed.connect(self._restyle)
        self._restyle()

    def value(self) -> float:
        """The value decided last."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value, be it between two steps; `changed` is not emitted."""
        self._value = min(max(value, self._low), self._high)
        blocked = self.track.blockSignals(True)
        self.track.setValue(round((self._value - self._low) / self._step))
        self.track.blockSignals(blocked)
        self._say(self._shown(self._value))

    def _at(self, place: int) -> float:
        # Rounded to the step's digits: 0.1 + 6 * 0.05 has to be 0.4.
        return min(round(self._low + place * self._step, 6), self._high)

    @Slot(int)
    def _show(self, place: int) -> None:
        self._say(self._shown(self._at(place)))

    def _say(self, words: str) -> None:
        self._label.setText(words)
        self.track.setAccessibleDescription(words)
        self._reserve(words)

    @Slot(int)
    def _decide(self, place: int) -> None:
        self._value = self._at(place)
        self._say(self._shown(self._value))
        self.changed.emit(self._value)

    def _reserve(self, words: str = "") -> None:
        """Room for every value, so that the track does not change its length under the pointer."""
        metrics = QFontMetrics(self._theme.font(TextRole.FACTS))
        texts = (self._shown(self._low), self._shown(self._high), words)
        width = max(metrics.horizontalAdvance(each) for each in texts) + 2
        if words == "" or width > self._label.minimumWidth():
            self._label.setMinimumWidth(width)

    def _restyle(self) -> None:
        self._row.setSpacing(self._theme.px(12))
        self._reserve()
        self._say(self._shown(self._value))


class Track(QSlider):
    """The groove and the knob. A click anywhere takes the knob there; the wheel scrolls what it stands in."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDTH_PX), self._theme.px(HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(NARROWEST_PX), self._theme.px(HEIGHT_PX))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._move_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._move_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.update()

    def _move_to(self, x: float) -> None:
        start, length = self._span()
        share = min(max((x - start) / length, 0.0), 1.0)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            share = 1 - share
        self.setSliderPosition(self.minimum() + round(share * (self.maximum() - self.minimum())))
        self.update()

    def _span(self) -> tuple[float, float]:
        """Where the knob's middle can be: the first place and how far it reaches."""
        margin = self._theme.px(KNOB_PX) / 2 + self._theme.px(4)
        return margin, max(1.0, self.width() - 2 * margin)

    def paintEvent(self, event: QPaintEvent) -> None:
        px, color = self._theme.px, self._theme.color
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        start, length = self._span()
        share = (self.sliderPosition() - self.minimum()) / (self.maximum() - self.minimum())
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        middle = self.height() / 2
        knob = QPointF(start + length * (1 - share if mirrored else share), middle)
        groove = QRectF(start, middle - px(GROOVE_PX) / 2, length, px(GROOVE_PX))
        done = QRectF(groove)
        if mirrored:
            done.setLeft(knob.x())
        else:
            done.setRight(knob.x())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(Token.LINE))
        painter.drawRoundedRect(groove, groove.height() / 2, groove.height() / 2)
        painter.setBrush(color(Token.ACCENT if self.isEnabled() else Token.SECONDARY))
        painter.drawRoundedRect(done, groove.height() / 2, groove.height() / 2)
        painter.setPen(QPen(color(Token.ACCENT if self.isEnabled() else Token.LINE), max(1.5, px(2))))
        painter.setBrush(color(Token.SURFACE))
        radius = px(KNOB_PX) / 2 - 1
        painter.drawEllipse(knob, radius, radius)
        if focus_shown(self):
            around = radius + px(4)
            draw_ring(painter, self._theme, QRectF(knob.x() - around, middle - around, 2 * around, 2 * around), around)
