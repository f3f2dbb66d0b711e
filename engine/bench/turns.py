"""A short conversation with a loaded engine: how long until the first token of an answer, and of the next one.

The question is about as long as a prefill is timed with; the next turn adds an answer and a short question, so that all
but those can be reused. It is the same text each time but for its first word, or the second run would read nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import count
from typing import Self

from engine.bench.report import PREFILL_TOKENS
from engine.engine import Engine
from engine.errors import PonderError
from engine.types import Failed, Finished, GenerateRequest, Message, Role, Sampling

SENTENCE = "The lamp in the harbour turns twice before the ferry leaves, and nobody on the pier counts the boats. "
ANSWER = "It turns twice, then the ferry leaves; how many boats there are is not said. The pier itself is not empty."
QUESTION = "And what happens after that?"
# As Qwen3 answers without thinking; a loop of a random model is no reason to stop.
SAMPLING = Sampling(temperature=0.7, top_p=0.8, top_k=20, seed=1, loop_guard=False)
# Room that the question leaves for the rest of the conversation.
_REST_TOKENS = 256


class TurnFailed(PonderError):
    """The engine could not answer."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class OneTurn:
    """first_token_s: from the request to its first token, with all that this takes."""

    prompt_tokens: int
    reused_tokens: int
    first_token_s: float

    @classmethod
    def of(cls, finished: Finished, seconds: float) -> Self:
        return cls(finished.prompt_tokens, finished.reused_tokens, seconds)


@dataclass(frozen=True, slots=True)
class Talk:
    """reply_tokens_per_s: of a whole reply, sampling and text included."""

    first: OneTurn
    follow_up: OneTurn
    reply_tokens_per_s: float


class Conversation:
    """Args:
    raw: the model was never taught to chat, so its turns are one text that goes on.
    context_tokens: of the engine as it was loaded.
    tokens: of a reply.
    """

    def __init__(self, engine: Engine, *, raw: bool, context_tokens: int, tokens: int) -> None:
        self._engine = engine
        self._raw = raw
        self._tokens = tokens
        self._numbers = count(1)
        (each,) = engine.count_tokens((SENTENCE,))
        most = min(PREFILL_TOKENS, max(context_tokens - _REST_TOKENS - tokens, context_tokens // 4))
        self._question = SENTENCE * max(most // each, 1)

    def run(self, index: int) -> Talk:
        """Two turns and a reply.

        Raises:
            TurnFailed: the engine refused or failed.
        """
        question = f"{index + 1} boats. {self._question}"
        first = OneTurn.of(*self._ask((question,), 1))
        follow_up = OneTurn.of(*self._ask((question, ANSWER, QUESTION), 1))
        # The same once more, of which all but the last token is there already.
        reply, seconds = self._ask((question, ANSWER, QUESTION), self._tokens)
        return Talk(first, follow_up, len(reply.token_ids) / seconds)

    def _ask(self, texts: tuple[str, ...], max_tokens: int) -> tuple[Finished, float]:
        """The end of the answer, and the seconds that all of it took."""
        sampling = replace(SAMPLING, max_tokens=max_tokens)
        roles = (Role.USER, Role.ASSISTANT)
        messages = tuple(Message(roles[index % 2], text) for index, text in enumerate(texts))
        request = GenerateRequest(
            next(self._numbers),
            messages=() if self._raw else messages,
            raw_text="\n".join(texts) if self._raw else None,
            sampling=sampling,
            thinking=False,
        )
        finished: Finished | None = None
        started = time.perf_counter()
        for event in self._engine.generate(request):
            if isinstance(event, Failed):
                raise TurnFailed(event.kind, event.message)
            if isinstance(event, Finished):
                finished = event
        seconds = time.perf_counter() - started
        if finished is None:
            raise TurnFailed("error", "An answer ended without an end.")
        return finished, seconds
