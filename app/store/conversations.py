"""Conversations: rows of the sidebar, what a person does with them, and one opened as a whole."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.chats import ChatSettings, ConversationSummary, NewConversation, TitleSource
from app.core.errors import NotInStore
from app.core.message_tree import MessageTree
from app.store import rows
from app.store.database import Database
from app.store.messages import Messages
from app.store.text import storable


@dataclass(frozen=True, slots=True)
class Shelf:
    """Which conversations to list. The default: everything that is neither archived nor in the trash.

    trashed wins over archived, as what was archived and then deleted is in the trash.
    unfiled: only what is in no folder.
    """

    folder_id: int | None = None
    unfiled: bool = False
    tag: str | None = None
    pinned: bool | None = None
    archived: bool = False
    trashed: bool = False


EVERYTHING = Shelf()
# Controls, halves of characters, and what ends a line; all others (joiners in emoji and Persian too) may be in a tag.
_NOT_IN_TAGS = {"Cc", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """A conversation with everything in it."""

    summary: ConversationSummary
    system_prompt: str
    settings: ChatSettings
    draft: str
    tree: MessageTree


class Conversations:
    """Reads and writes conversations. Every method raises StoreError; one about what is gone, NotInStore."""

    def __init__(self, database: Database, messages: Messages) -> None:
        self._database = database
        self._messages = messages

    # -- reading --

    def page(
        self, shelf: Shelf = EVERYTHING, *, limit: int = 100, below: int | None = None
    ) -> tuple[ConversationSummary, ...]:
        """The most recently active first.

        Args:
            below: the `activity` of the last row of the page before; None for the first page.
        """
        conditions, values = _conditions(shelf)
        if below is not None:
            conditions.append("c.activity < ?")
            values.append(below)
        sql = f"SELECT {rows.SUMMARY_COLUMNS} FROM conversations c WHERE {' AND '.join(conditions)}"
        found = self._database.rows(f"{sql} ORDER BY c.activity DESC LIMIT ?", (*values, limit))
        return tuple(rows.summary(row) for row in found)

    def pinned(self) -> tuple[ConversationSummary, ...]:
        """All pinned ones in the person's order, then by activity."""
        conditions, values = _conditions(Shelf(pinned=True))
        sql = f"SELECT {rows.SUMMARY_COLUMNS} FROM conversations c WHERE {' AND '.join(conditions)}"
        found = self._database.rows(f"{sql} ORDER BY c.position, c.activity DESC", tuple(values))
        return tuple(rows.summary(row) for row in found)

    def count(self, shelf: Shelf = EVERYTHING) -> int:
        conditions, values = _conditions(shelf)
        sql = f"SELECT count(*) FROM conversations c WHERE {' AND '.join(conditions)}"
        number: int = self._database.rows(sql, tuple(values))[0][0]
        return number

    def summary(self, conversation_id: int) -> ConversationSummary:
        sql = f"SELECT {rows.SUMMARY_COLUMNS} FROM conversations c WHERE c.id = ?"
        found = self._database.rows(sql, (conversation_id,))
        if not found:
            raise NotInStore("That conversation is no longer there.")
        return rows.summary(found[0])

    def with_uid(self, uid: str) -> int | None:
        """The id of the conversation with this uid; None where there is none."""
        found = self._database.rows("SELECT id FROM conversations WHERE uid = ?", (storable(uid),))
        return found[0]["id"] if found else None

    def open(self, conversation_id: int) -> OpenConversation:
        with self._database.snapshot() as connection:
            summary = self.summary(conversation_id)
            sql = "SELECT system_prompt, settings, draft FROM conversations WHERE id = ?"
            found = connection.execute(sql, (conversation_id,)).fetchone()
            return OpenConversation(
                summary,
                found["system_prompt"],
                rows.settings(found["settings"]),
                found["draft"],
                self._messages.tree(conversation_id),
            )

    def tags(self) -> tuple[str, ...]:
        """Every tag in use, in alphabetical order."""
        found = self._database.rows("SELECT DISTINCT tag FROM tags ORDER BY tag COLLATE NOCASE")
        return tuple(row["tag"] for row in found)

    # -- writing --

    def create(self, new: NewConversation | None = None) -> ConversationSummary:
        new = new or NewConversation()
        now = self._database.now_ms()
        with self._database.transaction() as connection:
            self._check_folder(new.folder_id)
            cursor = connection.execute(
                """INSERT INTO conversations (uid, title, title_source, system_prompt, settings, folder_id, pinned,
                       archived, activity, created_at_ms, updated_at_ms)
                   SELECT ?, ?, ?, ?, ?, ?, ?, ?, coalesce(max(activity), 0) + 1, ?, ? FROM conversations""",
                (
                    storable(new.uid or uuid.uuid4().hex),
                    storable(new.title),
                    new.title_source,
                    storable(new.system_prompt),
                    rows.write_json(new.settings),
                    new.folder_id,
                    new.pinned,
                    new.archived,
                    now if new.created_at_ms is None else new.created_at_ms,
                    now if new.updated_at_ms is None else new.updated_at_ms,
                ),
            )
            if cursor.lastrowid is None:
                raise RuntimeError("SQLite gave no id to a new row")
            self._write_tags(cursor.lastrowid, new.tags)
            return self.summary(cursor.lastrowid)

    def set_title(self, conversation_id: int, title: str, source: TitleSource) -> bool:
        """Name it. False, and nothing is changed, where a person named it and `source` is not a person."""
        sql = """UPDATE conversations SET title = ?, title_source = ?
                 WHERE id = ? AND (title_source <> 'person' OR ? = 'person')"""
        with self._database.transaction() as connection:
            changed = connection.execute(sql, (storable(title), source, conversation_id, source)).rowcount
            if not changed:
                self.summary(conversation_id)
            return bool(changed)

    def set_system_prompt(self, conversation_id: int, text: str) -> None:
        self._change("system_prompt = ?", (storable(text),), [conversation_id])

    def set_settings(self, conversation_id: int, settings: ChatSettings) -> None:
        self._change("settings = ?", (rows.write_json(settings),), [conversation_id])

    def set_draft(self, conversation_id: int, text: str) -> None:
        """Keep what is typed and not yet sent."""
        self._change("draft = ?", (storable(text),), [conversation_id])

    def set_pinned(self, conversation_ids: Sequence[int], pinned: bool) -> None:
        """Pin or unpin; what is pinned already keeps its place, and what is pinned now comes first."""
        self._change("position = position * (pinned = ?), pinned = ?", (pinned, pinned), conversation_ids)

    def arrange_pinned(self, conversation_ids: Sequence[int]) -> None:
        """Put pinned conversations in this order."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE conversations SET position = ? WHERE id = ?",
                [(at, each) for at, each in enumerate(conversation_ids, start=1)],
            )

    def set_archived(self, conversation_ids: Sequence[int], archived: bool) -> None:
        self._change("archived = ?", (archived,), conversation_ids)

    def move(self, conversation_ids: Sequence[int], folder_id: int | None) -> None:
        """Put them into a folder, or (None) out of any."""
        with self._database.transaction():
            self._check_folder(folder_id)
            self._change("folder_id = ?", (folder_id,), conversation_ids)

    def set_tags(self, conversation_id: int, tags: Iterable[str]) -> None:
        with self._database.transaction() as connection:
            self.summary(conversation_id)
            connection.execute("DELETE FROM tags WHERE conversation_id = ?", (conversation_id,))
            self._write_tags(conversation_id, tags)

    def trash(self, conversation_ids: Sequence[int]) -> None:
        """Put them into the trash. Nothing of them is lost; `restore` brings them back as they were."""
        self._change("trashed_at_ms = coalesce(trashed_at_ms, ?)", (self._database.now_ms(),), conversation_ids)

    def restore(self, conversation_ids: Sequence[int]) -> None:
        self._change("trashed_at_ms = NULL", (), conversation_ids)

    def duplicate(self, conversation_id: int, title: str | None = None) -> ConversationSummary:
        """A copy with all versions, settings and the draft."""
        return self._copy(conversation_id, None, title)

    def fork(self, message_id: int, title: str | None = None) -> ConversationSummary:
        """A new conversation that holds the way from the first message to this one."""
        return self._copy(self._messages.conversation_of(message_id), message_id, title)

    def _copy(self, conversation_id: int, up_to: int | None, title: str | None) -> ConversationSummary:
        with self._database.transaction() as connection:
            source = self.open(conversation_id)
            new = NewConversation(
                title=source.summary.title if title is None else title,
                title_source=source.summary.title_source,
                system_prompt=source.system_prompt,
                settings=source.settings,
                folder_id=source.summary.folder_id,
                tags=source.summary.tags,
            )
            made = self.create(new)
            self._messages.copy(source.tree, up_to, made.id)
            if up_to is None:
                connection.execute("UPDATE conversations SET draft = ? WHERE id = ?", (storable(source.draft), made.id))
            return self.summary(made.id)

    def _change(self, assignment: str, values: tuple[object, ...], conversation_ids: Sequence[int]) -> None:
        with self._database.transaction() as connection:
            for each in conversation_ids:
                if not connection.execute(
                    f"UPDATE conversations SET {assignment} WHERE id = ?", (*values, each)
                ).rowcount:
                    raise NotInStore("That conversation is no longer there.")

    def _check_folder(self, folder_id: int | None) -> None:
        if folder_id is not None and not self._database.rows("SELECT 1 FROM folders WHERE id = ?", (folder_id,)):
            raise NotInStore("That folder is no longer there.")

    def _write_tags(self, conversation_id: int, tags: Iterable[str]) -> None:
        clean = {_clean_tag(tag) for tag in tags} - {""}
        self._database.connection.executemany(
            "INSERT INTO tags (conversation_id, tag) VALUES (?, ?)",
            [(conversation_id, tag) for tag in sorted(clean)],
        )


def _clean_tag(tag: str) -> str:
    return "".join(c for c in storable(tag) if unicodedata.category(c) not in _NOT_IN_TAGS).strip()


def _conditions(shelf: Shelf) -> tuple[list[str], list[object]]:
    if shelf.trashed:
        return ["c.trashed_at_ms IS NOT NULL"], []
    conditions, values = ["c.trashed_at_ms IS NULL", f"c.archived = {int(shelf.archived)}"], list[object]()
    if shelf.pinned is not None:
        conditions.append(f"c.pinned = {int(shelf.pinned)}")
    if shelf.folder_id is not None:
        conditions.append("c.folder_id = ?")
        values.append(shelf.folder_id)
    if shelf.unfiled:
        conditions.append("c.folder_id IS NULL")
    if shelf.tag is not None:
        conditions.append("c.id IN (SELECT conversation_id FROM tags WHERE tag = ?)")
        values.append(storable(shelf.tag))
    return conditions, values
