"""An engine that says written-out texts at a reading pace, for pictures of the window.

It speaks the real protocol in the real engine process; only the words are not a model's. Every picture that shows its
words says so in the README.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

from demo_texts import ANSWERS, THOUGHTS

from engine.cancel import CancelToken
from engine.errors import Cancelled, NoModel
from engine.types import (
    Channel,
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
    TextDelta,
)

WORDS = re.compile(r"\s*\S+\s?")
THOUGHT_PAUSE_S = 0.12
WORD_PAUSE_S = 0.002
PROMPT_TOKENS = 7_120


class DemoEngine:
    """Implements engine.client.EngineClient."""

    def __init__(self) -> None:
        self._tokens: dict[int, CancelToken] = {}
        self._hurried: set[int] = set()
        self._loaded = False

    def load(self, request: LoadRequest, progress: Callable[[LoadProgress], None] | None = None) -> Loaded:
        if progress is not None:
            progress(LoadProgress(0, 1))
        self._loaded = True
        reason = "The CPU computes, because this computer has no GPU that can; 8-bit is its fastest precision."
        return Loaded(request.model, "cpu", Precision.INT8, KVCachePrecision.AUTO, 32_768, reason, 1.2, 900_000_000)

    def cancel_load(self) -> None:
        """It loads at once."""

    def generate(self, request: GenerateRequest) -> Iterator[GenerateEvent]:
        token = self._tokens[request.request_id] = CancelToken()
        return self._run(request, token)

    def _run(self, request: GenerateRequest, token: CancelToken) -> Iterator[GenerateEvent]:
        number, reason, begun_s = request.request_id, FinishReason.STOP, time.perf_counter()
        question = request.messages[-1].content if request.messages else ""
        yield PrefillProgress(number, PROMPT_TOKENS, PROMPT_TOKENS)
        thought = answered = 0
        try:
            for word in WORDS.findall(THOUGHTS.get(question, "") if request.thinking else ""):
                if number in self._hurried:
                    break
                token.raise_if_cancelled()
                time.sleep(THOUGHT_PAUSE_S)
                thought += 1
                yield TextDelta(number, Channel.THINKING, word)
            for word in WORDS.findall(ANSWERS.get(question, "I am only here for the pictures.")):
                token.raise_if_cancelled()
                time.sleep(WORD_PAUSE_S)
                answered += 1
                yield TextDelta(number, Channel.ANSWER, word)
        except Cancelled:
            reason = FinishReason.CANCELLED
        spent_s = time.perf_counter() - begun_s
        speed = (thought + answered) / max(spent_s, 1e-9)
        yield Finished(
            number,
            reason,
            prompt_tokens=PROMPT_TOKENS,
            thinking_tokens=thought,
            answer_tokens=answered,
            decode_s=spent_s,
            tokens_per_s=speed,
        )

    def cancel(self, request_id: int) -> None:
        if (token := self._tokens.get(request_id)) is not None:
            token.cancel()

    def answer_now(self, request_id: int) -> None:
        self._hurried.add(request_id)

    def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        if not self._loaded:
            raise NoModel("No model is loaded.")
        return tuple(round(1.3 * len(text.split())) for text in texts)

    def unload(self) -> None:
        self._loaded = False

    def close(self) -> None:
        """There is nothing to close."""
