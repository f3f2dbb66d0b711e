"""Conversations as JSON that loses nothing; `app.library.chat_import.ponder_json` reads it back.

The file is one object, UTF-8, described by resources/chats.schema.json:

    {"format": "ponder-chats", "version": 1, "written_by": …, "written_at_ms": …, "folders": […], "conversations": […]}

A conversation holds `uid`, `title`, `title_source`, `system_prompt`, `settings`, `draft`, `folder` (a name), `tags`,
`pinned`, `position`, `archived`, `trashed_at_ms`, `created_at_ms`, `updated_at_ms`, `first_chosen` and `messages`; the
least recently active one comes first. A message holds `uid`, `parent`, `role`, `state`, `parts`, `facts`,
`created_at_ms`, and where they say something `chosen`, `removed` and `damaged`; a parent comes before its children.
`parent`, `chosen` and `first_chosen` are uids of messages of the same conversation: what a message follows, and which
version is shown after it. A part holds `kind`, `text` and, where it has one, `name`. Times are milliseconds since 1970.

`version` is raised when a reader of the older one would misread the file, not when keys are added. Keys that this
version does not know are kept by an import and written again here: see `NEWER`.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator

from pydantic import BaseModel

from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_export.formats import Contents
from app.version import VERSION
from engine.types import JsonObject, JsonValue, Role

FORMAT = "ponder-chats"
FORM = 1  # of the file; a reader refuses newer ones
NEWER = "of_a_newer_version"
"""Under this key of a conversation's settings, or a message's facts, an import keeps what it does not know."""


class JsonWriter:
    def __init__(self) -> None:
        self._first = True

    def begin(self, contents: Contents) -> Iterator[str]:
        head: JsonObject = {
            "format": FORMAT,
            "version": FORM,
            "written_by": f"ponder {VERSION}",
            "written_at_ms": time.time_ns() // 1_000_000,
            "folders": list(contents.folders),
        }
        yield f'{_text(head)[:-1]}, "conversations": ['

    def conversation(self, conversation: PortableConversation) -> Iterator[str]:
        yield ("\n" if self._first else ",\n") + _text(conversation_json(conversation))
        self._first = False

    def end(self) -> Iterator[str]:
        yield "\n]}\n"


def conversation_json(conversation: PortableConversation) -> JsonObject:
    """One conversation with everything in it."""
    uids = [each.uid or f"message-{place}" for place, each in enumerate(conversation.messages)]
    settings, newer = _model(conversation.settings)
    first = conversation.first_chosen
    known: JsonObject = {
        "uid": conversation.uid,
        "title": conversation.title,
        "title_source": conversation.title_source.value,
        "system_prompt": conversation.system_prompt,
        "settings": settings,
        "draft": conversation.draft,
        "folder": conversation.folder,
        "tags": list(conversation.tags),
        "pinned": conversation.pinned,
        "position": conversation.position,
        "archived": conversation.archived,
        "trashed_at_ms": conversation.trashed_at_ms,
        "created_at_ms": conversation.created_at_ms,
        "updated_at_ms": conversation.updated_at_ms,
        "first_chosen": None if first is None else uids[first],
        "messages": [_message(place, each, uids) for place, each in enumerate(conversation.messages)],
    }
    return {**newer, **known}


def _message(place: int, message: PortableMessage, uids: list[str]) -> JsonObject:
    facts, newer = (None, {}) if message.facts is None else _model(message.facts)
    known: JsonObject = {
        "uid": uids[place],
        "parent": None if message.parent is None else uids[message.parent],
        "role": message.role.value,
        "state": message.state.value,
        "parts": [
            {"kind": part.kind.value, "text": part.text, **({"name": part.name} if part.name else {})}
            for part in message.parts
        ],
        "facts": None if newer and not facts else facts,
        "created_at_ms": message.created_at_ms,
    }
    if message.chosen_child is not None:
        known["chosen"] = uids[message.chosen_child]
    if message.removed:
        known["removed"] = True
    if message.damaged:
        known["damaged"] = True
    return {**newer, **known}


def _model(value: BaseModel) -> tuple[JsonObject, JsonObject]:
    """What was set, and what an import kept of a newer version."""
    known = value.model_dump(mode="json", exclude_none=True)
    newer = known.pop(NEWER, None)
    return known, newer if isinstance(newer, dict) else {}


def _text(value: JsonObject) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:  # JSON has no NaN; a figure that is none says nothing
        return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False)


def _finite(value: JsonValue) -> JsonValue:
    match value:
        case dict():
            return {key: _finite(each) for key, each in value.items()}
        case list():
            return [_finite(each) for each in value]
        case float() if not math.isfinite(value):
            return None
    return value


CONVERSATION_KEYS = frozenset(conversation_json(PortableConversation(uid="")))
MESSAGE_KEYS = frozenset(_message(0, PortableMessage(Role.USER), [""])) | {"chosen", "removed", "damaged"}
"""Everything this version writes; other keys are of a newer one."""
