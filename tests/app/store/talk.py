"""Conversations for tests of search, written as a person and a model would."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.chats import MessageState, NewConversation, NewMessage, Part, PartKind
from app.core.search import ANYTHING, SearchFilter, SearchHit
from app.store.store import ChatStore
from engine.types import Role


def chat(store: ChatStore, *texts: str, title: str = "", **more: object) -> tuple[int, list[int]]:
    """A conversation of question, answer, question, ...; its id and those of its messages."""
    new = NewConversation(title=title, **more)  # type: ignore[arg-type]
    conversation_id = store.conversations.create(new).id
    ids: list[int] = []
    for at, text in enumerate(texts):
        role = Role.ASSISTANT if at % 2 else Role.USER
        ids.append(say(store, conversation_id, text, role=role, after=ids[-1] if ids else None))
    return conversation_id, ids


def say(
    store: ChatStore,
    conversation_id: int,
    *texts: str | Part,
    role: Role = Role.USER,
    after: int | None = None,
    state: MessageState = MessageState.COMPLETE,
) -> int:
    """Add a message; its id."""
    parts = tuple(each if isinstance(each, Part) else Part(PartKind.TEXT, each) for each in texts)
    return store.messages.add(conversation_id, after, NewMessage(role, parts, state)).id


def found(store: ChatStore, query: str, wanted: SearchFilter = ANYTHING, limit: int = 50) -> list[int | None]:
    """The messages that are found, in order; None for a title."""
    return [hit.message_id for hit in store.search.find(query, wanted, limit)]


def lit(hits: Sequence[SearchHit]) -> list[list[str]]:
    """What is highlighted in each hit."""
    return [[hit.snippet[start:end] for start, end in hit.highlights] for hit in hits]
