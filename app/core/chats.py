"""What a kept conversation is made of: typed values that cross threads, files and processes.

Nothing here knows a database or a window. Times are whole milliseconds since 1970 (UTC), and only for showing: a clock
may be wrong or go back, so whatever needs an order goes by `activity` and by ids, which only grow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from engine.types import Channel, FinishReason, KVCachePrecision, Precision, Role, Sampling


class PartKind(StrEnum):
    """What a part of a message holds.

    TEXT is what a person asked or the model answered; THINKING is kept apart from it for good.
    """

    TEXT = "text"
    THINKING = "thinking"
    ATTACHMENT = "attachment"
    TOOL_CALL = "tool_call"
    TOOL_RESULT = "tool_result"


class MessageState(StrEnum):
    """Where a message stands. STREAMING is written by nobody but a running answer."""

    COMPLETE = "complete"
    STREAMING = "streaming"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class TitleSource(StrEnum):
    """Who named a conversation. A name by PERSON is never overwritten."""

    NONE = "none"
    PROMPT = "prompt"
    MODEL = "model"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message.

    text: what was written; for a TOOL_CALL the arguments as JSON, for an ATTACHMENT the file's text.
    name: the tool's or the file's name; empty for text and thinking.
    """

    kind: PartKind
    text: str
    name: str = ""


class ChatSettings(BaseModel):
    """What one conversation wants otherwise than the application's settings; None leaves those as they are.

    Values of a newer version are kept as they stand and written back.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    model: str | None = None
    precision: Precision | None = None
    kv_cache: KVCachePrecision | None = None
    context_tokens: int | None = None
    thinking: bool | None = None
    thinking_budget_tokens: int | None = None
    less_repetition: bool | None = None
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    presence_penalty: float | None = None
    repetition_penalty: float | None = None
    seed: int | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] | None = None
    persona: str | None = None


class GenerationFacts(BaseModel):
    """How an answer came about, as far as it is known (an imported one says little). Times are seconds."""

    model_config = ConfigDict(frozen=True, extra="allow")

    model: str | None = None
    device: str | None = None
    precision: Precision | None = None
    context_tokens: int | None = None
    sampling: Sampling | None = None
    thinking: bool | None = None
    thinking_budget_tokens: int | None = None
    seed: int | None = None
    prompt_tokens: int | None = None
    reused_tokens: int | None = None
    thinking_tokens: int | None = None
    answer_tokens: int | None = None
    first_token_s: float | None = None
    thinking_s: float | None = None
    prefill_s: float | None = None
    decode_s: float | None = None
    tokens_per_s: float | None = None
    finish_reason: FinishReason | None = None
    stop_text: str | None = None
    failure_kind: str | None = None
    failure_message: str | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A row of the sidebar.

    uid: an id that stays the same through export and import.
    activity: grows with every message anywhere; the order of the sidebar.
    trashed_at_ms: when it was put into the trash; None while it is not there.
    """

    id: int
    uid: str
    title: str
    title_source: TitleSource
    folder_id: int | None
    pinned: bool
    archived: bool
    trashed_at_ms: int | None
    tags: tuple[str, ...]
    activity: int
    created_at_ms: int
    updated_at_ms: int


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message of the tree.

    parent_id: the message it follows; None for the first of a conversation.
    damaged: its text does not match the checksum that was written with it.
    removed: a person took it away; it and what follows it are shown nowhere but can be brought back.
    """

    id: int
    uid: str
    conversation_id: int
    parent_id: int | None
    role: Role
    state: MessageState
    parts: tuple[Part, ...]
    facts: GenerationFacts | None
    created_at_ms: int
    damaged: bool = False
    removed: bool = False

    def text(self, kind: PartKind = PartKind.TEXT) -> str:
        """Everything of one kind, in order."""
        return "".join(part.text for part in self.parts if part.kind is kind)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be written. `uid` and `created_at_ms` are given where it comes from elsewhere."""

    role: Role
    parts: tuple[Part, ...] = ()
    state: MessageState = MessageState.COMPLETE
    facts: GenerationFacts | None = None
    uid: str | None = None
    created_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class NewConversation:
    """A conversation to be written; `uid` and times are given where it comes from elsewhere."""

    title: str = ""
    title_source: TitleSource = TitleSource.NONE
    system_prompt: str = ""
    settings: ChatSettings = field(default_factory=ChatSettings)
    folder_id: int | None = None
    tags: tuple[str, ...] = ()
    pinned: bool = False
    archived: bool = False
    uid: str | None = None
    created_at_ms: int | None = None
    updated_at_ms: int | None = None


def part_kind(channel: Channel) -> PartKind:
    """Where the text of one of the engine's channels is kept."""
    return PartKind.THINKING if channel is Channel.THINKING else PartKind.TEXT
