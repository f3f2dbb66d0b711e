"""Sampling presets and how what a person sets lies over them. Pure functions.

Temperature, top-p, top-k and min-p are those that the Qwen3 model cards recommend for each mode. The same
cards advise a presence penalty of 1.5 for quantised weights, which repeat themselves more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from app.core.chats import ChatSettings
from app.core.settings import Settings
from engine.types import Message, Precision, Role, Sampling

THINKING = Sampling(temperature=0.6, top_p=0.95, top_k=20, min_p=0.0)
DIRECT = Sampling(temperature=0.7, top_p=0.8, top_k=20, min_p=0.0)
LESS_REPETITION_PENALTY = 1.5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SamplingOverrides:
    """What a person set. None leaves the preset's value."""

    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    presence_penalty: float | None = None
    repetition_penalty: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] | None = None
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Wishes(SamplingOverrides):
    """What a person set for an answer, before it is known how it will be made.

    less_repetition: A presence penalty of 1.5 unless another one is set. None: no.
    """

    less_repetition: bool | None = None


def wishes_of(settings: Settings, chat: ChatSettings) -> Wishes:
    """What holds for a chat: its own values, and the application's where it has none."""
    penalty = chat.presence_penalty
    if penalty is None and not chat.less_repetition:  # a chat that wants less repetition wants that penalty
        penalty = settings.presence_penalty
    return Wishes(
        temperature=_first(chat.temperature, settings.temperature),
        top_k=_first(chat.top_k, settings.top_k),
        top_p=_first(chat.top_p, settings.top_p),
        min_p=_first(chat.min_p, settings.min_p),
        presence_penalty=penalty,
        repetition_penalty=chat.repetition_penalty,
        seed=chat.seed,
        stop=chat.stop,
        max_tokens=_first(chat.max_tokens, settings.max_tokens),
        less_repetition=_first(chat.less_repetition, settings.less_repetition),
    )


def _first(own: T | None, general: T | None) -> T | None:
    return general if own is None else own


def sampling_for(wishes: Wishes, *, thinking: bool, precision: Precision) -> Sampling:
    """The preset for a mode and a precision with the wishes put over it."""
    preset = sampling_preset(thinking=thinking, precision=precision, less_repetition=bool(wishes.less_repetition))
    return with_overrides(preset, wishes)


def sampling_preset(*, thinking: bool, precision: Precision, less_repetition: bool = False) -> Sampling:
    """The preset for a mode and the precision that the weights were loaded in."""
    preset = THINKING if thinking else DIRECT
    if less_repetition or precision is Precision.NF4:
        return replace(preset, presence_penalty=LESS_REPETITION_PENALTY)
    return preset


def with_overrides(preset: Sampling, overrides: SamplingOverrides) -> Sampling:
    """The preset with every value that is not None put over it."""
    given = {each.name: getattr(overrides, each.name) for each in fields(SamplingOverrides)}
    return replace(preset, **{name: value for name, value in given.items() if value is not None})


def will_think(messages: Sequence[Message], thinking: bool) -> bool:
    """Whether this turn thinks: the last `/think` or `/no_think` in the last user message wins over the
    switch.
    """
    for message in reversed(messages):
        if message.role is Role.USER:
            words = (word.rstrip(".,;:!?") for word in message.content.split())
            switches = [word for word in words if word in ("/think", "/no_think")]
            return switches[-1] == "/think" if switches else thinking
    return thinking
