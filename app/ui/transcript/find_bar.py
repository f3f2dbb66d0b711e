"""The line above a transcript in which one types what to find in it. Finds nothing itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.ui.buttons import Button, Look
from app.ui.controls.text_field import TextField
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import COLUMN_PX, TextRole, Token
from app.ui.transcript.action_bar import Chevron

FIELD_PX = 320


class _Field(TextField):
    """Enter and F3 go on, with Shift back, Esc ends; all are its own while it has the focus."""

    step_asked = Signal(int)
    end_asked = Signal()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and self._is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._is_own(event):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.end_asked.emit()
        else:
            self.step_asked.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)

    def _is_own(self, event: QKeyEvent) -> bool:
        return event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F3, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FindBar(QWidget):
    """Field, count, back, on, close."""

    sought = Signal(str)
    """What is typed now."""
    step_asked = Signal(int)
    """1 for the next place, -1 for the one before."""
    ended = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.field = _Field(theme, name=self.tr("Find in this chat"), placeholder=self.tr("Find in this chat"))
        self.field.textChanged.connect(self.sought)
        self.field.step_asked.connect(self.step_asked)
        self.field.end_asked.connect(self.ended)
        self.count = Label(theme, TextRole.FACTS, Token.SECONDARY)
        self.previous_button = Chevron(theme, self.tr("Previous match"), forward=False, upright=True)
        self.previous_button.clicked.connect(lambda: self.step_asked.emit(-1))
        self.next_button = Chevron(theme, self.tr("Next match"), forward=True, upright=True)
        self.next_button.clicked.connect(lambda: self.step_asked.emit(1))
        self.close_button = Button(theme, Look.GHOST, icon=Icon.CLOSE, height_px=28)
        self.close_button.setAccessibleName(self.tr("Close"))
        self.close_button.setToolTip(self.tr("Close (Esc)"))
        self.close_button.clicked.connect(self.ended)
        self._row = QHBoxLayout(self)
        self._row.addStretch(1)
        self._row.addWidget(self.field, 1000)
        for widget in (self.count, self.previous_button, self.next_button, self.close_button):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Find in this chat"))
        theme.changed.connect(self._restyle)
        self._restyle()
        self.show_count(0, 0, done=True)

    def show_count(self, current: int, count: int, *, done: bool) -> None:
        """Say which of how many places is shown. `done`: all of the chat was looked through."""
        if not self.field.text().strip():
            text = ""
        elif count == 0:
            text = self.tr("No matches") if done else self.tr("Searching…")
        else:
            text = self.tr("{n} of {count}").format(n=current, count=f"{count}" if done else f"{count}+")
        self.count.setText(text)
        self.count.setAccessibleName(text)
        self.previous_button.setEnabled(count > 0)
        self.next_button.setEnabled(count > 0)

    @Slot()
    def begin(self) -> None:
        """Let the person type; what was sought last is replaced by the first letter."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(8), px(6), px(8), px(7))
        self._row.setSpacing(px(6))
        self.field.setMaximumWidth(px(FIELD_PX))
        self.count.setMinimumWidth(min(px(72), px(COLUMN_PX)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), self._theme.color(Token.LINE))
