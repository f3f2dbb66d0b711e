"""A field for a number, typed or stepped with the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSizePolicy, QWidget

from app.ui.controls.frame import FIELD_PX, FIELD_SIDE_PX, FOCUS_RING_PX, draw_frame, draw_ring
from app.ui.controls.text_field import OWN_MARGIN_PX
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, TextRole, Token

SMALLEST_DIGITS = 2


class Number(QDoubleSpinBox):
    """`decided` comes once a number is decided: with Enter, at every arrow key, and when the field is left.

    Args:
        theme: Where its looks come from.
        name: What it sets, for who cannot see it.
        low: The least number.
        high: The greatest number.
        step: What an arrow key adds or takes; a whole step makes it a whole number.
        value: At first; kept within low and high.
        at_low: What is shown instead of the least number, as "Never" for 0; empty shows it as it is.
    """

    decided = Signal(float)

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        low: float,
        high: float,
        step: float,
        value: float,
        at_low: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        self.setDecimals(0 if float(step).is_integer() else SMALLEST_DIGITS)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setGroupSeparatorShown(True)
        self.setSpecialValueText(at_low)
        self.setFrame(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_value(value)
        self.valueChanged.connect(self._decide)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_value(self, value: float) -> None:
        """Show a number; `decided` is not emitted."""
        blocked = self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(blocked)

    @Slot(float)
    def _decide(self, value: float) -> None:
        self.decided.emit(value)

    def _restyle(self) -> None:
        self.setFont(self._theme.font(TextRole.BODY))
        palette = QPalette(self._theme.palette())
        palette.setColor(QPalette.ColorRole.Base, QColor(Qt.GlobalColor.transparent))
        self.setPalette(palette)
        self.updateGeometry()
        self._place()

    def _place(self) -> None:
        side, inset = self._theme.px(FIELD_SIDE_PX) - OWN_MARGIN_PX, FOCUS_RING_PX
        self.lineEdit().setGeometry(self.rect().adjusted(side, inset, -side, -inset))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        color, radius = self._theme.color, self._theme.px(RADIUS_CONTROL_PX)
        painter = QPainter(self)
        pointed = self.underMouse() and self.isEnabled()
        border = color(Token.SECONDARY if pointed else Token.LINE)
        fill = color(Token.SURFACE if self.isEnabled() else Token.WINDOW)
        draw_frame(painter, QRectF(self.rect()), fill, border, radius)
        if self.hasFocus():
            draw_ring(painter, self._theme, QRectF(self.rect()), radius)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        texts = (self.textFromValue(self.maximum()), self.textFromValue(self.minimum()), self.specialValueText())
        width = max(metrics.horizontalAdvance(each) for each in texts) + self._theme.px(2 * FIELD_SIDE_PX + 12)
        return QSize(max(width, self._theme.px(72)), self._theme.px(FIELD_PX))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the page: nobody means to set a number with it."""
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._theme.open_menu(self.lineEdit().createStandardContextMenu(), event.globalPos())
