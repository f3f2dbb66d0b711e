"""What the readable formats have in common: who speaks, when, and text without control characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from app.core.chats import MessageState, Part, PartKind
from app.core.portable import PortableConversation, PortableMessage
from engine.types import Role

UNTITLED = "Untitled"
SPEAKERS = {Role.USER: "You", Role.ASSISTANT: "Assistant", Role.SYSTEM: "System", Role.TOOL: "Tool"}
_LABELS = {
    PartKind.THINKING: "Thoughts",
    PartKind.ATTACHMENT: "Attachment",
    PartKind.TOOL_CALL: "Tool call",
    PartKind.TOOL_RESULT: "Tool result",
}
# A terminal obeys some of these, HTML forbids most, and none of them can be seen.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
# Embeddings, overrides and isolates turn round whatever stands behind them in the same line.
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


@dataclass(frozen=True, slots=True)
class Shown:
    """Parts of one kind in a row. `label` says what they are; empty for what was asked or answered."""

    kind: PartKind
    label: str
    text: str


def shown_parts(message: PortableMessage, *, thinking: bool) -> Iterator[Shown]:
    """What of a message is to be read, in order. Neighbouring pieces of text are one."""
    for kind, group in groupby(message.parts, key=lambda part: part.kind):
        if kind is PartKind.THINKING and not thinking:
            continue
        parts = list(group)
        if kind in (PartKind.TEXT, PartKind.THINKING):
            text = visible("".join(part.text for part in parts)).strip("\n")
            if text.strip():
                yield Shown(kind, _LABELS.get(kind, ""), text)
        else:
            yield from (_labelled(kind, part) for part in parts)


def note_on(message: PortableMessage) -> str:
    """What has to be said about a message that did not come out as it should; empty for most."""
    notes = []
    match message.state:
        case MessageState.INTERRUPTED | MessageState.STREAMING:
            notes.append("interrupted")
        case MessageState.FAILED:
            reason = message.facts.failure_message if message.facts is not None else None
            notes.append(f"failed: {one_line(reason)}" if reason else "failed")
    if message.damaged:
        notes.append("the stored text is damaged")
    return "; ".join(notes)


def speaker(message: PortableMessage) -> str:
    """Who wrote it; for an answer with the model's name, where that is known."""
    name = SPEAKERS[message.role]
    model = message.facts.model if message.facts is not None and message.role is Role.ASSISTANT else None
    return f"{name} ({one_line(model)})" if model else name


def title_of(conversation: PortableConversation) -> str:
    return one_line(conversation.title) or UNTITLED


def dates_of(conversation: PortableConversation) -> str:
    """When it began and when it last changed, in this machine's time zone."""
    began, changed = when(conversation.created_at_ms), when(conversation.updated_at_ms)
    if not began or not changed or began == changed:
        return began or changed
    return f"{began} to {changed}"


def when(time_ms: int | None) -> str:
    """A time in this machine's time zone, to the minute; empty for one that no calendar has."""
    if time_ms is None:
        return ""
    try:
        return datetime.fromtimestamp(time_ms / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
    except (OverflowError, OSError, ValueError):
        return ""


def visible(text: str) -> str:
    """`text` with plain newlines, and a picture in the place of every other control character."""
    return _CONTROL.sub(_picture, text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """`text` in one line, without what would turn round the rest of that line."""
    return " ".join(_DIRECTION.sub("", visible(text)).split())


def _labelled(kind: PartKind, part: Part) -> Shown:
    name = one_line(part.name)
    return Shown(kind, f"{_LABELS[kind]}: {name}" if name else _LABELS[kind], visible(part.text).strip("\n"))


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\n" if code in (0x2028, 0x2029) else "\ufffd"
