"""How an answer is shown: as text for people, or as one JSON object a line for programs.

Both take the engine's events in order. Neither knows where the events come from.
"""

from __future__ import annotations

import json
from typing import Protocol

from app.cli.console import Console
from app.cli.offers import as_json, with_command
from app.library.models import BUILT_IN_WARNING, ModelEntry
from engine.types import (
    Channel,
    Dropped,
    Failed,
    Finished,
    FinishReason,
    GenerateEvent,
    JsonObject,
    Loaded,
    LoadProgress,
    PrefillProgress,
    Reclassified,
    SmallerChoice,
    TextDelta,
    ToolCall,
    ToolCallMade,
)


class Renderer(Protocol):
    """What `ask` tells about its progress. Every method may raise OutputClosed or OutputFailed."""

    def load_progress(self, progress: LoadProgress) -> None: ...

    def loaded(self, loaded: Loaded, entry: ModelEntry) -> None: ...

    def event(self, event: GenerateEvent) -> None: ...

    def failed(self, kind: str, message: str, offers: tuple[SmallerChoice, ...] = ()) -> None:
        """The request failed outside the engine's stream. What is said on standard error is the caller's
        business.
        """

    def cancelled(self) -> None:
        """The request was interrupted before the engine's stream began."""


class TextRenderer:
    """The answer on standard output, ending in one newline; thoughts and notices on standard error."""

    def __init__(self, console: Console, *, hide_thinking: bool, show_facts: bool = False) -> None:
        self._console = console
        self._hide_thinking = hide_thinking
        self._show_facts = show_facts
        self._context_tokens = 0
        self._start_answer()

    def _start_answer(self) -> None:
        self._answer_shown = False
        self._answer_newlines = ""  # held back: at the end of the answer exactly one is printed
        self._thinking_shown = False
        self._thinking_newlines = ""

    def load_progress(self, progress: LoadProgress) -> None:
        self._console.status(f"Loading… {_percent(progress.done_bytes, progress.total_bytes)}")

    def loaded(self, loaded: Loaded, entry: ModelEntry) -> None:
        self._console.clear_status()
        self._context_tokens = loaded.context_tokens
        if self._console.stderr_is_terminal:
            name = f"{entry.name} ({BUILT_IN_WARNING})" if entry.built_in else entry.name
            self._console.notice(
                f"{name} · {loaded.device} · {loaded.precision.value}"
                f" · context {loaded.context_tokens:,} tokens" + (f" · {loaded.reason}" if loaded.reason else "")
            )

    def event(self, event: GenerateEvent) -> None:
        match event:
            case PrefillProgress():
                self._console.status(f"Reading… {_percent(event.done, event.total)}")
            case TextDelta(channel=Channel.THINKING):
                self._thinking(event.text)
            case TextDelta():
                self._answer(event.text)
            case Reclassified():
                self._reclassified()
            case ToolCallMade():
                self._end_lines()
                self._console.write(_json_line(_tool_call(event.call)))
            case Dropped():
                self._say(_dropped(event))
            case Failed():
                self._say(f"ponder: {with_command(event.message, event.offers)}")
            case Finished():
                self._finished(event)

    def failed(self, kind: str, message: str, offers: tuple[SmallerChoice, ...] = ()) -> None:
        self._end_lines()

    def cancelled(self) -> None:
        self._end_lines()

    def _thinking(self, text: str) -> None:
        if self._hide_thinking:
            return
        text = self._thinking_newlines + text if self._thinking_shown else text.lstrip("\n")
        shown = text.rstrip("\n")
        self._thinking_newlines = text[len(shown) :]
        if shown:
            self._thinking_shown = True
            self._console.aside(shown)

    def _answer(self, text: str) -> None:
        self._end_thinking()
        text = self._answer_newlines + text
        shown = text.rstrip("\n")
        self._answer_newlines = text[len(shown) :]
        if shown:
            self._answer_shown = True
            self._console.write(shown)

    def _reclassified(self) -> None:
        if self._answer_shown:
            self._say("ponder: the text above was thinking; the answer follows.")

    def _end_thinking(self) -> None:
        if self._thinking_shown:
            self._thinking_shown = False
            self._thinking_newlines = ""
            self._console.aside("\n")

    def _end_lines(self) -> None:
        self._console.clear_status()
        self._end_thinking()
        self._answer_newlines = ""
        if self._answer_shown:
            self._answer_shown = False
            self._console.write("\n")

    def _say(self, text: str) -> None:
        self._end_lines()
        self._console.notice(text)

    def _finished(self, finished: Finished) -> None:
        self._end_lines()
        if finished.reason is FinishReason.LENGTH:
            self._console.notice("ponder: stopped at the longest length allowed; the answer may be cut short.")
        elif finished.reason is FinishReason.LOOP:
            self._console.notice("ponder: stopped because the text went round in circles.")
        if self._show_facts and finished.reason is not FinishReason.ERROR:
            self._console.aside(_facts(finished, self._context_tokens) + "\n")
        self._start_answer()


class JsonRenderer:
    """The contract with other programs: one JSON object a line, the last one `finished`."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def load_progress(self, progress: LoadProgress) -> None:
        """Not part of the contract."""

    def loaded(self, loaded: Loaded, entry: ModelEntry) -> None:
        self._emit(
            "loaded",
            {
                "model": loaded.model,
                "device": loaded.device,
                "precision": loaded.precision.value,
                "context": loaded.context_tokens,
                "reason": loaded.reason,
                "load_s": loaded.load_s,
            },
        )

    def event(self, event: GenerateEvent) -> None:
        match event:
            case PrefillProgress():
                self._emit("prefill", {"done": event.done, "total": event.total})
            case TextDelta():
                self._emit("text", {"channel": event.channel.value, "text": event.text})
            case Reclassified():
                self._emit("reclassified", {})
            case ToolCallMade():
                self._emit("tool_call", _tool_call(event.call))
            case Dropped():
                self._emit("dropped", {"messages": list(event.message_indices)})
            case Failed():
                self._error(event.kind, event.message, event.offers)
            case Finished():
                self._finished(event)

    def failed(self, kind: str, message: str, offers: tuple[SmallerChoice, ...] = ()) -> None:
        self._error(kind, message, offers)
        self._finished(Finished(0, FinishReason.ERROR))

    def cancelled(self) -> None:
        self._finished(Finished(0, FinishReason.CANCELLED))

    def _error(self, kind: str, message: str, offers: tuple[SmallerChoice, ...]) -> None:
        self._emit("error", {"kind": kind, "message": message, "offers": as_json(offers)})

    def _finished(self, finished: Finished) -> None:
        self._emit(
            "finished",
            {
                "reason": finished.reason.value,
                "prompt_tokens": finished.prompt_tokens,
                "reused_tokens": finished.reused_tokens,
                "thinking_tokens": finished.thinking_tokens,
                "answer_tokens": finished.answer_tokens,
                "prefill_s": finished.prefill_s,
                "decode_s": finished.decode_s,
                "tokens_per_s": finished.tokens_per_s,
                "token_ids": list(finished.token_ids),
            },
        )

    def _emit(self, event: str, values: JsonObject) -> None:
        self._console.write(_json_line({"event": event, **values}))


def _json_line(value: JsonObject) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _tool_call(call: ToolCall) -> JsonObject:
    return {"name": call.name, "arguments": call.arguments}


def _dropped(event: Dropped) -> str:
    count = len(event.message_indices)
    messages = "the oldest message" if count == 1 else f"the {count} oldest messages"
    return f"ponder: left out {messages} so that the rest fits the context."


def _facts(finished: Finished, context_tokens: int) -> str:
    """Context gauge and speed, for the line under an answer."""
    generated = len(finished.token_ids)
    used = finished.prompt_tokens + generated
    parts = [f"context {used:,} of {context_tokens:,} tokens ({_percent(used, context_tokens)})"]
    if finished.thinking_tokens:
        parts.append(f"{finished.thinking_tokens:,} of thinking")
    parts.append(f"{generated:,} tokens at {finished.tokens_per_s:.1f} tokens/s")
    parts.append(f"seed {finished.seed}")
    return " · ".join(parts)


def _percent(done: int, total: int) -> str:
    return f"{100 * done // total} %" if total > 0 else "…"
