"""Which model folder a name means, which models there are and which was chosen last.

Looks at names and at the presence of config.json only; what is in a folder is the engine's business.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from engine.errors import NoModel

BUILT_IN_NAME = "pocket"
BUILT_IN_ALIASES = frozenset({BUILT_IN_NAME, "practice"})
BUILT_IN_WARNING = "a practice model, not an assistant"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model folder and the name to call it by."""

    name: str
    folder: Path
    built_in: bool = False

    @property
    def to_remember(self) -> str:
        """What to keep in the settings so that this model is found again."""
        return self.name if self.built_in else str(self.folder)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The model to load. `note` says why it is not the one that was chosen last; empty where it is."""

    entry: ModelEntry
    note: str = ""


def built_in_model() -> ModelEntry:
    """The practice model that comes with Ponder."""
    return ModelEntry(BUILT_IN_NAME, Path(str(files("resources").joinpath("pocket"))), built_in=True)


def list_models(models_folder: Path) -> tuple[ModelEntry, ...]:
    """The built-in model and every folder with a config.json directly under `models_folder`, by name."""
    found = [built_in_model()]
    try:
        folders = sorted(models_folder.iterdir(), key=lambda each: each.name.casefold())
    except OSError:
        folders = []
    found += [ModelEntry(each.name, each) for each in folders if _holds_model(each)]
    return tuple(found)


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
                return _entry_for(folder)
            raise NoModel(f"{folder} holds no model: there is no config.json in it.", _what_there_is(models_folder))
        if folder.exists():
            raise NoModel(f"{folder} is a file.", "Give the folder that holds config.json and the weights.")
    except (OSError, RuntimeError, ValueError):
        # A name that no path can have (too long, with NUL, ~nobody) is an unknown name like any other.
        pass
    raise NoModel(f"There is no model called {wanted!r}.", _what_there_is(models_folder))


def _entry_for(folder: Path) -> ModelEntry:
    built_in = built_in_model()
    if folder.resolve() == built_in.folder.resolve():
        return built_in
    return ModelEntry(folder.name or str(folder), folder)


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
