"""A conversation outside of any store: what an export is made from and what an import makes.

Pure values. Messages name each other by their place in the conversation, because ids belong to one store alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from app.core.chats import ChatMessage, ChatSettings, GenerationFacts, MessageState, Part, TitleSource
from app.core.message_tree import MessageTree
from engine.types import Role


@dataclass(frozen=True, slots=True)
class PortableMessage:
    """A message of the tree.

    parent: the place of the message it follows, which is always smaller than its own; None for a first one.
    chosen_child: the place of the version that is shown after it; None where nobody chose.
    uid, created_at_ms: None where they are not known; the store then gives fresh ones.
    damaged: its text did not match its checksum where it came from.
    """

    role: Role
    parts: tuple[Part, ...] = ()
    parent: int | None = None
    chosen_child: int | None = None
    state: MessageState = MessageState.COMPLETE
    facts: GenerationFacts | None = None
    uid: str | None = None
    created_at_ms: int | None = None
    removed: bool = False
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class PortableConversation:
    """A conversation with everything in it.

    folder: the folder's name; None outside of any.
    position: its place among the pinned ones.
    first_chosen: the place of the first message that is shown.
    """

    uid: str
    title: str = ""
    title_source: TitleSource = TitleSource.NONE
    system_prompt: str = ""
    settings: ChatSettings = field(default_factory=ChatSettings)
    draft: str = ""
    folder: str | None = None
    tags: tuple[str, ...] = ()
    pinned: bool = False
    position: int = 0
    archived: bool = False
    trashed_at_ms: int | None = None
    created_at_ms: int | None = None
    updated_at_ms: int | None = None
    first_chosen: int | None = None
    messages: tuple[PortableMessage, ...] = ()

    def tree(self) -> MessageTree:
        """The messages with their places as ids."""
        chosen: dict[int | None, int] = {
            at: each.chosen_child for at, each in enumerate(self.messages) if each.chosen_child is not None
        }
        if self.first_chosen is not None:
            chosen[None] = self.first_chosen
        return MessageTree((_chat_message(at, each) for at, each in enumerate(self.messages)), chosen)

    def path(self) -> tuple[PortableMessage, ...]:
        """The messages that are shown, first to last."""
        return tuple(self.messages[each.id] for each in self.tree().path())


class WriteOutcome(StrEnum):
    """What became of a conversation that was to be written to a store. IN_TRASH: it is there, thrown away."""

    ADDED = "added"
    ALREADY_THERE = "already_there"
    IN_TRASH = "in_trash"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Written:
    """conversation_id: of the new conversation, or of the one that is there; None where it failed.

    problem: why it failed, in words that may be shown; empty otherwise.
    """

    outcome: WriteOutcome
    conversation_id: int | None
    problem: str = ""


def _chat_message(at: int, message: PortableMessage) -> ChatMessage:
    return ChatMessage(
        id=at,
        uid=message.uid or "",
        conversation_id=0,
        parent_id=message.parent,
        role=message.role,
        state=message.state,
        parts=message.parts,
        facts=message.facts,
        created_at_ms=message.created_at_ms or 0,
        damaged=message.damaged,
        removed=message.removed,
    )
