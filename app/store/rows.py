"""From rows to domain values and back. Knows the columns and runs no statement."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from app.core.chats import (
    ChatMessage,
    ChatSettings,
    ConversationSummary,
    GenerationFacts,
    MessageState,
    Part,
    PartKind,
    TitleSource,
)
from app.store.text import checksum
from engine.types import Role

M = TypeVar("M", bound=BaseModel)

SUMMARY_COLUMNS = """
    c.id, c.uid, c.title, c.title_source, c.folder_id, c.pinned, c.archived, c.trashed_at_ms, c.activity,
    c.created_at_ms, c.updated_at_ms,
    (SELECT group_concat(t.tag, char(31)) FROM tags t WHERE t.conversation_id = c.id) AS tags
"""
"""Of `conversations c`. Tags hold no control characters, so a unit separator parts them."""


def summary(row: sqlite3.Row) -> ConversationSummary:
    return ConversationSummary(
        id=row["id"],
        uid=row["uid"],
        title=row["title"],
        title_source=TitleSource(row["title_source"]),
        folder_id=row["folder_id"],
        pinned=bool(row["pinned"]),
        archived=bool(row["archived"]),
        trashed_at_ms=row["trashed_at_ms"],
        tags=tuple(sorted(row["tags"].split("\x1f"))) if row["tags"] else (),
        activity=row["activity"],
        created_at_ms=row["created_at_ms"],
        updated_at_ms=row["updated_at_ms"],
    )


def message(row: sqlite3.Row, parts: Iterable[sqlite3.Row]) -> ChatMessage:
    """A message of its row and the rows of its parts, in order; a part that fails its checksum marks it damaged."""
    rows = list(parts)
    return ChatMessage(
        id=row["id"],
        uid=row["uid"],
        conversation_id=row["conversation_id"],
        parent_id=row["parent_id"],
        role=Role(row["role"]),
        state=MessageState(row["state"]),
        parts=tuple(Part(PartKind(part["kind"]), part["text"], part["name"]) for part in rows),
        facts=None if row["facts"] is None else read_json(GenerationFacts, row["facts"]),
        created_at_ms=row["created_at_ms"],
        damaged=any(checksum(part["kind"], part["name"], part["text"]) != part["checksum"] for part in rows),
        removed=bool(row["removed"]),
    )


def settings(text: str) -> ChatSettings:
    return read_json(ChatSettings, text)


def read_json(kind: type[M], text: str) -> M:
    """What the column holds. A value that cannot be used falls away alone; a text that is no object is as if empty."""
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        if any(not detail["loc"] for detail in error.errors(include_url=False)):
            return kind()
        bad = {str(detail["loc"][0]) for detail in error.errors(include_url=False)}
    return kind.model_validate({key: value for key, value in json.loads(text).items() if key not in bad})


def write_json(value: BaseModel) -> str:
    """Only what was set; non-ASCII characters escaped, so that no text can be unstorable."""
    return json.dumps(value.model_dump(mode="json", exclude_none=True), sort_keys=True)
