"""What the window may say about the model, as frozen data: one of six states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from engine.types import Loaded, LoadRequest, SmallerChoice


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """The model to load and how to speak of it.

    name: What people call it.
    practice: It is the built-in practice model, which the window has to say.
    note: Why it is not the one chosen last; empty where it is.
    base: It continues texts and was never taught to chat.
    """

    request: LoadRequest
    name: str
    practice: bool = False
    note: str = ""
    base: bool = False


@dataclass(frozen=True, slots=True)
class EngineStarting:
    model: ChosenModel


@dataclass(frozen=True, slots=True)
class EngineLoading:
    """`fraction` is between 0 and 1; None while the engine does not know."""

    model: ChosenModel
    fraction: float | None


@dataclass(frozen=True, slots=True)
class EngineReady:
    model: ChosenModel
    loaded: Loaded


@dataclass(frozen=True, slots=True)
class EngineFailed:
    """The model could not be loaded. `message` says why and what to do; `offers` are what could be loaded instead."""

    model: ChosenModel
    kind: str
    message: str
    offers: tuple[SmallerChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineStopped:
    """The engine process ended by itself; the next question starts it anew."""

    model: ChosenModel


@dataclass(frozen=True, slots=True)
class EngineUnloaded:
    """The model is not in memory because that was wanted: after a while without a question, or because loading it was
    stopped. The next question loads it.
    """

    model: ChosenModel


EngineStatus: TypeAlias = EngineStarting | EngineLoading | EngineReady | EngineFailed | EngineStopped | EngineUnloaded
