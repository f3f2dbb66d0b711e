"""What kind of control a setting takes, read from its declaration, so that a new one gets its own. Knows no widget."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from app.core.settings import Declared, Section, Settings, declared_settings

# From so many steps on, a slider is too coarse for a hand.
MOST_SLIDER_STEPS = 250


class Kind(Enum):
    """SWITCH: on or off. CHOICE: one of several. SLIDER: a number between near bounds. NUMBER: one between far ones.
    TEXT: whatever else is written."""

    SWITCH = auto()
    CHOICE = auto()
    SLIDER = auto()
    NUMBER = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Shape:
    """What a setting can be.

    optional: may be None, which leaves it to Ponder.
    low, high, step: of a number.
    whole: a number without a fraction.
    options: of a choice.
    """

    kind: Kind
    optional: bool = False
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    whole: bool = False
    options: tuple[StrEnum, ...] = ()


def shown_settings(section: Section) -> tuple[Declared, ...]:
    """The settings of a section that a control can be made for, in the order of their declaration."""
    return tuple(each for each in declared_settings() if each.section is section and shape_of(each.name) is not None)


def shape_of(name: str) -> Shape | None:
    """None for what is no single value, as the keys are not."""
    field = Settings.model_fields[name]
    kind, optional = _without_none(field.annotation)
    if kind is bool:
        return Shape(Kind.SWITCH, optional)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return Shape(Kind.CHOICE, optional, options=tuple(kind))
    if kind is str:
        return Shape(Kind.TEXT, optional)
    if kind is int or kind is float:
        return _number(field.metadata, optional, whole=kind is int)
    return None


def _without_none(annotation: object) -> tuple[object, bool]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        kinds = [each for each in typing.get_args(annotation) if each is not types.NoneType]
        if len(kinds) == 1:
            return kinds[0], True
    return annotation, False


def _number(bounds: list[object], optional: bool, *, whole: bool) -> Shape | None:
    """None where it has no bounds at both ends: whoever declares a number says how far it goes."""
    said = {word: float(getattr(each, word)) for each in bounds for word in ("ge", "gt", "le") if hasattr(each, word)}
    if "le" not in said or not ("ge" in said or "gt" in said):
        return None
    low, high = said.get("ge", said.get("gt", 0.0)), said["le"]
    step = 1.0 if whole else (0.01 if high - low <= 1 else 0.05)
    if "ge" not in said:
        low += step
    kind = Kind.SLIDER if (high - low) / step <= MOST_SLIDER_STEPS else Kind.NUMBER
    return Shape(kind, optional, low, high, step, whole)
