"""Every setting, declared once: type, bounds, default, title and help. Knows the file's form and nothing of
who uses it.

The file is JSON and holds only what somebody changed, so that a better default reaches everyone who did not.
A bad value falls back alone and is reported; it stays in the file until somebody changes it, as do the keys
of a newer version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import CannotSave
from app.core.files import write_atomically
from app.core.limits import DEVICE_HELP, DEVICE_PATTERN, THINKING_BUDGET_TOKENS
from engine.types import KVCachePrecision, Precision


class Settings(BaseModel):
    """What Ponder remembers between runs. An option given on the command line wins over it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    model: str | None = Field(
        default=None,
        min_length=1,
        max_length=4096,
        title="Model",
        description="The model chosen last, by name or folder. None: the built-in one.",
    )
    device: str = Field(
        default="auto",
        pattern=f"^(?:{DEVICE_PATTERN})$",
        title="Device",
        description=f"What computes: {DEVICE_HELP}.",
    )
    precision: Precision = Field(
        default=Precision.AUTO,
        strict=False,
        title="Precision",
        description="Number format of the weights. auto takes 16-bit where it fits and says what it took.",
    )
    kv_cache: KVCachePrecision = Field(
        default=KVCachePrecision.AUTO,
        strict=False,
        title="KV cache",
        description="Bits per cached key and value. 8 halves the memory that a long context takes.",
    )
    thinking: bool = Field(
        default=True,
        title="Think first",
        description="Whether the model thinks before it answers, unless a message says /think or /no_think.",
    )
    thinking_budget_tokens: int | None = Field(
        default=None,
        ge=int(THINKING_BUDGET_TOKENS.low),
        le=int(THINKING_BUDGET_TOKENS.high),
        title="Thinking budget",
        description="After so many tokens of thinking the answer begins. None: no limit.",
    )


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """Settings as read, with one line for each value (or the whole file) that could not be used."""

    settings: Settings
    problems: tuple[str, ...] = ()


class _Unreadable(Exception):
    """The file is there but is no JSON object."""


def read_settings(path: Path) -> ReadSettings:
    """The settings in `path`; defaults where it is missing or wrong. No content makes it raise."""
    try:
        values = _read_values(path)
    except _Unreadable as reason:
        return ReadSettings(Settings(), (f"{path.name} could not be read ({reason}); using the defaults.",))
    problems: list[str] = []
    try:
        return ReadSettings(Settings.model_validate(values))
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False, include_input=False):
            key = str(detail["loc"][0])
            if key in values:  # a union reports one bad value once for each of its types
                del values[key]
                default = Settings.model_fields[key].get_default()
                problems.append(f"{path.name}: {key}: {detail['msg']}; using {_shown(default)}.")
    return ReadSettings(Settings.model_validate(values), tuple(problems))


def change_settings(path: Path, changes: Mapping[str, object]) -> None:
    """Change the given settings in the file, leaving everything else in it as it stands.

    Args:
        path: The settings file; it is made where it is missing. A file that is no JSON object is set aside,
        not lost.
        changes: Names of `Settings` fields and their new values.

    Raises:
        ValueError: a name or value is not one of Settings: a bug of the caller.
        CannotSave: the file cannot be written.
    """
    unknown = set(changes) - set(Settings.model_fields)
    if unknown:
        raise ValueError(f"no such setting: {', '.join(sorted(unknown))}")
    checked = Settings.model_validate(dict(changes)).model_dump(mode="json", include=set(changes))
    try:
        try:
            values = _read_values(path)
        except _Unreadable:
            _set_aside(path)
            values = {}
        # ASCII escapes: a lone surrogate in a newer version's key must not make saving impossible.
        text = json.dumps({**values, **checked}, indent=2, sort_keys=True) + "\n"
        write_atomically(path, text.encode("ascii"))
    except OSError as error:
        raise CannotSave(f"The settings could not be saved in {path}: {error.strerror or error}.") from error


def _read_values(path: Path) -> dict[str, object]:
    """The file's JSON object; empty where there is no file. Raises _Unreadable."""
    try:
        values = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _Unreadable(error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _Unreadable("it is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise _Unreadable("it is not valid JSON") from error
    if not isinstance(values, dict):
        raise _Unreadable("it is not a JSON object")
    return values


def _set_aside(path: Path) -> None:
    number = 1
    while (kept := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    path.rename(kept)


def _shown(value: object) -> str:
    return "none" if value is None else json.dumps(value)
