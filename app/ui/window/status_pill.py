"""How the model is, in one line at the top of the window."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from app.services.status import (
    EngineFailed,
    EngineLoading,
    EngineReady,
    EngineStarting,
    EngineStatus,
    EngineStopped,
    EngineUnloaded,
)
from app.ui import text as words
from app.ui.labels import ElidedLabel, Label
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, TextRole, Token

DOT_PX = 8
PROGRESS_PX = 2


class StatusPill(QAbstractButton):
    """A dot, the model's name, and what it runs on or how far it is loaded. Pressing it leads to the models."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._theme = theme
        self._dot = Token.SECONDARY
        self._fraction: float | None = None
        self._name = ElidedLabel(theme, TextRole.FACTS_STRONG)
        self._facts = Label(theme, TextRole.FACTS, Token.SECONDARY)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._name)
        self._row.addWidget(self._facts)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def words(self) -> str:
        """All it says in one line."""
        return f"{self._name.text()} {self._facts.text()}".strip()

    def show_status(self, status: EngineStatus) -> None:
        """Say how the model is."""
        model = status.model
        name, self._fraction, tip = model.name, None, ""
        match status:
            case EngineStarting():
                self._dot, facts = Token.SECONDARY, self.tr("Starting…")
                tip = self.tr("The engine is starting. You can type and send already.")
            case EngineLoading(fraction=fraction):
                self._dot, self._fraction = Token.WARNING, fraction
                percent = self.tr("Loading… {n} %").format(n=int(100 * (fraction or 0)))
                facts = self.tr("Loading…") if fraction is None else percent
                tip = self.tr("The model is being loaded. You can type and send already.")
            case EngineReady(loaded=loaded):
                self._dot, facts = Token.ACCENT, words.loaded_facts(loaded)
                if model.practice:
                    what = self.tr("practice model")
                    facts = f"{what} · {facts}"
                context = self.tr("Context: {n} tokens").format(n=words.count(loaded.context_tokens))
                tip = "\n".join(part for part in (model.note, loaded.reason, context) if part)
            case EngineFailed(message=message):
                self._dot, facts, tip = Token.DANGER, self.tr("Not loaded"), message
            case EngineStopped():
                self._dot, facts = Token.DANGER, self.tr("Stopped")
                tip = self.tr("The engine ended unexpectedly. It starts again with your next question.")
            case EngineUnloaded():
                self._dot, facts = Token.SECONDARY, self.tr("Asleep")
                tip = self.tr("The model is not in memory now. It is loaded again with your next question.")
        self._name.setText(name)
        self._facts.setText(facts)
        self.setToolTip(tip)
        self.setAccessibleName(self.tr("Model: {status}").format(status=self.words()))
        self.setAccessibleDescription(tip)
        self.updateGeometry()
        self.update()

    def shrink_to(self, room_px: int) -> None:
        """Leave out the facts where there is no room for them; the tooltip and the name still have all."""
        self._facts.show()
        self._facts.setVisible(self._row.sizeHint().width() <= room_px)

    def _restyle(self) -> None:
        px = self._theme.px
        dot_side, other_side = px(11 + DOT_PX + 8), px(11)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:  # which mirrors all but margins
            dot_side, other_side = other_side, dot_side
        self._row.setContentsMargins(dot_side, 0, other_side, 0)
        self._row.setSpacing(px(8))
        self.setFixedHeight(px(28))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = px(RADIUS_CONTROL_PX)
        painter.setPen(QPen(self._theme.color(Token.LINE), 1))
        painter.setBrush(self._theme.color(Token.BUBBLE if self.underMouse() else Token.SURFACE))
        painter.drawRoundedRect(frame, radius, radius)
        if self.hasFocus() and self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            painter.setPen(QPen(self._theme.color(Token.ACCENT), 2))
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._dot))
        dot = px(DOT_PX)
        left = self._mirrored(QRectF(px(11), (self.height() - dot) / 2, dot, dot))
        painter.drawEllipse(left)
        if self._fraction is not None:
            width = (self.width() - 2 * radius) * min(max(self._fraction, 0.0), 1.0)
            thick = px(PROGRESS_PX)
            bar = self._mirrored(QRectF(radius, self.height() - thick, width, thick))
            painter.fillRect(bar, self._theme.color(Token.ACCENT))

    def _mirrored(self, place: QRectF) -> QRectF:
        """The same place in the direction of reading."""
        if self.layoutDirection() is Qt.LayoutDirection.LeftToRight:
            return place
        return QRectF(self.width() - place.right(), place.y(), place.width(), place.height())

    def sizeHint(self) -> QSize:
        return QSize(self._row.sizeHint().width(), self.height())
