"""Reading a -wal file without SQLite: which page images in it are committed, and which may be of use nevertheless.

Only reads. Follows https://www.sqlite.org/fileformat2.html#walformat; knows nothing of what the pages hold.
"""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

_HEADER_BYTES: Final = 32
_FRAME_HEADER_BYTES: Final = 24
_MAGIC: Final = 0x377F0682  # the lowest bit says whether the checksums are big-endian
_WORD: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class WalPages:
    """Where in the -wal file the pages are.

    committed: page number -> offset of its latest committed image, as SQLite sees it.
    doubtful: the same for images behind or within a damaged place: written by the same session, not verifiable.
    count: how many pages the store has after the last commit; 0 where there is none.
    """

    page_size: int
    committed: dict[int, int] = field(default_factory=dict)
    doubtful: dict[int, int] = field(default_factory=dict)
    count: int = 0


def read_wal(path: Path, page_size: int | None = None) -> WalPages | None:
    """The pages in a -wal file; None where there is none, or nothing in it can be used.

    Args:
        page_size: the store's, where it is known; needed where the file's own header is damaged.

    Raises:
        OSError: it is there and cannot be read.
    """
    if not path.exists():
        return None
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
        if len(header) < _HEADER_BYTES:
            return None
        magic, _, own_size = struct.unpack(">3I", header[:12])
        sums = struct.unpack(">2I", header[24:32])
        big = bool(magic & 1)
        if magic & ~1 == _MAGIC and _checksum(header[:24], (0, 0), big) == sums and _is_page_size(own_size):
            return _frames(file, own_size, header[16:24], sums, big)
        return None if page_size is None else _frames(file, page_size, None, (0, 0), big=False)


def _frames(file: BinaryIO, page_size: int, salts: bytes | None, sums: tuple[int, int], big: bool) -> WalPages:
    """Walk the frames. Without salts (a damaged header) nothing can be verified, and the commonest ones are taken."""
    committed: dict[int, int] = {}
    pending: dict[int, int] = {}
    doubtful: dict[int, int] = {}
    if salts is None:
        salts, broken = _commonest_salts(file, page_size), True
    else:
        broken = False
    offset, count = _HEADER_BYTES, 0
    while True:
        file.seek(offset)
        frame = file.read(_FRAME_HEADER_BYTES + page_size)
        if len(frame) < _FRAME_HEADER_BYTES + page_size:
            break
        number, size = struct.unpack(">2I", frame[:8])
        at, offset = offset + _FRAME_HEADER_BYTES, offset + len(frame)
        ours = frame[8:16] == salts
        if not broken:
            sums = _checksum(frame[_FRAME_HEADER_BYTES:], _checksum(frame[:8], sums, big), big)
            broken = not ours or sums != struct.unpack(">2I", frame[16:24]) or not number
        if not broken:
            pending[number] = at
            if size:
                count = size
                committed.update(pending)
                pending.clear()
        elif ours and number:
            doubtful[number] = at
    if doubtful:  # what a damaged commit would have committed
        doubtful = pending | doubtful
    return WalPages(page_size, committed, doubtful, count)


def _commonest_salts(file: BinaryIO, page_size: int) -> bytes | None:
    found: Counter[bytes] = Counter()
    offset = _HEADER_BYTES
    while True:
        file.seek(offset)
        frame = file.read(_FRAME_HEADER_BYTES)
        if len(frame) < _FRAME_HEADER_BYTES:
            break
        if any(frame[8:16]):
            found[frame[8:16]] += 1
        offset += _FRAME_HEADER_BYTES + page_size
    return found.most_common(1)[0][0] if found else None


def _checksum(data: bytes, sums: tuple[int, int], big: bool) -> tuple[int, int]:
    first, second = sums
    words = iter(struct.unpack(f"{'>' if big else '<'}{len(data) // 4}I", data))
    for one, other in zip(words, words, strict=True):
        first = (first + one + second) & _WORD
        second = (second + other + first) & _WORD
    return first, second


def _is_page_size(size: int) -> bool:
    return 512 <= size <= 65536 and size & (size - 1) == 0
