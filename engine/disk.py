"""The disk's side: room for what is to be written, durable files and folders, and what a full disk looks like.

Knows nothing of models. Standard library only.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from pathlib import Path

from engine.errors import DiskFull

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
SPARE = 1.1


def full_disk(error: OSError, what: str, kept: str = "") -> DiskFull | None:
    """The error for a disk that takes no more of `what`, a file or folder; None where `error` means something else.

    Args:
        kept: what people are told of the part that is there.
    """
    if error.errno in _FULL:
        return DiskFull(f"The disk is full: {what} cannot be written.", f"Free some space, then try again{kept}.")
    if error.errno == errno.EFBIG:  # FAT takes 4 GiB a file
        return DiskFull(f"The disk takes no file as large as {what}.", "Keep models on another disk.")
    return None


def require_room(folder: Path, needed_bytes: int) -> None:
    """Raises DiskFull where `needed_bytes`, and a tenth more, do not fit on the disk that `folder` is or will be on."""
    existing = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    with contextlib.suppress(OSError):
        free = shutil.disk_usage(existing).free
        if needed_bytes * SPARE > free:
            raise DiskFull(
                f"The model needs {in_units(needed_bytes)} more on the disk, of which {in_units(free)} are free.",
                "Free some space (a tenth more than that), or keep models on another disk.",
            )


def write_durably(path: Path, text: str) -> None:
    """Replace `path`: after a crash it holds the old text or the new one. Raises OSError."""
    temporary = path.with_name(f"{path.name}.new")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
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
    """Make renames in `folder` durable, where the system can open one (Windows cannot) and its disk allows it."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def in_units(count: float) -> str:
    """Bytes for people, in powers of 1000 as disks and networks count: 512 bytes, 1.5 MB, 22 MB, 1.52 GB, 16.4 GB."""
    for unit, digits in (("bytes", 0), ("kB", 1), ("MB", 1), ("GB", 2)):
        if count < 1000:
            return f"{count:.{digits if count < 10 else digits // 2}f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
