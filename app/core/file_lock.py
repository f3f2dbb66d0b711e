"""A lock that lives as long as the process that took it. Knows nothing of what it guards.

The operating system holds it (flock, or a locked byte on Windows) and gives it back when the process ends, however it
ends: a lock file that lies about means nothing, and nobody has to guess from a process id whether its writer lives.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

from app.core.files import make_private_folder

MAX_NOTE_BYTES = 500
_LOCKED_BYTE = 1 << 30  # Windows locks keep others from reading: so a byte far behind the note
_HELD = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}
_UNSUPPORTED = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


class LocksUnsupported(OSError):
    """The file system has no locks (some network and FUSE folders)."""


class FileLock:
    """An exclusive lock on a file of its own, which is made where it is missing and never removed.

    Two objects exclude each other within a process as well.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        return self._handle is not None

    def acquire(self, note: str) -> bool:
        """Take it if it is free; never waits.

        Args:
            note: who takes it, in words, for those who find it taken.

        Returns:
            False where somebody else has it.

        Raises:
            LocksUnsupported: nobody can have it here.
            OSError: the file cannot be made or opened.
        """
        if self._handle is not None:
            return True
        make_private_folder(self._path.parent)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
        except OSError as error:
            os.close(handle)
            if error.errno in _HELD:
                return False
            if error.errno in _UNSUPPORTED:
                raise LocksUnsupported(error.errno, os.strerror(error.errno or 0), str(self._path)) from error
            raise
        self._handle = handle
        with contextlib.suppress(OSError):  # on a full disk the lock counts all the same
            os.ftruncate(handle, 0)
            os.write(handle, note.encode()[:MAX_NOTE_BYTES])
        return True

    def holder(self) -> str:
        """The note of whoever took it last; empty where that cannot be read."""
        try:
            with self._path.open("rb") as file:
                return file.read(MAX_NOTE_BYTES).decode(errors="replace").strip()
        except OSError:
            return ""

    def lost(self) -> bool:
        """Whether it is held on a file that has been deleted or replaced, so that others can take the new one."""
        if self._handle is None:
            return False
        try:
            return not os.path.samestat(os.fstat(self._handle), self._path.stat())
        except OSError:
            return True

    def release(self) -> None:
        """Give it back; nothing happens where it is not held."""
        handle, self._handle = self._handle, None
        if handle is not None:
            with contextlib.suppress(OSError):
                _unlock(handle)
            os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(handle, 0, os.SEEK_SET)

    def _unlock(handle: int) -> None:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
