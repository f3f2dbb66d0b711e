"""Reading SQLite's file format without SQLite: whatever SQLite wrote is read back, from the file and from its -wal."""

from __future__ import annotations

import random
import shutil
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.store.pages import PageFile, PageKind, Walk, btree_page
from app.store.records import Record, records
from app.store.salvage import Salvage
from tests.app.store.damage import PAGE_BYTES, flip, zero
from tests.app.store.samples import contents

_TABLE = (PageKind.TABLE_INTERIOR, PageKind.TABLE_LEAF)
_INDEX = (PageKind.INDEX_INTERIOR, PageKind.INDEX_LEAF)

_VALUES = st.one_of(
    st.none(),
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.binary(max_size=60),
    # Longer than a page, so that the rest lies on pages of its own.
    st.builds(
        lambda piece, times: piece * times, st.text(st.characters(codec="utf-8"), min_size=1), st.integers(1, 3000)
    ),
    st.builds(lambda piece, times: piece * times, st.binary(min_size=1, max_size=9), st.integers(1, 3000)),
)


def _rows(path: Path, name: str, root: int, kinds: tuple[PageKind, PageKind], **options: bool) -> list[Record]:
    with PageFile(path, **options) as pages:
        found = [record for _, page in Walk(pages, root, kinds, set()) for record in records(pages, page)]
    assert None not in found
    return [record for record in found if record is not None]


def _root(connection: sqlite3.Connection, name: str) -> int:
    number: int = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchone()[0]
    return number


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.integers(-(1 << 63), (1 << 63) - 1), _VALUES, _VALUES), max_size=40),
    page_size=st.sampled_from([512, 1024, 4096, 65536]),
)
def test_every_row_and_index_entry_is_read_as_sqlite_reads_it(
    tmp_path: Path, rows: list[tuple[int, object, object]], page_size: int
) -> None:
    path = tmp_path / "values.sqlite3"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {page_size}")
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, one, other)")
        connection.execute("CREATE INDEX i ON t (one, other)")
        connection.execute("BEGIN")
        connection.executemany("INSERT OR REPLACE INTO t VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")
        expected = connection.execute("SELECT id, one, other FROM t ORDER BY id").fetchall()
        in_index = connection.execute("SELECT one, other, id FROM t ORDER BY one, other, id").fetchall()
        table, index = _root(connection, "t"), _root(connection, "i")
    found = [(record.rowid, *record.values[1:]) for record in _rows(path, "t", table, _TABLE)]
    assert found == expected
    assert {record.values for record in _rows(path, "i", index, _INDEX)} == set(in_index)
    assert all(record.sound for record in _rows(path, "t", table, _TABLE))


def test_every_row_of_a_store_is_read_as_sqlite_reads_it(sample: Path) -> None:
    expected = contents(sample)
    with PageFile(sample) as pages:
        salvage = Salvage(pages)
        rows = list(salvage.rows())
        assert (salvage.unreadable_pages, salvage.unreadable_rows, salvage.misfits()) == (0, 0, 0)
    assert all(row.sound for row in rows)
    for table, shape in salvage.shapes.items():
        names = [column.name for column in shape.columns]
        found = [dict(zip(names, row.values, strict=True)) for row in rows if row.shape.table == table]
        assert sorted(found, key=repr) == sorted(expected[table].values(), key=repr), table


@pytest.fixture
def in_wal(tmp_path: Path) -> Callable[[], tuple[Path, int]]:
    """A database of which most lies in the -wal, as a killed process leaves it, and the root of its table."""

    def write() -> tuple[Path, int]:
        live = tmp_path / "live.sqlite3"
        with closing(sqlite3.connect(live, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text)")
            connection.execute("INSERT INTO t VALUES (0, 'in the file')")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            for number in range(1, 120):
                connection.execute("INSERT INTO t VALUES (?, ?)", (number, f"row {number} " * 40))
            root = _root(connection, "t")
            for name in ("killed.sqlite3", "killed.sqlite3-wal"):
                shutil.copyfile(tmp_path / name.replace("killed", "live"), tmp_path / name)
        return tmp_path / "killed.sqlite3", root

    return write


def test_the_wal_is_part_of_the_file(in_wal: Callable[[], tuple[Path, int]]) -> None:
    path, root = in_wal()
    assert [record.rowid for record in _rows(path, "t", root, _TABLE)] == list(range(120))
    assert [record.rowid for record in _rows(path, "t", root, _TABLE, wal=False)] == [0]


def test_a_cut_wal_is_read_up_to_its_last_whole_commit(in_wal: Callable[[], tuple[Path, int]], tmp_path: Path) -> None:
    path, root = in_wal()
    wal = tmp_path / "killed.sqlite3-wal"
    whole = wal.read_bytes()
    for cut in range(0, len(whole), 9001):
        wal.write_bytes(whole[:cut])
        found = [record.rowid for record in _rows(path, "t", root, _TABLE)]
        copy = tmp_path / "opened.sqlite3"
        shutil.copyfile(path, copy)
        shutil.copyfile(wal, tmp_path / "opened.sqlite3-wal")
        with closing(sqlite3.connect(copy)) as connection:
            assert found == [row[0] for row in connection.execute("SELECT id FROM t ORDER BY id")], cut
        for leftover in tmp_path.glob("opened*"):
            leftover.unlink()


def test_images_behind_a_damaged_place_of_the_wal_are_doubtful(in_wal: Callable[[], tuple[Path, int]]) -> None:
    path, root = in_wal()
    wal = path.with_name("killed.sqlite3-wal")
    flip(wal, wal.stat().st_size // 2, 3)
    before = len(_rows(path, "t", root, _TABLE))
    assert 0 < before < 119
    with PageFile(path) as pages:
        assert pages.doubtful
        pages.trust_doubtful()
        ids = {
            record.rowid
            for number in range(2, pages.count + 1)
            if (page := pages.btree(number)) is not None
            for record in records(pages, page)
            if record is not None and page.kind is PageKind.TABLE_LEAF
        }
    assert len(ids) > before


def test_the_page_size_is_guessed_where_the_header_is_lost(sample: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(sample, tmp_path / "headless"))
    zero(path, [1])
    with PageFile(path) as pages:
        assert (pages.page_size, pages.user_version) == (PAGE_BYTES, 0)
    small = tmp_path / "small.sqlite3"
    with closing(sqlite3.connect(small)) as connection:
        connection.execute("PRAGMA page_size = 1024")
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", [(None, f"row {number}") for number in range(2000)])
        connection.commit()
    small.write_bytes(bytes(1024) + small.read_bytes()[1024:])
    with PageFile(small) as pages:
        assert pages.page_size == 1024


def test_noise_hardly_ever_passes_for_a_row(sample: Path) -> None:
    dice = random.Random(1)
    cells = read = 0
    with PageFile(sample) as pages:
        for _ in range(200):
            places = dice.sample(range(200, PAGE_BYTES - 40), 40)
            head = struct.pack(">BHHHB40H", PageKind.TABLE_LEAF, 0, len(places), 200, 0, *places)
            page = btree_page(head + dice.randbytes(PAGE_BYTES - len(head)), PAGE_BYTES)
            assert page is not None
            found = list(records(pages, page))
            cells += len(found)
            read += sum(record is not None for record in found)
    assert cells == 8000
    assert read < cells // 200


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_makes_reading_raise(sample: Path, tmp_path: Path, data: st.DataObject) -> None:
    original = sample.read_bytes()[: 40 * PAGE_BYTES]
    damaged = bytearray(original)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        piece = data.draw(st.binary(min_size=1, max_size=40))
        damaged[at : at + len(piece)] = piece
    path = tmp_path / "damaged"
    path.write_bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    with PageFile(path) as pages:
        salvage = Salvage(pages)
        for row in salvage.rows():
            assert len(row.values) == len(row.shape.columns)
        for table in salvage.shapes:
            list(salvage.index_entries(table))
        salvage.highest_ids()
        salvage.misfits()
