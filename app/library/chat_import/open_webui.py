"""Conversations out of Open WebUI's export. Knows that format alone.

An export is a list of `{id, title, chat, created_at, updated_at, archived, pinned, meta}`. In `chat`, `history` holds
`messages` by id, with `parentId` and `childrenIds`, and `currentId`; the oldest exports have only a plain list of
messages. Thoughts and tool calls stand in the text of an answer, as HTML `<details>` whose content is escaped; the
newest keep them in `output` as well.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

from app.core.chats import GenerationFacts, MessageState, Part, PartKind
from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_import.parsed import Parsed, joined, left_out, thoughts_apart, tool_call
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
    whole_of,
)
from engine.types import JsonObject, Role

_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM, "tool": Role.TOOL}
_DETAILS = re.compile(
    r'<details\s+type="(reasoning|tool_calls|code_interpreter)"([^>]*)>(.*?)(?:</details>|\Z)', re.DOTALL
)
_ATTRIBUTE = re.compile(r'([a-z_]+)="([^"]*)"')
_SUMMARY = re.compile(r"\s*<summary>.*?</summary>", re.DOTALL)
_CODE = re.compile(r"```[^\n]*\n(.*?)\n?```", re.DOTALL)


def read_open_webui(value: JsonObject) -> Parsed:
    """Raises BrokenConversation."""
    chat = object_of(value.get("chat")) or value
    history = object_of(chat.get("history"))
    by_id = {key: each for key, each in object_of(history.get("messages")).items() if isinstance(each, dict)}
    plain = not by_id
    if plain:
        listed = objects_of(chat.get("messages"))
        by_id = {text_of(each.get("id")) or f"message {at}": each for at, each in enumerate(listed)}
    began_ms = time_ms_of(value.get("created_at")) or time_ms_of(chat.get("timestamp"))
    source_id = text_of(value.get("id")) or text_of(chat.get("id")) or content_id(value)
    reader = _Reader(source_id)
    nodes: list[Node] = []
    for key, each in _in_order(by_id):
        linear = nodes[-1].key if nodes else None
        nodes.append(Node(key, linear if plain else text_of(each.get("parentId")) or None, reader.message(each, key)))
    last = nodes[-1].key if nodes else None
    assembled = assemble(nodes, last if plain else text_of(history.get("currentId")))
    times = [each.created_at_ms for each in assembled.messages if each.created_at_ms is not None]
    title, title_source = title_of(value.get("title") or chat.get("title"), assembled.messages, ("new chat",))
    notes = left_out(reader.files)
    if assembled.circular:
        notes = (*notes, "Some messages followed each other in a circle; they were put at the beginning.")
    system = text_of(object_of(chat.get("params")).get("system")) or text_of(chat.get("system"))
    tags = [*list_of(object_of(value.get("meta")).get("tags")), *list_of(chat.get("tags"))]
    return Parsed(
        PortableConversation(
            uid=foreign_uid("open-webui", source_id),
            title=title,
            title_source=title_source,
            system_prompt=system,
            tags=tuple(sorted({text_of(each) or text_of(object_of(each).get("name")) for each in tags} - {""})),
            pinned=value.get("pinned") is True,
            archived=value.get("archived") is True,
            created_at_ms=began_ms if began_ms is not None else min(times, default=None),
            updated_at_ms=time_ms_of(value.get("updated_at")) or max(times, default=began_ms),
            first_chosen=assembled.first_chosen,
            messages=assembled.messages,
        ),
        notes,
    )


def _in_order(by_id: dict[str, JsonObject]) -> list[tuple[str, JsonObject]]:
    """The messages, each one's children in the order in which it names them."""
    rank: dict[str, int] = {}
    for each in by_id.values():
        for child in list_of(each.get("childrenIds")):
            if isinstance(child, str):
                rank.setdefault(child, len(rank))
    return sorted(by_id.items(), key=lambda item: rank.get(item[0], -1))


class _Reader:
    """Reads messages and counts what cannot be taken over."""

    def __init__(self, source_id: str) -> None:
        self._source_id = source_id
        self.files = 0

    def message(self, message: JsonObject, key: str) -> PortableMessage | None:
        """None for one that holds nothing."""
        role = _ROLES.get(text_of(message.get("role")))
        if role is None:
            return None
        failure = _failure(message)
        parts = joined((*self._attached(message), *_content(message, role)), "\n\n")
        parts = thoughts_apart(parts) if role is Role.ASSISTANT else parts
        if not parts and not failure:
            return None
        state, facts = MessageState.COMPLETE, None
        if role is Role.ASSISTANT:
            if failure:
                state = MessageState.FAILED
            elif message.get("done") is False:
                state = MessageState.INTERRUPTED
            facts = _facts(message, failure)
        return PortableMessage(
            role=role,
            parts=parts,
            state=state,
            facts=facts,
            uid=foreign_uid("open-webui", self._source_id, key),
            created_at_ms=time_ms_of(message.get("timestamp")),
        )

    def _attached(self, message: JsonObject) -> Iterator[Part]:
        for each in objects_of(message.get("files")):
            inner = object_of(each.get("file"))
            text = text_of(object_of(inner.get("data")).get("content")) or text_of(each.get("content"))
            name = text_of(each.get("name")) or text_of(inner.get("filename")) or text_of(each.get("type")) or "file"
            self.files += not text
            yield Part(PartKind.ATTACHMENT, text, name)


def _content(message: JsonObject, role: Role) -> Iterator[Part]:
    content = message.get("content")
    text = text_of(content) or "\n\n".join(filter(None, (text_of(each.get("text")) for each in objects_of(content))))
    if role is not Role.ASSISTANT:
        yield Part(PartKind.TOOL_RESULT if role is Role.TOOL else PartKind.TEXT, text)
    elif text.strip():
        yield from _answer(text)
    else:
        yield from _output(objects_of(message.get("output")))


def _answer(text: str) -> Iterator[Part]:
    at = 0
    for found in _DETAILS.finditer(text):
        yield Part(PartKind.TEXT, text[at : found.start()].strip("\n"))
        at = found.end()
        attributes = {key: html.unescape(each) for key, each in _ATTRIBUTE.findall(found[2])}
        inner = html.unescape(_SUMMARY.sub("", found[3], count=1)).strip("\n")
        match found[1]:
            case "reasoning":
                lines = (line.removeprefix(">").removeprefix(" ") for line in inner.split("\n"))
                yield Part(PartKind.THINKING, "\n".join(lines).strip())
            case "tool_calls":
                name = attributes.get("name") or "tool"
                yield tool_call(name, _decoded(attributes.get("arguments", "")))
                if "result" in attributes or inner:
                    yield Part(PartKind.TOOL_RESULT, _decoded(attributes.get("result", "")) or inner, name)
            case _:
                code = _CODE.search(inner)
                yield tool_call("code_interpreter", {"code": code[1] if code is not None else inner})
                if output := attributes.get("output"):
                    yield Part(PartKind.TOOL_RESULT, output, "code_interpreter")
    yield Part(PartKind.TEXT, text[at:].strip("\n"))


def _output(items: list[JsonObject]) -> Iterator[Part]:
    """The items of an answer as the OpenAI Responses API has them."""
    names = {text_of(each.get("call_id")): text_of(each.get("name")) for each in items if each.get("name")}
    for item in items:
        text = "".join(text_of(each.get("text")) for each in objects_of(item.get("summary") or item.get("content")))
        match item.get("type"):
            case "message":
                yield Part(PartKind.TEXT, text)
            case "reasoning":
                yield Part(PartKind.THINKING, text)
            case "function_call":
                yield tool_call(text_of(item.get("name")) or "tool", item.get("arguments"))
            case "function_call_output":
                result = "".join(text_of(each.get("text")) for each in objects_of(item.get("output")))
                name = names.get(text_of(item.get("call_id"))) or "tool"
                yield Part(PartKind.TOOL_RESULT, result or text_of(item.get("output")), name)


def _decoded(text: str) -> str:
    """Attributes hold JSON, and arguments JSON within JSON: a text in quotes is the text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str) else text


def _failure(message: JsonObject) -> str:
    error = message.get("error")
    content = object_of(error).get("content") if isinstance(error, dict) else error
    return text_of(content) or text_of(object_of(content).get("message")) or ("An error." if error is True else "")


def _facts(message: JsonObject, failure: str) -> GenerationFacts | None:
    usage = object_of(message.get("usage")) or object_of(message.get("info"))
    facts = GenerationFacts(
        model=text_of(message.get("model")) or text_of(message.get("modelName")) or None,
        prompt_tokens=whole_of(usage.get("prompt_tokens") or usage.get("prompt_eval_count")),
        answer_tokens=whole_of(usage.get("completion_tokens") or usage.get("eval_count")),
        failure_message=failure or None,
    )
    return None if facts == GenerationFacts() else facts
