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

from engine.disk import sync_file, sync_folder
from engine.errors import InvalidRequest

_PREFIX = ".importing-"
_LEFT_BEHIND = re.compile(r"\.importing-([0-9]{1,10})-.*")


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


def _require_free(destination: Path) -> None:
    if os.path.lexists(destination):
        raise InvalidRequest(f"There is already a model called {destination.name}.", "Choose another name.")
