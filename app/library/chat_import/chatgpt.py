"""Conversations out of ChatGPT's `conversations.json`. Knows that format alone.

A conversation is a tree in `mapping`: nodes with `id`, `parent`, `children` and a `message` that may be null;
`current_node` is the last one shown. A message has an `author`, a `recipient` (a tool's name where it is a call), and
`content` whose `content_type` says where its text lies. Much of it is hidden: system messages, custom instructions,
placeholders; these are passed over, and what follows them follows the message before. The steps of one answer
(thoughts, calls, results, text) are nodes of their own there, and parts of one message here.
"""

from __future__ import annotations

import re

from app.core.chats import GenerationFacts, MessageState, Part, PartKind
from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_export.markdown_text import code_block
from app.library.chat_import.parsed import Parsed, joined, left_out, tool_call
from app.library.chat_import.tree import Node, assemble, merge_turns
from app.library.chat_import.values import (
    content_id,
    foreign_uid,
    list_of,
    number_of,
    object_of,
    objects_of,
    text_of,
    time_ms_of,
    title_of,
)
from engine.types import FinishReason, JsonObject, JsonValue, Role

_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "tool": Role.TOOL}
_NOT_SHOWN = {"user_editable_context", "model_editable_context", "system_message"}
# ChatGPT's own marks for its footnotes, in private-use characters; what they point at is not in the export.
_CITATION = re.compile("\ue200(?:file)?cite[^\ue201]*\ue201")
_REASONS = {"stop": FinishReason.STOP, "max_tokens": FinishReason.LENGTH, "interrupted": FinishReason.CANCELLED}


def read_chatgpt(value: JsonObject) -> Parsed:
    """Raises BrokenConversation."""
    mapping = object_of(value.get("mapping"))
    source_id = text_of(value.get("conversation_id")) or text_of(value.get("id")) or content_id(value)
    began_ms = time_ms_of(value.get("create_time"))
    reader = _Reader()
    nodes = [
        Node(key, text_of(node.get("parent")) or None, reader.message(object_of(node.get("message")), source_id, key))
        for key, node in _in_order(mapping)
    ]
    assembled = merge_turns(assemble(nodes, text_of(value.get("current_node"))))
    times = [each.created_at_ms for each in assembled.messages if each.created_at_ms is not None]
    title, title_source = title_of(value.get("title"), assembled.messages, ("new chat",))
    notes = left_out(reader.files)
    if assembled.circular:
        notes = (*notes, "Some messages followed each other in a circle; they were put at the beginning.")
    return Parsed(
        PortableConversation(
            uid=foreign_uid("chatgpt", source_id),
            title=title,
            title_source=title_source,
            pinned=value.get("is_starred") is True,
            archived=value.get("is_archived") is True,
            created_at_ms=began_ms if began_ms is not None else min(times, default=None),
            updated_at_ms=time_ms_of(value.get("update_time")) or max(times, default=began_ms),
            first_chosen=assembled.first_chosen,
            messages=assembled.messages,
        ),
        notes,
    )


def _in_order(mapping: JsonObject) -> list[tuple[str, JsonObject]]:
    """The nodes, each one's children in the order in which it names them."""
    nodes = {key: node for key, node in mapping.items() if isinstance(node, dict)}
    rank: dict[str, int] = {}
    for node in nodes.values():
        for child in list_of(node.get("children")):
            if isinstance(child, str):
                rank.setdefault(child, len(rank))
    return sorted(nodes.items(), key=lambda item: rank.get(item[0], -1))


class _Reader:
    """Reads messages and counts what cannot be taken over."""

    def __init__(self) -> None:
        self.files = 0

    def message(self, message: JsonObject, source_id: str, key: str) -> PortableMessage | None:
        """None for one that ChatGPT shows nobody."""
        author, metadata = object_of(message.get("author")), object_of(message.get("metadata"))
        content = object_of(message.get("content"))
        role = _ROLES.get(text_of(author.get("role")))
        hidden = metadata.get("is_visually_hidden_from_conversation") is True
        if role is None or hidden or text_of(content.get("content_type")) in _NOT_SHOWN:
            return None
        parts = joined(self._parts(role, message, content, metadata), "\n\n")
        thinking_s = number_of(metadata.get("finished_duration_sec"))
        if not parts and thinking_s is None:
            return None
        facts, state = None, MessageState.COMPLETE
        if role is not Role.USER:
            details = object_of(metadata.get("finish_details"))
            reason = _REASONS.get(text_of(details.get("type")))
            if reason is FinishReason.CANCELLED or message.get("status") == "in_progress":
                state = MessageState.INTERRUPTED
            model = text_of(metadata.get("model_slug")) or None
            if model or reason or thinking_s is not None:
                facts = GenerationFacts(model=model, finish_reason=reason, thinking_s=thinking_s)
        return PortableMessage(
            role=role,
            parts=parts,
            state=state,
            facts=facts,
            uid=foreign_uid("chatgpt", source_id, key),
            created_at_ms=time_ms_of(message.get("create_time")),
        )

    def _parts(self, role: Role, message: JsonObject, content: JsonObject, metadata: JsonObject) -> list[Part]:
        kind, name = text_of(content.get("content_type")), text_of(object_of(message.get("author")).get("name"))
        recipient = text_of(message.get("recipient")) or "all"
        if kind == "thoughts":
            return [_thought(each) for each in objects_of(content.get("thoughts"))]
        if kind == "reasoning_recap":
            return []
        text = _CITATION.sub("", self._text(content))
        if role is Role.TOOL:
            result = [Part(PartKind.TOOL_RESULT, text, name or "tool")] if text.strip() else []
            return [*result, *self._files(content, metadata)]
        if role is Role.ASSISTANT and recipient != "all":
            return [tool_call(recipient, text)] if text.strip() else []
        if kind == "code":
            language = text_of(content.get("language"))
            text = code_block(text, language if language != "unknown" else "") if text.strip() else ""
        return [*self._files(content, metadata), Part(PartKind.TEXT, text)]

    def _text(self, content: JsonObject) -> str:
        for key in ("text", "result", "content"):
            if text := text_of(content.get(key)):
                return text
        return "\n\n".join(filter(None, (_piece(each) for each in list_of(content.get("parts")))))

    def _files(self, content: JsonObject, metadata: JsonObject) -> list[Part]:
        """Pictures, recordings and files: an export has only their names, or pointers to them."""
        listed = objects_of(metadata.get("attachments"))
        names = {text_of(each.get("id")): text_of(each.get("name")) for each in listed}
        found: list[str] = []
        for each in objects_of(content.get("parts")):
            if pointer := text_of(each.get("asset_pointer")).rpartition("/")[2]:
                found.append(names.pop(pointer, "") or pointer)
        found.extend(name for name in names.values() if name)
        self.files += len(found)
        return [Part(PartKind.ATTACHMENT, "", name) for name in found]


def _piece(part: JsonValue) -> str:
    """The text of one of `parts`: a text, or an object that may have one (what was said in a voice chat)."""
    return text_of(part) or text_of(object_of(part).get("text"))


def _thought(thought: JsonObject) -> Part:
    pieces = (text_of(thought.get("summary")), text_of(thought.get("content")))
    return Part(PartKind.THINKING, "\n\n".join(each for each in pieces if each.strip()))
