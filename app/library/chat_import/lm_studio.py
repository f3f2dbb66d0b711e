"""Conversations out of LM Studio's folder, one `*.conversation.json` each. Knows that format alone.

A conversation is a list of messages, each with `versions` and the index of the one that is shown. A version is a
`singleStep` with `content`, or a `multiStep` with `steps`: content blocks, of which `style` says whether they are
thoughts, whose pieces are text, tool calls and tool results; and blocks of figures, which are passed over. There are no
ids and hardly any times; what is typed and not sent is `clientInput`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from app.core.chats import GenerationFacts, MessageState, Part, PartKind
from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_import.limits import MAX_MESSAGES
from app.library.chat_import.parsed import Parsed, joined, left_out, thoughts_apart, tool_call
from app.library.chat_import.values import (
    BrokenConversation,
    content_id,
    foreign_uid,
    list_of,
    number_of,
    object_of,
    objects_of,
    text_of,
    time_ms_of,
    title_of,
    whole_of,
)
from engine.types import FinishReason, JsonObject, JsonValue, Role

_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM, "tool": Role.TOOL}
_REASONS = {
    "eosFound": FinishReason.STOP,
    "stopStringFound": FinishReason.STOP,
    "toolCalls": FinishReason.STOP,
    "maxPredictedTokensReached": FinishReason.LENGTH,
    "contextLengthReached": FinishReason.LENGTH,
    "userStopped": FinishReason.CANCELLED,
    "failed": FinishReason.ERROR,
}
_STATES = {FinishReason.CANCELLED: MessageState.INTERRUPTED, FinishReason.ERROR: MessageState.FAILED}
_SYSTEM_PROMPT = "llm.prediction.systemPrompt"


def read_lm_studio(value: JsonObject) -> Parsed:
    """Raises BrokenConversation."""
    began_ms = time_ms_of(value.get("createdAt"))
    reader = _Reader(began_ms)
    messages: list[PortableMessage] = []
    first_chosen: int | None = None
    before: int | None = None
    for each in objects_of(value.get("messages")):
        shown = reader.versions(each, before, messages)
        if shown is None:
            continue
        if before is None:
            first_chosen = shown
        else:
            messages[before] = replace(messages[before], chosen_child=shown)
        before = shown
    fields = objects_of(object_of(value.get("perChatPredictionConfig")).get("fields"))
    prompts = [text_of(each.get("value")) for each in fields if each.get("key") == _SYSTEM_PROMPT]
    latest = (time_ms_of(value.get(key)) for key in ("assistantLastMessagedAt", "userLastMessagedAt"))
    title, title_source = title_of(value.get("name"), messages, ("untitled", "new chat", "unnamed chat"))
    question = "".join(part.text for part in messages[0].parts) if messages else ""
    names = (str(began_ms), question) if began_ms is not None else (content_id(value),)
    return Parsed(
        PortableConversation(
            # LM Studio names a conversation by nothing but the file, which may be renamed; it began at one moment, with
            # one question.
            uid=foreign_uid("lm-studio", *names),
            title=title,
            title_source=title_source,
            system_prompt=text_of(value.get("systemPrompt")) or next(filter(None, prompts), ""),
            draft=text_of(value.get("clientInput")),
            pinned=value.get("pinned") is True,
            created_at_ms=began_ms,
            updated_at_ms=max((each for each in latest if each is not None), default=began_ms),
            first_chosen=first_chosen,
            messages=tuple(messages),
        ),
        left_out(reader.files),
    )


class _Reader:
    """Reads messages and counts what cannot be taken over."""

    def __init__(self, began_ms: int | None) -> None:
        self._began_ms = began_ms
        self.files = 0

    def versions(self, message: JsonObject, before: int | None, messages: list[PortableMessage]) -> int | None:
        """Append the versions of a message; returns the place of the one that is shown, None where it has none."""
        selected = whole_of(message.get("currentlySelected"))
        shown: int | None = None
        for at, version in enumerate(list_of(message.get("versions"))):
            made = self._message(object_of(version), before)
            if made is None:
                continue
            if len(messages) >= MAX_MESSAGES:
                raise BrokenConversation(f"It has more than {MAX_MESSAGES:,} messages.")
            messages.append(made)
            if shown is None or at == selected:
                shown = len(messages) - 1
        return shown

    def _message(self, version: JsonObject, before: int | None) -> PortableMessage | None:
        role = _ROLES.get(text_of(version.get("role")))
        if role is None:
            return None
        steps = [each for each in objects_of(version.get("steps")) if each.get("type") == "contentBlock"]
        blocks = [(each, _is_thinking(each)) for each in steps] or [(version, False)]
        parts = joined(part for block, thinking in blocks for part in self._parts(block.get("content"), thinking))
        if not parts:
            return None
        parts = thoughts_apart(parts) if role is Role.ASSISTANT else parts
        facts = _facts(version, steps) if role is Role.ASSISTANT else None
        reason = facts.finish_reason if facts is not None else None
        state = _STATES.get(reason, MessageState.COMPLETE) if reason is not None else MessageState.COMPLETE
        return PortableMessage(role, parts, before, state=state, facts=facts, created_at_ms=self._began_ms)

    def _parts(self, content: JsonValue, thinking: bool) -> Iterator[Part]:
        if isinstance(content, str):
            content = [{"type": "text", "text": content}]
        for each in objects_of(content):
            name = text_of(each.get("name")) or "tool"
            match each.get("type"):
                case "text" if thinking:
                    yield Part(PartKind.THINKING, text_of(each.get("text")))
                case "text":
                    yield Part(PartKind.TEXT, text_of(each.get("text")))
                case "file":
                    self.files += 1
                    file_name = text_of(each.get("name")) or text_of(each.get("fileIdentifier"))
                    yield Part(PartKind.ATTACHMENT, "", file_name or "file")
                case "toolCallRequest":
                    yield tool_call(name, each.get("parameters") or each.get("arguments"))
                case "toolCallResult":
                    yield Part(PartKind.TOOL_RESULT, _result(each.get("content")), name)


def _is_thinking(step: JsonObject) -> bool:
    return object_of(step.get("style")).get("type") == "thinking"


def _result(content: JsonValue) -> str:
    """A tool's result: a text, or pieces, as they are or as JSON, of which those with a text count."""
    if isinstance(content, str):
        try:
            pieces = json.loads(content)
        except (ValueError, RecursionError):
            return content
        return _result(pieces) if isinstance(pieces, list) else content
    return "\n\n".join(filter(None, (text_of(each.get("text")) for each in objects_of(content))))


def _facts(version: JsonObject, steps: list[JsonObject]) -> GenerationFacts | None:
    """Of the last step that tells any."""
    told = [object_of(each.get("genInfo")) for each in steps if object_of(each.get("genInfo"))]
    info = told[-1] if told else {}
    stats = object_of(info.get("stats"))
    sender = text_of(object_of(version.get("senderInfo")).get("senderName"))
    facts = GenerationFacts(
        model=text_of(info.get("identifier")) or sender or None,
        prompt_tokens=whole_of(stats.get("promptTokensCount")),
        answer_tokens=whole_of(stats.get("predictedTokensCount")),
        first_token_s=number_of(stats.get("timeToFirstTokenSec")),
        tokens_per_s=number_of(stats.get("tokensPerSecond")),
        finish_reason=_REASONS.get(text_of(stats.get("stopReason"))),
    )
    return None if facts == GenerationFacts() else facts
