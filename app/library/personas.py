"""The file of personas and saved prompts, and the same form for export and import.

An entry that cannot be used falls away alone, is reported, and stays in the file as it stands; so does what a newer
version put there. A value out of bounds falls back alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.chats import ChatSettings
from app.core.errors import CannotSave, NotALibrary
from app.core.files import write_atomically
from app.core.limits import (
    MAX_TOKENS,
    MIN_P,
    PRESENCE_PENALTY,
    REPETITION_PENALTY,
    SEED,
    TEMPERATURE,
    THINKING_BUDGET_TOKENS,
    TOP_K,
    TOP_P,
    Range,
)
from app.core.personas import (
    BUILT_IN,
    PERSONA_FIELDS,
    LibraryEntry,
    Persona,
    SavedPrompt,
    new_entry_uid,
    persona_settings,
)

VERSION = 1
LARGEST_BYTES = 8 * 1024 * 1024
_PERSONAS, _PROMPTS = "personas", "prompts"
_BOUNDS: Mapping[str, Range] = {
    "thinking_budget_tokens": THINKING_BUDGET_TOKENS,
    "temperature": TEMPERATURE,
    "top_k": TOP_K,
    "top_p": TOP_P,
    "min_p": MIN_P,
    "presence_penalty": PRESENCE_PENALTY,
    "repetition_penalty": REPETITION_PENALTY,
    "seed": SEED,
    "max_tokens": MAX_TOKENS,
}


@dataclass(frozen=True, slots=True)
class Unused:
    """What stands in a file and could not be used: entries by list, and keys of the whole file. Written back."""

    entries: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    keys: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadLibrary:
    """`problems`: one line for everything that could not be used. `damaged`: the file as a whole could not be."""

    entries: tuple[LibraryEntry, ...]
    problems: tuple[str, ...] = ()
    unused: Unused = field(default_factory=Unused)
    damaged: bool = False


class _PersonaForm(BaseModel):
    model_config = ConfigDict(strict=True)

    uid: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=200)
    system_prompt: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)


class _PromptForm(BaseModel):
    model_config = ConfigDict(strict=True)

    uid: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=200)
    text: str = ""


def read_library(path: Path) -> ReadLibrary:
    """The library in `path`; the built-in entries where it is missing or no library. No content makes it raise."""
    try:
        return _parse(_load(path), path.name)
    except FileNotFoundError:
        return ReadLibrary(BUILT_IN)
    except NotALibrary as error:
        problem = f"{path.name} could not be read; using the built-in personas. {error.message}"
        return ReadLibrary(BUILT_IN, (problem,), damaged=True)


def import_library(path: Path) -> ReadLibrary:
    """What a file has to offer.

    Raises:
        NotALibrary: it cannot be read or holds no personas and prompts.
    """
    try:
        read = _parse(_load(path), path.name)
    except FileNotFoundError as error:
        raise NotALibrary(f"{path.name} is not there.", "Choose another file.") from error
    if not read.entries:
        why = read.problems[0] if read.problems else f"There are no personas and prompts in {path.name}."
        raise NotALibrary(why, "Choose a file that was exported from here.")
    return read


def write_library(path: Path, entries: Iterable[LibraryEntry], unused: Unused | None = None) -> None:
    """Replace the file.

    Args:
        path: It is made where it is missing.
        entries: All there are now.
        unused: What was found there and could not be used.

    Raises:
        CannotSave: the file cannot be written; the old one is untouched.
    """
    kept = unused or Unused()
    lists: dict[str, list[object]] = {_PERSONAS: [], _PROMPTS: []}
    for entry in entries:
        lists[_PERSONAS if isinstance(entry, Persona) else _PROMPTS].append(_form(entry))
    for name, values in kept.entries.items():
        lists[name].extend(values)
    # ASCII escapes: a lone surrogate in what was kept must not make saving impossible.
    text = json.dumps({**kept.keys, "version": VERSION, **lists}, indent=2) + "\n"
    try:
        write_atomically(path, text.encode("ascii"))
    except OSError as error:
        raise CannotSave(f"The personas could not be saved in {path}: {error.strerror or error}.") from error


def set_aside(path: Path) -> Path:
    """Rename a damaged file so that it is not overwritten; returns its new place.

    Raises:
        CannotSave: it cannot be renamed.
    """
    number = 1
    while (kept := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    try:
        path.rename(kept)
    except OSError as error:
        raise CannotSave(f"{path} is damaged and could not be set aside: {error.strerror or error}.") from error
    return kept


def _load(path: Path) -> dict[str, object]:
    """The file's JSON object. Raises NotALibrary and FileNotFoundError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
        if len(data) > LARGEST_BYTES:
            raise NotALibrary(f"{path.name} is too large.")
        values = json.loads(data.decode("utf-8-sig"))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise NotALibrary(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise NotALibrary(f"{path.name} is not UTF-8 text.") from error
    except (ValueError, RecursionError) as error:
        raise NotALibrary(f"{path.name} is not valid JSON.") from error
    if not isinstance(values, dict) or not any(isinstance(values.get(name), list) for name in (_PERSONAS, _PROMPTS)):
        raise NotALibrary(f"There are no personas and prompts in {path.name}.")
    return values


def _parse(values: dict[str, object], file_name: str) -> ReadLibrary:
    entries: list[LibraryEntry] = []
    problems: list[str] = []
    unused: dict[str, tuple[object, ...]] = {}
    seen: set[str] = set()
    for list_name in (_PERSONAS, _PROMPTS):
        rejected: list[object] = []
        items = values.get(list_name, [])
        for place, item in enumerate(items if isinstance(items, list) else [items], start=1):
            where = f"{file_name}: {list_name} {place}"
            try:
                entry = _persona(item, where, problems) if list_name == _PERSONAS else _prompt(item)
            except ValidationError as error:
                first = error.errors(include_url=False, include_context=False, include_input=False)[0]
                place_in_it = ".".join(str(step) for step in first["loc"])
                problems.append(f"{where}: {place_in_it}: {first['msg']}; it is left out.".replace(": :", ":"))
                rejected.append(item)
                continue
            entries.append(entry if entry.uid not in seen else _with_new_uid(entry))
            seen.add(entry.uid)
        if rejected:
            unused[list_name] = tuple(rejected)
    keys = {name: value for name, value in values.items() if name not in (_PERSONAS, _PROMPTS, "version")}
    return ReadLibrary(tuple(entries), tuple(problems), Unused(unused, keys))


def _persona(item: object, where: str, problems: list[str]) -> Persona:
    form = _PersonaForm.model_validate(_storable(item))
    settings = {name: value for name, value in form.settings.items() if name in PERSONA_FIELDS}
    for name, bounds in _BOUNDS.items():
        value = settings.get(name)
        if isinstance(value, int | float) and value not in bounds:
            problems.append(f"{where}: {name} is not within {bounds}; it is left as in the settings.")
            del settings[name]
    try:
        found = ChatSettings.model_validate(settings)
    except ValidationError as error:
        wrong = {str(detail["loc"][0]) for detail in error.errors()}
        problems.append(f"{where}: {', '.join(sorted(wrong))}: not usable; left as in the settings.")
        found = ChatSettings.model_validate({name: value for name, value in settings.items() if name not in wrong})
    return Persona(form.uid, form.name, form.system_prompt, persona_settings(found))


def _prompt(item: object) -> SavedPrompt:
    form = _PromptForm.model_validate(_storable(item))
    return SavedPrompt(form.uid, form.name, form.text)


def _with_new_uid(entry: LibraryEntry) -> LibraryEntry:
    if isinstance(entry, Persona):
        return Persona(new_entry_uid(), entry.name, entry.system_prompt, entry.settings)
    return SavedPrompt(new_entry_uid(), entry.name, entry.text)


def _form(entry: LibraryEntry) -> dict[str, object]:
    if isinstance(entry, SavedPrompt):
        return {"uid": entry.uid, "name": entry.name, "text": entry.text}
    return {
        "uid": entry.uid,
        "name": entry.name,
        "system_prompt": entry.system_prompt,
        "settings": entry.settings.model_dump(mode="json", exclude_none=True),
    }


def _storable(value: object) -> object:
    """The same with every lone surrogate replaced: JSON can spell one, and nothing else can keep it."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_storable(each) for each in value]
        case dict():
            return {_storable(name): _storable(each) for name, each in value.items()}
        case _:
            return value
