"""The conversations that are in memory: the one that is shown, and those whose answers are not finished."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.answer import Answer
from app.core.conversation import Conversation
from app.core.entry import Entry
from app.library.conversation_recorder import ConversationRecorder


@dataclass(slots=True, eq=False)
class OpenChat:
    """A conversation and what writes it down."""

    conversation: Conversation
    recorder: ConversationRecorder

    @property
    def id(self) -> int | None:
        """In the store; None while it has never been written."""
        return self.recorder.conversation_id


# -- what the window is told --


@dataclass(frozen=True, slots=True)
class PathShown:
    """What is shown of the conversation has changed.

    follow: Go to its end.
    at: Bring this message into sight.
    """

    conversation: Conversation
    follow: bool = False
    at: Entry | None = None


@dataclass(frozen=True, slots=True)
class ChatOpened:
    """Another conversation is shown. `draft` is what was being written in it."""

    conversation: Conversation
    conversation_id: int | None
    draft: str = ""


@dataclass(frozen=True, slots=True)
class ChatTitled:
    """The conversation that is shown has this name; empty where it has none."""

    title: str


@dataclass(frozen=True, slots=True)
class MessageRemoved:
    """A message, and what follows it, was taken out of sight."""

    chat: OpenChat
    entry: Entry


@dataclass(frozen=True, slots=True)
class AnswerEnded:
    """An answer ended, in whatever conversation."""

    chat: OpenChat
    answer: Answer
