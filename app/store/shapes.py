"""What the rows of each table look like, in every schema there ever was: told by the migrations themselves.

For reading rows without SQLite and without the schema that stands in the file. Tables that can be made again from
others (the search index) are left out.
"""

from __future__ import annotations

import ast
import functools
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.store.database import open_database
from app.store.migrate import upgrade
from app.store.migrations import MIGRATIONS
from app.store.records import Value

_CHECK = re.compile(r"CHECK \((\w+) IN \(([^()]*)\)\)")
_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "INTEGER": int,
    "TEXT": str,
    "BLOB": bytes,
    "REAL": (int, float),
}
_EMPTY: Final[Mapping[str, Value]] = {"INTEGER": 0, "TEXT": "", "BLOB": b"", "REAL": 0.0}
# What stands for a value that is lost, where the first allowed one would claim too much.
_INSTEAD: Final[Mapping[tuple[str, str], Value]] = {
    ("messages", "role"): "user",
    ("messages", "state"): "interrupted",
    ("parts", "kind"): "text",
}


@dataclass(frozen=True, slots=True)
class Column:
    """allowed: the only values there may be; empty where any of the type will do. default: its DEFAULT, or None."""

    name: str
    type: str
    required: bool
    default: Value
    allowed: frozenset[Value]

    def takes(self, value: Value) -> bool:
        if value is None:
            return not self.required
        wanted = _TYPES.get(self.type)
        return (wanted is None or isinstance(value, wanted)) and (not self.allowed or value in self.allowed)


@dataclass(frozen=True, slots=True)
class Shape:
    """A table.

    columns: as they lie in a record.
    rowid_at: the column that is the rowid and so NULL in the record; None where there is none.
    indexes: for each index its columns, which the rowid follows in an entry; none for a table without rowids.
    """

    table: str
    columns: tuple[Column, ...]
    rowid_at: int | None
    has_rowids: bool
    indexes: Mapping[str, tuple[str, ...]]

    def at(self, column: str) -> int:
        """Where a column lies. Raises KeyError for one the table does not have."""
        for at, each in enumerate(self.columns):
            if each.name == column:
                return at
        raise KeyError(column)

    @property
    def unique(self) -> tuple[str, ...]:
        """The columns no two rows share, besides the id; empty where there are none."""
        return next((columns for name, columns in self.indexes.items() if name.startswith("sqlite_autoindex")), ())

    def fits(self, values: Sequence[Value]) -> bool:
        """Whether these can be a row as it was written; columns added later may be missing at its end."""
        if len(values) > len(self.columns):
            return False
        for at, column in enumerate(self.columns):
            if at >= len(values):
                if column.required and column.default is None:
                    return False
            elif at == self.rowid_at:
                if values[at] is not None:
                    return False
            elif not column.takes(values[at]):
                return False
        return True

    def mend(self, rowid: int | None, values: Sequence[Value]) -> tuple[tuple[Value, ...], bool] | None:
        """The row with something usable in every column, and whether it was right already.

        None where too little of it is right to be one.
        """
        row: list[Value] = []
        wrong = max(0, len(values) - len(self.columns))
        for at, column in enumerate(self.columns):
            if at == self.rowid_at:
                wrong += at >= len(values) or values[at] is not None
                row.append(rowid)
            elif at >= len(values) and (column.default is not None or not column.required):
                row.append(column.default)
            elif at < len(values) and column.takes(values[at]):
                row.append(values[at])
            else:
                wrong += 1
                row.append(self._instead_of(column))
        return (tuple(row), not wrong) if wrong * 2 <= len(self.columns) else None

    def _instead_of(self, column: Column) -> Value:
        if not column.required:
            return None
        if column.default is not None:
            return column.default
        if (self.table, column.name) in _INSTEAD:
            return _INSTEAD[self.table, column.name]
        return min(column.allowed, key=str) if column.allowed else _EMPTY.get(column.type, "")


@functools.cache
def shapes(version: int) -> Mapping[str, Shape]:
    """The tables of a schema by name, those first that others refer to."""
    database = open_database(None)
    try:
        upgrade(database, lambda present: None, [each for each in MIGRATIONS if each.number <= version])
        connection = database.connection
        names = [
            row["name"]
            for row in connection.execute("PRAGMA main.table_list")
            if row["type"] == "table" and not row["name"].startswith("sqlite_")
        ]
        # What a migration fills by itself tells about the index and is no word of a person's.
        names = [
            name for name in names if not connection.execute(f"SELECT EXISTS (SELECT 1 FROM {name})").fetchone()[0]
        ]
        order = {row["name"]: number for number, row in enumerate(connection.execute("SELECT name FROM sqlite_schema"))}
        return {name: _shape(connection, name) for name in sorted(names, key=order.__getitem__)}
    finally:
        database.close()


def _shape(connection: sqlite3.Connection, table: str) -> Shape:
    listed = connection.execute("SELECT wr FROM pragma_table_list WHERE name = ?", (table,)).fetchone()
    sql = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()["sql"]
    allowed = {name: frozenset(ast.literal_eval(f"({values},)")) for name, values in _CHECK.findall(sql)}
    described = connection.execute(f"PRAGMA table_info({table})").fetchall()
    key = [row for row in described if row["pk"]]
    has_rowids = not listed["wr"]
    rowid_at = key[0]["cid"] if has_rowids and len(key) == 1 and key[0]["type"] == "INTEGER" else None
    if not has_rowids:  # such a table is an index: its key comes first
        described = [*sorted(key, key=lambda row: row["pk"]), *(row for row in described if not row["pk"])]
    columns = tuple(
        Column(
            row["name"],
            row["type"],
            bool(row["notnull"] or (row["pk"] and not has_rowids)),
            None if row["dflt_value"] is None else connection.execute(f"SELECT {row['dflt_value']}").fetchone()[0],
            allowed.get(row["name"], frozenset()),
        )
        for row in described
    )
    indexes: dict[str, tuple[str, ...]] = {}
    if has_rowids:
        for index in connection.execute(f"PRAGMA index_list({table})").fetchall():
            parts = connection.execute(f"PRAGMA index_info({index['name']})").fetchall()
            if all(part["name"] is not None for part in parts):  # an expression has no name
                indexes[index["name"]] = tuple(part["name"] for part in parts)
    return Shape(table, columns, rowid_at, has_rowids, indexes)
