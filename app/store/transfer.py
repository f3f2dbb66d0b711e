"""Whole conversations out of the store and into it, for export and import. Knows no file format."""

from __future__ import annotations

import heapq
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence

from app.core.chats import MessageState, NewConversation
from app.core.portable import PortableConversation, PortableMessage, WriteOutcome, Written
from app.store import rows
from app.store.conversations import Conversations
from app.store.database import Database
from app.store.messages import Messages
from app.store.text import checksum, storable


class Transfer:
    """Reads and writes conversations as a whole. Every method raises StoreError; about what is gone, NotInStore."""

    def __init__(self, database: Database, conversations: Conversations, messages: Messages) -> None:
        self._database = database
        self._conversations = conversations
        self._messages = messages

    def read(self, conversation_id: int) -> PortableConversation:
        with self._database.snapshot() as connection:
            summary = self._conversations.summary(conversation_id)
            row = connection.execute(
                """SELECT c.system_prompt, c.settings, c.draft, c.position, c.first_chosen_id, f.name AS folder
                   FROM conversations c LEFT JOIN folders f ON f.id = c.folder_id WHERE c.id = ?""",
                (conversation_id,),
            ).fetchone()
            tree = self._messages.tree(conversation_id)
            choices = connection.execute(
                "SELECT id, chosen_child_id FROM messages WHERE conversation_id = ? AND chosen_child_id IS NOT NULL",
                (conversation_id,),
            )
            chosen: dict[int, int] = {each["id"]: each["chosen_child_id"] for each in choices}
        places = {message.id: place for place, message in enumerate(tree)}
        messages = []
        for message in tree:
            parent = tree.parent_of(message.id)
            messages.append(
                PortableMessage(
                    role=message.role,
                    parts=message.parts,
                    parent=None if parent is None else places[parent],
                    chosen_child=places.get(chosen.get(message.id, -1)),
                    state=message.state,
                    facts=message.facts,
                    uid=message.uid,
                    created_at_ms=message.created_at_ms,
                    removed=message.removed,
                    damaged=message.damaged,
                )
            )
        return PortableConversation(
            uid=summary.uid,
            title=summary.title,
            title_source=summary.title_source,
            system_prompt=row["system_prompt"],
            settings=rows.settings(row["settings"]),
            draft=row["draft"],
            folder=row["folder"],
            tags=summary.tags,
            pinned=summary.pinned,
            position=row["position"],
            archived=summary.archived,
            trashed_at_ms=summary.trashed_at_ms,
            created_at_ms=summary.created_at_ms,
            updated_at_ms=summary.updated_at_ms,
            first_chosen=places.get(row["first_chosen_id"]),
            messages=tuple(messages),
        )

    def write(self, conversations: Sequence[PortableConversation]) -> tuple[Written, ...]:
        """Add those that are not there yet, all in one transaction.

        Each is written whole or not at all, and one that cannot be written keeps none of the others out. None is ever
        changed that is there already.

        Raises:
            StoreError: the store cannot be written at all (full, read-only, gone); nothing was added.
        """
        with self._database.transaction() as connection:
            return tuple(self._write_one(connection, each) for each in conversations)

    def make_folders(self, names: Iterable[str]) -> None:
        """Make the folders that are missing, in this order."""
        with self._database.transaction():
            for name in names:
                self._folder_id(name)

    def arrange(self, added: Sequence[Sequence[int]]) -> None:
        """Sort what was added in among the rest by the time of its last change, so that it is found where it belongs.

        The order goes by a number that only grows, not by time. Those that were there keep their order; so do those of
        one sequence among each other.
        """
        new = {each for sequence in added for each in sequence}
        if not new:
            return
        with self._database.transaction() as connection:
            found = connection.execute("SELECT id, updated_at_ms, activity FROM conversations ORDER BY activity")
            everything = [(each["id"], each["updated_at_ms"], each["activity"]) for each in found]
            changed_at_ms = {each: at_ms for each, at_ms, _ in everything}
            old = [each for each, _, _ in everything if each not in new]
            sequences = [old, *([each for each in one if each in changed_at_ms] for one in added)]
            merged = heapq.merge(*(_rising(one, changed_at_ms) for one in sequences), key=lambda pair: pair[0])
            highest = everything[-1][2] if everything else 0
            connection.executemany(
                "UPDATE conversations SET activity = ? WHERE id = ?",
                [(highest + place, each) for place, (_, each) in enumerate(merged, start=1)],
            )

    def _write_one(self, connection: sqlite3.Connection, conversation: PortableConversation) -> Written:
        present = self._conversations.with_uid(conversation.uid)
        if present is not None:
            in_trash = self._conversations.summary(present).trashed_at_ms is not None
            return Written(WriteOutcome.IN_TRASH if in_trash else WriteOutcome.ALREADY_THERE, present)
        try:
            with self._database.transaction():
                return Written(WriteOutcome.ADDED, self._insert(connection, conversation))
        except (sqlite3.Error, OverflowError, ValueError, LookupError) as error:
            return Written(WriteOutcome.FAILED, None, f"It could not be written ({type(error).__name__}).")

    def _insert(self, connection: sqlite3.Connection, conversation: PortableConversation) -> int:
        made = self._conversations.create(
            NewConversation(
                title=conversation.title,
                title_source=conversation.title_source,
                system_prompt=conversation.system_prompt,
                settings=conversation.settings,
                folder_id=None if conversation.folder is None else self._folder_id(conversation.folder),
                tags=conversation.tags,
                pinned=conversation.pinned,
                archived=conversation.archived,
                uid=conversation.uid,
                created_at_ms=conversation.created_at_ms,
                updated_at_ms=conversation.updated_at_ms,
            )
        )
        ids: list[int] = []
        for each in conversation.messages:
            ids.append(self._insert_message(connection, made.id, each, ids))
        connection.executemany(
            "UPDATE messages SET chosen_child_id = ? WHERE id = ?",
            [
                (ids[each.chosen_child], ids[place])
                for place, each in enumerate(conversation.messages)
                if each.chosen_child is not None
            ],
        )
        first = conversation.first_chosen
        connection.execute(
            "UPDATE conversations SET draft = ?, position = ?, trashed_at_ms = ?, first_chosen_id = ? WHERE id = ?",
            (
                storable(conversation.draft),
                conversation.position,
                conversation.trashed_at_ms,
                None if first is None else ids[first],
                made.id,
            ),
        )
        return made.id

    def _insert_message(
        self, connection: sqlite3.Connection, conversation_id: int, message: PortableMessage, ids: Sequence[int]
    ) -> int:
        taken = (
            message.uid is None or connection.execute("SELECT 1 FROM messages WHERE uid = ?", (message.uid,)).fetchone()
        )
        # Nothing that is read from elsewhere is being written by a running answer here.
        streaming = message.state is MessageState.STREAMING
        cursor = connection.execute(
            """INSERT INTO messages (uid, conversation_id, parent_id, role, state, facts, removed, created_at_ms)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                uuid.uuid4().hex if taken else message.uid,
                conversation_id,
                None if message.parent is None else ids[message.parent],
                message.role,
                MessageState.INTERRUPTED if streaming else message.state,
                None if message.facts is None else rows.write_json(message.facts),
                message.removed,
                self._database.now_ms() if message.created_at_ms is None else message.created_at_ms,
            ),
        )
        if cursor.lastrowid is None:
            raise RuntimeError("SQLite gave no id to a new row")
        for ordinal, part in enumerate(message.parts):
            name, text = storable(part.name), storable(part.text)
            connection.execute(
                "INSERT INTO parts (message_id, ordinal, kind, name, text, checksum) VALUES (?, ?, ?, ?, ?, ?)",
                (cursor.lastrowid, ordinal, part.kind, name, text, checksum(part.kind, name, text)),
            )
        return cursor.lastrowid

    def _folder_id(self, name: str) -> int:
        """The folder of that name; made where there is none."""
        connection, name = self._database.connection, storable(name)
        found = connection.execute("SELECT id FROM folders WHERE name = ? ORDER BY id LIMIT 1", (name,)).fetchone()
        if found is not None:
            number: int = found["id"]
            return number
        made = connection.execute(
            "INSERT INTO folders (name, position) SELECT ?, coalesce(max(position), 0) + 1 FROM folders", (name,)
        ).lastrowid
        if made is None:
            raise RuntimeError("SQLite gave no id to a new row")
        return made


def _rising(ids: Sequence[int], changed_at_ms: dict[int, int]) -> Iterator[tuple[int, int]]:
    """Each id with the latest time up to it: clocks go back, and merging needs a key that does not."""
    latest = -(1 << 63)
    for each in ids:
        latest = max(latest, changed_at_ms[each])
        yield latest, each
