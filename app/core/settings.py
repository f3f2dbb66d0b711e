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
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import CannotSave
from app.core.files import write_atomically
from app.core.limits import (
    CONTEXT_TOKENS,
    DEVICE_PATTERN,
    MAX_TOKENS,
    MIN_P,
    PRESENCE_PENALTY,
    TEMPERATURE,
    THINKING_BUDGET_TOKENS,
    TOP_K,
    TOP_P,
)
from engine.types import KVCachePrecision, Precision


class Section(StrEnum):
    """Where a setting stands in the settings window, and in which order."""

    GENERAL = "general"
    APPEARANCE = "appearance"
    THINKING = "thinking"
    SAMPLING = "sampling"
    DEVICE = "device"
    STORAGE = "storage"
    KEYS = "keys"
    HIDDEN = "hidden"


class ThemeChoice(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Language(StrEnum):
    """Languages there is a complete catalogue for; SYSTEM takes the system's where it is one of them."""

    SYSTEM = "system"
    ENGLISH = "en"
    GERMAN = "de"
    CHINESE = "zh_CN"
    ARABIC = "ar"


class SendKey(StrEnum):
    """What sends a message; the other one makes a new line."""

    ENTER = "enter"
    CTRL_ENTER = "ctrl_enter"


def _in(section: Section) -> dict[str, Any]:
    return {"section": section.value}


class Settings(BaseModel):
    """What Ponder remembers between runs. An option given on the command line wins over it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    model: str | None = Field(
        default=None,
        min_length=1,
        max_length=4096,
        title="Model",
        description="The model chosen last, by name or folder. None: the built-in one.",
        json_schema_extra=_in(Section.HIDDEN),
    )
    device: str = Field(
        default="auto",
        pattern=f"^(?:{DEVICE_PATTERN})$",
        title="Device",
        description="What computes. Automatic takes a graphics card where there is one. Loads the model again.",
        json_schema_extra=_in(Section.DEVICE),
    )
    precision: Precision = Field(
        default=Precision.AUTO,
        strict=False,
        title="Precision",
        description="The number format of the weights. Automatic takes 16-bit where it fits. Loads the model again.",
        json_schema_extra=_in(Section.DEVICE),
    )
    kv_cache: KVCachePrecision = Field(
        default=KVCachePrecision.AUTO,
        strict=False,
        title="KV cache",
        description="Bits per cached key and value. 8 halves the memory a long chat takes. Loads the model again.",
        json_schema_extra=_in(Section.DEVICE),
    )
    thinking: bool = Field(
        default=True,
        title="Think first",
        description="Whether the model thinks before it answers, unless a message says /think or /no_think.",
        json_schema_extra=_in(Section.THINKING),
    )
    thinking_budget_tokens: int | None = Field(
        default=None,
        ge=int(THINKING_BUDGET_TOKENS.low),
        le=int(THINKING_BUDGET_TOKENS.high),
        title="Thinking budget",
        description="After so many tokens of thinking the answer begins. Automatic: no limit.",
        json_schema_extra=_in(Section.THINKING),
    )
    context_tokens: int | None = Field(
        default=None,
        ge=512,
        le=int(CONTEXT_TOKENS.high),
        title="Context",
        description="How many tokens question, history and answer may have together. Automatic: what model and memory"
        " allow. Loads the model again.",
        json_schema_extra=_in(Section.DEVICE),
    )
    theme: ThemeChoice = Field(
        default=ThemeChoice.SYSTEM,
        strict=False,
        title="Theme",
        description="Light or dark colours, or as the system says.",
        json_schema_extra=_in(Section.APPEARANCE),
    )
    zoom: float = Field(
        default=1.0,
        ge=0.5,
        le=3.0,
        strict=False,
        allow_inf_nan=False,
        title="Zoom",
        description="The size of everything in the window.",
        json_schema_extra=_in(Section.APPEARANCE),
    )
    language: Language = Field(
        default=Language.SYSTEM,
        strict=False,
        title="Language",
        description="The language of the window. Takes effect at the next start.",
        json_schema_extra=_in(Section.GENERAL),
    )
    send_key: SendKey = Field(
        default=SendKey.ENTER,
        strict=False,
        title="Send with",
        description="What sends a message; Shift+Enter always makes a new line.",
        json_schema_extra=_in(Section.GENERAL),
    )
    facts_shown: bool = Field(
        default=True,
        title="Facts under answers",
        description="Tokens, speed and time to the first token under every answer.",
        json_schema_extra=_in(Section.APPEARANCE),
    )
    tray: bool = Field(
        default=False,
        title="Stay in the tray",
        description="Closing the window leaves Ponder running in the system tray.",
        json_schema_extra=_in(Section.GENERAL),
    )
    thoughts_open: bool = Field(
        default=False,
        title="Keep thoughts open",
        description="Thoughts stay unfolded when the answer begins.",
        json_schema_extra=_in(Section.THINKING),
    )
    titles_refined: bool = Field(
        default=True,
        title="Refine titles",
        description="A chat is named after its first question at once; an idle model may find a better name.",
        json_schema_extra=_in(Section.GENERAL),
    )
    unload_after_min: int = Field(
        default=15,
        ge=0,
        le=24 * 60,
        title="Free the memory after",
        description="So many minutes without a question, and the model leaves the memory. 0: never.",
        json_schema_extra=_in(Section.DEVICE),
    )
    less_repetition: bool = Field(
        default=False,
        title="Less repetition",
        description="A presence penalty of 1.5, as Qwen advises for quantised weights that repeat themselves.",
        json_schema_extra=_in(Section.SAMPLING),
    )
    temperature: float | None = Field(
        default=None,
        ge=TEMPERATURE.low,
        le=TEMPERATURE.high,
        strict=False,
        title="Temperature",
        description="How freely words are chosen; 0 takes the likeliest. Automatic: 0.6 when it thinks, else 0.7.",
        json_schema_extra=_in(Section.SAMPLING),
    )
    top_p: float | None = Field(
        default=None,
        gt=TOP_P.low,
        le=TOP_P.high,
        strict=False,
        title="Top-p",
        description="Only the likeliest words, together this probable. Automatic: 0.95 when it thinks, else 0.8.",
        json_schema_extra=_in(Section.SAMPLING),
    )
    top_k: int | None = Field(
        default=None,
        ge=int(TOP_K.low),
        le=int(TOP_K.high),
        title="Top-k",
        description="Only so many of the likeliest words; 0 is no limit. Automatic: 20.",
        json_schema_extra=_in(Section.SAMPLING),
    )
    min_p: float | None = Field(
        default=None,
        ge=MIN_P.low,
        le=MIN_P.high,
        strict=False,
        title="Min-p",
        description="Only words at least this likely, compared with the likeliest one. Automatic: 0.",
        json_schema_extra=_in(Section.SAMPLING),
    )
    presence_penalty: float | None = Field(
        default=None,
        ge=PRESENCE_PENALTY.low,
        le=PRESENCE_PENALTY.high,
        strict=False,
        title="Presence penalty",
        description="Makes words that were written already less likely. Automatic: 0, or 1.5 for 4-bit weights.",
        json_schema_extra=_in(Section.SAMPLING),
    )
    max_tokens: int | None = Field(
        default=None,
        ge=int(MAX_TOKENS.low),
        le=int(MAX_TOKENS.high),
        title="Longest answer",
        description="In tokens, thoughts included. Automatic: as long as the context allows.",
        json_schema_extra=_in(Section.SAMPLING),
    )
    search_thoughts: bool = Field(
        default=False,
        title="Search thoughts",
        description="Whether the search looks into thoughts too.",
        json_schema_extra=_in(Section.STORAGE),
    )
    trash_days: int = Field(
        default=30,
        ge=0,
        le=3650,
        title="Empty the trash after",
        description="Chats in the trash are removed for good after so many days. 0: never.",
        json_schema_extra=_in(Section.STORAGE),
    )
    backup_hours: int = Field(
        default=24,
        ge=0,
        le=24 * 30,
        title="Back up every",
        description="Hours between two backups of the chats, when there is something new. 0: never.",
        json_schema_extra=_in(Section.STORAGE),
    )
    kept_chats_gb: int = Field(
        default=0,
        ge=0,
        le=1000,
        title="Keep long chats ready",
        description="So much of the disk may hold what the model has read of long chats: after a restart they go on at"
        " once. It tells what the chats say, and is deleted with them. 0: nothing is kept.",
        json_schema_extra=_in(Section.STORAGE),
    )
    shortcuts: dict[str, list[str]] = Field(
        default_factory=dict,
        strict=False,
        title="Keys",
        description="Keys that were chosen for a command, by the command's name.",
        json_schema_extra=_in(Section.KEYS),
    )
    welcomed: bool = Field(
        default=False,
        title="Welcomed",
        description="The first screen was answered.",
        json_schema_extra=_in(Section.HIDDEN),
    )


@dataclass(frozen=True, slots=True)
class Declared:
    """A setting as it was declared, in English."""

    name: str
    section: Section
    title: str
    help: str
    default: object


def declared_settings() -> tuple[Declared, ...]:
    """Every setting in the order of its declaration."""
    found = []
    for name, field in Settings.model_fields.items():
        extra = field.json_schema_extra
        section = Section(str(extra["section"])) if isinstance(extra, dict) else Section.HIDDEN
        found.append(
            Declared(
                name,
                section,
                field.title or name,
                field.description or "",
                field.get_default(call_default_factory=True),
            )
        )
    return tuple(found)


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
                default = Settings.model_fields[key].get_default(call_default_factory=True)
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
