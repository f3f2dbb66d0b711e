"""The line above the transcript: the chat's title, a button for a new one, and how the model is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.services.status import (
    EngineFailed,
    EngineLoading,
    EngineReady,
    EngineStarting,
    EngineStatus,
    EngineStopped,
)
from app.ui import text as words
from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.labels import ElidedLabel, Label
from app.ui.theme import Theme
from app.ui.tokens import HEADER_PX, RADIUS_CONTROL_PX, TextRole, Token

DOT_PX = 8
PROGRESS_PX = 2
# The title keeps at least this much before the pill gives up its facts.
TITLE_MINIMUM_PX = 120


class StatusPill(QWidget):
    """A dot, the model's name, and what it runs on or how far it is loaded."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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

    def text(self) -> str:
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
                    facts = f"{self.tr('practice model')} · {facts}"
                context = self.tr("Context: {n} tokens").format(n=words.count(loaded.context_tokens))
                tip = "\n".join(part for part in (model.note, loaded.reason, context) if part)
            case EngineFailed(message=message):
                self._dot, facts, tip = Token.DANGER, self.tr("Not loaded"), message
            case EngineStopped():
                self._dot, facts = Token.DANGER, self.tr("Stopped")
                tip = self.tr("The engine ended unexpectedly. It starts again with your next question.")
        self._name.setText(name)
        self._facts.setText(facts)
        self.setToolTip(tip)
        self.setAccessibleName(self.tr("Model: {status}").format(status=self.text()))
        self.setAccessibleDescription(tip)
        self.updateGeometry()
        self.update()

    def shrink_to(self, room_px: int) -> None:
        """Leave out the facts where there is no room for them; the tooltip and the name still have all."""
        self._facts.show()
        self._facts.setVisible(self._row.sizeHint().width() <= room_px)

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(11 + DOT_PX + 8), 0, px(11), 0)
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
        painter.setBrush(self._theme.color(Token.SURFACE))
        painter.drawRoundedRect(frame, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._dot))
        dot = px(DOT_PX)
        painter.drawEllipse(QRectF(px(11), (self.height() - dot) / 2, dot, dot))
        if self._fraction is not None:
            width = (self.width() - 2 * radius) * min(max(self._fraction, 0.0), 1.0)
            thick = px(PROGRESS_PX)
            painter.fillRect(QRectF(radius, self.height() - thick, width, thick), self._theme.color(Token.ACCENT))


class Header(QWidget):
    """Title left, model right."""

    new_chat_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = ElidedLabel(theme, TextRole.STRONG)
        self._pill = StatusPill(theme)
        self._new_chat = Button(theme, Look.GHOST, icon=Icon.NEW_CHAT, height_px=32)
        self._new_chat.setAccessibleName(self.tr("New chat"))
        self._new_chat.setToolTip(self.tr("New chat (Ctrl+N)"))
        self._new_chat.clicked.connect(self.new_chat_asked)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._title, 1)
        self._row.addWidget(self._pill)
        self._row.addWidget(self._new_chat)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def pill(self) -> StatusPill:
        return self._pill

    @property
    def new_chat_button(self) -> Button:
        return self._new_chat

    def title(self) -> str:
        return self._title.text()

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self._title.setAccessibleName(self.tr("Chat: {title}").format(title=title))

    def show_status(self, status: EngineStatus) -> None:
        self._pill.show_status(status)
        self._share_room()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        px = self._theme.px
        self._pill.shrink_to(self.width() - px(TITLE_MINIMUM_PX + 16 + 32 + 3 * 8))

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(HEADER_PX))
        self._row.setContentsMargins(px(16), 0, px(10), 0)
        self._row.setSpacing(px(8))
        self._share_room()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color(Token.LINE))
