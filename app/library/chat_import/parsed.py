"""What a reader of one program's format hands on. Pure data, and what all readers share."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.chats import Part, PartKind
from app.core.portable import PortableConversation
from engine.types import JsonValue

_LEADING_THOUGHTS = re.compile(r"\s*<think>(.*?)(?:</think>|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A conversation, and what of it could not be taken over, in words that may be shown.

    in_order: the file's order is the one to keep; otherwise conversations are sorted by time.
    """

    conversation: PortableConversation
    notes: tuple[str, ...] = ()
    in_order: bool = False


def joined(parts: Iterable[Part], gap: str = "") -> tuple[Part, ...]:
    """The parts without empty ones; neighbouring pieces of text are one, as are neighbouring thoughts.

    Args:
        gap: what comes between two pieces.
    """
    found: list[Part] = []
    for part in parts:
        flowing = part.kind in (PartKind.TEXT, PartKind.THINKING)
        if flowing and not (part.text if found else part.text.strip()):
            continue
        if flowing and found and found[-1].kind is part.kind:
            found[-1] = Part(part.kind, f"{found[-1].text}{gap}{part.text}")
        else:
            found.append(part)
    return tuple(each for each in found if each.kind not in (PartKind.TEXT, PartKind.THINKING) or each.text.strip())


def thoughts_apart(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts of an answer; thoughts that its text begins with, between their tags, become a part of their own."""
    if not parts or parts[0].kind is not PartKind.TEXT:
        return parts
    text = parts[0].text
    thoughts = _LEADING_THOUGHTS.match(text)
    if thoughts is None:
        return parts
    found = (Part(PartKind.THINKING, thoughts[1].strip()), Part(PartKind.TEXT, text[thoughts.end() :].lstrip()))
    return joined((*found, *parts[1:]))


def tool_call(name: str, arguments: JsonValue) -> Part:
    """A call of a tool; its arguments as JSON, whatever they came as."""
    if isinstance(arguments, str):
        try:
            decoded = json.loads(arguments)
        except (ValueError, RecursionError):
            decoded = None
        arguments = arguments if isinstance(decoded, dict) else json.dumps({"input": arguments}, ensure_ascii=False)
    else:
        arguments = json.dumps(arguments, ensure_ascii=False)
    return Part(PartKind.TOOL_CALL, arguments, name)


def left_out(attachments: int) -> tuple[str, ...]:
    """A note that so many attachments came without their text; none where there were none."""
    if not attachments:
        return ()
    what = "1 attachment" if attachments == 1 else f"{attachments:,} attachments"
    return (f"{what} came without content: only the name was kept.",)
