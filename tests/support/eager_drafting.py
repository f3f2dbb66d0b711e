"""Guesses that are tried whether or not they pay, so that a test does not depend on how long anything takes."""

from __future__ import annotations

import random
from dataclasses import replace

from engine.drafting import DraftPolicy
from engine.engine import Engine

MOST_ROWS = 16


class EagerDrafting(DraftPolicy):
    """Verifies guesses wherever there are any, as many as there is room for or, with a seed, any number of them."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(MOST_ROWS)
        self._random = None if seed is None else random.Random(seed)

    def rows(self, match: int, most: int, spare_s: float) -> int:
        if not match:
            return 1
        most = min(most, MOST_ROWS)
        return most if self._random is None else self._random.randint(1, most)


def draft_eagerly(engine: Engine, seed: int | None = None) -> None:
    """Make the loaded model's steps verify guesses as above."""
    set_drafting(engine, EagerDrafting(seed))


def set_drafting(engine: Engine, policy: DraftPolicy | None) -> None:
    session = engine._session
    if session is None:
        raise RuntimeError("load a model first")
    engine._session = replace(session, drafting=policy)


def verifies_exactly(engine: Engine) -> bool:
    """Whether several rows at once give the very bits of single steps here: the native kernels do."""
    session = engine._session
    return session is not None and getattr(session.model, "kernels", None) is not None
