"""Removing a model from this machine, or what has arrived of one.

The folder is first renamed to a hidden name, in one step, and then emptied: a crash in between leaves rubbish that
the next removal clears away, and never half a model.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from app.library.links import name_of_link
from app.library.models import ModelEntry, find_own_model
from app.library.stopped import Unfinished, unfinished_downloads
from engine.download.unfinished import discard
from engine.errors import DownloadFailed, InvalidRequest, NoModel, PonderError

_TOMBSTONE = ".removed-"


class RemovalFailed(PonderError):
    """The system did not let go of the model's files."""

    kind = "removal_failed"


@dataclass(frozen=True, slots=True)
class Removable:
    """What goes by a name: a model, what has arrived of a download, or both. freed_bytes: by removing all of it."""

    name: str
    entry: ModelEntry | None
    unfinished: Unfinished | None
    freed_bytes: int


def find_removable(name: str, models_folder: Path) -> Removable:
    """What `name`, or the repository of a download that was stopped, means.

    Raises:
        NoModel: nothing goes by it.
        InvalidRequest: it is not Ponder's to remove.
    """
    folded = name.casefold()
    stopped = (
        each
        for each in unfinished_downloads(models_folder)
        if folded in (each.destination.name.casefold(), each.plan.repository.casefold())
    )
    unfinished = next(stopped, None)
    kept = 0 if unfinished is None else unfinished.kept_bytes
    try:
        entry = find_own_model(name if unfinished is None else unfinished.destination.name, models_folder)
    except NoModel:
        if unfinished is None:
            raise
        return Removable(unfinished.destination.name, None, unfinished, kept)
    require_removable(entry, models_folder)
    return Removable(entry.name, entry, unfinished, removable_bytes(entry) + kept)


def remove(removable: Removable, models_folder: Path) -> int:
    """Remove all of it.

    Returns:
        The bytes that were freed.

    Raises:
        InvalidRequest: it is being downloaded right now, or as require_removable.
        RemovalFailed: files are in use or protected.
    """
    freed = 0
    if removable.unfinished is not None:
        try:
            discard(removable.unfinished)
        except (OSError, DownloadFailed) as error:
            raise RemovalFailed(
                f"What has arrived of {removable.name} could not be removed ({error}).",
                "Close whatever uses it, and check the folder's permissions.",
            ) from error
        freed += removable.unfinished.kept_bytes
    if removable.entry is not None:
        freed += remove_model(removable.entry, models_folder)
    return freed


def removable_bytes(entry: ModelEntry) -> int:
    """What removing the model would free, in bytes: 0 for a link, whose files stay where they are."""
    return 0 if entry.link is not None or entry.folder.is_symlink() else _size_bytes(entry.folder)


def require_removable(entry: ModelEntry, models_folder: Path) -> None:
    """Whether the model is Ponder's to remove.

    Raises:
        InvalidRequest: it is built in, or lies elsewhere.
    """
    if entry.built_in:
        raise InvalidRequest(f"{entry.name} is built in and stays.", "It is part of Ponder itself.")
    place = entry.link if entry.link is not None else entry.folder
    inside = place.parent.resolve() == models_folder.resolve() and place.name not in ("", ".", "..")
    if not inside or (entry.link is not None and name_of_link(entry.link) is None):
        raise InvalidRequest(
            f"{entry.name} does not lie in Ponder's models folder, so Ponder does not remove it.",
            "Delete the folder yourself if you no longer need it.",
        )


def remove_model(entry: ModelEntry, models_folder: Path) -> int:
    """Remove the model, or only its link where it lies elsewhere.

    Returns:
        The bytes that were freed.

    Raises:
        InvalidRequest: as require_removable.
        RemovalFailed: its files are in use or protected; the model is whole.
    """
    require_removable(entry, models_folder)
    freed = removable_bytes(entry)
    try:
        if entry.link is not None:
            entry.link.unlink()
        elif entry.folder.is_symlink():
            entry.folder.unlink()
        else:
            tombstone = models_folder / f"{_TOMBSTONE}{secrets.token_hex(8)}"
            entry.folder.rename(tombstone)
    except OSError as error:
        raise RemovalFailed(
            f"{entry.name} could not be removed ({error.strerror or type(error).__name__}).",
            "Close whatever uses it, and check the folder's permissions.",
        ) from error
    clear_tombstones(models_folder)
    return freed


def clear_tombstones(models_folder: Path) -> None:
    """Delete what removals have set aside, this one's and those of a process that died. Never raises."""
    with contextlib.suppress(OSError):
        for each in list(models_folder.iterdir()):
            if each.name.startswith(_TOMBSTONE) and not each.is_symlink():
                shutil.rmtree(each, ignore_errors=True)


def _size_bytes(folder: Path) -> int:
    """Of the files in a folder, those not counted that have another name elsewhere and would live on."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                status = (Path(place) / name).lstat()
                if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
                    total += status.st_size
    return total
