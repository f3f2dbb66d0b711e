"""A file on its way: `NAME.part`, and beside it `NAME.part.json` that says which content it is a part of.

What is on disk is hashed again before anything is added, because a crash may have left any bytes there; whole, it is
taken only with the right size and digest. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from engine.bounded_json import read_json_object
from engine.cancel import CancelToken
from engine.disk import sync_folder
from engine.download.disk import disk_errors
from engine.download.plan import PlannedFile
from engine.errors import DamagedModel

PART_SUFFIX = ".part"
_BLOCK_BYTES = 1 << 20
# Bounds what the last fsync has to wait for, and what a power cut can take.
_SYNC_EACH_BYTES = 64 << 20
# A strong validator, as servers really send them; never used as a path, but nobody's server needs more than this.
_ETAG = re.compile(r'"[0-9A-Za-z+=_:-]{1,128}"')


class _Hasher:
    """The digest that the plan asks for. A git blob is hashed with its length in front (git's object format)."""

    def __init__(self, file: PlannedFile) -> None:
        if file.sha256 is not None:
            self._hash = hashlib.sha256()
            self._kind = "sha256"
        else:
            self._hash = hashlib.sha1(f"blob {file.size_bytes}\0".encode(), usedforsecurity=False)
            self._kind = "git-sha1"

    def update(self, data: bytes | memoryview) -> None:
        self._hash.update(data)

    @property
    def digest(self) -> str:
        return f"{self._kind}:{self._hash.hexdigest()}"


def has_content(path: Path, file: PlannedFile, cancel: CancelToken, on_bytes: Callable[[int], None]) -> bool:
    """Whether `path` is a regular file with the size and digest of `file`; all of it is read where the size fits."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size != file.size_bytes:
            return False
        hasher = _Hasher(file)
        with path.open("rb") as data:
            while block := data.read(_BLOCK_BYTES):
                cancel.raise_if_cancelled()
                hasher.update(block)
                on_bytes(len(block))
    except OSError:
        return False
    return hasher.digest == file.digest


class Part:
    """Open for one download at a time; `close` keeps what there is."""

    def __init__(self, folder: Path, file: PlannedFile) -> None:
        self._file = file
        self._final = folder / file.name
        self._path = folder / f"{file.name}{PART_SUFFIX}"
        self._state = folder / f"{file.name}{PART_SUFFIX}.json"
        self._hasher = _Hasher(file)
        self._unsynced = 0
        self._data: BinaryIO | None = None
        self.size = 0
        self.etag: str | None = None

    def open(self, cancel: CancelToken, on_bytes: Callable[[int], None]) -> None:
        """Take up what is there, if it is a part of the same content.

        Args:
            on_bytes: told the size of each block that was read again.

        Raises:
            Cancelled: the token was set; nothing is lost.
            DiskFull, DownloadFailed: the disk.
        """
        with disk_errors(self._path.name):
            known = self._read_state()
            self._data = self._path.open("r+b" if known else "w+b", buffering=0)
            while block := self._data.read(_BLOCK_BYTES):
                cancel.raise_if_cancelled()
                if self.size + len(block) > self._file.size_bytes:
                    self.restart()
                    break
                self._hasher.update(block)
                self.size += len(block)
                on_bytes(len(block))
            if not known:
                self._write_state()

    def append(self, data: bytes) -> None:
        """Raises DiskFull (what fitted is kept), DownloadFailed."""
        with disk_errors(self._path.name):
            rest = memoryview(data)
            while rest:
                written = self._opened().write(rest)
                self._hasher.update(rest[:written])
                self.size += written
                self._unsynced += written
                rest = rest[written:]
            if self._unsynced >= _SYNC_EACH_BYTES:
                os.fsync(self._opened().fileno())
                self._unsynced = 0

    def restart(self) -> None:
        """Forget the bytes."""
        with disk_errors(self._path.name):
            data = self._opened()
            data.seek(0)
            data.truncate()
        self._hasher = _Hasher(self._file)
        self.size = 0
        if self.etag is not None:
            self.set_etag(None)

    def set_etag(self, etag: str | None) -> None:
        """Keep the validator that belongs to the bytes that follow."""
        if etag != self.etag:
            self.etag = etag
            with disk_errors(self._state.name):
                self._write_state()

    @property
    def whole(self) -> bool:
        return self.size == self._file.size_bytes

    @property
    def sound(self) -> bool:
        """Whether the content is whole and the right one."""
        return self.whole and self._hasher.digest == self._file.digest

    def finish(self) -> None:
        """Give the file its name, durably. Call only when `sound`."""
        if not self.sound:
            raise DamagedModel(f"{self._file.name} is not what the hub lists.")
        with disk_errors(self._final.name):
            os.fsync(self._opened().fileno())
            self.close()
            self._path.replace(self._final)
            sync_folder(self._final.parent)
            self._state.unlink(missing_ok=True)

    def close(self) -> None:
        if self._data is not None:
            self._data.close()
            self._data = None

    def _opened(self) -> BinaryIO:
        if self._data is None:
            raise ValueError("the part is not open")
        return self._data

    def _read_state(self) -> bool:
        if self._path.is_symlink() or not self._path.is_file() or not self._state.is_file():
            self._path.unlink(missing_ok=True)
            return False
        try:
            state = read_json_object(self._state, self._state.name, max_bytes=1 << 16, max_items=100)
        except DamagedModel:
            return False
        if state.get("digest") != self._file.digest or state.get("bytes") != self._file.size_bytes:
            return False
        etag = state.get("etag")
        self.etag = etag if isinstance(etag, str) and is_etag(etag) else None
        return True

    def _write_state(self) -> None:
        state = {"digest": self._file.digest, "bytes": self._file.size_bytes, "etag": self.etag}
        # Not synchronised: should a power cut take it, the part is fetched again, and that is all.
        temporary = self._state.with_name(f"{self._state.name}.new")
        temporary.write_text(json.dumps(state) + "\n", encoding="utf-8")
        temporary.replace(self._state)


def is_etag(text: str) -> bool:
    """Whether `text` is a strong validator that can be sent back in If-Range (RFC 9110, 8.8.3 and 13.1.5)."""
    return _ETAG.fullmatch(text) is not None


def part_bytes(folder: Path, file: PlannedFile) -> int:
    """How much of `file` lies in `folder`, by size alone."""
    for name in (file.name, f"{file.name}{PART_SUFFIX}"):
        path = folder / name
        try:
            return min(path.lstat().st_size, file.size_bytes)
        except OSError:
            continue
    return 0
