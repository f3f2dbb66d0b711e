"""The thoughts above an answer: open with a running clock while the model thinks, one quiet line afterwards."""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui import text as words
from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from app.ui.transcript.text_view import TextView

TICK_MS = 1000
INDENT_PX = 25
RULE_PX = 2
RULE_LEFT_PX = 7


class _Body(QWidget):
    """The thoughts' text, with a rule on its left."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = TextView(theme, TextRole.THOUGHT, Token.SECONDARY, self)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self.text)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self._layout.setContentsMargins(self._theme.px(INDENT_PX), 0, 0, 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        rule = QRectF(self._theme.px(RULE_LEFT_PX), 0, self._theme.px(RULE_PX), self.height())
        QPainter(self).fillRect(rule, self._theme.color(Token.LINE))


class ThinkingBlock(QWidget):
    """Hidden until there is a thought. Closes by itself when the answer begins, unless the person opened or closed it.

    Args:
        theme: Where its looks come from.
        parent: Its Qt parent.
    """

    answer_now_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._since_s = 0.0
        self._live = False
        self._touched = False
        self.toggle = Button(theme, Look.GHOST, icon=Icon.CHEVRON_DOWN, role=TextRole.THOUGHT, height_px=24)
        self.toggle.clicked.connect(self._on_toggled)
        self.answer_now = Button(theme, Look.PILL, self.tr("Answer now"), height_px=28)
        self.answer_now.setToolTip(self.tr("Stop thinking and answer with what there is"))
        self.answer_now.setAccessibleName(self.tr("Answer now"))
        self.answer_now.clicked.connect(self._on_answer_now)
        self._body = _Body(theme, self)
        self._body.text.setAccessibleName(self.tr("Thoughts"))
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._tell_time)
        self._row = QHBoxLayout()
        self._row.addWidget(self.toggle)
        self._row.addWidget(self.answer_now)
        self._row.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._row)
        self._column.addWidget(self._body)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._name_toggle()
        self.hide()

    def is_expanded(self) -> bool:
        return not self._body.isHidden()

    @property
    def heading(self) -> str:
        """ "Thinking… 3 s" or "Thought for 6 seconds"."""
        return self.toggle.text()

    def text(self) -> str:
        return self._body.text.text()

    def append(self, text: str, *, live: bool) -> None:
        """Add thoughts. `live` starts the clock with the first of them."""
        self._body.text.append(text)
        if self._body.text.is_empty:
            return
        if self.isHidden():
            self.show()
            self._since_s = time.monotonic()
        if live and not self._live:
            self._live = True
            self.answer_now.setEnabled(True)
            self.answer_now.show()
            self._clock.start()
            self._expand(True)
            self._tell_time()

    def end(self, seconds: float | None) -> None:
        """The thinking is over after so many seconds."""
        self._clock.stop()
        self._live = False
        self.answer_now.hide()
        self.toggle.setText(words.thought_for(seconds or 0.0))
        self._expand(self.is_expanded() and self._touched)

    def _tell_time(self) -> None:
        elapsed = int(time.monotonic() - self._since_s)
        self.toggle.setText(self.tr("Thinking… {n} s").format(n=elapsed))
        self.toggle.updateGeometry()
        self._name_toggle()

    def _on_toggled(self) -> None:
        self._touched = True
        self._expand(not self.is_expanded())

    def _on_answer_now(self) -> None:
        self.answer_now.setEnabled(False)
        self.answer_now_asked.emit()

    def _expand(self, expanded: bool) -> None:
        self._body.setVisible(expanded)
        if self._live:
            self.toggle.set_look(Look.GHOST, Icon.DOT, Token.ACCENT)
        else:
            self.toggle.set_look(Look.GHOST, Icon.CHEVRON_DOWN if expanded else Icon.CHEVRON_RIGHT)
        self._name_toggle()

    def _name_toggle(self) -> None:
        state = self.tr("shown") if self.is_expanded() else self.tr("hidden")
        heading = self.heading or self.tr("Thoughts")
        self.toggle.setAccessibleName(f"{heading}, {state}")
        self.toggle.updateGeometry()

    def _restyle(self) -> None:
        self._row.setSpacing(self._theme.px(8))
        self._column.setSpacing(self._theme.px(6))

    def is_live(self) -> bool:
        return self._live
