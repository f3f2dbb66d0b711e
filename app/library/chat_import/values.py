"""Looking into JSON that somebody else wrote: what has another type than it should counts as missing. Pure."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from app.core import conversation
from app.core.chats import PartKind, TitleSource
from app.core.portable import PortableMessage
from app.library.chat_import.limits import MAX_TITLE_CHARACTERS
from engine.types import JsonObject, JsonValue, Role

LATEST_MS = 253_402_300_799_999  # the end of the year 9999
_NAMESPACE = uuid.UUID("2f0d3c7e-9b0a-5c57-8a3b-6e1f4c1d7a55")
_UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")


class BrokenConversation(Exception):
    """A conversation that cannot be taken in; the text says why, in words that may be shown."""


def text_of(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def object_of(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def list_of(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def objects_of(value: JsonValue) -> list[JsonObject]:
    """The objects of a list; whatever else is in it is passed over."""
    return [each for each in list_of(value) if isinstance(each, dict)]


def whole_of(value: JsonValue) -> int | None:
    """A whole number that SQLite can keep."""
    if isinstance(value, bool) or not isinstance(value, int) or not -(1 << 63) <= value < 1 << 63:
        return None
    return value


def number_of(value: JsonValue) -> float | None:
    """A finite number that is not negative: a duration or a speed."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e15:
        return None
    return float(value)


def time_ms_of(value: JsonValue) -> int | None:
    """A time as milliseconds since 1970: from seconds, milli-, micro- or nanoseconds, or an ISO 8601 text."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        time_ms = round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
        return time_ms if 0 <= time_ms <= LATEST_MS else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e20:
        return None
    # Taken for the unit that puts it between 1973 and 5138.
    factor = 1000.0 if value < 1e11 else 1.0 if value < 1e14 else 1e-3 if value < 1e17 else 1e-6
    time_ms = round(value * factor)
    return time_ms if time_ms <= LATEST_MS else None


def foreign_uid(*names: str) -> str:
    """The same for the same names, always: so that what was imported once is known again."""
    return uuid.uuid5(_NAMESPACE, "\x1f".join(names)).hex


def content_id(value: JsonObject) -> str:
    """A name for what has none: the same for the same content."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def own_uid(value: JsonValue) -> str | None:
    """A uid that Ponder wrote; anything else that is a text gives one made of it."""
    text = text_of(value)
    if not text:
        return None
    return text if _UID.fullmatch(text) else foreign_uid("uid", text)


def title_of(
    title: JsonValue, messages: Sequence[PortableMessage], placeholders: Collection[str] = ()
) -> tuple[str, TitleSource]:
    """The title it had, or else the beginning of the first question, and who gave it.

    Args:
        placeholders: what the program calls a conversation without a name, in lower case.
    """
    given = " ".join(text_of(title).split())
    if given and given.casefold() not in placeholders:
        return given[:MAX_TITLE_CHARACTERS], TitleSource.MODEL
    questions = (each for each in messages if each.role is Role.USER)
    texts = ("".join(part.text for part in each.parts if part.kind is PartKind.TEXT) for each in questions)
    words = conversation.title_of(next(texts, ""))
    return words, TitleSource.PROMPT if words else TitleSource.NONE
