"""Every row that can still be read of a damaged store, without SQLite. Only reads; makes nothing of the rows.

A table's pages are reached from its root. Pages that nothing leads to any more, because what pointed to them is
damaged, are told by the shape of the rows on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.core.store_reports import StoreStage
from app.store.migrations import NEWEST
from app.store.pages import BTreePage, PageFile, PageKind, Walk
from app.store.records import Record, Value, records
from app.store.shapes import Shape, shapes
from app.store.work import UNWATCHED, Work

_TABLE: Final = (PageKind.TABLE_INTERIOR, PageKind.TABLE_LEAF)
_INDEX: Final = (PageKind.INDEX_INTERIOR, PageKind.INDEX_LEAF)
_SAMPLE_PAGES: Final = 200


@dataclass(frozen=True, slots=True)
class SalvagedRow:
    """A row of `shape`'s table, with a value for each of its columns.

    sound: nothing of it had to be left out.
    doubtful: from a damaged -wal file; there may be a newer state of it.
    """

    shape: Shape
    values: tuple[Value, ...]
    sound: bool
    doubtful: bool = False

    def __getitem__(self, column: str) -> Value:
        return self.values[self.shape.at(column)]

    def with_values(self, changed: Mapping[str, Value]) -> SalvagedRow:
        values = tuple(changed.get(column.name, self.values[at]) for at, column in enumerate(self.shape.columns))
        return replace(self, values=values)


class Salvage:
    """What is in the pages.

    version: the schema, as the file says or, where it does not, as most rows fit it.
    unreadable_pages, unreadable_rows: what was met of a table and could not be read; counted by `rows`.
    """

    def __init__(self, pages: PageFile, work: Work = UNWATCHED) -> None:
        self._pages = pages
        self._work = work
        self._roots = self._read_roots()
        stated = pages.user_version
        self.version = stated if 1 <= stated <= NEWEST else self._fitting_version()
        self.shapes: Mapping[str, Shape] = shapes(self.version)
        self.unreadable_pages = 0
        self.unreadable_rows = 0
        self._seen: set[int] = set()

    def rows(self) -> Iterator[SalvagedRow]:
        """Every row; the same one may come twice, the more trustworthy first."""
        self._seen = {1}
        yield from self._reached()
        yield from self._orphans(range(2, self._pages.count + 1))
        if doubtful := self._pages.doubtful:
            self._pages.trust_doubtful()
            self._seen -= set(doubtful)
            for row in self._orphans(doubtful):
                yield replace(row, doubtful=True)

    @property
    def has_indexes(self) -> bool:
        """Whether the file still says where the indexes are that no row is missing from."""
        return all(
            any(("index", name) in self._roots for name in shape.indexes if name.startswith("sqlite_autoindex"))
            for shape in self.shapes.values()
            if shape.unique
        )

    def index_entries(self, table: str) -> Iterator[tuple[int, dict[str, Value]]]:
        """What the indexes still know of a table's rows: the rowid and the columns of one index."""
        for name, columns in self.shapes[table].indexes.items():
            root = self._roots.get(("index", name))
            if root is None:
                continue
            for _, page in Walk(self._pages, root, _INDEX, set()):
                for record in records(self._pages, page):
                    if record is None or len(record.values) != len(columns) + 1 or not record.sound:
                        continue
                    rowid = record.values[-1]
                    if isinstance(rowid, int):
                        yield rowid, dict(zip(columns, record.values, strict=False))

    def highest_ids(self) -> dict[str, int]:
        """The highest id each table ever gave, as far as it is still written."""
        root = self._roots.get(("table", "sqlite_sequence"))
        found: dict[str, int] = {}
        for _, page in Walk(self._pages, root, _TABLE, set()) if root else ():
            for record in records(self._pages, page):
                match record:
                    case Record(values=(str(name), int(highest))) if name in self.shapes:
                        found[name] = highest
        return found

    def misfits(self) -> int:
        """How many pages contradict the trees that lead to them: by their kind, their rows or the rows' order."""
        seen: set[int] = set()
        misfits = 0
        for shape in self.shapes.values():
            root = self._roots.get(("table", shape.table))
            if root is None:
                misfits += 1
                continue
            walk = Walk(self._pages, root, _kinds(shape), seen)
            highest: int | None = None
            for _, page in walk:
                self._work.check()
                found = list(records(self._pages, page)) if page.leaf else []
                rowids = [record.rowid for record in found if record is not None and record.rowid is not None]
                ordered = highest is None or not rowids or highest < min(rowids)
                highest = max(rowids, default=highest)
                misfits += not ordered or not self._belongs(page, found, shape)
            misfits += walk.bad
        return misfits

    # -- finding pages --

    def _reached(self) -> Iterator[SalvagedRow]:
        done = 0
        for shape in self.shapes.values():
            root = self._roots.get(("table", shape.table))
            if root is None:
                continue
            walk = Walk(self._pages, root, _kinds(shape), self._seen)
            for number, page in walk:
                done += 1
                self._work.step(StoreStage.READING, done, self._pages.count)
                found = list(records(self._pages, page))
                if self._belongs(page, found, shape):
                    yield from self._rows_of(found, shape)
                else:  # a wrong pointer led here; whose page it is, its own tree or its rows will say
                    self._seen.discard(number)
                    self.unreadable_pages += 1
            self.unreadable_pages += walk.bad

    def _orphans(self, numbers: Iterable[int]) -> Iterator[SalvagedRow]:
        for (kind, name), root in self._roots.items():
            if kind == "index" or name not in self.shapes:
                for _ in Walk(self._pages, root, _TABLE if kind == "table" else _INDEX, self._seen):
                    self._work.check()
        passed = self._seen | self._pages.free()
        for number in numbers:
            if number in passed:
                continue
            self._work.step(StoreStage.READING, number, self._pages.count)
            page = self._pages.btree(number)
            found = [] if page is None else list(records(self._pages, page))
            shape = None if page is None else self._owner(page, found)
            if shape is not None:
                self._seen.add(number)
                yield from self._rows_of(found, shape)

    def _rows_of(self, found: list[Record | None], shape: Shape) -> Iterator[SalvagedRow]:
        for record in found:
            mended = None if record is None else shape.mend(record.rowid, record.values)
            if record is None or mended is None:
                self.unreadable_rows += 1
            else:
                row, right = mended
                yield SalvagedRow(shape, row, right and record.sound)

    def _belongs(self, page: BTreePage, found: list[Record | None], shape: Shape) -> bool:
        """Whether a page that a pointer led to is the table's; it is, unless its rows are those of another."""
        read = [record for record in found if record is not None]
        return not read or any(shape.fits(record.values) for record in read) or self._owner(page, found) is None

    def _owner(self, page: BTreePage, found: list[Record | None]) -> Shape | None:
        """The table whose rows at least half of the records look like."""
        read = [record for record in found if record is not None]
        fitting = [
            (sum(shape.fits(record.values) for record in read), shape)
            for shape in self.shapes.values()
            if page.kind in _kinds(shape)
        ]
        count, best = max(fitting, key=lambda each: each[0], default=(0, None))
        return best if count and count * 2 >= len(read) else None

    # -- what the file says of itself --

    def _read_roots(self) -> dict[tuple[str, str], int]:
        """The root page of everything in the schema, by kind and name; empty where page 1 is lost."""
        roots: dict[tuple[str, str], int] = {}
        for _, page in Walk(self._pages, 1, _TABLE, set()):
            for record in records(self._pages, page):
                match record:
                    case Record(values=(str("table" | "index" as kind), str(name), str(), int(root), *_)) if root > 1:
                        roots[kind, name] = root
        return roots

    def _fitting_version(self) -> int:
        step = max(1, self._pages.count // _SAMPLE_PAGES)
        leaves: list[list[Record]] = []
        for number in range(2, self._pages.count + 1, step):
            page = self._pages.btree(number)
            if page is not None and page.kind is PageKind.TABLE_LEAF:
                leaves.append([record for record in records(self._pages, page) if record is not None])
        fitting: Counter[int] = Counter()
        for version in range(1, NEWEST + 1):
            known = list(shapes(version).values())
            fitting[version] = sum(any(shape.fits(each.values) for shape in known) for leaf in leaves for each in leaf)
        return max(fitting, key=lambda version: (fitting[version], version))


def _kinds(shape: Shape) -> tuple[PageKind, PageKind]:
    return _TABLE if shape.has_rowids else _INDEX
