"""Messages: written before anything is made of them, saved while they grow, and never overwritten by an edit."""

from __future__ import annotations

import contextlib
import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from app.core.chats import ChatMessage, GenerationFacts, MessageState, NewMessage, Part
from app.core.errors import NotInStore, StoreFull, StoreReadOnly
from app.core.message_tree import MessageTree
from app.store import rows
from app.store.database import Database
from app.store.text import checksum, storable


class Messages:
    """Reads and writes messages. Every method raises StoreError; one about what is gone, NotInStore.

    When a writing method returns, what it wrote is on the disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._abandoned: set[int] = set()

    # -- reading --

    def tree(self, conversation_id: int) -> MessageTree:
        """All messages of a conversation."""
        with self._database.snapshot() as connection:
            found = self._message_rows(connection, conversation_id)
            parts = connection.execute(
                """SELECT p.* FROM messages m JOIN parts p ON p.message_id = m.id
                   WHERE m.conversation_id = ? ORDER BY m.id, p.ordinal""",
                (conversation_id,),
            ).fetchall()
            chosen = self._choices(connection, conversation_id, found)
        of_message = {key: list(group) for key, group in groupby(parts, key=lambda part: part["message_id"])}
        return MessageTree((self._message(row, of_message.get(row["id"], ())) for row in found), chosen)

    def message(self, message_id: int) -> ChatMessage:
        with self._database.snapshot() as connection:
            found = connection.execute("SELECT * FROM messages WHERE id = ?", (message_id,)).fetchone()
            parts = connection.execute("SELECT * FROM parts WHERE message_id = ? ORDER BY ordinal", (message_id,))
            if found is None:
                raise NotInStore("That message is no longer there.")
            return self._message(found, parts.fetchall())

    def conversation_of(self, message_id: int) -> int:
        found = self._database.rows("SELECT conversation_id FROM messages WHERE id = ?", (message_id,))
        if not found:
            raise NotInStore("That message is no longer there.")
        number: int = found[0]["conversation_id"]
        return number

    # -- writing --

    def add(self, conversation_id: int, parent_id: int | None, new: NewMessage) -> ChatMessage:
        """Write a message after `parent_id` (None: as a first one), and choose it there.

        An edited question or another attempt is the same with the parent of the message it stands beside.
        """
        with self._database.transaction() as connection:
            self._check_parent(conversation_id, parent_id)
            message_id = self._insert(connection, conversation_id, parent_id, new)
            self._choose(connection, conversation_id, parent_id, message_id)
            connection.execute(
                """UPDATE conversations SET activity = (SELECT max(activity) + 1 FROM conversations), updated_at_ms = ?
                   WHERE id = ?""",
                (self._database.now_ms(), conversation_id),
            )
            return self.message(message_id)

    def save(
        self,
        message_id: int,
        parts: Sequence[Part],
        state: MessageState = MessageState.STREAMING,
        facts: GenerationFacts | None = None,
    ) -> None:
        """Replace what a running answer has so far; with another state, end it. Facts stay where none are given."""
        with self._database.transaction() as connection:
            changed = connection.execute(
                "UPDATE messages SET facts = coalesce(?, facts) WHERE id = ?",
                (None if facts is None else rows.write_json(facts), message_id),
            ).rowcount
            if not changed:
                raise NotInStore("The conversation of this answer was deleted.")
            self._replace_parts(connection, message_id, parts)
            # Last, because an answer is indexed for search when it ends: all of it, and once.
            connection.execute("UPDATE messages SET state = ? WHERE id = ?", (state, message_id))
        self._abandoned.discard(message_id)

    def choose(self, message_id: int) -> None:
        """Show this version, and at every fork before it the version that leads to it."""
        with self._database.transaction() as connection:
            conversation_id = self.conversation_of(message_id)
            found = self._message_rows(connection, conversation_id)
            tree = MessageTree(self._message(row, ()) for row in found)
            present = self._choices(connection, conversation_id, found)
            for parent, child in tree.choices_to(message_id).items():
                if present.get(parent) != child:
                    self._choose(connection, conversation_id, parent, child)

    def remove(self, message_id: int) -> None:
        """Take a message, and with it what follows, out of sight. `bring_back` undoes it."""
        self._set_removed(message_id, True)

    def bring_back(self, message_id: int) -> None:
        self._set_removed(message_id, False)

    def end_streaming(self) -> None:
        """Take what is streaming for interrupted, for whoever wrote it is dead. For the start only.

        Where that cannot be written, it is shown so all the same.
        """
        self._abandoned = {
            row["id"] for row in self._database.rows("SELECT id FROM messages WHERE state = 'streaming'")
        }
        if self._abandoned:
            with contextlib.suppress(StoreFull, StoreReadOnly):
                self.interrupt_streaming()
                self._abandoned = set()

    def interrupt_streaming(self) -> int:
        """Mark everything that is streaming as interrupted; how much there was."""
        with self._database.transaction() as connection:
            sql = "UPDATE messages SET state = 'interrupted' WHERE state = 'streaming'"
            return connection.execute(sql).rowcount

    def copy(self, tree: MessageTree, up_to: int | None, conversation_id: int) -> None:
        """Write a tree's messages, or those on the way to `up_to`, into another conversation, choices and all.

        What was removed stays behind, with what follows it. What is damaged is so in the copy too.
        """
        copied: dict[int | None, int | None] = {None: None}
        with self._database.transaction() as connection:
            for each in tree if up_to is None else tree.path_to(up_to):
                parent = tree.parent_of(each.id)
                if parent not in copied or (each.removed and up_to is None):
                    continue
                state = MessageState.INTERRUPTED if each.state is MessageState.STREAMING else each.state
                new = NewMessage(each.role, each.parts, state, each.facts, created_at_ms=each.created_at_ms)
                made = self._insert(connection, conversation_id, copied[parent], new)
                if each.damaged:
                    connection.execute("UPDATE parts SET checksum = x'' WHERE message_id = ?", (made,))
                copied[each.id] = made
            for old, made_parent in copied.items():
                chosen = copied.get(tree.chosen_child(old))
                if chosen is not None:
                    self._choose(connection, conversation_id, made_parent, chosen)

    # -- parts --

    def _message(self, row: sqlite3.Row, parts: Iterable[sqlite3.Row]) -> ChatMessage:
        message = rows.message(row, parts)
        if message.state is MessageState.STREAMING and message.id in self._abandoned:
            return replace(message, state=MessageState.INTERRUPTED)
        return message

    def _message_rows(self, connection: sqlite3.Connection, conversation_id: int) -> list[sqlite3.Row]:
        sql = "SELECT * FROM messages WHERE conversation_id = ? ORDER BY id"
        return connection.execute(sql, (conversation_id,)).fetchall()

    def _choices(
        self, connection: sqlite3.Connection, conversation_id: int, messages: Iterable[sqlite3.Row]
    ) -> dict[int | None, int]:
        chosen: dict[int | None, int] = {
            row["id"]: row["chosen_child_id"] for row in messages if row["chosen_child_id"] is not None
        }
        sql = "SELECT first_chosen_id FROM conversations WHERE id = ?"
        first = connection.execute(sql, (conversation_id,)).fetchone()
        if first is not None and first["first_chosen_id"] is not None:
            chosen[None] = first["first_chosen_id"]
        return chosen

    def _check_parent(self, conversation_id: int, parent_id: int | None) -> None:
        if parent_id is not None:
            if self.conversation_of(parent_id) != conversation_id:
                raise NotInStore("That message belongs to another conversation.")
        elif not self._database.rows("SELECT 1 FROM conversations WHERE id = ?", (conversation_id,)):
            raise NotInStore("That conversation is no longer there.")

    def _insert(
        self, connection: sqlite3.Connection, conversation_id: int, parent_id: int | None, new: NewMessage
    ) -> int:
        cursor = connection.execute(
            """INSERT INTO messages (uid, conversation_id, parent_id, role, state, facts, created_at_ms)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (
                storable(new.uid or uuid.uuid4().hex),
                conversation_id,
                parent_id,
                new.role,
                new.state,
                None if new.facts is None else rows.write_json(new.facts),
                self._database.now_ms() if new.created_at_ms is None else new.created_at_ms,
            ),
        )
        if cursor.lastrowid is None:
            raise RuntimeError("SQLite gave no id to a new row")
        self._replace_parts(connection, cursor.lastrowid, new.parts)
        return cursor.lastrowid

    def _replace_parts(self, connection: sqlite3.Connection, message_id: int, parts: Sequence[Part]) -> None:
        """Write the parts; one that has not changed is left as it is, so that a save costs what was added."""
        sql = "SELECT ordinal, checksum FROM parts WHERE message_id = ?"
        present = {row["ordinal"]: row["checksum"] for row in connection.execute(sql, (message_id,))}
        for ordinal, part in enumerate(parts):
            name, text = storable(part.name), storable(part.text)
            digest = checksum(part.kind, name, text)
            if present.get(ordinal) != digest:
                connection.execute(
                    """INSERT INTO parts (message_id, ordinal, kind, name, text, checksum) VALUES (?, ?, ?, ?, ?, ?)
                       ON CONFLICT (message_id, ordinal) DO UPDATE SET kind = excluded.kind,
                       name = excluded.name, text = excluded.text, checksum = excluded.checksum""",
                    (message_id, ordinal, part.kind, name, text, digest),
                )
        connection.execute("DELETE FROM parts WHERE message_id = ? AND ordinal >= ?", (message_id, len(parts)))

    def _choose(
        self, connection: sqlite3.Connection, conversation_id: int, parent_id: int | None, message_id: int
    ) -> None:
        if parent_id is None:
            sql, owner = "UPDATE conversations SET first_chosen_id = ? WHERE id = ?", conversation_id
        else:
            sql, owner = "UPDATE messages SET chosen_child_id = ? WHERE id = ?", parent_id
        connection.execute(sql, (message_id, owner))

    def _set_removed(self, message_id: int, removed: bool) -> None:
        with self._database.transaction() as connection:
            sql = "UPDATE messages SET removed = ? WHERE id = ?"
            if not connection.execute(sql, (removed, message_id)).rowcount:
                raise NotInStore("That message is no longer there.")
