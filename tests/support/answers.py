"""Asking an engine and looking at its answer's events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.engine import Engine
from engine.types import (
    Channel,
    Failed,
    Finished,
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    Message,
    Role,
    Sampling,
    TextDelta,
)

Meddle = Callable[[Engine, int], None]

GREEDY = Sampling(temperature=0, max_tokens=24, loop_guard=False)


def user(text: str) -> tuple[Message, ...]:
    return (Message(Role.USER, text),)


def request(
    text: str = "hello", request_id: int = 1, sampling: Sampling = GREEDY, thinking: bool = False
) -> GenerateRequest:
    return GenerateRequest(request_id, user(text), sampling=sampling, thinking=thinking)


def run(engine: Engine, wanted: GenerateRequest) -> list[GenerateEvent]:
    return list(engine.generate(wanted))


def events_of(engine: Engine, wanted: GenerateRequest, meddle: Meddle | None = None) -> list[GenerateEvent]:
    """All events but for what a clock says; `meddle` is called after each with their number."""
    events: list[GenerateEvent] = []
    for event in engine.generate(wanted):
        if isinstance(event, Finished):
            event = replace(event, prefill_s=0, decode_s=0, tokens_per_s=0, drafted_tokens=0, accepted_tokens=0)
        events.append(event)
        if meddle is not None:
            meddle(engine, len(events))
    return events


def finished(events: list[GenerateEvent]) -> Finished:
    last = events[-1]
    assert isinstance(last, Finished)
    assert sum(isinstance(e, Finished) for e in events) == 1
    return last


def text(events: list[GenerateEvent], channel: Channel = Channel.ANSWER) -> str:
    return "".join(e.text for e in events if isinstance(e, TextDelta) and e.channel is channel)


def failure(events: list[GenerateEvent]) -> Failed:
    [failed] = [e for e in events if isinstance(e, Failed)]
    assert finished(events).reason is FinishReason.ERROR
    return failed
