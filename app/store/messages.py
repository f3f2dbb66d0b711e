"""Messages: written before anything is made of them, saved while they grow, and never overwritten by an edit."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Sequence
from itertools import groupby

from app.core.chats import ChatMessage, GenerationFacts, MessageState, NewMessage, Part
from app.core.errors import NotInStore
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

    # -- reading --

    def tree(self, conversation_id: int) -> MessageTree:
        """All messages of a conversation."""
        with self._database.errors():
            return self._tree(conversation_id)

    def message(self, message_id: int) -> ChatMessage:
        found = self._database.rows("SELECT * FROM messages WHERE id = ?", (message_id,))
        if not found:
            raise NotInStore("That message is no longer there.")
        parts = self._database.rows("SELECT * FROM parts WHERE message_id = ? ORDER BY ordinal", (message_id,))
        return rows.message(found[0], parts)

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
                "UPDATE messages SET state = ?, facts = coalesce(?, facts) WHERE id = ?",
                (state, None if facts is None else rows.write_json(facts), message_id),
            ).rowcount
            if not changed:
                raise NotInStore("The conversation of this answer was deleted.")
            self._replace_parts(connection, message_id, parts)

    def choose(self, message_id: int) -> None:
        """Show this version, and at every fork before it the version that leads to it."""
        with self._database.transaction() as connection:
            conversation_id = self.conversation_of(message_id)
            for parent, child in self._tree(conversation_id).choices_to(message_id).items():
                self._choose(connection, conversation_id, parent, child)

    def remove(self, message_id: int) -> None:
        """Take a message, and with it what follows, out of sight. `bring_back` undoes it."""
        self._set_removed(message_id, True)

    def bring_back(self, message_id: int) -> None:
        self._set_removed(message_id, False)

    def interrupt_streaming(self) -> int:
        """Mark what a dead process left streaming as interrupted; how many there were. For the start only."""
        with self._database.transaction() as connection:
            sql = "UPDATE messages SET state = 'interrupted' WHERE state = 'streaming'"
            return connection.execute(sql).rowcount

    def copy(self, tree: MessageTree, up_to: int | None, conversation_id: int) -> None:
        """Write a tree's messages, or those on the way to `up_to`, into another conversation, choices and all."""
        messages = [each for each in tree if not each.removed] if up_to is None else list(tree.path_to(up_to))
        copied: dict[int | None, int | None] = {None: None}
        with self._database.transaction() as connection:
            for each in messages:
                parent = copied.get(tree.parent_of(each.id))
                state = MessageState.INTERRUPTED if each.state is MessageState.STREAMING else each.state
                new = NewMessage(each.role, each.parts, state, each.facts, created_at_ms=each.created_at_ms)
                copied[each.id] = self._insert(connection, conversation_id, parent, new)
            for old, made in copied.items():
                chosen = copied.get(tree.chosen_child(old))
                if chosen is not None:
                    self._choose(connection, conversation_id, made, chosen)

    # -- parts --

    def _tree(self, conversation_id: int) -> MessageTree:
        connection = self._database.connection
        found = connection.execute(
            "SELECT * FROM messages WHERE conversation_id = ? ORDER BY id", (conversation_id,)
        ).fetchall()
        parts = connection.execute(
            """SELECT p.* FROM messages m JOIN parts p ON p.message_id = m.id
               WHERE m.conversation_id = ? ORDER BY m.id, p.ordinal""",
            (conversation_id,),
        ).fetchall()
        of_message = {key: list(group) for key, group in groupby(parts, key=lambda part: part["message_id"])}
        first = connection.execute(
            "SELECT first_chosen_id FROM conversations WHERE id = ?", (conversation_id,)
        ).fetchone()
        chosen: dict[int | None, int] = {row["id"]: row["chosen_child_id"] for row in found if row["chosen_child_id"]}
        if first is not None and first["first_chosen_id"]:
            chosen[None] = first["first_chosen_id"]
        return MessageTree((rows.message(row, of_message.get(row["id"], ())) for row in found), chosen)

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
                new.uid or uuid.uuid4().hex,
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
