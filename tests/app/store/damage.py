"""Damaging a store's file, and knowing which rows that leaves readable."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from app.store.pages import PageFile, PageKind, Walk
from app.store.records import records
from app.store.salvage import Salvage

PAGE_BYTES = 4096


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digests(folder: Path) -> dict[str, str]:
    """Of every file of a store in a folder."""
    return {path.name: digest(path) for path in sorted(folder.glob("chats.sqlite3*"))}


def zero(path: Path, pages: Collection[int]) -> None:
    _overwrite(path, pages, lambda: bytes(PAGE_BYTES))


def noise(path: Path, pages: Collection[int], seed: int = 1) -> None:
    dice = random.Random(seed)
    _overwrite(path, pages, lambda: dice.randbytes(PAGE_BYTES))


def truncate(path: Path, bytes_left: int) -> None:
    with path.open("rb+") as file:
        file.truncate(bytes_left)


def flip(path: Path, offset: int, bit: int) -> None:
    with path.open("rb+") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1 << bit]))


def page_count(path: Path) -> int:
    return path.stat().st_size // PAGE_BYTES


class TracedPages(PageFile):
    """Remembers which pages were read."""

    touched: set[int]

    def page(self, number: int) -> bytes | None:
        if hasattr(self, "touched"):
            self.touched.add(number)
        return super().page(number)


def pages_of_rows(path: Path) -> dict[tuple[str, object], frozenset[int]]:
    """For every row of a sound store, by table and id, the pages on which it lies; for a tag the whole row."""
    found: dict[tuple[str, object], frozenset[int]] = {}
    with TracedPages(path) as pages:
        pages.touched = set()
        shapes = Salvage(pages).shapes
        for table, number, kinds in _roots(pages):
            if table not in shapes:
                continue
            for at, page in Walk(pages, number, kinds, set()):
                pages.touched = {at}
                # A record is made when it is asked for, so what is touched between two belongs to the second.
                for record in records(pages, page):
                    if record is not None:
                        key: object = record.rowid if shapes[table].has_rowids else record.values
                        found[table, key] = frozenset(pages.touched)
                    pages.touched = {at}
    return found


def leaves(path: Path, table: str) -> list[int]:
    """The pages that hold a table's rows, in their order."""
    with PageFile(path) as pages:
        for name, root, kinds in _roots(pages):
            if name == table:
                return [number for number, page in Walk(pages, root, kinds, set()) if page.leaf]
    raise LookupError(table)


def interiors(path: Path, table: str) -> list[int]:
    """The pages that lead to those, the root first."""
    with PageFile(path) as pages:
        for name, root, kinds in _roots(pages):
            if name == table:
                return [number for number, page in Walk(pages, root, kinds, set()) if not page.leaf]
    raise LookupError(table)


def _roots(pages: PageFile) -> Iterator[tuple[str, int, tuple[PageKind, PageKind]]]:
    """The tables and their roots, as page 1 names them."""
    for _, page in Walk(pages, 1, (PageKind.TABLE_INTERIOR, PageKind.TABLE_LEAF), set()):
        for record in records(pages, page):
            if record is not None and record.values[0] == "table":
                name, root, sql = str(record.values[1]), int(str(record.values[3])), str(record.values[4])
                if "WITHOUT ROWID" in sql:
                    yield name, root, (PageKind.INDEX_INTERIOR, PageKind.INDEX_LEAF)
                elif root:
                    yield name, root, (PageKind.TABLE_INTERIOR, PageKind.TABLE_LEAF)


def _overwrite(path: Path, pages: Collection[int], content: Callable[[], bytes]) -> None:
    with path.open("rb+") as file:
        for number in sorted(pages):
            file.seek((number - 1) * PAGE_BYTES)
            file.write(content())
