"""The pages of a store's file, read without SQLite, so that one bad page costs no more than itself.

Only reads, and raises for nothing that is damaged. Knows pages and b-trees
(https://www.sqlite.org/fileformat2.html), no record and no table.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from app.store.raw_file import WAL_SUFFIX, beside
from app.store.wal import WalPages, read_wal

_MAGIC: Final = b"SQLite format 3\0"
_HEADER_BYTES: Final = 100
_PAGE_SIZES: Final = (4096, 8192, 2048, 1024, 16384, 32768, 65536, 512)
_SAMPLE_PAGES: Final = 300


class PageKind(IntEnum):
    INDEX_INTERIOR = 2
    TABLE_INTERIOR = 5
    INDEX_LEAF = 10
    TABLE_LEAF = 13


_KINDS: Final = {int(kind): kind for kind in PageKind}


@dataclass(frozen=True, slots=True)
class BTreePage:
    """A page of a b-tree.

    data: the whole page.
    cells: where its cells begin; those that cannot be are left out.
    missing: how many were left out.
    right: the last child; 0 on a leaf.
    """

    kind: PageKind
    data: bytes
    cells: tuple[int, ...]
    missing: int
    right: int

    @property
    def leaf(self) -> bool:
        return self.kind in (PageKind.INDEX_LEAF, PageKind.TABLE_LEAF)


class PageFile:
    """The file as its last commit left it, the -wal included. A context manager.

    Never while a connection of this process has the file open (see app.store.raw_file.read_header).

    page_size: bytes; guessed where the file's header is lost.
    usable: bytes of a page that hold content.
    count: pages in the file or in the -wal; the last may be cut short.
    user_version, application_id: 0 where the header is lost.

    Args:
        path: the store's file.
        wal: whether to use the -wal file beside it.

    Raises:
        OSError: the file cannot be opened or read at all.
    """

    def __init__(self, path: Path, *, wal: bool = True) -> None:
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._wal_file: int | None = None
        try:
            self._size = os.fstat(self._file).st_size
            self._open_wal(beside(path, WAL_SUFFIX), wal)
        except BaseException:
            self.close()
            raise

    def _open_wal(self, path: Path, wanted: bool) -> None:
        header = _read(self._file, _HEADER_BYTES, 0)
        size = _page_size(header)
        pages = read_wal(path, size or _PAGE_SIZES[0]) if wanted else None
        if pages is not None and size not in (None, pages.page_size):
            pages = None  # of another store
        self.page_size = size or (pages.page_size if pages is not None else self._guess_page_size())
        self._wal = pages or WalPages(self.page_size)
        if pages is not None:
            self._wal_file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._overlay = self._wal.committed
        self.count = self._wal.count or -(-self._size // self.page_size)
        first = self.page(1) or b""
        reserved = first[20] if first.startswith(_MAGIC) else 0
        self.usable = self.page_size - (reserved if self.page_size - reserved >= 480 else 0)
        sound = first.startswith(_MAGIC)
        self.user_version, self.application_id, self._freelist = (
            struct.unpack_from(">I", first, at)[0] if sound else 0 for at in (60, 68, 32)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for handle in (self._file, self._wal_file):
            if handle is not None:
                os.close(handle)

    @property
    def size_bytes(self) -> int:
        return self.count * self.page_size

    @property
    def has_wal(self) -> bool:
        """Whether anything committed was found in a -wal file."""
        return bool(self._wal.committed)

    @property
    def doubtful(self) -> tuple[int, ...]:
        """Pages of which a damaged -wal file holds an image that cannot be verified."""
        return tuple(sorted(self._wal.doubtful))

    def trust_doubtful(self) -> None:
        """From now on read those images too."""
        self._overlay = self._wal.committed | self._wal.doubtful
        self.count = max(self.count, max(self._wal.doubtful, default=0))

    def page(self, number: int) -> bytes | None:
        """A page, counted from 1; filled up with zeros where the file ends in it; None outside of the file."""
        if number in self._overlay and self._wal_file is not None:
            data = _read(self._wal_file, self.page_size, self._overlay[number])
        elif 1 <= number <= self.count:
            data = _read(self._file, self.page_size, (number - 1) * self.page_size)
        else:
            return None
        return data.ljust(self.page_size, b"\0")

    def btree(self, number: int) -> BTreePage | None:
        """A page as one of a b-tree; None where it is none."""
        data = self.page(number)
        return None if data is None else btree_page(data, self.usable, _HEADER_BYTES if number == 1 else 0)

    def free(self) -> set[int]:
        """Pages that hold nothing any more, as far as the list of them can be followed."""
        found: set[int] = set()
        trunk = self._freelist
        while trunk and trunk not in found and (data := self.page(trunk)) is not None:
            found.add(trunk)
            trunk, leaves = struct.unpack_from(">2I", data)
            if leaves > self.usable // 4 - 2:
                break
            found.update(struct.unpack_from(f">{leaves}I", data, 8))
        return found

    def _guess_page_size(self) -> int:
        """The size at which most pages look like pages."""

        def share(size: int) -> float:
            pages = max(1, self._size // size)
            step = max(1, pages // _SAMPLE_PAGES)
            looked = range(0, pages, step)
            good = sum(_plausible(_read(self._file, size, number * size), size) for number in looked)
            return good / len(looked)

        return max(_PAGE_SIZES, key=share)


def btree_page(data: bytes, usable: int, start: int = 0) -> BTreePage | None:
    """Take a page apart; None where its header cannot be that of a b-tree page."""
    kind = _KINDS.get(data[start])
    if kind is None:
        return None
    count = struct.unpack_from(">H", data, start + 3)[0]
    interior = kind in (PageKind.INDEX_INTERIOR, PageKind.TABLE_INTERIOR)
    pointers = start + (12 if interior else 8)
    first = pointers + 2 * count
    if first > usable:
        return None
    cells = tuple(at for at in struct.unpack_from(f">{count}H", data, pointers) if first <= at < usable - 1)
    right = struct.unpack_from(">I", data, start + 8)[0] if interior else 0
    return BTreePage(kind, data, cells, count - len(cells), right)


def children(page: BTreePage) -> Iterable[int]:
    """The pages below an interior one, in order."""
    for at in page.cells:
        if at + 4 <= len(page.data):
            yield struct.unpack_from(">I", page.data, at)[0]
    yield page.right


class Walk:
    """The pages of one b-tree, from its root down. What is no page of such a tree is counted and passed over.

    Args:
        seen: pages that belong to a tree already; those found are added.
    """

    def __init__(self, pages: PageFile, root: int, kinds: tuple[PageKind, PageKind], seen: set[int]) -> None:
        self._pages = pages
        self._root = root
        self._kinds = kinds
        self._seen = seen
        self.bad = 0

    def __iter__(self) -> Iterator[tuple[int, BTreePage]]:
        """Every page with its number, in the order of the tree."""
        waiting = [self._root]
        while waiting:
            number = waiting.pop()
            page = self._pages.btree(number)
            if number in self._seen or page is None or page.kind not in self._kinds:
                self.bad += 1
                continue
            self._seen.add(number)
            yield number, page
            if not page.leaf:
                waiting.extend(reversed(list(children(page))))


def _page_size(header: bytes) -> int | None:
    if not header.startswith(_MAGIC) or len(header) < _HEADER_BYTES:
        return None
    size: int = struct.unpack_from(">H", header, 16)[0]
    size = 65536 if size == 1 else size
    return size if size in _PAGE_SIZES else None


def _plausible(data: bytes, size: int) -> bool:
    """Whether this looks like a page of just this size: cells fill a page from its end."""
    if len(data) < size:
        return False
    page = btree_page(data, size)
    return page is not None and bool(page.cells) and not page.missing and max(page.cells) >= size // 2


def _read(handle: int, count: int, offset: int) -> bytes:
    """Nothing where the disk cannot read it: a bad sector is a bad page."""
    try:
        if hasattr(os, "pread"):
            return os.pread(handle, count, offset)
        os.lseek(handle, offset, os.SEEK_SET)
        return os.read(handle, count)
    except OSError:
        return b""
