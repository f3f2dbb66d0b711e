"""How full the context is: a bar and numbers, shortened where there is little room, and a word before it overflows."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from app.ui import text as words
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

WARN_SHARE = 0.8
BAR_PX = (84, 4)
GAP_PX = 8
HEIGHT_PX = 28


class Form(IntEnum):
    """How much of it there is room for."""

    NOTHING = 0
    PERCENT = 1
    NUMBERS = 2
    WHOLE = 3


class Gauge(QWidget):
    """Hidden while nothing is known.

    Args:
        theme: Where its looks come from.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._used_tokens: int | None = None
        self._context_tokens: int | None = None
        self._form = Form.WHOLE
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def show_use(self, used_tokens: int | None, context_tokens: int | None) -> None:
        """Say how much of the context is taken; None where it is unknown. To be followed by `fit`."""
        self._used_tokens, self._context_tokens = used_tokens, context_tokens
        whole = self.tr("Context: {numbers} tokens").format(numbers=self.text()) if self.is_known else ""
        self.setAccessibleName(whole)
        self.setToolTip("\n".join(filter(None, (whole, self.warning()))))
        self.updateGeometry()
        self.update()

    @property
    def is_known(self) -> bool:
        return self._used_tokens is not None and bool(self._context_tokens)

    @property
    def share(self) -> float:
        """Of the context that is taken; more than 1 where it does not fit."""
        return (self._used_tokens or 0) / self._context_tokens if self._context_tokens else 0.0

    def text(self) -> str:
        """ "7,120 of 32,768"; empty where it is unknown."""
        if not self.is_known:
            return ""
        used, context = words.count(self._used_tokens or 0), words.count(self._context_tokens or 0)
        return self.tr("{used} of {context}").format(used=used, context=context)

    def warning(self) -> str:
        """What there is to be said about it; empty while there is room enough."""
        if not self.is_known or self.share < WARN_SHARE:
            return ""
        if self.share < 1:
            return self.tr(
                "The context is {n} % full. Once it is full, the oldest messages of this chat are left out."
            ).format(n=int(100 * self.share))
        return self.tr("The context is full: the oldest messages of this chat will be left out of the next answer.")

    def fit(self, room_px: int) -> None:
        """Take the form there is room for; hidden where there is none or nothing is known."""
        forms = (each for each in sorted(Form, reverse=True) if self._width_px(each) <= room_px)
        self._form = next(forms, Form.NOTHING)
        self.setVisible(self.is_known and self._form is not Form.NOTHING)
        self.updateGeometry()
        self.update()

    def _percent(self) -> str:
        return self.tr("{n} %").format(n=int(100 * self.share))

    def _shown(self) -> str:
        return self._percent() if self._form is Form.PERCENT else self.text()

    def _width_px(self, form: Form) -> int:
        metrics = QFontMetrics(self.font())
        bar = self._theme.px(BAR_PX[0]) + self._theme.px(GAP_PX)
        match form:
            case Form.NOTHING:
                return 0
            case Form.PERCENT:
                return metrics.horizontalAdvance(self._percent()) + 2
            case Form.NUMBERS:
                return metrics.horizontalAdvance(self.text()) + 2
            case Form.WHOLE:
                return bar + metrics.horizontalAdvance(self.text()) + 2

    def sizeHint(self) -> QSize:
        return QSize(self._width_px(self._form), self._theme.px(HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        """Nothing: it must never keep a window from becoming narrower, in which it then takes another form."""
        return QSize(0, self.sizeHint().height())

    def _restyle(self) -> None:
        self.setFont(self._theme.font(TextRole.FACTS))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        px, color = self._theme.px, self._theme.color
        warns = self.share >= WARN_SHARE
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        direction = self.layoutDirection()
        beside = 0
        if self._form is Form.WHOLE:
            width, height = px(BAR_PX[0]), px(BAR_PX[1])
            top = (self.height() - height) // 2
            filled = round(width * min(self.share, 1.0))
            painter.setPen(Qt.PenStyle.NoPen)
            for length, token in ((width, Token.LINE), (filled, Token.WARNING if warns else Token.ACCENT)):
                place = QStyle.visualRect(direction, self.rect(), QRect(0, top, length, height))
                painter.setBrush(color(token))
                painter.drawRoundedRect(QRectF(place), height / 2, height / 2)
            beside = width + px(GAP_PX)
        room = QStyle.visualRect(direction, self.rect(), self.rect().adjusted(beside, 0, 0, 0))
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setPen(color(Token.WARNING if warns else Token.SECONDARY))
        side = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute) | int(side)
        painter.drawText(room, flags, self._shown())
