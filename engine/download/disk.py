"""The disk's side: durable small files, room, and what its errors mean. Knows nothing of models."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from engine.errors import DiskFull, DownloadFailed

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
SPARE = 1.1


@contextlib.contextmanager
def disk_errors(what: str) -> Iterator[None]:
    """Turn OSError into DiskFull or DownloadFailed; `what` names the file or folder."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(
                f"The disk is full: {what} cannot be written.", "Free some space; the part is kept."
            ) from error
        if error.errno == errno.EFBIG:  # FAT takes 4 GiB a file
            raise DiskFull(f"The disk takes no file as large as {what}.", "Keep models on another disk.") from error
        reason = error.strerror or type(error).__name__
        raise DownloadFailed(f"{what} cannot be written ({reason}).", "Check the disk and its permissions.") from error


def require_room(folder: Path, needed_bytes: int) -> None:
    """Raises DiskFull where `needed_bytes`, and a tenth more, do not fit on the disk of `folder`."""
    with contextlib.suppress(OSError):
        free = shutil.disk_usage(folder).free
        if needed_bytes * SPARE > free:
            raise DiskFull(
                f"The download needs {in_units(needed_bytes)} more and {in_units(free)} are free.",
                "Free some space (a tenth more than that), or keep models on another disk.",
            )


def write_durably(path: Path, text: str) -> None:
    """Replace `path`: after a crash it holds the old text or the new one. Raises OSError."""
    temporary = path.with_name(f"{path.name}.new")
    with temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` durable, where the system can do that (Windows cannot)."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def in_units(count: float) -> str:
    """Bytes for people, in powers of 1000 as disks and networks count."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB" if count < 1000 else f"{count / 1000:.1f} TB"
