"""Where conversations come from: files, archives and folders, read in pieces of text. Knows no format.

What an archive unpacks to is counted while it is unpacked, and nothing of it is ever written to the disk.
"""

from __future__ import annotations

import codecs
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.library.chat_import.limits import (
    ALWAYS_INFLATED_BYTES,
    CHUNK_BYTES,
    MAX_DIRECTORY_BYTES,
    MAX_FILES,
    MAX_INFLATION,
)

_ZIP = b"PK\x03\x04"
_CONVERSATIONS = re.compile(r"conversations([-_.]?\d+)?\.json", re.IGNORECASE)
_LM_STUDIO = ".conversation.json"
_END_RECORD = struct.Struct("<4s4H2LH")  # APPNOTE 4.3.16: the last record of an archive
_END_RECORD_64 = struct.Struct("<4sQ2H2L4Q")  # APPNOTE 4.3.14
_LOCATOR_64 = struct.Struct("<4sLQL")  # APPNOTE 4.3.15
_MAX_COMMENT_BYTES = 1 << 16

OnBytes = Callable[[int], None]


class UnreadableFile(Exception):
    """A file, or what is in it, cannot be read; the text says why, in words that may be shown."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something with conversations in it.

    name: what to call it in a report.
    size_bytes: how much there is to read, for showing how far an import is.
    explicit: the person named it, or it is called as such files are; one that holds no conversation is worth a word.
    """

    name: str
    size_bytes: int
    explicit: bool
    _open: Callable[[], IO[bytes]]
    _packed_bytes: int | None = None

    def pieces(self, on_bytes: OnBytes) -> Iterator[str]:
        """The text.

        Args:
            on_bytes: called with the number of bytes that were read.

        Raises:
            UnreadableFile: it cannot be read, or unpacks to too much.
        """
        most = None if self._packed_bytes is None else max(ALWAYS_INFLATED_BYTES, MAX_INFLATION * self._packed_bytes)
        read = 0
        try:
            with self._open() as file:
                first = file.read(CHUNK_BYTES)
                decoder = _decoder(first)
                data = first
                while data:
                    read += len(data)
                    if most is not None and read > most:
                        raise UnreadableFile(f"It unpacks to more than {MAX_INFLATION} times its size.")
                    on_bytes(len(data))
                    if text := decoder.decode(data):
                        yield text
                    data = file.read(CHUNK_BYTES)
                if text := decoder.decode(b"", True):
                    yield text
        except OSError as error:
            raise UnreadableFile(_reason(error)) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise UnreadableFile("It cannot be unpacked: damaged, encrypted, or packed in an unknown way.") from error


def sources_of(path: Path) -> Iterator[Source]:
    """The sources in a file, an archive, or a folder and the folders in it.

    Raises:
        UnreadableFile: it is not there, no ordinary file, or an archive that cannot be opened.
    """
    try:
        if path.is_dir():
            yield from _folder(path)
            return
        if not path.exists():
            raise UnreadableFile("There is no such file.")
        if not path.is_file():
            raise UnreadableFile("It is no ordinary file.")
        with path.open("rb") as file:
            packed = file.read(len(_ZIP)) == _ZIP
    except OSError as error:
        raise UnreadableFile(_reason(error)) from error
    if packed:
        yield from _archive(path)
    else:
        yield _file(path, explicit=True)


def _file(path: Path, *, explicit: bool) -> Source:
    return Source(str(path), path.stat().st_size, explicit, lambda: path.open("rb"))


def _folder(folder: Path) -> Iterator[Source]:
    found = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place) / name
            if not name.lower().endswith(".json") or not path.is_file():
                continue
            found += 1
            if found > MAX_FILES:
                raise UnreadableFile(f"It holds more than {MAX_FILES:,} files; the rest was left out.")
            yield _file(path, explicit=name.lower().endswith(_LM_STUDIO) or _CONVERSATIONS.fullmatch(name) is not None)


def _archive(path: Path) -> Iterator[Source]:
    try:
        _require_small_directory(path)
        with zipfile.ZipFile(path) as archive:
            members = [
                each for each in archive.infolist() if not each.is_dir() and each.filename.lower().endswith(".json")
            ]
            named = [each for each in members if _CONVERSATIONS.fullmatch(each.filename.rpartition("/")[2])]
            if not members:
                raise UnreadableFile("The archive holds no JSON file.")
            for each in (named or members)[:MAX_FILES]:
                name = f"{path}: {each.filename}"
                yield Source(name, each.file_size, bool(named), _member(archive, each), each.compress_size)
    except zipfile.BadZipFile as error:
        raise UnreadableFile("The archive is damaged.") from error


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(member)


def _require_small_directory(path: Path) -> None:
    """Raises UnreadableFile where the archive's table of contents would fill the memory."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - _END_RECORD.size - _MAX_COMMENT_BYTES)
        file.seek(start)
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < _END_RECORD.size:
            return  # zipfile says what is wrong
        directory_bytes: int = _END_RECORD.unpack_from(tail, at)[5]
        locator = at - _LOCATOR_64.size
        if locator >= 0 and tail.startswith(b"PK\x06\x07", locator):
            file.seek(min(_LOCATOR_64.unpack_from(tail, locator)[2], size))
            record = file.read(_END_RECORD_64.size)
            if len(record) == _END_RECORD_64.size:
                directory_bytes = max(directory_bytes % 0xFFFFFFFF, _END_RECORD_64.unpack(record)[8])
    if directory_bytes > MAX_DIRECTORY_BYTES:
        raise UnreadableFile("The archive holds too many files.")


def _decoder(start: bytes) -> codecs.IncrementalDecoder:
    """UTF-8 unless a byte order mark says otherwise. What cannot be decoded becomes U+FFFD."""
    utf_16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return codecs.getincrementaldecoder("utf-16" if utf_16 else "utf-8-sig")("replace")


def _reason(error: OSError) -> str:
    return f"It cannot be read: {error.strerror or type(error).__name__}."
