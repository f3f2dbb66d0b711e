"""Where Ponder's files lie. Computes paths only: a folder is made by whoever first writes into it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from app.core.errors import NoHome

HOME_VARIABLE = "PONDER_HOME"


@dataclass(frozen=True, slots=True)
class Paths:
    """The absolute paths of everything Ponder keeps."""

    settings_file: Path
    chats: Path
    models: Path
    cache: Path
    logs: Path

    @property
    def personas_file(self) -> Path:
        """Beside the settings: both are what a person chose, and small."""
        return self.settings_file.with_name("personas.json")

    @property
    def window_file(self) -> Path:
        """What the window remembers by itself."""
        return self.settings_file.with_name("window.json")

    @property
    def log_file(self) -> Path:
        return self.logs / "ponder.log"


def user_paths(environment: Mapping[str, str] | None = None) -> Paths:
    """The paths of this user, or those under PONDER_HOME where it is set and not empty.

    Raises:
        NoHome: neither PONDER_HOME nor the system says where this user's files belong.
    """
    variables = os.environ if environment is None else environment
    if home := variables.get(HOME_VARIABLE, ""):
        try:
            return _paths_under(Path(home).expanduser().absolute())
        except RuntimeError as error:  # "~somebody" without such an account
            raise NoHome(f"{HOME_VARIABLE}={home} names no folder.", "Give it a full path.") from error
    # Linux folders are lower case by custom; macOS and Windows show the name to people.
    name = "Ponder" if sys.platform in ("darwin", "win32") else "ponder"
    dirs = platformdirs.PlatformDirs(name, appauthor=False)
    try:
        data = Path(dirs.user_data_dir)
        paths = Paths(
            settings_file=Path(dirs.user_config_dir) / "settings.json",
            chats=data / "chats",
            models=data / "models",
            cache=Path(dirs.user_cache_dir),
            logs=Path(dirs.user_log_dir),
        )
    except RuntimeError as error:
        raise _no_home() from error
    # Without HOME and a passwd entry, platformdirs raises; earlier versions leave "~" as it is, and the folder would
    # appear wherever the shell stands.
    if not paths.settings_file.is_absolute():
        raise _no_home()
    return paths


def _no_home() -> NoHome:
    return NoHome("This account has no home folder.", f"Set {HOME_VARIABLE} to a folder for Ponder's files.")


def _paths_under(home: Path) -> Paths:
    return Paths(
        settings_file=home / "settings.json",
        chats=home / "chats",
        models=home / "models",
        cache=home / "cache",
        logs=home / "logs",
    )
