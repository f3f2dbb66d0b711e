"""A conversation as it is lived through: turns, their answers, and what of them the next request is told.

In memory only, and without Qt. Takes the engine's events one by one; knows neither where they come from nor how they
are shown. Belongs to one thread.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from engine.types import (
    Channel,
    Dropped,
    Failed,
    Finished,
    FinishReason,
    GenerateEvent,
    Message,
    Precision,
    PrefillProgress,
    Reclassified,
    Role,
    Sampling,
    TextDelta,
    ToolCall,
    ToolCallMade,
)

TITLE_CHARACTERS = 60


class AnswerState(StrEnum):
    """WAITING: asked, nothing heard yet. INTERRUPTED: the person stopped it. DONE includes answers cut at a limit."""

    WAITING = "waiting"
    STREAMING = "streaming"
    DONE = "done"
    INTERRUPTED = "interrupted"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        return self not in (AnswerState.WAITING, AnswerState.STREAMING)


@dataclass(frozen=True, slots=True)
class FirstToken:
    """The first piece of text arrived `after_s` seconds after the engine was given the request."""

    request_id: int
    after_s: float


@dataclass(frozen=True, slots=True)
class Begun:
    """The engine was given the request: what is to answer, and how. `thinking` is what the switches in the message
    made of it.
    """

    request_id: int
    model: str
    device: str
    precision: Precision
    context_tokens: int
    sampling: Sampling
    thinking: bool
    thinking_budget_tokens: int | None


AnswerEvent = GenerateEvent | FirstToken | Begun


@dataclass(slots=True)
class Part:
    """A run of text on one channel, in the order in which it was written."""

    channel: Channel
    text: str


@dataclass(slots=True)
class Answer:
    """One attempt at answering a question.

    first_token_s: Seconds until the first token; None before it.
    thinking_s: Seconds from the first thought to the first word of the answer, or to the end; None without thoughts.
    begun: What answers, and how; None before the engine was given the request.
    failure: What went wrong, in words that may be shown; None unless the state is FAILED.
    dropped_messages: How many of the oldest messages the prompt had no room for.
    """

    request_id: int
    state: AnswerState = AnswerState.WAITING
    begun: Begun | None = None
    parts: list[Part] = field(default_factory=list)
    tool_calls: list[ToolCall] = field(default_factory=list)
    prefill: PrefillProgress | None = None
    first_token_s: float | None = None
    thinking_s: float | None = None
    dropped_messages: int = 0
    failure: Failed | None = None
    finished: Finished | None = None
    _text_since_s: float | None = None
    _thinking_since_s: float | None = None

    def text(self, channel: Channel) -> str:
        """Everything written on one channel so far."""
        return "".join(part.text for part in self.parts if part.channel is channel)

    def apply(self, event: AnswerEvent, now_s: float) -> None:
        """Take one event.

        Args:
            event: Of this request; events after the end are ignored.
            now_s: A monotonic clock's reading, in seconds.
        """
        if self.state.ended:
            return
        if isinstance(event, Begun):
            self.begun = event
            return
        self.state = AnswerState.STREAMING
        match event:
            case TextDelta(channel=channel, text=text):
                self._time_thinking(channel, now_s)
                self._append(channel, text)
            case Reclassified():
                for part in self.parts:
                    part.channel = Channel.THINKING
                self._thinking_since_s, self.thinking_s = self._text_since_s, None
            case FirstToken(after_s=after_s):
                self.first_token_s = after_s
            case PrefillProgress():
                self.prefill = event
            case Dropped(message_indices=indices):
                self.dropped_messages = len(indices)
            case ToolCallMade(call=call):
                self.tool_calls.append(call)
            case Failed():
                self.failure = event
            case Finished():
                self.finished = event
                self._end(_STATE_AFTER.get(event.reason, AnswerState.DONE), now_s)

    def interrupt(self, now_s: float) -> None:
        """End it without waiting for the engine's own `Finished`."""
        if not self.state.ended:
            self._end(AnswerState.INTERRUPTED, now_s)

    def _append(self, channel: Channel, text: str) -> None:
        if self.parts and self.parts[-1].channel is channel:
            self.parts[-1].text += text
        else:
            self.parts.append(Part(channel, text))

    def _time_thinking(self, channel: Channel, now_s: float) -> None:
        if self._text_since_s is None:
            self._text_since_s = now_s
        if channel is Channel.THINKING:
            if self._thinking_since_s is None:
                self._thinking_since_s = now_s
        elif self.thinking_s is None and self._thinking_since_s is not None:
            self.thinking_s = now_s - self._thinking_since_s

    def _end(self, state: AnswerState, now_s: float) -> None:
        if self.thinking_s is None and self._thinking_since_s is not None:
            self.thinking_s = now_s - self._thinking_since_s
        self.state = state


_STATE_AFTER = {FinishReason.CANCELLED: AnswerState.INTERRUPTED, FinishReason.ERROR: AnswerState.FAILED}


@dataclass(slots=True)
class Turn:
    """A question and the attempts at answering it, the latest last. `thinking` is how the switch stood when asked."""

    question: str
    thinking: bool
    answers: list[Answer] = field(default_factory=list)

    @property
    def continued(self) -> Answer | None:
        """The attempt that what comes next follows: the latest that has any text, else the latest."""
        latest = self.answers[-1] if self.answers else None
        return next((each for each in reversed(self.answers) if _told(each)), latest)

    @property
    def answer_for_history(self) -> str:
        """The text of the latest attempt that has any."""
        return "" if self.continued is None else _told(self.continued)


def _told(answer: Answer) -> str:
    return answer.text(Channel.ANSWER).strip("\n")


@dataclass(slots=True)
class Conversation:
    """Turns in order."""

    turns: list[Turn] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The first question's first line, cut at a word; empty while nothing was asked."""
        text = " ".join(self.turns[0].question.strip().split("\n", 1)[0].split()) if self.turns else ""
        if len(text) <= TITLE_CHARACTERS:
            return text
        cut = text[:TITLE_CHARACTERS]
        return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"

    def ask(self, question: str, thinking: bool, request_id: int) -> Turn:
        """Add a turn with its first attempt."""
        turn = Turn(question, thinking, [Answer(request_id)])
        self.turns.append(turn)
        return turn

    def ask_again(self, request_id: int) -> Turn:
        """Add another attempt to the last turn; what the earlier ones wrote stays."""
        turn = self.turns[-1]
        turn.answers.append(Answer(request_id))
        return turn

    def messages(self) -> tuple[Message, ...]:
        """What the model is told: every answered turn, then the last question. Thoughts stay behind.

        A turn without any answer is left out: two questions in a row are a form the model was not trained on.
        """
        found: list[Message] = []
        for turn in self.turns[:-1]:
            if answer := turn.answer_for_history:
                found.append(Message(Role.USER, turn.question))
                # "" and not None: this answer has been parted from its thoughts, a "</think>" in it is just text.
                found.append(Message(Role.ASSISTANT, answer, thinking=""))
        if self.turns:
            found.append(Message(Role.USER, self.turns[-1].question))
        return tuple(found)
