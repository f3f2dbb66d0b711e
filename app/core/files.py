"""Private folders, durable files and atomic replacement. Knows nothing of what the files hold."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def make_private_folder(folder: Path) -> Path:
    """Create `folder` and its missing parents for this user alone (mode 0700); existing ones stay as they
    are.

    Raises:
        OSError: the folder cannot be made.
    """
    missing = [folder, *folder.parents]
    missing = missing[: next((i for i, each in enumerate(missing) if each.exists()), len(missing))]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(20, "Not a directory", str(folder))
    return folder


def write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` by `data` so that a crash or power cut leaves either the old file or the new one.

    The file is private (mode 0600). Raises OSError, leaving the old file untouched.
    """
    make_private_folder(path.parent)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until a file's content is on the disk. Raises OSError."""
    with path.open("rb+") as file:  # Windows synchronises only what may be written
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the rename itself durable. Windows cannot open a folder and some file systems refuse: then it is
    best effort.
    """
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
