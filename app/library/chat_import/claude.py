"""Conversations out of Claude's `conversations.json`. Knows that format alone.

A conversation has a `uuid`, a `name` that may be empty, and `chat_messages` with a `sender` ("human" or "assistant"),
`content` blocks (text, thinking, tool_use, tool_result), `attachments` whose text is in `extracted_content`, and
`files` of which only the names are there. Newer exports name each message's parent, so that edits are branches; a uuid
of zeros stands for none. Older ones have a plain list, and only `text`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from app.core.chats import MessageState, Part, PartKind
from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_import.parsed import Parsed, joined, left_out, tool_call
from app.library.chat_import.tree import Node, assemble
from app.library.chat_import.values import (
    content_id,
    foreign_uid,
    list_of,
    object_of,
    objects_of,
    text_of,
    time_ms_of,
    title_of,
)
from engine.types import JsonObject, JsonValue, Role

_ROLES = {"human": Role.USER, "user": Role.USER, "assistant": Role.ASSISTANT}


def read_claude(value: JsonObject) -> Parsed:
    """Raises BrokenConversation."""
    found = objects_of(value.get("chat_messages"))
    source_id = text_of(value.get("uuid")) or content_id(value)
    reader = _Reader(source_id)
    tree = any(text_of(each.get("parent_message_uuid")) for each in found)
    nodes: list[Node] = []
    seen: set[str] = set()
    for at, each in enumerate(found):
        key = text_of(each.get("uuid"))
        if not key or key in seen:
            key = f"message {at}"
        seen.add(key)
        before = nodes[-1].key if nodes else None
        parent = text_of(each.get("parent_message_uuid")) or None if tree else before
        nodes.append(Node(key, parent, reader.message(each, key)))
    last = nodes[-1].key if nodes else None
    assembled = assemble(nodes, text_of(value.get("current_leaf_message_uuid")) or last)
    times = [each.created_at_ms for each in assembled.messages if each.created_at_ms is not None]
    began_ms = time_ms_of(value.get("created_at"))
    title, title_source = title_of(value.get("name"), assembled.messages, ("untitled", "new chat"))
    notes = left_out(reader.files)
    if assembled.circular:
        notes = (*notes, "Some messages followed each other in a circle; they were put at the beginning.")
    return Parsed(
        PortableConversation(
            uid=foreign_uid("claude", source_id),
            title=title,
            title_source=title_source,
            folder=text_of(object_of(value.get("project")).get("name")) or None,
            pinned=value.get("is_starred") is True,
            created_at_ms=began_ms if began_ms is not None else min(times, default=None),
            updated_at_ms=time_ms_of(value.get("updated_at")) or max(times, default=began_ms),
            first_chosen=assembled.first_chosen,
            messages=assembled.messages,
        ),
        notes,
    )


class _Reader:
    """Reads messages and counts what cannot be taken over."""

    def __init__(self, source_id: str) -> None:
        self._source_id = source_id
        self.files = 0

    def message(self, message: JsonObject, key: str) -> PortableMessage | None:
        """None for one that holds nothing."""
        role = _ROLES.get(text_of(message.get("sender")))
        parts = joined((*self._attached(message), *_content(message)))
        if role is None or not parts:
            return None
        cut_short = message.get("truncated") is True or message.get("stop_reason") == "user_canceled"
        return PortableMessage(
            role=role,
            parts=parts,
            state=MessageState.INTERRUPTED if cut_short else MessageState.COMPLETE,
            uid=foreign_uid("claude", self._source_id, key),
            created_at_ms=time_ms_of(message.get("created_at")),
        )

    def _attached(self, message: JsonObject) -> Iterator[Part]:
        attachments = objects_of(message.get("attachments"))
        for each in attachments:
            content = text_of(each.get("extracted_content"))
            self.files += not content
            yield Part(PartKind.ATTACHMENT, content, text_of(each.get("file_name")) or "Pasted text")
        names = {text_of(each.get("file_name")) for each in attachments}
        for each in objects_of(message.get("files")):
            name = text_of(each.get("file_name")) or text_of(each.get("file_uuid"))
            if name and name not in names:
                self.files += 1
                yield Part(PartKind.ATTACHMENT, "", name)


def _content(message: JsonObject) -> Iterator[Part]:
    blocks = objects_of(message.get("content"))
    if not blocks:
        yield Part(PartKind.TEXT, text_of(message.get("text")))
    for block in blocks:
        match block.get("type"):
            case "text":
                yield Part(PartKind.TEXT, text_of(block.get("text")))
            case "thinking":
                yield Part(PartKind.THINKING, text_of(block.get("thinking")))
            case "tool_use":
                yield tool_call(text_of(block.get("name")) or "tool", block.get("input"))
            case "tool_result":
                name = text_of(block.get("name")) or "tool"
                yield Part(PartKind.TOOL_RESULT, _result(block.get("content")), name)
            case _ if text_of(block.get("text")):  # a voice note, or whatever comes next
                yield Part(PartKind.TEXT, text_of(block.get("text")))


def _result(content: JsonValue) -> str:
    """A tool's result: a text, or blocks of which those with a text count, or anything else as JSON."""
    if isinstance(content, str):
        return content
    texts = [text_of(each.get("text")) for each in objects_of(content)]
    if any(texts) or not list_of(content):
        return "\n\n".join(filter(None, texts))
    return json.dumps(content, ensure_ascii=False)
