"""The form of a file that holds what a model has read of a conversation, in pieces that are checked as they are read.

A sequence lies in a chain of files. Each holds some positions of it and names the file that the positions before them
are in, so that a turn adds a small file instead of writing everything again. A file is a fixed part, a header with all
token ids up to its last position, and chunks of data, each behind its hash. The fixed part holds the header's hash, and
a chunk's hash covers that one and the chunk's number. What is cut off, damaged or out of place is therefore known
before it is used. Knows nothing of models and tensors, nor which files there are. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import sys
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Final

MAGIC: Final = b"PONDERKV"
FORMAT: Final = 1
CHUNK_BYTES: Final = 4 << 20
PART_SUFFIX: Final = ".part"

_FIXED = struct.Struct("<8sII32s")  # magic, format, length of the header, SHA-256 of the header
_COUNT = struct.Struct("<I")
_INDEX = struct.Struct("<Q")
_HASH_BYTES = 32
_MOST_HEADER_BYTES = 64 << 20


class Damaged(Exception):
    """A file is not what was written."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A file's header.

    name, parent: random; of the file, and of the one before it in the chain, empty for the first.
    fingerprint: of the model and everything else that the data depends on.
    start: the first position that is in the file.
    ids: all of the sequence, up to the last position in the file.
    data_bytes: without the hashes.
    read_s_per_token: how long the model takes to read a token of a long prompt.
    """

    name: str
    parent: str
    fingerprint: str
    start: int
    ids: array[int]
    data_bytes: int
    read_s_per_token: float

    @property
    def end(self) -> int:
        return len(self.ids)

    def chunk_sizes(self) -> Iterator[int]:
        for at in range(0, self.data_bytes, CHUNK_BYTES):
            yield min(CHUNK_BYTES, self.data_bytes - at)


@dataclass(frozen=True, slots=True)
class SegmentFile:
    """A file whose header is sound. header_hash: for `chunk_hash`."""

    path: Path
    segment: Segment
    header_hash: bytes
    data_offset: int


def as_ids(ids: Iterable[int]) -> array[int]:
    """Token ids as a header holds them. Raises OverflowError for what is none."""
    return array("I", ids)


def chunk_hash(header_hash: bytes, index: int, data: memoryview) -> bytes:
    """Of a chunk's content, its place and its file. Other threads run meanwhile."""
    digest = hashlib.sha256(header_hash + _INDEX.pack(index))
    digest.update(data)
    return digest.digest()


# -- writing --


def write_segment(path: Path, segment: Segment, chunks: Iterable[memoryview]) -> None:
    """Write the file completely or not at all, for its owner alone.

    Args:
        chunks: the data, in the sizes of `chunk_sizes`. Each is done with before the next is asked for.

    Raises:
        OSError: it cannot be written.
        Whatever `chunks` raises.
    """
    header = _packed(segment)
    header_hash = hashlib.sha256(header).digest()
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=PART_SUFFIX)
    try:
        with FileIO(descriptor, "wb") as file:
            _write(file, _FIXED.pack(MAGIC, FORMAT, len(header), header_hash) + header)
            for index, chunk in enumerate(chunks):
                _write(file, chunk_hash(header_hash, index, chunk))
                _write(file, chunk)
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def _write(file: FileIO, data: bytes | memoryview) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _packed(segment: Segment) -> bytes:
    facts = {
        "name": segment.name,
        "parent": segment.parent,
        "fingerprint": segment.fingerprint,
        "start": segment.start,
        "data_bytes": segment.data_bytes,
        "read_s_per_token": segment.read_s_per_token,
    }
    words = json.dumps(facts).encode("ascii")
    return _COUNT.pack(len(words)) + words + _little_endian(segment.ids).tobytes()


# -- reading --


def read_header(path: Path) -> SegmentFile:
    """Raises Damaged, OSError."""
    with path.open("rb") as file:
        fixed = file.read(_FIXED.size)
        if len(fixed) < _FIXED.size:
            raise Damaged("it ends within its first bytes")
        magic, version, header_bytes, header_hash = _FIXED.unpack(fixed)
        if magic != MAGIC or version != FORMAT or header_bytes > _MOST_HEADER_BYTES:
            raise Damaged("it is no such file, or of another version")
        header = file.read(header_bytes)
        size = os.fstat(file.fileno()).st_size
    if hashlib.sha256(header).digest() != header_hash:
        raise Damaged("its header is not what was written")
    segment = _unpacked(header)
    offset = _FIXED.size + header_bytes
    if size != offset + segment.data_bytes + _HASH_BYTES * sum(1 for _ in segment.chunk_sizes()):
        raise Damaged("it does not have the length that was written")
    return SegmentFile(path, segment, header_hash, offset)


def read_chunk(file: BufferedReader, into: memoryview) -> bytes:
    """Read the next chunk; returns the hash that it should have. Raises Damaged, OSError."""
    expected = file.read(_HASH_BYTES)
    done = 0
    while done < len(into):
        count = file.readinto(into[done:])
        if not count:
            raise Damaged("it ends too early")
        done += count
    return expected


def _unpacked(header: bytes) -> Segment:
    try:
        (length,) = _COUNT.unpack_from(header)
        facts = json.loads(header[_COUNT.size : _COUNT.size + length])
        ids = as_ids(())
        ids.frombytes(header[_COUNT.size + length :])
        segment = Segment(ids=_little_endian(ids), **facts)
        sound = 0 <= segment.start < segment.end and segment.data_bytes > 0
    except (ValueError, TypeError, struct.error) as error:
        raise Damaged("its header cannot be read") from error
    if not sound:
        raise Damaged("its header makes no sense")
    return segment


def _little_endian(ids: array[int]) -> array[int]:
    """From what the processor uses, and back."""
    if sys.byteorder == "little":
        return ids
    swapped = ids[:]
    swapped.byteswap()
    return swapped
