"""What is searched for and what is found: typed values. Knows no database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HitKind(StrEnum):
    """Where the words were found. SYSTEM is an instruction that stands among the messages."""

    TITLE = "title"
    QUESTION = "question"
    ANSWER = "answer"
    SYSTEM = "system"
    THINKING = "thinking"
    ATTACHMENT = "attachment"
    TOOL = "tool"


EVERYWHERE = frozenset(HitKind)
ALL_BUT_THINKING = EVERYWHERE - {HitKind.THINKING}


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """What may be found; None puts no bound. Removed messages and the trash only where they are asked for.

    model: conversations in which this model answered.
    from_ms, to_ms: when the message was written, both ends included; of a title: between the conversation's first and
        last change.
    conversation_id: messages of this conversation only, wherever it lies, in the order in which they were written.
    archived: only what is archived, or only what is not.
    trashed: what is in the trash, and only that.
    removed: removed messages, and what follows them, too.
    """

    folder_id: int | None = None
    tag: str | None = None
    model: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    kinds: frozenset[HitKind] = ALL_BUT_THINKING
    conversation_id: int | None = None
    archived: bool | None = None
    trashed: bool = False
    removed: bool = False


ANYTHING = SearchFilter()


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A title, or one part of a message, in which everything that was searched for stands.

    title: the conversation's.
    message_id: where to jump; None for a title. It names the version, too: `shown` tells whether it lies on the path
        that is shown now, and where it does not, `Messages.choose(message_id)` shows it.
    snippet: a line of the text around what was found; "…" where it is cut.
    highlights: what was found, as first and end code point within `snippet`; in order, without overlaps.
    at_ms: when the message was written, or the conversation last changed.
    """

    conversation_id: int
    title: str
    message_id: int | None
    kind: HitKind
    snippet: str
    highlights: tuple[tuple[int, int], ...]
    at_ms: int
    shown: bool
