"""Putting another file in the store's place, so that a crash at any moment leaves the old store or the new one.

What was there before is moved into a folder of its own, with the -wal that belongs to it, and never deleted. Knows
file names and no table. Needs the store closed and its lock held.

Steps, each durable before the next: the new file is finished under `restoring/incoming.partial`; it is renamed to
`restoring/incoming.sqlite3`, and from here on the replacement will happen; the old files are moved into
`restoring/<label>/`; the new one gets the store's name; `restoring/<label>` gets its final name beside the store.
`finish_replacement` does what a dead process left undone.
"""

from __future__ import annotations

import contextlib
import shutil
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.core.files import make_private_folder, sync_file, sync_folder
from app.store.disk import file_errors

STORE_NAME: Final = "chats.sqlite3"
DAMAGED: Final = "damaged"
REPLACED: Final = "replaced"
RESCUING: Final = "rescuing"  # where app.store.rescue keeps what it offers
COMPANIONS: Final = ("-wal", "-shm", "-journal")

_STAGE = "restoring"
_PARTIAL = "incoming.partial"
_COMPLETE = "incoming.sqlite3"
_FILES = (STORE_NAME, *(STORE_NAME + suffix for suffix in COMPANIONS))


def new_incoming(folder: Path) -> Path:
    """Where the file that is to become the store has to be written; what a dead process left there is removed.

    Raises a StoreError.
    """
    finish_replacement(folder)
    with _explained(folder):
        make_private_folder(folder / _STAGE)
    return folder / _STAGE / _PARTIAL


def put_in_place(folder: Path, label: str) -> Path | None:
    """Make the finished file at `new_incoming` the store.

    Args:
        label: what the older store is called from now on: DAMAGED or REPLACED.

    Returns:
        The folder in which the older store lies; None where there was none.

    Raises:
        StoreError: it could not be done; the older store is where it was.
    """
    stage = folder / _STAGE
    with _explained(folder):
        sync_file(stage / _PARTIAL)
        make_private_folder(stage / label)
        (stage / _PARTIAL).replace(stage / _COMPLETE)
        sync_folder(stage)
        try:
            _move_aside(folder, stage / label)
        except OSError:
            _undo(folder, stage, stage / label)
            raise
        return _complete(folder)


def finish_replacement(folder: Path) -> Path | None:
    """Finish what a dead process began, or remove its traces where it had not come to the point of no return.

    Returns:
        The folder in which an older store lies that was set aside now; None where nothing was.

    Raises:
        StoreError: it could not be done; what is there is as it was or will be finished the next time.
    """
    if not (folder / _STAGE).is_dir():
        return None
    if (folder / _STAGE / _COMPLETE).exists():
        with _explained(folder):
            _move_aside(folder, _aside(folder / _STAGE))
            return _complete(folder)
    with contextlib.suppress(OSError):  # only traces are left, and the store is in place
        return _complete(folder)
    return None


def set_aside_folders(folder: Path) -> tuple[Path, ...]:
    """Folders with stores that were replaced, in the order of their names."""
    if not folder.is_dir():
        return ()
    return tuple(
        each
        for each in sorted(folder.iterdir())
        if each.is_dir() and each.name.startswith((f"{DAMAGED}-", f"{REPLACED}-"))
    )


def _complete(folder: Path) -> Path | None:
    """The last steps. Every one may have been done before."""
    stage = folder / _STAGE
    if (stage / _COMPLETE).exists():
        (stage / _COMPLETE).replace(folder / STORE_NAME)
        sync_folder(folder)
    aside = _aside(stage)
    final: Path | None = None
    if aside.is_dir() and any(aside.iterdir()):
        final = _unused(folder, aside.name)
        try:
            aside.rename(final)
        except OSError:  # Windows, while another program looks into it; the store is in place, and the next time does
            return aside
        sync_folder(folder)
    shutil.rmtree(stage)
    sync_folder(folder)
    return final


def _move_aside(folder: Path, aside: Path) -> None:
    """The store itself first: a -wal without its store is noticed at once, a store without its -wal never."""
    make_private_folder(aside)
    for name in _FILES:
        if (folder / name).exists():
            target = aside / name
            if target.exists():  # somebody made a new one in between
                target = _unused(aside, name)
            (folder / name).rename(target)
    sync_folder(aside)
    sync_folder(folder)


def _undo(folder: Path, stage: Path, aside: Path) -> None:
    with contextlib.suppress(OSError):
        for name in reversed(_FILES):
            if (aside / name).exists() and not (folder / name).exists():
                (aside / name).rename(folder / name)
        (stage / _COMPLETE).replace(stage / _PARTIAL)
        sync_folder(folder)


def _aside(stage: Path) -> Path:
    """The folder into which a replacement moves the older store; its name is the label."""
    damaged = stage / DAMAGED
    return damaged if damaged.is_dir() else stage / REPLACED


def _unused(folder: Path, name: str) -> Path:
    stamp = f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    path, number = folder / stamp, 1
    while path.exists():
        number += 1
        path = folder / f"{stamp}-{number}"
    return path


def _explained(folder: Path) -> AbstractContextManager[None]:
    return file_errors(f"The store in {folder} could not be replaced")
