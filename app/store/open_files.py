"""Which files this process has open as stores, and how a file is told from another that took its name."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

Identity = tuple[int, int]

_lock = threading.Lock()
_open: Counter[Identity] = Counter()


def identity(path: Path) -> Identity | None:
    """The device and the number of the file on it; None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def register(path: Path) -> Identity | None:
    """A connection has opened the file; what is returned goes to `forget` when it is closed."""
    found = identity(path)
    if found is not None:
        with _lock:
            _open[found] += 1
    return found


def forget(found: Identity) -> None:
    with _lock:
        _open[found] -= 1
        if not _open[found]:
            del _open[found]


def is_open_here(path: Path) -> bool:
    """Whether a connection of this process has the file open."""
    found = identity(path)
    with _lock:
        return found is not None and _open[found] > 0
