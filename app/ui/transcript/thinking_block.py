"""The thoughts above an answer: open with a running clock while the model thinks, one quiet line afterwards.

Thoughts that nobody sees are not written into any document; long ones are written a bit at a time.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import text as words
from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from app.ui.transcript.flow_row import FlowRow
from app.ui.transcript.text_view import TextView

TICK_MS = 1000
INDENT_PX = 25
RULE_PX = 2
RULE_LEFT_PX = 7
GAP_PX = 6
# What is written and laid out well within a frame.
AT_ONCE = 4_000
# Of thoughts that are over, as much as anybody reads; a button shows the next as many.
SHOWN_AT_FIRST = 20_000


class _Body(QWidget):
    """The thoughts' text, with a rule beside it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = TextView(theme, TextRole.THOUGHT, Token.SECONDARY, self)
        self.more = Button(theme, Look.PILL, self.tr("Show more"), parent=self)
        self.more.setAccessibleName(self.tr("Show more thoughts"))
        self.more.hide()

    def lay_out(self, width: int) -> int:
        """Take on a width; the height that goes with it."""
        indent = self._theme.px(INDENT_PX)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self.text.resize(max(1, width - indent), max(1, self.text.height()))
        self.text.move(0 if mirrored else indent, 0)
        height = self.text.height_px()
        if not self.more.isHidden():
            size = self.more.sizeHint()
            left = width - indent - size.width() if mirrored else indent
            self.more.setGeometry(left, height + self._theme.px(GAP_PX), size.width(), size.height())
            height += self._theme.px(GAP_PX) + size.height()
        self.resize(width, height)
        return height

    def paintEvent(self, event: QPaintEvent) -> None:
        thick, left = self._theme.px(RULE_PX), self._theme.px(RULE_LEFT_PX)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            left = self.width() - left - thick
        QPainter(self).fillRect(QRectF(left, 0, thick, self.height()), self._theme.color(Token.LINE))


class ThinkingBlock(QWidget):
    """Hidden until there is a thought. Closes by itself when the answer begins, unless the person opened or closed it.

    Args:
        theme: Where its looks come from.
        parent: Its Qt parent.
    """

    answer_now_asked = Signal()
    height_changed = Signal()
    opened = Signal(bool)
    """A person opened or closed it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self._written = 0
        self._allowed = SHOWN_AT_FIRST
        self._since_s = 0.0
        self._live = False
        self._kept_open = False
        self._touched = False
        self._head = FlowRow(theme, parent=self)
        self.toggle = Button(theme, Look.GHOST, icon=Icon.CHEVRON_DOWN, role=TextRole.THOUGHT, height_px=24)
        self.toggle.clicked.connect(self._on_toggled)
        self.answer_now = Button(theme, Look.PILL, self.tr("Answer now"), height_px=28)
        self.answer_now.setToolTip(self.tr("Stop thinking and answer with what there is"))
        self.answer_now.setAccessibleName(self.tr("Answer now"))
        self.answer_now.clicked.connect(self._on_answer_now)
        self.answer_now.hide()
        self._head.add(self.toggle)
        self._head.add(self.answer_now)
        self._made_body: _Body | None = None
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._tell_time)
        self._writing = QTimer(self, interval=0)
        self._writing.timeout.connect(self._write_on)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._lay_out)
        self._name_toggle()
        self.hide()

    # -- what it shows --

    def is_expanded(self) -> bool:
        return self._made_body is not None and not self._made_body.isHidden()

    @property
    def _body(self) -> _Body:
        """Made once somebody wants to see it."""
        if self._made_body is None:
            self._made_body = body = _Body(self._theme, self)
            body.text.setAccessibleName(self.tr("Thoughts"))
            body.more.clicked.connect(self._on_more)
            body.hide()
        return self._made_body

    def is_live(self) -> bool:
        return self._live

    @property
    def heading(self) -> str:
        """ "Thinking… 3 s" or "Thought for 6 seconds"."""
        return self.toggle.text()

    @property
    def body(self) -> TextView:
        """Where thoughts are written once they are open."""
        return self._body.text

    @property
    def more_button(self) -> Button:
        return self._body.more

    def text(self) -> str:
        """All thoughts, whether or not they can be seen."""
        return self._text.strip("\n")

    # -- what comes --

    def show_live(self, text: str, since_s: float | None) -> None:
        """The model thinks. `text` is all so far, `since_s` when it began by the monotonic clock."""
        self._take(text)
        if not self.text() or self._live:
            return
        self._live = True
        self._since_s = time.monotonic() if since_s is None else since_s
        self.answer_now.setEnabled(True)
        self.answer_now.show()
        if self.isVisible():
            self._clock.start()
        if not self._touched:
            self._expand(True)
        self._tell_time()

    def show_ended(self, text: str, seconds: float | None) -> None:
        """The thinking is over after so many seconds; None where nobody knows how many."""
        self._take(text)
        was_live, self._live = self._live, False
        self._clock.stop()
        self.answer_now.hide()
        self.toggle.setText(self.tr("Thoughts") if seconds is None else words.thought_for(seconds))
        if not self._touched:
            self._expand(self._kept_open)
        elif was_live:
            self._expand(self.is_expanded())
        self._name_toggle()

    def keep_open(self, kept_open: bool) -> None:
        """Whether it stays open when the answer begins."""
        self._kept_open = kept_open
        if not self._live and not self._touched:
            self._expand(kept_open)

    def set_opened(self, opened: bool) -> None:
        """A person opened or closed it before."""
        self._touched = True
        self._expand(opened)

    def _take(self, text: str) -> None:
        if not text.startswith(self._text):
            self._written = 0
            if self._made_body is not None:
                self._made_body.text.set_text("")
        self._text = text
        self.setHidden(not self.text())
        if self.is_expanded():
            self._write_on()

    @Slot()
    def _write_on(self) -> None:
        """Write the next bit of what can be seen."""
        end = len(self._text) if self._live else min(len(self._text), self._allowed)
        piece = self._text[self._written : min(end, self._written + AT_ONCE)]
        if piece:
            self._body.text.append(piece)
            self._written += len(piece)
        if self._written < end:
            self._writing.start()
        else:
            self._writing.stop()
        self._body.more.setHidden(self._live or self._written >= len(self._text) or self._written < self._allowed)
        self._lay_out()

    # -- what a person does --

    @Slot()
    def _tell_time(self) -> None:
        elapsed = int(time.monotonic() - self._since_s)
        self.toggle.setText(self.tr("Thinking… {n} s").format(n=elapsed))
        self._name_toggle()
        self._lay_out()

    @Slot()
    def _on_toggled(self) -> None:
        self._touched = True
        self._expand(not self.is_expanded())
        self.opened.emit(self.is_expanded())

    @Slot()
    def _on_more(self) -> None:
        self._allowed += SHOWN_AT_FIRST
        self._write_on()

    @Slot()
    def _on_answer_now(self) -> None:
        self.answer_now.setEnabled(False)
        self.answer_now_asked.emit()

    def _expand(self, expanded: bool) -> None:
        if expanded:
            self._body.show()
            self._write_on()
        elif self._made_body is not None:
            self._made_body.hide()
            self._writing.stop()
        if self._live:
            self.toggle.set_look(Look.GHOST, Icon.DOT, Token.ACCENT)
        else:
            rightwards = self.layoutDirection() is Qt.LayoutDirection.LeftToRight
            folded = Icon.CHEVRON_RIGHT if rightwards else Icon.BACK
            self.toggle.set_look(Look.GHOST, Icon.CHEVRON_DOWN if expanded else folded)
        self._name_toggle()
        self._lay_out()

    def _name_toggle(self) -> None:
        state = self.tr("shown") if self.is_expanded() else self.tr("hidden")
        heading = self.heading or self.tr("Thoughts")
        self.toggle.setAccessibleName(
            self.tr("{heading}, {state}", "heading: Thought for 6 seconds").format(heading=heading, state=state)
        )

    # -- place --

    def height_px(self) -> int:
        """How high it is at its present width."""
        self._lay_out()
        return self.height()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(320), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lay_out()
        if self._live:
            self._clock.start()
            self._tell_time()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()  # nobody sees the time

    @Slot()
    def _lay_out(self) -> None:
        width = self.width()
        self._head.resize(width, max(1, self._head.height()))
        head_px = self._head.height_px()
        self._head.setGeometry(0, 0, width, head_px)
        height = head_px
        if self.is_expanded():
            top = head_px + self._theme.px(GAP_PX)
            height = top + self._body.lay_out(width)
            self._body.move(0, top)
        if height != self.height():
            self.setFixedHeight(height)
            self.height_changed.emit()
