"""What the engine is asked for, and the news of it that belong to no answer. Frozen data and pure functions, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from app.library.presets import Wishes, sampling_for, will_think
from engine.types import GenerateRequest, KeptPrefix, Message, Overflow, Precision, Role


@dataclass(frozen=True, slots=True)
class Ask:
    """One question with its history.

    thinking: The switch; a `/think` or `/no_think` in the question wins over it.
    wishes: What is to be otherwise than in the preset, which follows from the thinking and the model.
    raw: No chat template: what all messages but system ones say, one right behind the other, is continued as it
        stands. For base models.
    continues: The last message is an answer that stopped too early; what is written goes on right behind its text.
    keep: What is kept of the chat on disk; None: nothing.
    """

    request_id: int
    messages: tuple[Message, ...]
    thinking: bool
    thinking_budget_tokens: int | None = None
    wishes: Wishes = field(default_factory=Wishes)
    raw: bool = False
    continues: bool = False
    keep: KeptPrefix | None = None

    @property
    def will_think(self) -> bool:
        """Whether thoughts come with this answer, or came with the part of it that is there."""
        if self.raw:
            return False
        if self.continues:
            return bool(self.messages and self.messages[-1].thinking)
        return will_think(self.messages, self.thinking)


def request_for(job: Ask, precision: Precision) -> GenerateRequest:
    """What the engine is given.

    Args:
        job: What is asked.
        precision: What the weights were loaded in; the sampling preset depends on it.
    """
    sampling = sampling_for(job.wishes, thinking=job.will_think, precision=precision)
    if job.raw:
        text = "".join(each.content for each in job.messages if each.role is not Role.SYSTEM)
        return GenerateRequest(job.request_id, raw_text=text, sampling=sampling, thinking=False, keep=job.keep)
    return GenerateRequest(
        job.request_id,
        job.messages,
        sampling=sampling,
        thinking=job.thinking,
        thinking_budget_tokens=job.thinking_budget_tokens,
        overflow=Overflow.DROP_OLDEST,
        continues=job.continues,
        keep=job.keep,
    )


@dataclass(frozen=True, slots=True)
class TokensCounted:
    """`counts` are the tokens of each text; None: they cannot be known now, as no model is loaded."""

    request_id: int
    counts: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class AsideAnswered:
    """What a small request in the background came to, without thoughts; None: it was withdrawn or failed."""

    request_id: int
    text: str | None


@dataclass(frozen=True, slots=True)
class EngineRested:
    """All that had been handed over by then is done. `jobs` is how many jobs that were since the start."""

    jobs: int


EngineNews: TypeAlias = TokensCounted | AsideAnswered | EngineRested
