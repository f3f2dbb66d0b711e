"""A scripted engine that answers every message with the request it was given, and says that it is loaded as asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import OutOfMemory
from engine.types import (
    Channel,
    GenerateEvent,
    GenerateRequest,
    Loaded,
    LoadProgress,
    LoadRequest,
    Precision,
    TextDelta,
)
from tests.support.scripted_engine import OFFER, ScriptedEngine

ECHO = "tests.app.ui.flows.echo_engine:EchoEngine"


class EchoEngine(ScriptedEngine):
    """For what reaches the engine whatever a message begins with. A model called "large" fits in 8-bit alone."""

    def load(self, request: LoadRequest, progress: Callable[[LoadProgress], None] | None = None) -> Loaded:
        if Path(request.model).name == "large" and request.precision is not Precision.INT8:
            raise OutOfMemory("The model needs 99 GB.", "Choose a smaller one.", (OFFER,))
        loaded = super().load(request, progress)
        precision = Precision.FP32 if request.precision is Precision.AUTO else request.precision
        return replace(loaded, precision=precision, context_tokens=request.context_tokens or loaded.context_tokens)

    def _script(
        self, request: GenerateRequest, command: str, numbers: list[int], token: CancelToken
    ) -> Iterator[GenerateEvent]:
        if command in ("oom", "words"):
            yield from super()._script(request, command, numbers, token)
        else:
            yield TextDelta(request.request_id, Channel.ANSWER, repr(request))
