"""One attempt at an answer on screen: its thoughts, its text, its notices and the line of facts below.

Shows a domain `Answer` and grows with its events; decides nothing about the conversation.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.conversation import Answer, AnswerEvent, AnswerState
from app.ui import text as words
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from app.ui.transcript.notice import Notice
from app.ui.transcript.text_view import TextView
from app.ui.transcript.thinking_block import ThinkingBlock
from engine.errors import EngineGone
from engine.types import Channel, FinishReason, Reclassified, TextDelta


class AnswerView(QWidget):
    """Follows one Answer.

    Args:
        theme: Where its looks come from.
        answer: Read, never changed.
        waits_for_model: The model is not loaded yet, which is worth saying.
    """

    answer_now_asked = Signal()
    try_again_asked = Signal()

    def __init__(self, theme: Theme, answer: Answer, *, waits_for_model: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._answer = answer
        self._status = Label(theme, TextRole.THOUGHT, Token.SECONDARY)
        self._thinking = ThinkingBlock(theme)
        self._thinking.answer_now_asked.connect(self.answer_now_asked)
        self._text = TextView(theme)
        self._text.setAccessibleName(self.tr("Answer"))
        self._text.hide()
        self._facts = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self._facts.hide()
        self._notices: list[Notice] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._status, self._thinking, self._text, self._facts):
            self._column.addWidget(widget)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._say(self.tr("Waiting for the model…") if waits_for_model else self.tr("Reading…"))

    @property
    def answer(self) -> Answer:
        return self._answer

    @property
    def thinking(self) -> ThinkingBlock:
        return self._thinking

    @property
    def notices(self) -> tuple[Notice, ...]:
        return tuple(self._notices)

    def text(self) -> str:
        """The answer as shown."""
        return self._text.text()

    def facts(self) -> str:
        return self._facts.text()

    def status(self) -> str:
        return self._status.text()

    def take(self, events: tuple[AnswerEvent, ...]) -> None:
        """Show what came, and how the answer stands after it."""
        for event in events:
            match event:
                case TextDelta(channel=Channel.THINKING, text=text):
                    self._thinking.append(text, live=True)
                case TextDelta(text=text):
                    self._append_answer(text)
                case Reclassified():
                    moved = self._text.text()
                    self._text.set_text("")
                    self._text.hide()
                    self._thinking.append(moved, live=True)
                case _:
                    pass
        if self._answer.state.ended:
            self._show_end()
        else:
            self._show_waiting()

    def retire(self) -> None:
        """Something else was asked since: trying this again would mean something different now."""
        for notice in self._notices:
            notice.remove_action()

    def _append_answer(self, text: str) -> None:
        if self._thinking.is_live():
            self._thinking.end(self._answer.thinking_s)
        self._text.append(text)
        self._text.setVisible(not self._text.is_empty)

    def _show_waiting(self) -> None:
        prefill = self._answer.prefill
        if self._thinking.is_live() or self._text.isVisibleTo(self) or self._thinking.isVisibleTo(self):
            self._say("")
        elif prefill is not None and prefill.total > 0 and prefill.done < prefill.total:
            self._say(self.tr("Reading… {n} %").format(n=100 * prefill.done // prefill.total))
        else:
            self._say(self.tr("Reading…"))

    def _say(self, text: str) -> None:
        self._status.setText(text)
        self._status.setVisible(bool(text))

    def _show_end(self) -> None:
        answer = self._answer
        if self._thinking.is_live():
            self._thinking.end(answer.thinking_s)
        self._say("")
        parts = [self.tr("Stopped")] if answer.state is AnswerState.INTERRUPTED else []
        if answer.finished is not None and (told := words.answer_facts(answer.finished, answer.first_token_s)):
            parts.append(told)
        self._facts.setText(" · ".join(parts))
        self._facts.setVisible(bool(parts))
        self._add_notices()
        announcement = self.tr("Answer finished") if answer.state is AnswerState.DONE else self.tr("Answer ended")
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, announcement))

    def _add_notices(self) -> None:
        answer = self._answer
        if answer.dropped_messages:
            self._notice(
                self.tr("The conversation is longer than the model's context: the oldest messages were left out.")
            )
        for call in answer.tool_calls:
            self._notice(
                self.tr(
                    "The model asked for a tool named “{name}”. There are no tools here, so nothing was run."
                ).format(name=call.name)
            )
        reason = answer.finished.reason if answer.finished is not None else None
        again = self.tr("Try again")
        if answer.state is AnswerState.FAILED:
            self._notice(self._failure_text(), again, token=Token.DANGER)
        elif reason is FinishReason.LENGTH:
            self._notice(self.tr("The answer reached the longest length that fits, and may be cut short."))
        elif reason is FinishReason.LOOP:
            self._notice(self.tr("The model began to repeat itself and was stopped. What it wrote is kept."), again)
        elif answer.state is AnswerState.DONE and self._text.is_empty and not answer.tool_calls:
            self._notice(self.tr("The model ended without an answer. Your question is kept."), again)

    def _failure_text(self) -> str:
        failure = self._answer.failure
        if failure is None:
            return self.tr("The answer could not be finished. Your question is kept.")
        if failure.kind == EngineGone.kind:  # its message says already what was kept
            return failure.message
        kept = (
            self.tr("Your question is kept.")
            if self._text.is_empty
            else self.tr("Your question and the text above are kept.")
        )
        return f"{failure.message} {kept}"

    def _notice(self, text: str, action: str = "", *, token: Token = Token.WARNING) -> None:
        notice = Notice(self._theme, text, action, token=token)
        notice.acted.connect(self.try_again_asked)
        self._notices.append(notice)
        self._column.addWidget(notice)

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(10))
