"""Who writes to the store: one process at a time. Reading needs no lock.

Held by the window for as long as it is open, and by a command for as long as it writes.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import StoreBusy, StoreError, StoreFull, StoreReadOnly
from app.core.file_lock import FileLock, LocksUnsupported

FILE_NAME = "chats.lock"
COMMAND = "another ponder command"
WINDOW = "Ponder's window"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_NOT_WRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS}

log = logging.getLogger(__name__)


@contextmanager
def store_lock(folder: Path, holder: str = COMMAND) -> Iterator[None]:
    """Be the one process that writes to the store in `folder`. Raises as `take_store_lock`."""
    lock = take_store_lock(folder, holder)
    try:
        yield
    finally:
        lock.release()


def take_store_lock(folder: Path, holder: str = COMMAND) -> FileLock:
    """The lock, taken; makes the folder where it is missing. On a file system without locks it holds nobody off.

    Args:
        holder: what those who come too late are told about who has it.

    Raises:
        StoreBusy: another process writes to this store; says which.
        StoreReadOnly, StoreFull, StoreError: nobody can write there.
    """
    lock = FileLock(folder / FILE_NAME)
    try:
        if lock.acquire(f"{holder} (process {os.getpid()})"):
            return lock
    except LocksUnsupported:
        log.warning("The folder of the conversations is on a file system without locks.")
        return lock
    except OSError as error:
        raise _typed(folder, error) from error
    raise StoreBusy(
        f"The conversations in {folder} are being written by {lock.holder() or 'another program'}.",
        "Close it, or wait until it is done, and try again. Reading them is possible all the while.",
    )


def _typed(folder: Path, error: OSError) -> StoreError:
    reason = error.strerror or str(error)
    if error.errno in _NOT_WRITABLE:
        return StoreReadOnly(f"The folder {folder} may not be written.", "Make it writable and try again.")
    if error.errno in _NO_ROOM:
        return StoreFull(f"The folder {folder} could not be written: {reason}.", "Make room on the disk and try again.")
    return StoreError(
        f"The folder {folder} for the conversations could not be used: {reason}.",
        "Choose another folder, or make it writable.",
    )
