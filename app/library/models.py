"""Which model folder a name means, which models there are and which was chosen last.

Looks at names and at the presence of config.json only; what is in a folder is the engine's business.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from app.library.links import link_path, name_of_link, read_link
from engine.download.cache import cached_snapshots, snapshot_of
from engine.errors import NoModel, PonderError
from engine.origin import read_origin

BUILT_IN_NAME = "pocket"
BUILT_IN_ALIASES = frozenset({BUILT_IN_NAME, "practice"})
BUILT_IN_WARNING = "a practice model, not an assistant"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model folder and the name to call it by. `link`: the file that says so, where the folder lies elsewhere."""

    name: str
    folder: Path
    built_in: bool = False
    link: Path | None = None

    @property
    def to_remember(self) -> str:
        """What to keep in the settings so that this model is found again."""
        return self.name if self.built_in else str(self.folder)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The model to load. `note` says why it is not the one that was chosen last; empty where it is."""

    entry: ModelEntry
    note: str = ""


def is_base(entry: ModelEntry) -> bool:
    """Whether it continues texts and was never taught to chat. False where the folder cannot be read."""
    if entry.built_in:
        return False
    from engine.checkpoint import open_checkpoint

    try:
        return open_checkpoint(entry.folder).is_base
    except PonderError:
        return False


def size_bytes(entry: ModelEntry) -> int:
    """Of the model's files, wherever they lie."""
    try:
        return sum(each.stat().st_size for each in entry.folder.iterdir() if each.is_file())
    except OSError:
        return 0


def origin_words(entry: ModelEntry) -> str:
    """Where a model came from, for people; empty where there is nothing to say."""
    if entry.link is not None:
        return "linked"
    if snapshot_of(entry.folder) is not None:
        return "in the Hugging Face cache"
    origin = read_origin(entry.folder)
    return "" if origin is None else origin.words


def built_in_model() -> ModelEntry:
    """The practice model that comes with Ponder."""
    return ModelEntry(BUILT_IN_NAME, Path(str(files("resources").joinpath("pocket"))), built_in=True)


def list_models(models_folder: Path) -> tuple[ModelEntry, ...]:
    """The built-in model and every folder with a config.json directly under `models_folder`, or linked there, by name.

    Hidden folders are models half made or half removed. Last come the models in the Hugging Face cache.
    """
    found = [built_in_model()]
    try:
        folders = sorted(models_folder.iterdir(), key=lambda each: each.name.casefold())
    except OSError:
        folders = []
    for each in folders:
        if not each.name.startswith(".") and _holds_model(each):
            found.append(ModelEntry(each.name, each))
        elif (name := name_of_link(each)) is not None:
            target = read_link(each)
            if target is not None and _holds_model(target):
                found.append(ModelEntry(name, target, link=each))
    return (*found, *models_in_cache())


def models_in_cache() -> tuple[ModelEntry, ...]:
    """The models in the Hugging Face cache, as ORG/NAME; further commits of one as ORG/NAME@COMMIT, abbreviated."""
    found: dict[str, ModelEntry] = {}
    for each in cached_snapshots():
        name = each.repository if each.repository not in found else f"{each.repository}@{each.commit[:12]}"
        found.setdefault(name, ModelEntry(name, each.folder))
    return tuple(found.values())


def entry_of(folder: Path) -> ModelEntry:
    """The model in `folder`, by the name that it goes by: the hub's where the folder is in a Hugging Face cache."""
    built_in = built_in_model()
    if folder.resolve() == built_in.folder.resolve():
        return built_in
    snapshot = snapshot_of(folder)
    if snapshot is None:
        return ModelEntry(folder.name or str(folder), folder)
    known = next((each for each in models_in_cache() if each.folder == folder), None)
    return known or ModelEntry(snapshot.repository, folder)


def find_own_model(name: str, models_folder: Path) -> ModelEntry:
    """The model called `name` that Ponder keeps or links, a link whose folder has gone included.

    Raises:
        NoModel: naming what there is instead.
    """
    known = list_models(models_folder)
    exact = [each for each in known if each.name == name]
    alike = exact or [each for each in known if each.name.casefold() == name.casefold()]
    if len(alike) == 1:
        return alike[0]
    if name.casefold() in BUILT_IN_ALIASES:
        return built_in_model()
    if not any(mark in name for mark in _separators()):
        link = link_path(name, models_folder)
        target = read_link(link)
        if target is not None:
            return ModelEntry(name, target, link=link)
    raise NoModel(f"There is no model called {name!r}.", _what_there_is(models_folder))


def find_model(wanted: str, models_folder: Path) -> ModelEntry:
    """The model that `wanted` means: a known name first, else a folder.

    A name wins over a folder of the same name in the current directory, so that a script means the same model
    wherever it runs; `./name` always means the folder.

    Raises:
        NoModel: naming what there is instead.
    """
    looks_like_path = wanted.startswith(("~", ".")) or any(mark in wanted for mark in _separators())
    if not looks_like_path:
        if wanted.casefold() in BUILT_IN_ALIASES:
            return built_in_model()
        known = list_models(models_folder)
        exact = [each for each in known if each.name == wanted]
        alike = exact or [each for each in known if each.name.casefold() == wanted.casefold()]
        if len(alike) == 1:
            return alike[0]
        gone = read_link(link_path(wanted, models_folder))
        if gone is not None:
            raise NoModel(f"{wanted} is linked to {gone}, where there is no model now.", "Is a disk missing?")
    for each in models_in_cache():
        if wanted.casefold() in (each.name.casefold(), each.name.partition("/")[2].casefold()):
            return each
    return _model_in_folder(wanted, models_folder)


def choose_model(wanted: str | None, remembered: str | None, models_folder: Path) -> ModelChoice:
    """The model asked for, else the one chosen last, else the built-in one.

    Args:
        wanted: What the person named now; None when nothing was named.
        remembered: What the settings hold.
        models_folder: Where named models lie.

    Raises:
        NoModel: `wanted` is no model. A remembered model that has gone is no error: the choice says so.
    """
    if wanted is not None:
        return ModelChoice(find_model(wanted, models_folder))
    if remembered is None:
        return ModelChoice(built_in_model())
    try:
        return ModelChoice(find_model(remembered, models_folder))
    except NoModel:
        return ModelChoice(
            built_in_model(),
            f"The model chosen last ({remembered}) is not there any more; using the built-in {BUILT_IN_NAME} instead.",
        )


def _model_in_folder(wanted: str, models_folder: Path) -> ModelEntry:
    try:
        folder = Path(wanted).expanduser().absolute()
        if folder.is_dir():
            if _holds_model(folder):
                return entry_of(folder)
            raise NoModel(f"{folder} holds no model: there is no config.json in it.", _what_there_is(models_folder))
        if folder.exists():
            raise NoModel(f"{folder} is a file.", "Give the folder that holds config.json and the weights.")
    except (OSError, RuntimeError, ValueError):
        # A name that no path can have (too long, with NUL, ~nobody) is an unknown name like any other.
        pass
    raise NoModel(f"There is no model called {wanted!r}.", _what_there_is(models_folder))


def _holds_model(folder: Path) -> bool:
    try:
        return (folder / "config.json").is_file()
    except OSError:
        return False


def _what_there_is(models_folder: Path) -> str:
    names = ", ".join(each.name for each in list_models(models_folder))
    return f"There is: {names}. Models are looked for in {models_folder}; a folder can be given by its path."


def _separators() -> tuple[str, ...]:
    return (os.sep, os.altsep) if os.altsep else (os.sep,)
