"""An answer as it comes about: the engine's events, one by one, made into text, times and an end.

In memory only, and without Qt. Knows neither where events come from nor how they are shown. Belongs to one thread.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum

from app.core import chats
from app.core.chats import GenerationFacts, MessageState, PartKind, part_kind
from app.core.entry import Entry
from engine.types import (
    Channel,
    Dropped,
    Failed,
    Finished,
    FinishReason,
    GenerateEvent,
    Precision,
    PrefillProgress,
    Reclassified,
    Sampling,
    TextDelta,
    ToolCall,
    ToolCallMade,
)


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


@dataclass(slots=True, eq=False, repr=False)
class Answer(Entry):
    """One attempt at answering a question.

    request_id: Of the request that writes it, or wrote it last; 0 where it was read from the store.
    kept_facts: How it came about, where that was read from the store; else see `facts`.
    first_token_s: Seconds until the first token; None before it.
    thinking_s: Seconds from the first thought to the first word of the answer, or to the end; None without thoughts.
    begun: What answers, and how; None before the engine was given the request.
    failure: What went wrong, in words that may be shown; None unless the state is FAILED.
    dropped_messages: How many of the oldest messages the prompt had no room for.
    """

    request_id: int = 0
    state: AnswerState = AnswerState.WAITING
    kept_facts: GenerationFacts | None = None
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

    @property
    def said(self) -> str:
        """What later questions are told of it: the answer without thoughts."""
        return self.text(Channel.ANSWER).strip("\n")

    @property
    def thinking_since_s(self) -> float | None:
        """When the first thought came, by the clock that `apply` is told; None without thoughts."""
        return self._thinking_since_s

    @property
    def facts(self) -> GenerationFacts:
        """How it came about, as far as it is known."""
        return generation_facts(self) if self.kept_facts is None else self.kept_facts

    def resume(self, request_id: int) -> None:
        """Another request goes on where this one ended."""
        self.request_id = request_id
        self.state = AnswerState.WAITING
        self.kept_facts = self.begun = self.prefill = self.failure = self.finished = self.first_token_s = None

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

STORED_STATES = {
    AnswerState.WAITING: MessageState.STREAMING,
    AnswerState.STREAMING: MessageState.STREAMING,
    AnswerState.DONE: MessageState.COMPLETE,
    AnswerState.INTERRUPTED: MessageState.INTERRUPTED,
    AnswerState.FAILED: MessageState.FAILED,
}


def answer_parts(answer: Answer) -> tuple[chats.Part, ...]:
    """What an answer is made of, as it is kept."""
    texts = [chats.Part(part_kind(part.channel), part.text) for part in answer.parts]
    calls = [
        chats.Part(
            PartKind.TOOL_CALL,
            call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments, ensure_ascii=False),
            call.name,
        )
        for call in answer.tool_calls
    ]
    return (*texts, *calls)


def generation_facts(answer: Answer) -> GenerationFacts:
    """How an answer that ended came about, as far as it is known."""
    begun, finished, failure = answer.begun, answer.finished, answer.failure
    facts: dict[str, object] = {"first_token_s": answer.first_token_s, "thinking_s": answer.thinking_s}
    if begun is not None:
        facts |= {
            "model": begun.model,
            "device": begun.device,
            "precision": begun.precision,
            "context_tokens": begun.context_tokens,
            "sampling": begun.sampling,
            "thinking": begun.thinking,
            "thinking_budget_tokens": begun.thinking_budget_tokens,
        }
    if finished is not None:
        facts["finish_reason"] = finished.reason
    elif answer.state is AnswerState.INTERRUPTED:
        facts["finish_reason"] = FinishReason.CANCELLED
    if finished is not None and finished.prompt_tokens > 0:  # else it ended before it ran, and its zeros mean nothing
        facts |= {
            "seed": finished.seed,
            "prompt_tokens": finished.prompt_tokens,
            "reused_tokens": finished.reused_tokens,
            "thinking_tokens": finished.thinking_tokens,
            "answer_tokens": finished.answer_tokens,
            "prefill_s": finished.prefill_s,
            "decode_s": finished.decode_s,
            "tokens_per_s": finished.tokens_per_s,
            "stop_text": finished.stop_text,
        }
    if failure is not None:
        facts |= {"failure_kind": failure.kind, "failure_message": failure.message}
    return GenerationFacts.model_validate(facts)
