"""What stands at the head of a store's file and of the -wal or -journal beside it, read without SQLite and its traces.

SQLite makes files beside a store as soon as it reads one in WAL mode, and takes whatever -wal or -journal it finds for
the store's own: nothing in the files says that they belong together. So every store carries a random mark (see
app.store.database) and every commit writes page 1, where mark and change counter stand. Knows the file formats
(https://www.sqlite.org/fileformat2.html) and no table.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

WAL_SUFFIX: Final = "-wal"
JOURNAL_SUFFIX: Final = "-journal"

_MAGIC: Final = b"SQLite format 3\x00"
_HEADER_BYTES: Final = 105  # with the first bytes of the b-tree that lists the tables
_EMPTY_LEAF: Final = b"\x0d"
_WAL_MAGIC: Final = (0x377F0682, 0x377F0683)
_WAL_VERSION: Final = 3_007_000
_WAL_HEADER: Final = struct.Struct(">8I")
_FRAME_HEADER: Final = struct.Struct(">6I")
_JOURNAL_MAGIC: Final = bytes.fromhex("d9d505f920a163d7")
_JOURNAL_HEADER: Final = struct.Struct(">8s5I")
# Statements that change the schema raise the mark by one each; two random marks are hardly ever that close.
_MARK_SLACK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Header:
    """A store's first 100 bytes.

    changes: SQLite's change counter; in WAL mode at most one more for each commit.
    mark: its schema cookie.
    empty: the file holds no table.
    """

    page_bytes: int
    changes: int
    mark: int
    version: int
    application_id: int
    empty: bool


@dataclass(frozen=True, slots=True)
class Wal:
    """What a -wal holds, as far as its frames' own headers say; checksums of pages are SQLite's to verify.

    readable: its own header is sound; SQLite ignores the whole file where it is not.
    frames: up to and with the last one that ends a commit.
    headers: every state of page 1 among those frames, in order.
    """

    readable: bool
    page_bytes: int = 0
    frames: int = 0
    headers: tuple[Header, ...] = ()


def beside(path: Path, suffix: str) -> Path:
    """The file that SQLite keeps beside the store."""
    return path.with_name(path.name + suffix)


def read_header(path: Path) -> Header | None:
    """The head of a database file; None where it is none. Raises OSError.

    Never while a connection of this process has the file open: closing it gives back all locks that the process holds
    on it (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
    """
    with path.open("rb") as file:
        return _header(file.read(_HEADER_BYTES))


def read_wal(path: Path) -> Wal | None:
    """What the -wal beside the store at `path` holds; None where it is missing or too short to hold anything.

    Raises OSError. No lock lies on this file, so it may be read at any time.
    """
    try:
        with beside(path, WAL_SUFFIX).open("rb", buffering=0) as file:
            head = file.read(_WAL_HEADER.size)
            if len(head) < _WAL_HEADER.size:
                return None
            page_bytes = _wal_page_bytes(head)
            return Wal(readable=False) if page_bytes is None else _frames(file, head, page_bytes)
    except FileNotFoundError:
        return None


def read_journal(path: Path) -> Header | None:
    """What page 1 was before the unfinished commit that the -journal beside the store at `path` can take back.

    None where there is none, or nothing in it that SQLite would use. Raises OSError.
    """
    try:
        with beside(path, JOURNAL_SUFFIX).open("rb", buffering=0) as file:
            return _first_page_before(file)
    except FileNotFoundError:
        return None


def _first_page_before(file: BinaryIO) -> Header | None:
    """A -journal consists of parts, each with a header of its own that says how many pages follow."""
    at = 0
    while True:
        file.seek(at)
        head = file.read(_JOURNAL_HEADER.size)
        if len(head) < _JOURNAL_HEADER.size or not head.startswith(_JOURNAL_MAGIC):
            return None
        _, pages, _, _, sector_bytes, page_bytes = _JOURNAL_HEADER.unpack(head)
        if not pages or not sector_bytes:
            return None
        at += sector_bytes
        for _ in range(pages):
            file.seek(at)
            record = file.read(4 + _HEADER_BYTES)
            if len(record) < 4 + _HEADER_BYTES:
                return None
            if _number(record, 0) == 1:
                return _header(record[4:])
            at += 4 + page_bytes + 4
        at += -at % sector_bytes


def takes_back(store: Header, before: Header) -> bool:
    """Whether a -journal belongs to this store, whose first page the unfinished commit has changed or not yet."""
    return (
        store.application_id == before.application_id
        and store.page_bytes == before.page_bytes
        and 0 <= store.mark - before.mark < _MARK_SLACK
        and store.changes - before.changes in (0, 1)
    )


def belongs(store: Header, wal: Wal) -> bool | None:
    """Whether a readable -wal was written on top of this store; None where nothing says."""
    if store.page_bytes != wal.page_bytes:
        return False
    if not wal.headers:
        return None
    # The store is what it was when the -wal was begun, or what any of its commits made of it.
    first = wal.headers[0]
    same_mark = 0 <= first.mark - store.mark < _MARK_SLACK or any(each.mark == store.mark for each in wal.headers)
    same_count = first.changes - store.changes in (0, 1) or any(each.changes == store.changes for each in wal.headers)
    return first.application_id == store.application_id and same_mark and same_count


def _frames(file: BinaryIO, head: bytes, page_bytes: int) -> Wal:
    """Frames of an older round lie behind those of the present one; their salts tell them apart."""
    salts = _WAL_HEADER.unpack(head)[4:6]
    committed, seen = 0, list[tuple[int, Header]]()
    frame_bytes = _FRAME_HEADER.size + page_bytes
    whole_frames = (file.seek(0, os.SEEK_END) - len(head)) // frame_bytes
    for number in range(whole_frames):
        file.seek(len(head) + number * frame_bytes)
        data = file.read(_FRAME_HEADER.size + _HEADER_BYTES)
        page, pages_after_commit, *own_salts = _FRAME_HEADER.unpack_from(data)[:4]
        if tuple(own_salts) != salts:
            continue
        if page == 1 and (header := _header(data[_FRAME_HEADER.size :])) is not None:
            seen.append((number, header))
        if pages_after_commit:
            committed = number + 1
    return Wal(True, page_bytes, committed, tuple(header for at, header in seen if at < committed))


def _header(data: bytes) -> Header | None:
    if len(data) < _HEADER_BYTES or not data.startswith(_MAGIC):
        return None
    page_bytes = _number(data, 16, 2)
    return Header(
        page_bytes=1 << 16 if page_bytes == 1 else page_bytes,
        changes=_number(data, 24),
        mark=_number(data, 40),
        version=_number(data, 60),
        application_id=_number(data, 68),
        empty=data[100:101] == _EMPTY_LEAF and _number(data, 103, 2) == 0,
    )


def _wal_page_bytes(head: bytes) -> int | None:
    """The page size of a -wal whose header is sound. SQLite's checksum, over its first 24 bytes."""
    magic, version, page_bytes, *_, first, second = _WAL_HEADER.unpack(head)
    if magic not in _WAL_MAGIC or version != _WAL_VERSION or page_bytes.bit_count() != 1:
        return None
    order = ">" if magic & 1 else "<"
    one = two = 0
    for even, odd in struct.iter_unpack(f"{order}2I", head[:24]):
        one = (one + even + two) & 0xFFFFFFFF
        two = (two + odd + one) & 0xFFFFFFFF
    return page_bytes if (one, two) == (first, second) else None


def _number(data: bytes, at: int, size: int = 4) -> int:
    return int.from_bytes(data[at : at + size], "big")
