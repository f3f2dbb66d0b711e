"""From rows to domain values and back. Knows the columns and runs no statement."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from enum import StrEnum
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
E = TypeVar("E", bound=StrEnum)

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
        title=_text(row["title"]),
        title_source=_known(TitleSource, row["title_source"], TitleSource.NONE)[0],
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
    """A message of its row and the rows of its parts, in order.

    A value that cannot be, or a part that fails its checksum, marks it damaged and never makes it unreadable.
    """
    rows = list(parts)
    role, role_is_sound = _known(Role, row["role"], Role.USER)
    state, state_is_sound = _known(MessageState, row["state"], MessageState.INTERRUPTED)
    return ChatMessage(
        id=row["id"],
        uid=row["uid"],
        conversation_id=row["conversation_id"],
        parent_id=row["parent_id"],
        role=role,
        state=state,
        parts=tuple(_part(each) for each in rows),
        facts=None if row["facts"] is None else read_json(GenerationFacts, _text(row["facts"])),
        created_at_ms=row["created_at_ms"],
        damaged=not (role_is_sound and state_is_sound) or not all(_is_sound(each) for each in rows),
        removed=bool(row["removed"]),
    )


def _is_sound(part: sqlite3.Row) -> bool:
    """Whether a row of a part is what was written."""
    pieces = part["kind"], part["name"], part["text"]
    return all(isinstance(each, str) for each in pieces) and checksum(*pieces) == part["checksum"]


def _part(row: sqlite3.Row) -> Part:
    kind, _ = _known(PartKind, row["kind"], PartKind.TEXT)
    return Part(kind, _text(row["text"]), _text(row["name"]))


def _text(value: object) -> str:
    """A damaged row may hold a value of another type."""
    return value if isinstance(value, str) else ""


def _known(kind: type[E], value: str, otherwise: E) -> tuple[E, bool]:
    """The value, and whether it is one there can be; damage may have made it any other."""
    try:
        return kind(value), True
    except ValueError:
        return otherwise, False


def settings(text: str) -> ChatSettings:
    return read_json(ChatSettings, _text(text))


def read_json(kind: type[M], text: str) -> M:
    """What the column holds. A value that cannot be used falls away alone; a text that is no object is as if empty."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return kind()
    if not isinstance(values, dict):
        return kind()
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        bad = {str(detail["loc"][0]) for detail in error.errors(include_url=False)}
    return kind.model_validate({key: value for key, value in values.items() if key not in bad})


def write_json(value: BaseModel) -> str:
    """What was set, and all that is of a newer version; non-ASCII is escaped, so that no text can be unstorable."""
    known = type(value).model_fields
    values = value.model_dump(mode="json").items()
    return json.dumps({key: each for key, each in values if each is not None or key not in known}, sort_keys=True)
