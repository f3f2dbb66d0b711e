"""Bringing a model that is on this machine into Ponder: a folder, a GGUF file, or what another program keeps.

Decides on the name and the way; the engine reads, converts and copies. Nothing is ever overwritten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from app.library.elsewhere import Elsewhere, find_elsewhere, models_elsewhere
from app.library.foreign_models import find_in_ollama
from app.library.links import SUFFIX, write_link
from app.library.models import BUILT_IN_ALIASES, ModelEntry
from engine.cancel import CancelToken
from engine.checkpoint import open_checkpoint
from engine.disk import full_disk
from engine.errors import InvalidRequest, NoModel, PonderError
from engine.folder_import import copy_model
from engine.gguf_import import import_gguf
from engine.import_progress import ImportProgress, ImportStage, Report
from engine.origin import Origin

__all__ = [
    "ImportFailed",
    "ImportProgress",
    "ImportStage",
    "Imported",
    "Source",
    "find_source",
    "free_name",
    "import_folder",
    "import_model",
    "proposed_name",
    "require_free_name",
]

MAX_NAME_CHARACTERS = 100
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\<>:"|?*]')
_DEVICE_NAME = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_GGUF_MAGIC = b"GGUF"


class ImportFailed(PonderError):
    """The models folder cannot be written."""

    kind = "import_failed"


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be imported. `name` is what to call it where the person says nothing."""

    path: Path
    is_gguf: bool
    name: str


@dataclass(frozen=True, slots=True)
class Imported:
    """The new model. `origin` is None for a link, whose folder is left as it was."""

    entry: ModelEntry
    origin: Origin | None


def find_source(wanted: str) -> Source:
    """What a path means, or a number or name of app.library.elsewhere's list, or a model's name in Ollama.

    Only digits are always a number: a file or folder called so can be given as ./2. Otherwise what lies at that path
    comes first.

    Raises:
        NoModel: nothing that could be imported.
        InvalidRequest: several models are called so.
    """
    if wanted.isascii() and wanted.isdigit():
        found = find_elsewhere(wanted, models_elsewhere())
        if found is not None:
            return _from_elsewhere(found)
    try:
        path = Path(wanted).expanduser().absolute()
        if path.is_dir():
            return Source(path, False, proposed_name(open_checkpoint(path).name.rpartition("/")[2] or path.name))
        if path.is_file():
            if not _is_gguf(path):
                raise NoModel(f"{path.name} is no GGUF file.", "Give a GGUF file or a folder with config.json.")
            return Source(path, True, proposed_name(path.name.removesuffix(path.suffix) or path.name))
    except (OSError, RuntimeError, ValueError):
        pass  # a name that no path can have may still be one in Ollama
    named = find_elsewhere(wanted, models_elsewhere())
    if named is not None:
        return _from_elsewhere(named)
    in_ollama = find_in_ollama(wanted)
    if in_ollama is not None:
        return Source(in_ollama.path, True, proposed_name(wanted))
    raise NoModel(
        f"There is no file, folder or model of another program called {wanted!r}.",
        "Check the path, or see ponder models import --list.",
    )


def _from_elsewhere(found: Elsewhere) -> Source:
    name = found.model.name.rpartition("/")[2]
    return Source(found.model.path, not found.model.is_folder, proposed_name(name))


def import_model(
    source: Source,
    models_folder: Path,
    *,
    name: str | None = None,
    link: bool = False,
    report: Report | None = None,
    cancel: CancelToken | None = None,
) -> Imported:
    """Import what `find_source` found: a GGUF file is converted, a folder copied or linked.

    Args:
        name: what to call it; the source's own name by default.
        link: leave a folder where it is. A GGUF file cannot be linked, since it has to be converted.

    Raises:
        InvalidRequest: the name cannot be used or is taken, or a GGUF file is to be linked.
        NoModel, DamagedModel, UnsupportedModel, UnsafeModel: what is wrong with the source.
        DiskFull: the disk has too little room.
        ImportFailed: the models folder cannot be written.
        Cancelled: the token was set; nothing is left behind.
    """
    chosen = require_free_name(source.name if name is None else name, models_folder)
    destination = models_folder / chosen
    try:
        if source.is_gguf:
            if link:
                raise InvalidRequest("A GGUF file has to be converted, so it cannot be linked.", "Leave out --link.")
            origin = import_gguf(source.path, destination, report=report, cancel=cancel)
            return Imported(ModelEntry(chosen, destination), origin)
        return import_folder(source.path, models_folder, name=chosen, link=link, report=report, cancel=cancel)
    except OSError as error:
        full = full_disk(error, chosen)
        if full is not None:
            raise full from error
        reason = error.strerror or type(error).__name__
        raise ImportFailed(
            f"The model cannot be written ({reason}).", f"Check {models_folder} and its disk."
        ) from error


def import_folder(
    source: Path,
    models_folder: Path,
    *,
    link: bool,
    name: str | None = None,
    report: Report | None = None,
    cancel: CancelToken | None = None,
) -> Imported:
    """Copy a model's folder, or link it. It is opened first, so that nothing unusable is taken in.

    Raises:
        As import_model, and OSError where the models folder cannot be written.
    """
    checkpoint = open_checkpoint(source)
    if models_folder.resolve() in checkpoint.folder.parents:
        raise InvalidRequest(f"{source.name} lies in Ponder's models folder already.", "There is nothing to import.")
    own_name = proposed_name(checkpoint.name.rpartition("/")[2])
    chosen = require_free_name(own_name if name is None else name, models_folder)
    if link:
        return Imported(
            ModelEntry(chosen, checkpoint.folder, link=write_link(chosen, checkpoint.folder, models_folder)), None
        )
    copy_model(checkpoint, models_folder / chosen, report=report, cancel=cancel)
    return Imported(ModelEntry(chosen, models_folder / chosen), Origin("folder", checkpoint.name))


def require_free_name(name: str, models_folder: Path) -> str:
    """`name`, when a model can be called so and none is.

    Raises:
        InvalidRequest: saying why, and which name would be free.
    """
    problem = _problem_with(name)
    if problem:
        raise InvalidRequest(f"A model cannot be called {name!r}: {problem}.", "Choose another name.")
    if name.casefold() in _taken(models_folder):
        raise InvalidRequest(
            f"There is already a model called {name}.", f"Another name would be {free_name(name, models_folder)}."
        )
    return name


def free_name(name: str, models_folder: Path) -> str:
    """`name`, or with -2, -3 … behind it where that is taken."""
    taken = _taken(models_folder)
    if name.casefold() not in taken:
        return name
    number = 2
    while f"{name}-{number}".casefold() in taken:
        number += 1
    return f"{name}-{number}"


def proposed_name(text: str) -> str:
    """A usable name that is as close to `text` as can be."""
    name = "".join(each if each.isprintable() else "-" for each in _FORBIDDEN.sub("-", text))
    name = name.strip(" .-~")[: MAX_NAME_CHARACTERS - 10].strip(" .-~")
    return name if name and not _problem_with(name) else f"model-{name}" if name else "model"


def _problem_with(name: str) -> str:
    if not name or name != name.strip() or len(name) > MAX_NAME_CHARACTERS:
        return f"it is empty, longer than {MAX_NAME_CHARACTERS} characters, or has blanks around it"
    if _FORBIDDEN.search(name) or not name.isprintable() or name.startswith((".", "~", "-")) or name.endswith("."):
        return "not every system takes such a name"
    if _DEVICE_NAME.fullmatch(name):
        return "Windows keeps that name for itself"
    if name.casefold() in BUILT_IN_ALIASES:
        return "that is the built-in model"
    return ""


def _taken(models_folder: Path) -> set[str]:
    """Names in use, folded: macOS and Windows do not tell Model from model. Whatever lies there counts."""
    try:
        names = [each.name for each in models_folder.iterdir()]
    except OSError:
        names = []
    return {name.removesuffix(SUFFIX).casefold() for name in names} | BUILT_IN_ALIASES


def _is_gguf(path: Path) -> bool:
    if path.suffix.lower() == ".gguf":
        return True
    with path.open("rb") as file:  # Ollama's blobs are called by their hash
        return file.read(4) == _GGUF_MAGIC
