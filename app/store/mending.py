"""What hangs in the air after a salvage: messages without a conversation, texts without a message, broken parents.

Works on the new store alone, with what the old one's indexes still know. Nothing is thrown away that says something.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.store.database import Database
from app.store.recall import Fragments, recall
from app.store.records import Value
from app.store.salvage import Salvage
from app.store.text import CHECKSUM_BYTES
from app.store.triggers import without_triggers
from app.store.work import UNWATCHED, Work

TITLE = "Recovered"

_MESSAGES_OF_PARTS = """
    SELECT DISTINCT message_id FROM parts WHERE message_id NOT IN (SELECT id FROM messages) ORDER BY message_id
"""


@dataclass(slots=True)
class Mended:
    """recalled, renamed, rebuilt: as in a RescueReport. righted: damaged texts put right. lost: by table."""

    recalled: int = 0
    righted: int = 0
    renamed: int = 0
    rebuilt: int = 0
    lost: dict[str, int] = field(default_factory=dict)


def mend(
    database: Database,
    salvage: Salvage,
    suspects: Sequence[tuple[int, int]] = (),
    backup: Database | None = None,
    work: Work = UNWATCHED,
) -> Mended:
    """Make every row of the new store refer to rows that are there.

    Args:
        suspects: message id and ordinal of parts that do not match their checksum.
        backup: to fill holes from, where there is one.

    Needs foreign keys switched off. Raises a StoreError or Cancelled; nothing is written then.
    """
    done = Mended()
    with database.transaction() as connection, without_triggers(database):
        fragments = _fragments(connection, salvage, work)
        if backup is not None:
            done.recalled, done.righted = recall(connection, backup, fragments, suspects, work)
        mending = _Mending(connection, fragments)
        done.rebuilt = mending.rebuild_messages()
        done.renamed = mending.add_conversations()
        mending.add_folders()
        mending.join_parents()
        done.lost = {table: mending.count_lost(table) for table in salvage.shapes}
        mending.mark_lost_parts()
        mending.drop_dangling()
    return done


def _fragments(connection: sqlite3.Connection, salvage: Salvage, work: Work) -> Fragments:
    found: Fragments = {}
    for table, shape in salvage.shapes.items():
        rows = found[table] = {}
        if shape.rowid_at is None:
            continue
        name = shape.columns[shape.rowid_at].name
        present = {row[0] for row in connection.execute(f"SELECT {name} FROM {table}")}
        for rowid, values in salvage.index_entries(table):
            work.check()
            if rowid not in present:
                rows.setdefault(rowid, {}).update(values)
    return found


class _Mending:
    def __init__(self, connection: sqlite3.Connection, fragments: Fragments) -> None:
        self._connection = connection
        self._fragments = fragments

    def rebuild_messages(self) -> int:
        """A message for every text that has none; how many."""
        missing = [row[0] for row in self._connection.execute(_MESSAGES_OF_PARTS).fetchall()]
        stray: int | None = None  # the conversation of those of which nobody knows where they belong
        for message_id in missing:
            known = self._fragments["messages"].get(message_id, {})
            conversation = self._conversation_of(message_id, known)
            if conversation is None:
                conversation = stray = stray or self._free_conversation_id()
            parent = self._parent_of(message_id, conversation, known)
            self._insert_message(message_id, conversation, parent, known.get("uid"))
        return len(missing)

    def add_conversations(self) -> int:
        """A conversation for the messages that have none; how many."""
        missing = self._connection.execute(
            """SELECT conversation_id AS id, min(created_at_ms) AS first, max(created_at_ms) AS last FROM messages
               WHERE conversation_id NOT IN (SELECT id FROM conversations) GROUP BY conversation_id"""
        ).fetchall()
        for number, row in enumerate(missing, start=1):
            values: dict[str, Value] = {
                "id": row["id"],
                "uid": uuid.uuid4().hex,
                "title": TITLE if len(missing) == 1 else f"{TITLE} {number}",
                "title_source": "prompt",
                "system_prompt": "",
                "settings": "{}",
                "pinned": 0,
                "archived": 0,
                "activity": self._highest("activity", "conversations") + 1,
                "created_at_ms": row["first"],
                "updated_at_ms": row["last"],
            }
            known = {
                name: value
                for name, value in self._fragments["conversations"].get(row["id"], {}).items()
                if value is not None
            }
            try:
                self._insert("conversations", values | known)
            except sqlite3.IntegrityError:  # what the index says is damaged too
                self._insert("conversations", values)
        return len(missing)

    def add_folders(self) -> None:
        """Keep together what was in a folder whose name is lost."""
        missing = self._connection.execute(
            """SELECT DISTINCT folder_id FROM conversations
               WHERE folder_id IS NOT NULL AND folder_id NOT IN (SELECT id FROM folders)"""
        ).fetchall()
        for row in missing:
            self._insert("folders", {"id": row[0], "name": TITLE, "position": self._highest("position", "folders") + 1})

    def join_parents(self) -> None:
        """Put what followed a lost message behind the one before it."""
        broken = self._connection.execute(
            """SELECT m.id, m.parent_id, m.conversation_id FROM messages m LEFT JOIN messages p ON p.id = m.parent_id
               WHERE m.parent_id IS NOT NULL AND
                   (p.id IS NULL OR p.id >= m.id OR p.conversation_id <> m.conversation_id)"""
        ).fetchall()
        for row in broken:
            parent = self._survivor(row["id"], row["parent_id"], row["conversation_id"])
            self._connection.execute("UPDATE messages SET parent_id = ? WHERE id = ?", (parent, row["id"]))

    def mark_lost_parts(self) -> None:
        """An empty part, marked damaged by a checksum that cannot be right, wherever one is known to be missing."""
        for known in self._fragments["parts"].values():
            self._connection.execute(
                """INSERT OR IGNORE INTO parts (message_id, ordinal, kind, name, text, checksum)
                   SELECT id, ?, 'text', '', '', ? FROM messages WHERE id = ?""",
                (known.get("ordinal"), bytes(CHECKSUM_BYTES), known.get("message_id")),
            )

    def count_lost(self, table: str) -> int:
        """Of the rows that were not found, those that have not been made again."""
        sql = f"SELECT 1 FROM {table} WHERE rowid = ?"
        return sum(self._connection.execute(sql, (rowid,)).fetchone() is None for rowid in self._fragments[table])

    def drop_dangling(self) -> None:
        """What still points nowhere says nothing by itself (a tag of a lost conversation)."""
        self._connection.execute("DELETE FROM tags WHERE conversation_id NOT IN (SELECT id FROM conversations)")
        for row in self._connection.execute("PRAGMA foreign_key_check").fetchall():
            if row["rowid"] is not None:
                self._connection.execute(f"DELETE FROM {row['table']} WHERE rowid = ?", (row["rowid"],))

    # -- where a message belongs --

    def _conversation_of(self, message_id: int, known: Mapping[str, Value]) -> int | None:
        stated = known.get("conversation_id")
        if isinstance(stated, int):
            return stated
        # What it follows and what follows it is in the same conversation; so is what was written between two of one.
        answer = self._number("SELECT conversation_id FROM messages WHERE parent_id = ? ORDER BY id", message_id)
        if answer is not None:
            return answer
        asked = self._number("SELECT conversation_id FROM messages WHERE id = ?", known.get("parent_id"))
        if asked is not None:
            return asked
        before = self._number("SELECT conversation_id FROM messages WHERE id < ? ORDER BY id DESC", message_id)
        after = self._number("SELECT conversation_id FROM messages WHERE id > ? ORDER BY id", message_id)
        return before if before == after else None

    def _parent_of(self, message_id: int, conversation: int, known: Mapping[str, Value]) -> int | None:
        stated = known.get("parent_id")
        if "parent_id" in known and (stated is None or isinstance(stated, int)):
            return stated
        return self._before(message_id, conversation)

    def _survivor(self, message_id: int, parent: int | None, conversation: int) -> int | None:
        """The nearest ancestor that is there, as far as the indexes know the way; else the message before."""
        lost = self._fragments["messages"]
        seen: set[int] = set()
        while parent is not None and parent not in seen:
            seen.add(parent)
            here = self._number("SELECT conversation_id FROM messages WHERE id = ?", parent)
            if here is not None:
                return (
                    parent if here == conversation and parent < message_id else self._before(message_id, conversation)
                )
            known = lost.get(parent, {})
            if "parent_id" not in known:
                return self._before(message_id, conversation)
            stated = known["parent_id"]
            parent = stated if isinstance(stated, int) else None
        return None

    def _before(self, message_id: int, conversation: int) -> int | None:
        sql = "SELECT max(id) FROM messages WHERE id < ? AND conversation_id = ?"
        return self._number(sql, message_id, conversation)

    def _insert_message(self, message_id: int, conversation: int, parent: int | None, uid: Value) -> None:
        sql = "SELECT kind FROM parts WHERE message_id = ?"
        kinds = {row[0] for row in self._connection.execute(sql, (message_id,))}
        asked = self._connection.execute("SELECT 1 FROM messages WHERE id = ? AND role = 'user'", (parent,)).fetchone()
        role = "tool" if "tool_result" in kinds else "user"
        if asked is not None or kinds & {"thinking", "tool_call"}:
            role = "assistant"
        at_ms = self._number("SELECT created_at_ms FROM messages WHERE id < ? ORDER BY id DESC LIMIT 1", message_id)
        values: dict[str, Value] = {
            "id": message_id,
            "uid": uid if isinstance(uid, str) and not self._has_uid(uid) else uuid.uuid4().hex,
            "conversation_id": conversation,
            "parent_id": parent,
            "role": role,
            "state": "complete",
            "created_at_ms": at_ms or 0,
        }
        self._insert("messages", values)

    def _insert(self, table: str, values: Mapping[str, Value]) -> None:
        places = ", ".join("?" for _ in values)
        self._connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", tuple(values.values()))

    def _has_uid(self, uid: str) -> bool:
        return self._connection.execute("SELECT 1 FROM messages WHERE uid = ?", (uid,)).fetchone() is not None

    def _free_conversation_id(self) -> int:
        return max(self._highest("id", "conversations"), self._highest("conversation_id", "messages")) + 1

    def _highest(self, column: str, table: str) -> int:
        return self._number(f"SELECT max({column}) FROM {table}") or 0

    def _number(self, sql: str, *values: Value) -> int | None:
        row = self._connection.execute(sql, values).fetchone()
        number: int | None = None if row is None else row[0]
        return number
