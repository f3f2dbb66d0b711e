"""A drop-down: one of a few things, each with its words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QListView, QSizePolicy, QStyle, QWidget

from app.ui.controls.frame import FIELD_PX, FIELD_SIDE_PX, draw_frame, draw_ring, focus_shown
from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, TextRole, Token

ARROW_PX = 16
NARROWEST_PX = 96

_LIST = """
QListView {{ background: {surface}; color: {text}; border: none; padding: {pad}px; outline: none; }}
QListView::item {{ min-height: {row}px; padding: 0 {side}px; border-radius: {radius}px; }}
QListView::item:selected, QListView::item:hover {{ background: {soft}; color: {text}; }}
"""


class Choice(QComboBox):
    """`chosen` is emitted when a person chose something else.

    Args:
        theme: Where its looks come from.
        options: Values and their words, in this order.
        value: What is chosen at first.
        name: What is chosen here, for who cannot see it.

    Raises:
        ValueError: `value` is none of the options.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        options: Sequence[tuple[object, str]],
        value: object,
        *,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: list[object] = []
        self._list = QListView()
        self.setView(self._list)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_options(options, value)
        self.activated.connect(self._on_activated)
        theme.changed.connect(self._restyle)
        self._restyle()

    def value(self) -> object:
        return self._values[self.currentIndex()]

    def set_value(self, value: object) -> None:
        """Show another choice; `chosen` is not emitted. Raises ValueError for what is none of the options."""
        self.setCurrentIndex(self._values.index(value))
        self._decided = self.currentIndex()

    def set_options(self, options: Sequence[tuple[object, str]], value: object) -> None:
        """Offer other things. Raises ValueError where `value` is none of them."""
        self.clear()
        self._values = [each for each, _ in options]
        self.addItems([words for _, words in options])
        self.set_value(value)
        self.updateGeometry()

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        if index != self._decided:
            self._decided = index
            self.chosen.emit(self._values[index])

    def _restyle(self) -> None:
        theme = self._theme
        self.setFont(theme.font(TextRole.BODY))
        self._list.setFont(theme.font(TextRole.BODY))
        self._list.setStyleSheet(
            _LIST.format(
                surface=theme.color(Token.SURFACE).name(),
                text=theme.color(Token.TEXT).name(),
                soft=theme.color(Token.ACCENT_SOFT).name(),
                pad=theme.px(4),
                row=theme.px(28),
                side=theme.px(8),
                radius=theme.px(6),
            )
        )
        theme.dress_scroll_bar(self._list.verticalScrollBar())
        self.updateGeometry()
        self.update()

    def showPopup(self) -> None:
        """The list is as wide as its longest words, and never narrower than the field."""
        metrics = QFontMetrics(self.font())
        longest = max((metrics.horizontalAdvance(self.itemText(each)) for each in range(self.count())), default=0)
        self._list.setMinimumWidth(max(self.width(), longest + self._theme.px(48)))
        around = self._list.parentWidget()
        line, surface = (self._theme.color(each).name() for each in (Token.LINE, Token.SURFACE))
        if isinstance(around, QFrame):
            around.setFrameShape(QFrame.Shape.Box)
            around.setLineWidth(1)
            around.setStyleSheet(f"QComboBoxPrivateContainer {{ border: 1px solid {line}; background: {surface}; }}")
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the page: nobody means to choose with it."""
        event.ignore()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        longest = max((metrics.horizontalAdvance(self.itemText(each)) for each in range(self.count())), default=0)
        width = longest + self._theme.px(2 * FIELD_SIDE_PX + ARROW_PX + 8) + 2
        return QSize(max(width, self._theme.px(NARROWEST_PX)), self._theme.px(FIELD_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(NARROWEST_PX), self._theme.px(FIELD_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        px, color = self._theme.px, self._theme.color
        painter = QPainter(self)
        frame, radius = QRectF(self.rect()), px(RADIUS_CONTROL_PX)
        pointed = self.underMouse() and self.isEnabled()
        draw_frame(painter, frame, color(Token.SURFACE), color(Token.SECONDARY if pointed else Token.LINE), radius)
        side, arrow = px(FIELD_SIDE_PX), px(ARROW_PX)
        direction = self.layoutDirection()
        place = QRect(self.width() - side - arrow, (self.height() - arrow) // 2, arrow, arrow)
        arrow_frame = QRectF(QStyle.visualRect(direction, self.rect(), place))
        self._theme.draw_icon(painter, Icon.CHEVRON_DOWN, Token.SECONDARY, arrow_frame)
        room = QStyle.visualRect(direction, self.rect(), self.rect().adjusted(side, 0, -(side + arrow + px(6)), 0))
        words = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(color(Token.TEXT if self.isEnabled() else Token.SECONDARY))
        leading = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter) | int(leading), words)
        if focus_shown(self):
            draw_ring(painter, self._theme, frame, radius)
