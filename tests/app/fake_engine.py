"""An EngineClient that plays a script: for tests of everything around the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

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
    TextDelta,
)


def answer(*pieces: str) -> list[GenerateEvent]:
    """The events of a plain answer."""
    return [*(TextDelta(0, Channel.ANSWER, piece) for piece in pieces), finished()]


def thought(text: str) -> TextDelta:
    return TextDelta(0, Channel.THINKING, text)


def finished(reason: FinishReason = FinishReason.STOP) -> Finished:
    return Finished(
        0,
        reason,
        prompt_tokens=10,
        reused_tokens=4,
        thinking_tokens=2,
        answer_tokens=3,
        prefill_s=0.5,
        decode_s=0.25,
        tokens_per_s=20.0,
        seed=7,
        token_ids=(5, 6, 7, 8, 9),
    )


class FakeEngine:
    """Plays one script per request and notes what it was asked."""

    def __init__(
        self,
        *scripts: list[GenerateEvent],
        load_error: BaseException | None = None,
        generate_error: BaseException | None = None,
        precision: Precision = Precision.FP32,
        on_event: Callable[[GenerateEvent], None] = lambda event: None,
        on_load: Callable[[], None] = lambda: None,
    ) -> None:
        self._scripts = list(scripts)
        self._load_error = load_error
        self._generate_error = generate_error
        self._precision = precision
        self._on_event = on_event
        self._on_load = on_load
        self.loads: list[LoadRequest] = []
        self.requests: list[GenerateRequest] = []
        self.cancelled: list[int] = []
        self.closed = False

    def load(self, request: LoadRequest, progress: Callable[[LoadProgress], None] | None = None) -> Loaded:
        self.loads.append(request)
        self._on_load()
        if progress is not None:
            progress(LoadProgress(1, 2))
        if self._load_error is not None:
            raise self._load_error
        return Loaded("pocket", "cpu", self._precision, KVCachePrecision.BITS16, 4096, "no GPU here", 0.25, 1000)

    def generate(self, request: GenerateRequest) -> Iterator[GenerateEvent]:
        self.requests.append(request)
        script = self._scripts.pop(0)
        for event in script:
            if request.request_id in self.cancelled and not isinstance(event, Finished):
                continue
            event = replace(event, request_id=request.request_id)
            if isinstance(event, Finished) and request.request_id in self.cancelled:
                event = replace(event, reason=FinishReason.CANCELLED)
            self._on_event(event)
            yield event
        if self._generate_error is not None:
            raise self._generate_error

    def cancel(self, request_id: int) -> None:
        self.cancelled.append(request_id)

    def cancel_load(self) -> None:
        raise AssertionError("the command line never asks for this")

    def answer_now(self, request_id: int) -> None:
        raise AssertionError("the command line never asks for this")

    def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        raise AssertionError("the command line never asks for this")

    def unload(self) -> None:
        raise AssertionError("the command line never asks for this")

    def close(self) -> None:
        self.closed = True
