"""Generated token ids to thinking text, answer text and tool calls, as they come.

Structure comes from control token ids alone, never from searching the text: a model that writes about
`<think>` in ordinary tokens writes text. Engines disagree on malformed output; the defaults of
`SegmenterOptions` are Ponder's choice, and every field says whose choice the other value is. Knows nothing of
sampling, budgets or messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from engine.tokenizer import Tokenizer
from engine.tool_calls import LenientRecogniser, Verdict, parse_call
from engine.types import Channel, ToolCall


@dataclass(frozen=True, slots=True)
class Text:
    """More text on one channel; never empty."""

    channel: Channel
    text: str


@dataclass(frozen=True, slots=True)
class Reclassify:
    """All answer text so far was thinking: a `</think>` came unopened. Calls already made stay made."""


@dataclass(frozen=True, slots=True)
class Call:
    call: ToolCall


Segment: TypeAlias = Text | Reclassify | Call


@dataclass(frozen=True, slots=True)
class SegmenterOptions:
    """Where engines differ. The defaults are the product's.

    starts_in_thinking: The prompt ended inside an open block (`Prompt.opens_thinking`). True for every
        thinking request is what vLLM and SGLang's force_reasoning do: then untagged text is thinking.
    split_thinking: False leaves the tags and what they hold in the answer (llama.cpp's reasoning_format
        none).
    parse_tool_calls: False leaves calls in the answer as text.
    tool_call_ends_thinking: True lets `<tool_call>` close an open block (vLLM); by default it is only thought
        about (llama.cpp), which is safer: what was not answered is not done.
    trim_newlines: Drop line breaks right behind `<think>` and around `</think>`, and blocks of nothing but
        blanks (Qwen's documentation); False is verbatim (vLLM, newer SGLang).
    trim_call_whitespace: Drop blanks between answer text and a call and between calls (SGLang); False is
        verbatim (vLLM, rtp-llm).
    lenient_tool_calls: At the answer's start, also accept the shapes of `LenientRecogniser` (llama.cpp).
    """

    starts_in_thinking: bool = False
    split_thinking: bool = True
    parse_tool_calls: bool = True
    tool_call_ends_thinking: bool = False
    trim_newlines: bool = True
    trim_call_whitespace: bool = True
    lenient_tool_calls: bool = False


class _State(Enum):
    ANSWER = auto()
    THINKING = auto()
    CALL = auto()


class _Tag(Enum):
    THINK_OPEN = auto()
    THINK_CLOSE = auto()
    CALL_OPEN = auto()
    CALL_CLOSE = auto()


class Segmenter:
    """One stream. `push` every generated id, also those the engine put in itself; `finish` once at the end.

    `thinking_tokens` and `answer_tokens` count the ids so far, tags with their block, tool calls with the
    answer; skipped special tokens (the end of turn) count as neither.
    """

    def __init__(self, tokenizer: Tokenizer, options: SegmenterOptions | None = None) -> None:
        self._options = options or SegmenterOptions()
        self._special = tokenizer.special_ids
        self._detokenizer = tokenizer.detokenizer()
        control = tokenizer.control
        tags: list[tuple[int | None, _Tag, str]] = []
        if self._options.split_thinking:
            tags += [(control.think_open, _Tag.THINK_OPEN, "<think>")]
            tags += [(control.think_close, _Tag.THINK_CLOSE, "</think>")]
        if self._options.parse_tool_calls or self._options.tool_call_ends_thinking:
            tags += [(control.tool_call_open, _Tag.CALL_OPEN, "<tool_call>")]
            tags += [(control.tool_call_close, _Tag.CALL_CLOSE, "</tool_call>")]
        self._tags = {token_id: (tag, text) for token_id, tag, text in tags if token_id is not None}
        # Ordinary tokens that begin to spell a tag are held until they turn out not to: no flicker of "<thi".
        self._tag_starts = {text[:n] for _, text in self._tags.values() for n in range(1, len(text))}
        self._longest_start = max(map(len, self._tag_starts), default=0)

        self._state = _State.THINKING if self._options.starts_in_thinking else _State.ANSWER
        self._held = ""  # text of the current channel that is not emitted yet
        self._body = ""  # text inside an open <tool_call>
        self._gap: str | None = None  # blanks dropped before a call; told should answer text follow after all
        self._emitted = False  # whether the current block, or the answer, has shown anything
        self._answer_emitted = False  # the same of the answer, while a thinking block is open
        self._strip_lead = self._options.starts_in_thinking and self._options.trim_newlines
        self._recogniser: LenientRecogniser | None = None
        self._expect_call()
        self.thinking_tokens = 0
        self.answer_tokens = 0

    @property
    def in_thinking(self) -> bool:
        return self._state is _State.THINKING

    @property
    def in_tool_call(self) -> bool:
        return self._state is _State.CALL

    def push(self, token_id: int) -> list[Segment]:
        """What is certain now that `token_id` came."""
        found = self._tags.get(token_id)
        if found is None:
            if token_id in self._special:
                return []
            self._count()
            return list(self._add(self._detokenizer.push(token_id)))
        tag, literal = found
        segments = list(self._add(self._detokenizer.flush()))
        was_thinking = self.in_thinking
        segments += self._on_tag(tag, literal)
        self._count(thinking=was_thinking or self.in_thinking or tag is _Tag.THINK_CLOSE)
        return segments

    def finish(self) -> list[Segment]:
        """The rest. An unclosed but complete call is a call; an unclosed thinking block was thinking."""
        segments = list(self._add(self._detokenizer.flush()))
        if self._state is _State.CALL:
            segments += self._end_call("")
        segments += self._settle_lenient()
        segments += self._release()
        return segments

    def _count(self, thinking: bool | None = None) -> None:
        if self.in_thinking if thinking is None else thinking:
            self.thinking_tokens += 1
        else:
            self.answer_tokens += 1

    # Tags

    def _on_tag(self, tag: _Tag, literal: str) -> Iterator[Segment]:
        if self._state is _State.CALL:
            yield from self._on_tag_in_call(tag, literal)
        elif self._state is _State.THINKING:
            if tag is _Tag.THINK_CLOSE:
                yield from self._close_thinking()
            elif tag is _Tag.CALL_OPEN and self._options.tool_call_ends_thinking:
                yield from self._close_thinking()
                yield from self._open_call(literal)
            elif tag is not _Tag.THINK_OPEN:
                yield from self._add(literal)
        else:
            yield from self._settle_lenient()
            if tag is _Tag.THINK_OPEN:
                yield from self._open_thinking()
            elif tag is _Tag.THINK_CLOSE:
                yield from self._reclassify()
            elif tag is _Tag.CALL_OPEN:
                yield from self._open_call(literal)
            else:
                yield from self._add(literal)

    def _on_tag_in_call(self, tag: _Tag, literal: str) -> Iterator[Segment]:
        if tag is _Tag.CALL_CLOSE:
            yield from self._end_call(literal)
        elif tag is _Tag.CALL_OPEN:
            yield from self._end_call("")
            yield from self._open_call(literal)
        else:
            self._body += literal  # a call may well write about thinking

    def _open_thinking(self) -> Iterator[Segment]:
        yield from self._emit_before_tag(self._options.trim_newlines)
        if self._emitted and self._held:
            self._gap = self._gap or self._held
        self._held = ""
        self._state = _State.THINKING
        self._answer_emitted, self._emitted = self._emitted, False
        self._strip_lead = self._options.trim_newlines

    def _close_thinking(self) -> Iterator[Segment]:
        if self._options.trim_newlines:
            self._held = self._held.rstrip("\n")
        yield from self._release()
        self._state = _State.ANSWER
        self._emitted = self._answer_emitted
        self._strip_lead = self._options.trim_newlines
        if not self._emitted:
            self._expect_call()

    def _reclassify(self) -> Iterator[Segment]:
        if self._options.trim_newlines:
            self._held = self._held.rstrip("\n")
            if not self._emitted and not self._held.strip():
                self._held = ""
        yield from self._release()
        if self._emitted:
            yield Reclassify()
        self.thinking_tokens += self.answer_tokens
        self.answer_tokens = 0
        self._emitted, self._gap = False, None
        self._strip_lead = self._options.trim_newlines
        self._expect_call()

    def _open_call(self, literal: str) -> Iterator[Segment]:
        if not self._options.parse_tool_calls:
            yield from self._add(literal)
            return
        yield from self._emit_before_tag(self._options.trim_call_whitespace)
        self._state, self._body, self._recogniser = _State.CALL, "", None

    def _end_call(self, closing: str) -> Iterator[Segment]:
        body, self._body = self._body, ""
        self._state = _State.ANSWER
        call = parse_call(body)
        if call is None:
            yield from self._add(f"<tool_call>{body}{closing}")
        else:
            yield from self._made(call)

    def _made(self, call: ToolCall) -> Iterator[Segment]:
        if self._options.trim_call_whitespace:
            self._gap = self._gap or self._held
            self._held = ""
        yield Call(call)
        self._expect_call()

    # Lenient calls

    def _expect_call(self) -> None:
        if self._options.lenient_tool_calls and self._state is _State.ANSWER:
            self._recogniser = LenientRecogniser()

    def _settle_lenient(self, verdict: Verdict | None = None) -> Iterator[Segment]:
        """Act on the recogniser's verdict; without one, the text it waited for cannot come any more."""
        recogniser, self._recogniser = self._recogniser, None
        if recogniser is None:
            return
        if verdict is None:
            verdict = recogniser.finish()
        if verdict is Verdict.CALL and recogniser.call is not None:
            yield from self._made(recogniser.call)
            yield from self._add(recogniser.rest)
        else:
            yield from self._add(recogniser.text)

    # Text

    def _add(self, text: str) -> Iterator[Segment]:
        """Text of the current state: hold what is not certain yet, emit the rest."""
        if not text:
            return
        if self._state is _State.CALL:
            self._body += text
        elif self._recogniser is not None:
            verdict = self._recogniser.feed(text)
            if verdict is not Verdict.MAYBE:
                yield from self._settle_lenient(verdict)
        else:
            self._held += text
            self._trim_start()
            yield from self._emit(len(self._rstrip(self._held[: self._tag_start()])))

    def _emit_before_tag(self, swallows_blanks: bool) -> Iterator[Segment]:
        """Emit all, but for the blanks that the tag swallows; they stay held."""
        yield from self._emit(len(self._held.rstrip() if swallows_blanks else self._held))

    def _release(self) -> Iterator[Segment]:
        """Emit everything held, but for blanks that were only kept in case text follows."""
        self._trim_start()
        blank = not self._held.strip()
        if self.in_thinking:
            dropped = blank and not self._emitted and self._options.trim_newlines
        else:
            dropped = blank and self._gap is not None
        if dropped:
            self._held = ""
        yield from self._emit(len(self._held))

    def _emit(self, count: int) -> Iterator[Segment]:
        if count > 0:
            text, self._held = self._held[:count], self._held[count:]
            self._emitted = True
            yield Text(Channel.THINKING if self.in_thinking else Channel.ANSWER, text)

    def _trim_start(self) -> None:
        """Drop line breaks behind a think tag; between a call and text that follows it keep one gap."""
        if self._strip_lead:
            self._held = self._held.lstrip("\n")
            self._strip_lead = not self._held
        if self._gap is not None and not self.in_thinking and (text := self._held.lstrip()):
            lead = self._held[: len(self._held) - len(text)]
            self._held = (lead or self._gap if self._emitted else "") + text
            self._gap = None

    def _rstrip(self, text: str) -> str:
        """`text` without the trailing blanks that the next tag might make meaningless."""
        options = self._options
        if self.in_thinking:
            if not options.trim_newlines:
                return text
            return text.rstrip("\n") if self._emitted or text.strip() else ""
        if options.parse_tool_calls and options.trim_call_whitespace:
            return text.rstrip()
        return text.rstrip("\n") if options.trim_newlines else text

    def _tag_start(self) -> int:
        """Where the trailing text begins that may yet become a tag's spelling; the length where none does."""
        length = len(self._held)
        for count in range(min(self._longest_start, length), 0, -1):
            if self._held[length - count :] in self._tag_starts:
                return length - count
        return length
