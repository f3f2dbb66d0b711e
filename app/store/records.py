"""Cells and records of SQLite's file format, taken apart without SQLite. Knows pages, no table.

https://www.sqlite.org/fileformat2.html#b_tree_pages and #record_format. A record has to add up to the byte, so that
noise hardly ever passes for one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from app.store.pages import BTreePage, PageFile, PageKind

Value: TypeAlias = int | float | str | bytes | None
_INTEGER_BYTES: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table, or an entry of an index.

    rowid: None in an index.
    sound: False where a value is cut short, missing, or a text that is no UTF-8; U+FFFD stands for what is wrong then.
    """

    rowid: int | None
    values: tuple[Value, ...]
    sound: bool


def records(pages: PageFile, page: BTreePage) -> Iterator[Record | None]:
    """What the cells of a page hold; None for every one that cannot be read. Interior pages of tables hold none."""
    if page.kind is PageKind.TABLE_INTERIOR:
        return
    for _ in range(page.missing):
        yield None
    for at in page.cells:
        try:
            yield _record(pages, page, at)
        except (IndexError, struct.error):  # the cell runs over the end of the page
            yield None


def _record(pages: PageFile, page: BTreePage, at: int) -> Record | None:
    data, usable = page.data, pages.usable
    if page.kind is PageKind.INDEX_INTERIOR:
        at += 4
    length, at = varint(data, at)
    rowid: int | None = None
    if page.kind is PageKind.TABLE_LEAF:
        rowid, at = varint(data, at)
        rowid = _signed(rowid)
    if length > pages.count * usable:
        return None
    local = _local_bytes(length, usable, table=page.kind is PageKind.TABLE_LEAF)
    if at + local > usable:
        return None
    payload = data[at : at + local]
    if local < length:
        payload += _overflow(pages, struct.unpack_from(">I", data, at + local)[0], length - local)
    return _decode(rowid, payload, length)


def _local_bytes(length: int, usable: int, *, table: bool) -> int:
    """How much of a payload lies on the b-tree page itself."""
    most = usable - 35 if table else (usable - 12) * 64 // 255 - 23
    if length <= most:
        return length
    least = (usable - 12) * 32 // 255 - 23
    wanted = least + (length - least) % (usable - 4)
    return wanted if wanted <= most else least


def _overflow(pages: PageFile, number: int, length: int) -> bytes:
    """The rest of a payload; shorter where its chain of pages breaks."""
    pieces: list[bytes] = []
    seen: set[int] = set()
    while length and number and number not in seen:
        seen.add(number)
        page = pages.page(number)
        if page is None:
            break
        piece = page[4 : 4 + min(length, pages.usable - 4)]
        pieces.append(piece)
        length -= len(piece)
        number = struct.unpack_from(">I", page)[0]
    return b"".join(pieces)


def _decode(rowid: int | None, payload: bytes, length: int) -> Record | None:
    """The values; None where the record contradicts itself."""
    header_end, at = varint(payload, 0)
    if not at <= header_end <= min(length, len(payload)):
        return None
    kinds: list[int] = []
    body = header_end
    while at < header_end:
        kind, at = varint(payload, at)
        if kind in (10, 11):  # reserved, never in a file
            return None
        kinds.append(kind)
        body += _value_bytes(kind)
    if at != header_end or body != length:
        return None
    values: list[Value] = []
    sound = len(payload) == length
    at = header_end
    for kind in kinds:
        size = _value_bytes(kind)
        value, whole = _value(kind, payload[at : at + size], size)
        values.append(value)
        sound = sound and whole
        at += size
    return Record(rowid, tuple(values), sound)


def _value_bytes(kind: int) -> int:
    if kind >= 12:
        return (kind - 12) // 2
    return _INTEGER_BYTES.get(kind, 8 if kind == 7 else 0)


def _value(kind: int, data: bytes, size: int) -> tuple[Value, bool]:
    """A value, and whether it is all there and as it may be."""
    whole = len(data) == size
    if kind >= 12:
        if kind % 2 == 0:
            return data, whole
        try:
            return data.decode(), whole
        except UnicodeDecodeError:
            return data.decode(errors="replace"), False
    if kind == 0 or not whole:
        return None, whole
    if kind in (8, 9):
        return kind - 8, True
    if kind == 7:
        number: float = struct.unpack(">d", data)[0]
        return number, True
    return int.from_bytes(data, "big", signed=True), True


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, unsigned, and where it ends. Raises IndexError where the data ends in it."""
    byte = data[at]
    if byte < 0x80:
        return byte, at + 1
    value = byte & 0x7F
    for end in range(at + 1, at + 8):
        byte = data[end]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, end + 1
    return value << 8 | data[at + 8], at + 9


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
