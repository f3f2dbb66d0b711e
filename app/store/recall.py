"""Filling the holes of a salvaged store from a backup: what was lost or damaged, and stands there as it was written.

Only what the damaged store is known to have held comes back; what somebody deleted after the backup stays deleted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from app.store.database import Database
from app.store.records import Value
from app.store.text import checksum
from app.store.work import UNWATCHED, Work

# By table, what an index tells of rows that were not found: rowid -> column -> value.
Fragments = dict[str, dict[int, dict[str, Value]]]


def recall(
    connection: sqlite3.Connection,
    backup: Database,
    fragments: Fragments,
    suspects: Iterable[tuple[int, int]],
    work: Work = UNWATCHED,
) -> tuple[int, int]:
    """Write into the new store behind `connection` what `backup` knows of the rows in `fragments`.

    Args:
        suspects: message id and ordinal of parts that do not match their checksum.

    Returns:
        How many rows were filled in, and how many of the suspects were put right.

    Raises:
        StoreError: the backup cannot be read after all.
        Cancelled: it was stopped.
    """
    with backup.errors():
        recalling = _Recalling(connection, backup.connection, work)
        filled = recalling.rows("conversations", fragments["conversations"])
        filled += recalling.rows("messages", fragments["messages"])
        filled += recalling.parts(fragments["parts"])
        righted = recalling.right(suspects)
    return filled + righted, righted


class _Recalling:
    def __init__(self, connection: sqlite3.Connection, backup: sqlite3.Connection, work: Work) -> None:
        self._connection = connection
        self._backup = backup
        self._work = work

    def rows(self, table: str, lost: Mapping[int, Mapping[str, Value]]) -> int:
        """Conversations or messages, told by their uid. What the damaged store still knows of one is newer."""
        filled = 0
        for rowid, known in sorted(lost.items()):
            self._work.check()
            found = self._backup.execute(f"SELECT * FROM {table} WHERE uid = ?", (known.get("uid"),)).fetchone()
            if found is None:
                continue
            values = {**dict(found), **known, "id": rowid}
            if values.get("state") == "streaming":
                values["state"] = "interrupted"
            done = self._insert(table, values)
            filled += done
            if done and table == "messages":
                filled += self._parts_of(rowid, str(values["uid"]))
        return filled

    def parts(self, lost: Mapping[int, Mapping[str, Value]]) -> int:
        """Single texts of messages that are there."""
        filled = 0
        for rowid, known in sorted(lost.items()):
            self._work.check()
            message, ordinal = known.get("message_id"), known.get("ordinal")
            if isinstance(message, int) and isinstance(ordinal, int):
                found = self._sound_part(message, ordinal)
                if found is not None:
                    filled += self._insert("parts", {**dict(found), "id": rowid, "message_id": message})
        return filled

    def right(self, suspects: Iterable[tuple[int, int]]) -> int:
        """Texts that are damaged, where the backup has the one of which the checksum was made."""
        righted = 0
        for message, ordinal in suspects:
            self._work.check()
            found = self._sound_part(message, ordinal)
            if found is not None:
                righted += self._connection.execute(
                    """UPDATE parts SET kind = ?, name = ?, text = ?
                       WHERE message_id = ? AND ordinal = ? AND checksum = ?""",
                    (found["kind"], found["name"], found["text"], message, ordinal, found["checksum"]),
                ).rowcount
        return righted

    def _parts_of(self, message: int, uid: str) -> int:
        sql = "SELECT p.* FROM parts p JOIN messages m ON m.id = p.message_id WHERE m.uid = ?"
        found = self._backup.execute(sql, (uid,)).fetchall()
        return sum(self._insert("parts", {**dict(part), "id": None, "message_id": message}) for part in found)

    def _sound_part(self, message: int, ordinal: int) -> sqlite3.Row | None:
        row = self._connection.execute("SELECT uid FROM messages WHERE id = ?", (message,)).fetchone()
        sql = "SELECT p.* FROM parts p JOIN messages m ON m.id = p.message_id WHERE m.uid = ? AND p.ordinal = ?"
        found: sqlite3.Row | None = self._backup.execute(sql, (None if row is None else row[0], ordinal)).fetchone()
        if found is None or checksum(found["kind"], found["name"], found["text"]) != found["checksum"]:
            return None
        return found

    def _insert(self, table: str, values: Mapping[str, object]) -> int:
        """1, or 0 where it is there already."""
        names = [
            row["name"] for row in self._connection.execute(f"PRAGMA table_info({table})") if row["name"] in values
        ]
        places = ", ".join("?" for _ in names)
        sql = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({places})"
        try:
            return self._connection.execute(sql, tuple(values[name] for name in names)).rowcount
        except sqlite3.IntegrityError:  # what an index says is damaged as well
            return 0
