"""Makes an open conversation of a stored one. Knows neither the store nor who shows it."""

from __future__ import annotations

import json

from app.core.answer import Answer, AnswerState, Part
from app.core.chats import (
    ChatMessage,
    ChatSettings,
    ConversationSummary,
    GenerationFacts,
    MessageState,
    PartKind,
)
from app.core.conversation import Conversation, Question, Remark
from app.core.entry import Entry
from app.core.message_tree import MessageTree
from engine.types import Channel, Failed, Role, ToolCall

# An answer that is still being written by nobody was cut off.
_STATES = {
    MessageState.COMPLETE: AnswerState.DONE,
    MessageState.STREAMING: AnswerState.INTERRUPTED,
    MessageState.INTERRUPTED: AnswerState.INTERRUPTED,
    MessageState.FAILED: AnswerState.FAILED,
}
_NO_FACTS = GenerationFacts()
_CHANNELS = {PartKind.TEXT: Channel.ANSWER, PartKind.THINKING: Channel.THINKING}


def conversation_of(
    summary: ConversationSummary, system_prompt: str, settings: ChatSettings, tree: MessageTree
) -> Conversation:
    """The same messages, versions and choices."""
    conversation = Conversation(
        system_prompt=system_prompt,
        settings=settings,
        given_title=summary.title,
        title_source=summary.title_source,
        conversation_id=summary.id,
        uid=summary.uid,
    )
    made: dict[int | None, Entry] = {None: conversation.root}
    for message in tree:  # a parent always before its children, because ids only grow
        entry = _entry(message)
        parent = made[tree.parent_of(message.id)]
        entry.parent = parent
        parent.children.append(entry)
        made[message.id] = entry
    for parent_id, entry in made.items():
        chosen = tree.chosen_child(parent_id)
        entry.chosen = None if chosen is None else made[chosen]
    return conversation


def _entry(message: ChatMessage) -> Entry:
    entry: Entry
    match message.role:
        case Role.USER:
            attached = tuple(part for part in message.parts if part.kind is PartKind.ATTACHMENT)
            entry = Question(uid=message.uid, text=message.text(), attachments=attached)
        case Role.ASSISTANT:
            entry = _answer(message)
        case role:
            kind = PartKind.TOOL_RESULT if role is Role.TOOL else PartKind.TEXT
            entry = Remark(uid=message.uid, role=role, text=message.text(kind) or message.text())
    entry.message_id = message.id
    entry.created_at_ms, entry.removed = message.created_at_ms, message.removed
    return entry


def _answer(message: ChatMessage) -> Answer:
    facts = message.facts or _NO_FACTS
    failure = None
    if facts.failure_message is not None:
        failure = Failed(0, facts.failure_kind or "", facts.failure_message)
    return Answer(
        uid=message.uid,
        state=_STATES[message.state],
        kept_facts=facts,
        parts=[Part(_CHANNELS[part.kind], part.text) for part in message.parts if part.kind in _CHANNELS],
        tool_calls=[_call(part.name, part.text) for part in message.parts if part.kind is PartKind.TOOL_CALL],
        first_token_s=facts.first_token_s,
        thinking_s=facts.thinking_s,
        failure=failure,
    )


def _call(name: str, arguments: str) -> ToolCall:
    try:
        value = json.loads(arguments)
    except (ValueError, RecursionError):
        return ToolCall(name, arguments)
    return ToolCall(name, value if isinstance(value, dict) else arguments)
