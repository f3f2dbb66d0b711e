"""The generation loop: from a prompt's ids to a stream of events.

It reads the prompt in chunks, draws tokens, hands them to the segmenter and watches over limits: stop tokens and
strings, the thinking budget and "Answer now", the room left, repetition, cancellation. It knows no files or devices.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field

from torch import Tensor

from engine.cancel import CancelToken
from engine.drafting import DraftPolicy
from engine.drawing import Drawing, drawing_for, seed_of
from engine.errors import Cancelled, OutOfMemory, PonderError
from engine.guard import LoopGuard
from engine.memory_errors import is_out_of_memory
from engine.model.base import DeviceDecoder
from engine.prefix import PrefixCache
from engine.prompt import Prompt
from engine.segmenter import Call, Reclassify, Segment, Segmenter, SegmenterOptions, Text
from engine.smaller import Stage
from engine.stop_strings import StopMatcher
from engine.tokenizer import Tokenizer
from engine.types import (
    Channel,
    Failed,
    Finished,
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    PrefillProgress,
    Reclassified,
    TextDelta,
    ToolCallMade,
)

# Qwen3 technical report (arXiv:2505.09388), section 4.3: the model was trained to answer after this sentence.
EARLY_STOP_SENTENCE = (
    "Considering the limited time by the user, I have to give the solution based on the thinking directly now."
)
# So many tokens are kept back for the answer while the model thinks, or half of the limit where that is less.
ANSWER_RESERVE_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Control:
    """How other threads reach into a running request."""

    cancel: CancelToken = field(default_factory=CancelToken)
    answer_now: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Limits:
    """`context_tokens` bounds prompt and answer together; `stop_ids` end the answer; `usable_ids` bound sampling."""

    context_tokens: int
    stop_ids: frozenset[int]
    usable_ids: int
    prefill_chunk_tokens: int


LetGo = Callable[[Stage, int], OutOfMemory]
"""Called once memory ran out, with what was being done and how many positions of the context that needed: frees the
model and its cache, and returns what to tell."""


class Generation:
    """One request in progress. Iterate over `run()` once.

    Args:
        drafting: decides on guesses that are verified beside the tokens drawn; None: there are none.
        on_device: draws tokens where the model is; then there are no guesses. None: nothing does.
        let_go: is called outside of every handler; nothing here holds a tensor of the model's then.
    """

    def __init__(
        self,
        request: GenerateRequest,
        prompt: Prompt,
        *,
        prefix: PrefixCache,
        tokenizer: Tokenizer,
        limits: Limits,
        control: Control,
        let_go: LetGo,
        drafting: DraftPolicy | None = None,
        on_device: DeviceDecoder | None = None,
    ) -> None:
        self._request = request
        self._prompt = prompt
        self._prefix = prefix
        self._tokenizer = tokenizer
        self._limits = limits
        self._control = control
        self._let_go = let_go
        self._drafting = drafting
        self._on_device = on_device
        self._seed = seed_of(request.sampling)
        self._drafted = self._accepted = 0
        self._stage = Stage.READING
        self._reached_tokens = 0
        self._segmenter = Segmenter(
            tokenizer,
            SegmenterOptions(starts_in_thinking=prompt.opens_thinking, parse_tool_calls=bool(request.tools)),
        )
        self._stop_strings = StopMatcher(request.sampling.stop)
        self._guard = LoopGuard()
        self._generated: list[int] = []
        self._drawn = 0
        self._reused = 0
        self._prefill_s = 0.0
        self._decode_s = 0.0
        self._stop_text: str | None = None
        self._thinking_closed = not prompt.thinking or tokenizer.control.think_close is None
        room = limits.context_tokens - len(prompt.ids)
        if not self._thinking_closed:
            room -= len(self._closing_ids(opened=True, sentence=True))
        self._max_drawn = max(min(request.sampling.max_tokens or room, room), 1)
        reserve = min(ANSWER_RESERVE_TOKENS, -(-self._max_drawn // 2))
        budget = request.thinking_budget_tokens
        self._thinking_limit = self._max_drawn - reserve if budget is None else min(budget, self._max_drawn - reserve)

    def run(self) -> Iterator[GenerateEvent]:
        """All events of the request; the last is `Finished`. Closing the iterator early is a cancel without events."""
        failure: PonderError | None = None
        starved = False
        try:
            logits = yield from self._read_prompt()
            self._stage = Stage.WRITING
            reason = yield from self._write(logits)
        except Cancelled:
            reason = FinishReason.CANCELLED
        except Exception as error:
            reason, starved = FinishReason.ERROR, is_out_of_memory(error)
            if not starved:
                if not isinstance(error, PonderError):
                    raise
                failure = error
        if starved:  # out of the handler, whose traceback holds the tensors of the frames that failed
            self._on_device = None
            failure = self._let_go(self._stage, self._reached_tokens)
        elif failure is not None:
            self._prefix.clear()
        yield from self._flush()
        if failure is not None:
            yield Failed(self._request.request_id, failure.kind, str(failure), failure.offers)
        yield self._finished(reason)

    def _finished(self, reason: FinishReason) -> Finished:
        return Finished(
            self._request.request_id,
            reason,
            prompt_tokens=len(self._prompt.ids),
            reused_tokens=self._reused,
            thinking_tokens=self._segmenter.thinking_tokens,
            answer_tokens=self._segmenter.answer_tokens,
            prefill_s=self._prefill_s,
            decode_s=self._decode_s,
            tokens_per_s=len(self._generated) / self._decode_s if self._decode_s > 0 else 0.0,
            seed=self._seed,
            stop_text=self._stop_text,
            token_ids=tuple(self._generated),
            drafted_tokens=self._drafted,
            accepted_tokens=self._accepted,
        )

    def _read_prompt(self) -> Generator[GenerateEvent, None, Tensor]:
        ids = self._prompt.ids
        self._reused = done = self._prefix.begin(ids)
        yield PrefillProgress(self._request.request_id, done, len(ids))
        while True:
            self._control.cancel.raise_if_cancelled()
            chunk = ids[done : done + self._limits.prefill_chunk_tokens]
            started = time.perf_counter()
            try:
                self._reached_tokens = self._prefix.length + len(chunk)
                logits = self._prefix.read(chunk, self._control.cancel)
            finally:
                self._prefill_s += time.perf_counter() - started
            done += len(chunk)
            yield PrefillProgress(self._request.request_id, done, len(ids))
            if done == len(ids):
                return logits

    def _write(self, logits: Tensor) -> Generator[GenerateEvent, None, FinishReason]:
        """The answer. What draws it ends with it, so that nothing of the model's is held afterwards."""
        on_device, self._on_device = self._on_device, None
        drawing = drawing_for(
            self._request.sampling,
            self._prompt.ids,
            self._limits.usable_ids,
            self._seed,
            prefix=self._prefix,
            on_device=on_device,
            drafting=self._drafting,
        )
        del on_device
        try:
            return (yield from self._decode(logits, drawing))
        finally:
            self._drafted, self._accepted = drawing.drafted, drawing.accepted

    def _decode(self, logits: Tensor, drawing: Drawing) -> Generator[GenerateEvent, None, FinishReason]:
        unread: int | None = None  # the token drawn last, which is no part of the cache yet
        while True:
            self._control.cancel.raise_if_cancelled()
            closing = self._ids_that_end_thinking()
            if closing:
                logits = yield from self._force(unread, closing, drawing)
                unread = None
            token = self._drawn_behind(unread, logits, drawing)
            self._drawn += 1
            if token in self._limits.stop_ids:
                if not (self._segmenter.in_thinking and not self._thinking_closed and self._drawn < self._max_drawn):
                    self._generated.append(token)
                    return FinishReason.STOP
                # It stopped in the middle of a thought. The thought is closed for it: a reply is never empty.
                logits = yield from self._force(None, self._closing_ids(opened=True, sentence=False), drawing)
                unread = None
                continue
            unread = token
            self._generated.append(token)
            yield from self._emit(self._segmenter.push(token))
            if self._stop_text is not None:
                return FinishReason.STOP
            if self._drawn >= self._max_drawn:
                return FinishReason.LENGTH
            if self._request.sampling.loop_guard and self._guard.push(token):
                return FinishReason.LOOP

    def _drawn_behind(self, token: int | None, logits: Tensor, drawing: Drawing) -> int:
        """The next token: behind one that has yet to be read, or from `logits`."""
        started = time.perf_counter()
        try:
            if token is None:
                return drawing.first(logits)
            self._reached_tokens = self._prefix.length + 1
            return drawing.next(token, self._max_drawn - self._drawn, self._control.cancel)
        finally:
            self._decode_s += time.perf_counter() - started

    def _ids_that_end_thinking(self) -> list[int]:
        """What to put in now because the budget is spent or the person wants the answer; mostly nothing."""
        if self._thinking_closed:
            return []
        asked = self._control.answer_now.is_set()
        if self._segmenter.in_thinking:
            spent = self._segmenter.thinking_tokens >= self._thinking_limit
            return self._closing_ids(opened=True, sentence=True) if asked or spent else []
        if self._generated:  # it went straight to the answer
            self._thinking_closed = True
            return []
        return self._closing_ids(opened=False, sentence=False) if asked or self._thinking_limit <= 0 else []

    def _closing_ids(self, *, opened: bool, sentence: bool) -> list[int]:
        """The end of a thinking block; a whole empty block where none was opened."""
        control = self._tokenizer.control
        if control.think_open is None or control.think_close is None:
            return []
        break_ids = self._tokenizer.encode("\n\n", control_tokens=False)
        if not opened:
            return [control.think_open, *break_ids, control.think_close, *break_ids]
        text = f"\n\n{EARLY_STOP_SENTENCE}\n" if sentence else "\n"
        return [*self._tokenizer.encode(text, control_tokens=False), control.think_close, *break_ids]

    def _force(self, unread: int | None, ids: list[int], drawing: Drawing) -> Generator[GenerateEvent, None, Tensor]:
        """Put ids into the text as if the model had written them, behind a token that has yet to be read, if there is
        one; returns the logits behind them.
        """
        self._thinking_closed = True
        self._guard.reset()
        self._generated.extend(ids)
        for token in ids:
            yield from self._emit(self._segmenter.push(token))
        started = time.perf_counter()
        self._reached_tokens = self._prefix.length + len(ids) + (unread is not None)
        logits = drawing.read(unread, ids, self._control.cancel)
        self._decode_s += time.perf_counter() - started
        return logits

    def _emit(self, segments: Sequence[Segment]) -> Iterator[GenerateEvent]:
        request_id = self._request.request_id
        for segment in segments:
            if self._stop_text is not None:
                return
            if isinstance(segment, Text) and segment.channel is Channel.ANSWER:
                text, self._stop_text = self._stop_strings.push(segment.text)
                if text:
                    yield TextDelta(request_id, Channel.ANSWER, text)
                continue
            held = self._stop_strings.flush()
            if held:
                yield TextDelta(request_id, Channel.ANSWER, held)
            if isinstance(segment, Text):
                yield TextDelta(request_id, segment.channel, segment.text)
            elif isinstance(segment, Reclassify):
                yield Reclassified(request_id)
            elif isinstance(segment, Call):
                yield ToolCallMade(request_id, segment.call)

    def _flush(self) -> Iterator[GenerateEvent]:
        """Everything that was held back, so that no text is lost however the request ended."""
        yield from self._emit(self._segmenter.finish())
        if self._stop_text is None:
            held = self._stop_strings.flush()
            if held:
                yield TextDelta(self._request.request_id, Channel.ANSWER, held)
