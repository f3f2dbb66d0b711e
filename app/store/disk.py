"""The disk under the store: whether there is room, and what it refuses, in Ponder's words. Knows no SQLite."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.core.errors import StoreError, StoreFull, StoreReadOnly

SPARE_BYTES: Final = 16 << 20
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_WRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def file_errors(what: str) -> Iterator[None]:
    """Inside, an OSError comes out as a StoreError saying that `what` (a sentence without its end) and why."""
    try:
        yield
    except OSError as error:
        reason = f"{what}: {error.strerror or error}."
        if error.errno in _NO_ROOM:
            raise StoreFull(reason, "Make room on the disk and try again.") from error
        if error.errno in _NOT_WRITABLE:
            raise StoreReadOnly(reason, "Make the folder and its files writable, and try again.") from error
        raise StoreError(reason, "See that the disk works and nothing else uses it, and try again.") from error


def require_room(folder: Path, needed_bytes: int, what: str) -> None:
    """Raises StoreFull where `needed_bytes` and a little more do not fit on the disk of `folder`, which exists."""
    needed = needed_bytes + SPARE_BYTES
    free = free_bytes(folder)
    if free < needed:
        raise StoreFull(
            f"There is no room for {what} in {folder}: {_megabytes(needed)} are needed, {_megabytes(free)} are free.",
            "Make room on the disk and try again.",
        )


def free_bytes(folder: Path) -> int:
    """Raises OSError."""
    return shutil.disk_usage(folder).free


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
