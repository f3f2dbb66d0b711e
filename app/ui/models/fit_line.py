"""How a model would run on this machine: a dot, a sentence, the reason, and what to know before relying on it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QVBoxLayout, QWidget

from app.core.models import Fit
from app.ui.labels import Label
from app.ui.models import words
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

DOT_PX = 8
BESIDE_PX = 16


class FitLine(QWidget):
    """Says "checking" until the machine is known."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._dot = Token.SECONDARY
        self.verdict = Label(theme, TextRole.FACTS_STRONG, wrap=True)
        self.reason = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self.warning = Label(theme, TextRole.FACTS, Token.WARNING, wrap=True)
        self._column = QVBoxLayout(self)
        for each in (self.verdict, self.reason, self.warning):
            self._column.addWidget(each)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.show_fit(None, "")

    def show_fit(self, fit: Fit | None, problem: str) -> None:
        """`problem`: why it does not run; without either, the machine is not known yet."""
        if fit is not None:
            self._dot = Token.ACCENT
            self._say(words.how_it_runs(fit), fit.reason, " ".join(fit.warnings))
        elif problem:
            self._dot = Token.DANGER
            self._say(self.tr("Does not run on this computer as it is now"), problem, "")
        else:
            self._dot = Token.SECONDARY
            self._say(self.tr("Checking how it would run here…"), "", "")

    def _say(self, verdict: str, reason: str, warning: str) -> None:
        for label, text in ((self.verdict, verdict), (self.reason, reason), (self.warning, warning)):
            label.setText(text)
            label.setVisible(bool(text))
        self.update()

    def _restyle(self) -> None:
        px = self._theme.px
        beside = px(BESIDE_PX)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self._column.setContentsMargins(0 if mirrored else beside, 0, beside if mirrored else 0, 0)
        self._column.setSpacing(px(3))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._dot))
        size = self._theme.px(DOT_PX)
        line = self.verdict.fontMetrics().height()
        place = QRectF(1, (line - size) / 2 + 1, size, size).toRect()
        painter.drawEllipse(QStyle.visualRect(self.layoutDirection(), self.rect(), place))
