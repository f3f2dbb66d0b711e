"""Sampling presets and how what a person sets lies over them. Pure functions.

Temperature, top-p, top-k and min-p are those that the Qwen3 model cards recommend for each mode. The same
cards advise a presence penalty of 1.5 for quantised weights, which repeat themselves more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from engine.types import Message, Precision, Role, Sampling

THINKING = Sampling(temperature=0.6, top_p=0.95, top_k=20, min_p=0.0)
DIRECT = Sampling(temperature=0.7, top_p=0.8, top_k=20, min_p=0.0)
LESS_REPETITION_PENALTY = 1.5


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


def sampling_preset(*, thinking: bool, precision: Precision, less_repetition: bool = False) -> Sampling:
    """The preset for a mode and the precision that the weights were loaded in."""
    preset = THINKING if thinking else DIRECT
    if less_repetition or precision is Precision.NF4:
        return replace(preset, presence_penalty=LESS_REPETITION_PENALTY)
    return preset


def with_overrides(preset: Sampling, overrides: SamplingOverrides) -> Sampling:
    """The preset with every value that is not None put over it."""
    given = {each.name: getattr(overrides, each.name) for each in fields(overrides)}
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
