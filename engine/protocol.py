"""The messages between an engine process and its client: frozen dataclasses, pickled over a pipe of our own.

A call to load carries a call id and gets exactly one of Answered or CallFailed. A generate command is answered
by the request's own events, the last of which is Finished.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from engine.types import GenerateEvent, GenerateRequest, Loaded, LoadProgress, LoadRequest, SmallerChoice


@dataclass(frozen=True, slots=True)
class LoadCommand:
    call_id: int
    request: LoadRequest


@dataclass(frozen=True, slots=True)
class CountCommand:
    """Answered by Counted, out of turn: whatever else is being done goes on."""

    call_id: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GenerateCommand:
    request: GenerateRequest


@dataclass(frozen=True, slots=True)
class CancelCommand:
    request_id: int


@dataclass(frozen=True, slots=True)
class CancelLoadCommand:
    call_id: int


@dataclass(frozen=True, slots=True)
class AnswerNowCommand:
    request_id: int


@dataclass(frozen=True, slots=True)
class ShutdownCommand:
    pass


Command: TypeAlias = (
    LoadCommand
    | CountCommand
    | GenerateCommand
    | CancelCommand
    | CancelLoadCommand
    | AnswerNowCommand
    | ShutdownCommand
)


@dataclass(frozen=True, slots=True)
class CallProgress:
    call_id: int
    progress: LoadProgress


@dataclass(frozen=True, slots=True)
class Answered:
    """A load ended well."""

    call_id: int
    loaded: Loaded


@dataclass(frozen=True, slots=True)
class CallFailed:
    """`error` is the exception's class name in engine.errors; "Cancelled" is an outcome."""

    call_id: int
    error: str
    message: str
    remedy: str
    offers: tuple[SmallerChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """`counts` are the tokens of each text; None where no model is loaded."""

    call_id: int
    counts: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Sent every second while there is work. `ticks` counts steps of the work and stands still when it hangs."""

    ticks: int


Reply: TypeAlias = CallProgress | Answered | CallFailed | Counted | Heartbeat | GenerateEvent
