"""Two downloads of one model become one: whoever holds the lock fetches, the others wait and then find it done.

The operating system holds the lock and gives it back when its owner dies, however that happens, so there is no stale
lock and no process id to misread.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.cancel import CancelToken
from engine.download.disk import disk_errors
from engine.download.waiting import pause

_AGAIN_EACH_S = 0.2


@contextlib.contextmanager
def only_one(path: Path, cancel: CancelToken, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock at `path` during the block.

    Args:
        on_wait: called a few times a second while somebody else holds it.

    Raises:
        Cancelled: the token was set while waiting.
        DownloadFailed: the lock's file cannot be made.
    """
    descriptor = _acquire(path, cancel, on_wait)
    try:
        yield
    finally:
        # Removed while it is held; where that fails (Windows), an empty file stays, which harms nobody.
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _acquire(path: Path, cancel: CancelToken, on_wait: Callable[[], None]) -> int:
    while True:
        with disk_errors(path.name):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not _try_lock(descriptor):
                on_wait()
                pause(_AGAIN_EACH_S, cancel)
            if _is_at(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # its owner has removed it meanwhile: this is nobody's lock any more


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a file system without locks: better unguarded than not at all
        return True
