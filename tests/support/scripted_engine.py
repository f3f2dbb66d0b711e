"""An engine that speaks the real protocol and does what the last message tells it to.

For tests of everything that stands in front of an engine: it can run out of memory, hang, crash, report NaN, split
characters over deltas and flood. Run it in a child: `ProcessEngine("tests.support.scripted_engine:ScriptedEngine")`.

Messages: "words N [DELAY_MS]", "think N M", "flood N [TOKENS_A_SECOND]", "split", "oom", "nan", "bug", "hang" (still
cancellable), "stuck" (not), "crash [AFTER_WORDS]", "tool", "reclassify", "request" (answers with the request itself
in Python's words). An answer that is to be continued goes on with CONTINUATION. A text has as many tokens as words.
Models: any name loads at once; "slow", "oom", "hang", "crash", "stuck" behave so while loading; "killed" crashes
after its first progress. Out of memory comes with OFFER.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import Cancelled, NoModel, NumericFailure, OutOfMemory, PonderError
from engine.types import (
    Channel,
    Failed,
    Finished,
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    KVCachePrecision,
    Loaded,
    LoadProgress,
    LoadRequest,
    Precision,
    PrefillProgress,
    Reclassified,
    SmallerChoice,
    TextDelta,
    ToolCall,
    ToolCallMade,
)

SPLIT_TEXT = "naïve 你好 👩🏽‍💻 e\u0301 done"

CONTINUATION = ", and on"

OFFER = SmallerChoice("cpu", Precision.INT8, KVCachePrecision.BITS16, 2048, 500, "8-bit weights take less.")


class ScriptedEngine:
    """Implements engine.client.EngineClient."""

    def __init__(self) -> None:
        self._tokens: dict[int, CancelToken] = {}
        self._answer_now: set[int] = set()
        self._load_token: CancelToken | None = None
        self._loaded = False

    def load(self, request: LoadRequest, progress: Callable[[LoadProgress], None] | None = None) -> Loaded:
        self._load_token = token = CancelToken()
        self._loaded = False
        name = Path(request.model).name
        if name == "oom":
            raise OutOfMemory("The model needs 99 GB.", "Choose a smaller one.", (OFFER,))
        if name == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        if name == "stuck":
            time.sleep(3600)
        steps = 200 if name in ("slow", "hang") else 4
        for step in range(steps if name != "hang" else 10**9):
            token.raise_if_cancelled()
            if progress is not None and step <= steps:
                progress(LoadProgress(step, steps, (OFFER,) if step == 0 else ()))
            if name == "killed" and step == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            if steps > 4:
                time.sleep(0.02)
        self._loaded = True
        return Loaded(
            name,
            "cpu",
            Precision.FP32,
            KVCachePrecision.AUTO,
            4096,
            "A scripted engine for tests.",
            0.01,
            1_000,
            (OFFER,),
        )

    def cancel_load(self) -> None:
        if self._load_token is not None:
            self._load_token.cancel()

    def generate(self, request: GenerateRequest) -> Iterator[GenerateEvent]:
        token = self._tokens[request.request_id] = CancelToken()
        return self._run(request, token)

    def _run(self, request: GenerateRequest, token: CancelToken) -> Iterator[GenerateEvent]:
        rid = request.request_id
        words = (request.raw_text or (request.messages[-1].content if request.messages else "words 3")).split()
        if request.continues:
            words = ["continue"]
        command, numbers = words[0], [int(w) for w in words[1:] if w.isdigit()]
        reason, answered, thought = FinishReason.STOP, 0, 0
        started = time.perf_counter()
        yield PrefillProgress(rid, 0, 10)
        yield PrefillProgress(rid, 10, 10)
        try:
            for event in self._script(request, command, numbers, token):
                if isinstance(event, TextDelta):
                    thought += event.channel is Channel.THINKING
                    answered += event.channel is Channel.ANSWER
                yield event
        except Cancelled:
            reason = FinishReason.CANCELLED
        except PonderError as error:
            reason = FinishReason.ERROR
            yield Failed(rid, error.kind, str(error), error.offers)
        finally:
            self._tokens.pop(rid, None)
        spent = time.perf_counter() - started
        yield Finished(
            rid,
            reason,
            prompt_tokens=10,
            thinking_tokens=thought,
            answer_tokens=answered,
            decode_s=spent,
            tokens_per_s=(thought + answered) / max(spent, 1e-9),
        )

    def _script(
        self, request: GenerateRequest, command: str, numbers: list[int], token: CancelToken
    ) -> Iterator[GenerateEvent]:
        rid = request.request_id
        first = numbers[0] if numbers else 5
        second = numbers[1] if len(numbers) > 1 else 0
        match command:
            case "oom":
                yield TextDelta(rid, Channel.ANSWER, "before ")
                raise OutOfMemory("There was not enough memory.", "Choose a shorter context.", (OFFER,))
            case "nan":
                yield TextDelta(rid, Channel.ANSWER, "before ")
                raise NumericFailure("The model computed an invalid number.")
            case "bug":
                raise ZeroDivisionError("a bug")
            case "hang":
                while True:
                    token.raise_if_cancelled()
                    time.sleep(0.01)
            case "stuck":
                yield TextDelta(rid, Channel.ANSWER, "before ")
                time.sleep(3600)
            case "crash":
                for index in range(first):
                    yield TextDelta(rid, Channel.ANSWER, f"word{index} ")
                os.kill(os.getpid(), signal.SIGKILL)
            case "split":
                for character in SPLIT_TEXT:
                    yield TextDelta(rid, Channel.ANSWER, character)
            case "request":
                yield TextDelta(rid, Channel.ANSWER, repr(request))
            case "continue":
                yield TextDelta(rid, Channel.ANSWER, CONTINUATION)
            case "tool":
                yield ToolCallMade(rid, ToolCall("calculator", {"expression": "1+1"}))
            case "reclassify":
                yield TextDelta(rid, Channel.ANSWER, "was a thought")
                yield Reclassified(rid)
                yield TextDelta(rid, Channel.ANSWER, "the answer")
            case "flood":
                pace, start = second or 10_000, time.perf_counter()  # tokens a second
                pause_every = max(1, pace // 100)
                for index in range(first):
                    token.raise_if_cancelled()
                    yield TextDelta(rid, Channel.ANSWER, f"w{index} ")
                    if index % pause_every == 0:
                        time.sleep(max(0.0, start + index / pace - time.perf_counter()))
            case "think":
                for index in range(first):
                    token.raise_if_cancelled()
                    if rid in self._answer_now:
                        break
                    yield TextDelta(rid, Channel.THINKING, f"thought{index} ")
                    time.sleep(0.02)
                for index in range(second):
                    token.raise_if_cancelled()
                    yield TextDelta(rid, Channel.ANSWER, f"word{index} ")
                    time.sleep(0.005)
            case _:
                for index in range(first):
                    token.raise_if_cancelled()
                    yield TextDelta(rid, Channel.ANSWER, f"word{index} ")
                    time.sleep(second / 1000)

    def cancel(self, request_id: int) -> None:
        token = self._tokens.get(request_id)
        if token is not None:
            token.cancel()

    def answer_now(self, request_id: int) -> None:
        self._answer_now.add(request_id)

    def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        if not self._loaded:
            raise NoModel("No model is loaded.")
        return tuple(len(text.split()) for text in texts)

    def unload(self) -> None:
        self._loaded = False

    def close(self) -> None:
        pass
