"""Salvaged rows into a new store of the same schema. What is left hanging in the air, `mending` puts right."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.store.database import Database
from app.store.records import Value
from app.store.salvage import Salvage, SalvagedRow
from app.store.shapes import Shape
from app.store.text import checksum
from app.store.triggers import without_triggers
from app.store.work import UNWATCHED, Work

_JSON = {("conversations", "settings"): "{}", ("messages", "facts"): None}
_HIGHEST = 1 << 48  # far above any id, and far enough from where SQLite has no next one
_LAST_MS = 253_402_300_799_999  # the end of the year 9999, and of what Python's datetime can show


@dataclass(slots=True)
class Loaded:
    """How many rows of each table are in; how many of them are not as they were.

    suspects: message id and ordinal of parts that do not match their checksum.
    """

    recovered: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)
    suspects: list[tuple[int, int]] = field(default_factory=list)


def load(database: Database, salvage: Salvage, work: Work = UNWATCHED) -> Loaded:
    """Write every row into `database`, an empty store of the schema `salvage.version`; ids stay as they are.

    Needs foreign keys switched off. Raises a StoreError or Cancelled; nothing is written then.
    """
    loader = _Loader(database.connection)
    with database.transaction(), without_triggers(database):
        for row in salvage.rows():
            work.check()
            loader.insert(row)
        loader.insert_late()
        loader.raise_ids(salvage.highest_ids())
    return loader.loaded


class _Loader:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._late: list[SalvagedRow] = []
        self._stray = 0
        self._stray_conversation = 0
        self.loaded = Loaded()

    def insert(self, row: SalvagedRow) -> None:
        """Write a row. One that another excludes, or with numbers that cannot be, waits until all ids are known."""
        row = _usable(row)
        if all(_is_id(row[column]) for column in _needed_ids(row.shape)) and self._insert(row):
            self._count(row)
        elif row.shape.rowid_at is not None and not row.doubtful and not self._is_there(row):
            self._late.append(row)

    def insert_late(self) -> None:
        """Write what waits: under ids of its own, and what it belongs to under one that is not given otherwise."""
        for row in self._late:
            changed: dict[str, Value] = {}
            for column in _needed_ids(row.shape):
                if column == "id":
                    changed[column] = None
                elif not _is_id(row[column]):
                    changed[column] = self._stray_id(row.shape.table)
            if "uid" in row.shape.unique and self._is_taken(row):
                changed["uid"] = uuid.uuid4().hex
            if row.shape.table == "parts":
                changed["ordinal"] = self._next_ordinal(changed.get("message_id", row["message_id"]))
            moved = replace(row.with_values(changed), sound=False)
            if self._insert(moved):
                self._count(moved)

    def raise_ids(self, highest: dict[str, int]) -> None:
        """See that no id is given a second time, not even one whose row is lost."""
        for table, number in highest.items():
            if _is_id(number):
                sql = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?"
                if not self._connection.execute(sql, (number, table)).rowcount:
                    self._connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number))

    def _insert(self, row: SalvagedRow) -> bool:
        names = ", ".join(column.name for column in row.shape.columns)
        places = ", ".join("?" for _ in row.shape.columns)
        sql = f"INSERT OR IGNORE INTO {row.shape.table} ({names}) VALUES ({places})"
        try:
            return bool(self._connection.execute(sql, row.values).rowcount)
        except sqlite3.IntegrityError:  # a rule of the table that its shape does not know
            return False

    def _is_there(self, row: SalvagedRow) -> bool:
        """Whether just this is in already, under whatever id (a page that was written to two places)."""
        return self._exists(row, [column.name for column in row.shape.columns if column.name != "id"])

    def _is_taken(self, row: SalvagedRow) -> bool:
        return self._exists(row, row.shape.unique)

    def _exists(self, row: SalvagedRow, columns: Sequence[str]) -> bool:
        sql = f"SELECT 1 FROM {row.shape.table} WHERE {' AND '.join(f'{column} IS ?' for column in columns)}"
        return self._connection.execute(sql, tuple(row[column] for column in columns)).fetchone() is not None

    def _stray_id(self, table: str) -> int:
        """What a row belongs to of which nobody knows: for a part a message of its own, for messages the same
        conversation. Nothing else has the id.
        """
        if not self._stray:
            sql = """SELECT max(coalesce((SELECT max(id) FROM conversations), 0),
                                coalesce((SELECT max(conversation_id) FROM messages), 0),
                                coalesce((SELECT max(id) FROM messages), 0),
                                coalesce((SELECT max(message_id) FROM parts), 0))"""
            self._stray = self._connection.execute(sql).fetchone()[0] + len(self._late)
        if table == "messages" and self._stray_conversation:
            return self._stray_conversation
        self._stray += 1
        if table == "messages":
            self._stray_conversation = self._stray
        return self._stray

    def _next_ordinal(self, message_id: Value) -> int:
        sql = "SELECT coalesce(max(ordinal), -1) + 1 FROM parts WHERE message_id = ?"
        number: int = self._connection.execute(sql, (message_id,)).fetchone()[0]
        return number

    def _count(self, row: SalvagedRow) -> None:
        table = row.shape.table
        self.loaded.recovered[table] += 1
        self.loaded.damaged[table] += not row.sound
        if table == "parts":
            message, ordinal = row["message_id"], row["ordinal"]
            intact = checksum(str(row["kind"]), str(row["name"]), str(row["text"])) == row["checksum"]
            if not intact and isinstance(message, int) and isinstance(ordinal, int):
                self.loaded.suspects.append((message, ordinal))


def _usable(row: SalvagedRow) -> SalvagedRow:
    """The row without values that could not be worked with: numbers out of all reason, broken JSON, no uid."""
    changed: dict[str, Value] = {}
    for column, value in zip(row.shape.columns, row.values, strict=True):
        name = column.name
        if name == "uid" and not value:
            changed[name] = uuid.uuid4().hex
        elif (row.shape.table, name) in _JSON and value is not None and not _is_json(value):
            changed[name] = _JSON[row.shape.table, name]
        elif name.endswith("_ms") and isinstance(value, int) and not 0 <= value <= _LAST_MS:
            # A time in the trash that looks long ago would have it emptied.
            changed[name] = _LAST_MS if name == "trashed_at_ms" else 0
        elif name in ("activity", "position", "ordinal") and not _is_small(value):
            changed[name] = 0
        elif name in ("folder_id", "parent_id") and value is not None and not _is_id(value):
            changed[name] = None
    return replace(row.with_values(changed), sound=False) if changed else row


def _needed_ids(shape: Shape) -> tuple[str, ...]:
    """Columns without which nobody knows what a row is or where it belongs."""
    return tuple(column.name for column in shape.columns if column.name in ("id", "conversation_id", "message_id"))


def _is_id(value: Value) -> bool:
    return isinstance(value, int) and 0 < value <= _HIGHEST


def _is_small(value: Value) -> bool:
    return isinstance(value, int) and 0 <= value <= _HIGHEST


def _is_json(value: Value) -> bool:
    try:
        return isinstance(json.loads(str(value)), dict)
    except (ValueError, RecursionError):
        return False
