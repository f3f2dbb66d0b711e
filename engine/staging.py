"""Making a model folder so that it is there as a whole or not at all.

The files are written into a hidden folder beside the destination, made durable, and renamed. A process that dies
in between leaves a hidden folder with its process id in the name; the next one to come along removes it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from engine.errors import InvalidRequest, PonderError

_PREFIX = ".importing-"
_LEFT_BEHIND = re.compile(r"\.importing-([0-9]{1,10})-.*")
_SPARE_BYTES = 256 << 20


class NoSpace(PonderError):
    """The disk has no room for what is to be written."""

    kind = "no_space"


@contextlib.contextmanager
def staged_folder(destination: Path) -> Iterator[Path]:
    """A fresh folder that becomes `destination` when the block ends well and disappears when it does not.

    Raises:
        InvalidRequest: there is something at `destination` already. Nothing is ever overwritten.
        OSError: a folder cannot be made, synchronised or renamed.
    """
    parent = destination.parent
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent)
    _require_free(destination)
    staging = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
    try:
        yield staging
        for each in staging.iterdir():
            sync_file(each)
        sync_folder(staging)
        staging.chmod(0o755)  # mkdtemp makes it private; a model is no secret
        _require_free(destination)  # POSIX would replace an empty folder without a word
        staging.rename(destination)
        sync_folder(parent)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def require_space(folder: Path, needed_bytes: int) -> None:
    """Raises NoSpace where the disk that `folder` is or will be on has too little room."""
    existing = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    free = shutil.disk_usage(existing).free
    if free < needed_bytes + _SPARE_BYTES:
        raise NoSpace(
            f"The import needs {needed_bytes / 1e9:.1f} GB and there are {max(free, 0) / 1e9:.1f} GB free.",
            "Make room, or put the models on another disk.",
        )


def sweep(parent: Path) -> None:
    """Remove what imports left behind whose process is gone. Never raises."""
    entries: list[Path] = []
    with contextlib.suppress(OSError):
        entries = list(parent.iterdir())
    for each in entries:
        found = _LEFT_BEHIND.fullmatch(each.name)
        # A name may hold any number; one that is no process id at all is left alone.
        with contextlib.suppress(OSError, OverflowError):
            if found is not None and not psutil.pid_exists(int(found[1])):
                shutil.rmtree(each, ignore_errors=True)


def sync_file(path: Path) -> None:
    """Wait until a file's content is on the disk. Raises OSError."""
    with path.open("rb+") as file:  # Windows synchronises only what may be written
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable, where the system can open one (Windows cannot) and its disk allows it."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _require_free(destination: Path) -> None:
    if os.path.lexists(destination):
        raise InvalidRequest(f"There is already a model called {destination.name}.", "Choose another name.")
