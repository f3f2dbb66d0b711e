"""What all rows of a transcript have in common: parts one below the other, who is at them, and how they are marked.

Knows nothing of what a row shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, cast

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QWidget

from app.services.settings import SettingsService
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, Token
from app.ui.transcript.asked import Asked
from app.ui.transcript.text_view import TextView

MARKED_MS = 1_600
VEIL_SHARE = 0.55


@dataclass(slots=True)
class RowMemory:
    """What rows remember while they do not exist as widgets, by their messages' ids.

    edits: texts that are being edited. opened: what a person opened or closed by hand.
    """

    edits: dict[str, str] = field(default_factory=dict)
    opened: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowContext:
    """What every row is given."""

    theme: Theme
    settings: SettingsService
    asked: Asked
    memory: RowMemory


@dataclass(frozen=True, slots=True)
class RowState:
    """How a row stands among the others.

    last: It is the last message.
    dimmed: The model is no longer told of it.
    busy: An answer of this chat is being made; nothing may be changed.
    ready: The model is loaded.
    previous_model: What wrote the answer before; empty where there is none.
    versions: How many there are of it.
    """

    last: bool = False
    dimmed: bool = False
    busy: bool = False
    ready: bool = True
    previous_model: str = ""
    versions: int = 1


class Part(Protocol):
    """A widget of a row that knows how high it must be."""

    def height_px(self) -> int:
        """At its present width."""


class _Veil(QWidget):
    """Lies over a row and lets its looks fade into the window."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(VEIL_SHARE)
        painter.fillRect(event.rect(), self._theme.color(Token.WINDOW))


class MessageRow(QWidget):
    """A row. Subclasses add parts and say what follows from a state."""

    height_changed = Signal()
    texts_changed = Signal()

    def __init__(self, context: RowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._theme = context.theme
        self._state = RowState()
        self._parts: list[tuple[QWidget, float]] = []
        self._needed_px = 0
        self._dirty = True
        self._laying = False
        self._hovered = False
        self._focused = False
        self._veil = _Veil(self._theme, self)
        self._marking = QTimer(self, singleShot=True, interval=MARKED_MS)
        self._marking.timeout.connect(self.update)
        self._theme.changed.connect(self.lay_out)

    # -- for subclasses --

    @property
    def bottom_px(self) -> float:
        """Room below the last part, in the design's pixels."""
        return 0

    def add_part(self, part: QWidget, *, before_px: float = 0, index: int | None = None) -> None:
        """Put a part, which must be a `Part`, below the others or at an index, with room above it."""
        part.setParent(self)
        if not part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
            part.show()  # a child that nobody has shown yet counts as hidden
        self._parts.insert(len(self._parts) if index is None else index, (part, before_px))
        self._veil.raise_()

    def remove_part(self, part: QWidget) -> None:
        """Take a part away for good."""
        self._parts = [each for each in self._parts if each[0] is not part]
        part.hide()
        part.deleteLater()

    def on_state(self, before: RowState) -> None:
        """Show what follows from the state."""

    def on_attended(self, attended: bool) -> None:
        """The mouse or the keyboard's focus came or went."""

    # -- for the column --

    @property
    def texts(self) -> tuple[TextView, ...]:
        return ()

    @property
    def state(self) -> RowState:
        return self._state

    def set_state(self, state: RowState) -> None:
        """Take on another place among the rows."""
        before, self._state = self._state, state
        if state != before:
            self._veil.setVisible(state.dimmed)
            self.on_state(before)
            self.lay_out()

    def is_busy(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def height_px(self) -> int:
        if self._dirty:
            self.lay_out()
        return self._needed_px

    def set_focused(self, focused: bool) -> None:
        """The keyboard's focus is somewhere in it, or has gone."""
        self._focused = focused
        self.on_attended(self.attended)

    @property
    def attended(self) -> bool:
        return self._hovered or self._focused

    def mark(self) -> None:
        """Let it stand out for a moment, because it is what somebody looked for."""
        self._marking.start()
        self.update()

    @property
    def marked(self) -> bool:
        return self._marking.isActive()

    def reveal(self, text: TextView, position: int) -> int:
        """Make a place in one of its texts visible within the row; how far below the row's top that is, in pixels."""
        cursor = QTextCursor(text.document())
        cursor.setPosition(min(position, text.document().characterCount() - 1))
        return text.mapTo(self, QPoint(0, text.cursorRect(cursor).top())).y()

    # -- place --

    @Slot()
    def lay_out(self) -> None:
        """Put the parts into their places, and say where the whole needs another height."""
        if self._laying:
            return
        self._laying = True
        top = 0
        shown = [(part, before_px) for part, before_px in self._parts if not part.isHidden()]
        for number, (part, before_px) in enumerate(shown):
            if number and before_px:
                top += self._theme.px(before_px)
            if part.width() != self.width():
                part.resize(self.width(), max(1, part.height()))
            height = cast(Part, part).height_px()
            part.setGeometry(0, top, self.width(), height)
            top += height
        needed = top + (self._theme.px(self.bottom_px) if self.bottom_px else 0)
        self._veil.setGeometry(0, 0, self.width(), needed)
        self._laying = self._dirty = False
        if needed != self._needed_px:
            self._needed_px = needed
            self.height_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.lay_out()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._hovered = True
        self.on_attended(self.attended)

    def leaveEvent(self, event: object) -> None:
        self._hovered = False
        self.on_attended(self.attended)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.marked:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(Token.ACCENT_SOFT))
        radius = self._theme.px(RADIUS_CONTROL_PX)
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
