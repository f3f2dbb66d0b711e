"""Reads ahead: guesses the next tokens from the text so far and verifies several in one step (arXiv:2304.04487).

Nothing that is drawn changes. Whoever draws gets the logits behind each token one after the other, exactly as from
steps of one token, draws with the same random numbers and never learns of a guess: one that turns out to be what was
drawn has its logits ready, and any other is forgotten. Since a guess is certain of its token, drawing from the model's
distribution and keeping the guess where it was drawn is speculative sampling's rule (arXiv:2211.17192, section 2.3).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from torch import Tensor

from engine.cancel import CancelToken
from engine.drafting import LOSS, DraftPolicy
from engine.lookup import Lookup
from engine.prefix import PrefixCache

# Time that guesses have won may be lost again by others, up to that of so many steps.
_CREDIT_STEPS = 4


class ReadAhead:
    """The steps of one answer.

    Args:
        prefix: holds the prompt already.
        policy: None: every step reads one token.
    """

    def __init__(self, prefix: PrefixCache, policy: DraftPolicy | None) -> None:
        self._prefix = prefix
        self._policy = policy
        self._lookup = Lookup(prefix.ids if policy is not None else ())
        self._guesses: list[int] = []
        self._rows: Tensor | None = None  # the logits behind the last token that was read and behind each guess
        self._right = 0  # how many of the guesses were drawn so far
        self._step_s = 0.0
        self._spent_s = 0.0
        self._gained_s = 0.0
        self.drafted = 0
        self.accepted = 0

    def read(self, ids: Sequence[int], cancel: CancelToken | None = None) -> Tensor:
        """Put in ids that were not drawn; float32 logits `(vocab,)` behind the last."""
        self._forget()
        logits = self._prefix.read(ids, cancel)
        if self._policy is not None:
            for token in ids:
                self._lookup.push(token)
        return logits

    def step(self, token_id: int, most: int, cancel: CancelToken | None = None) -> Tensor:
        """float32 logits `(vocab,)` behind a token that was drawn. On Cancelled nothing was added.

        Args:
            most: how many tokens there is room for, this one included; at least 1.
        """
        policy = self._policy
        if policy is None:
            return self._prefix.step(token_id, cancel)
        self._push(policy, token_id)
        if self._rows is not None and self._right < len(self._guesses) and self._guesses[self._right] == token_id:
            self._right += 1
            self.accepted += 1
            self._prefix.confirm(token_id)
            return self._rows[self._right]
        self._forget()
        spare_s = policy.cost(1) + LOSS * self._spent_s + self._gained_s
        guesses = self._lookup.guess(policy.rows(self._lookup.match, most, spare_s) - 1)
        started = time.perf_counter()
        if not guesses:
            logits = self._prefix.step(token_id, cancel)
            self._took(policy, 1, started)
            return logits
        rows = self._prefix.step_ahead(token_id, guesses, cancel)
        self._took(policy, len(rows), started)
        self._guesses, self._rows, self._right = guesses, rows, 0
        self.drafted += len(guesses)
        return rows[0]

    def _push(self, policy: DraftPolicy, token_id: int) -> None:
        if self._lookup.match:
            policy.saw(self._lookup.match, right=self._lookup.next_id == token_id)
        self._lookup.push(token_id)

    def _took(self, policy: DraftPolicy, rows: int, started: float) -> None:
        self._step_s = time.perf_counter() - started
        self._spent_s += self._step_s
        policy.took(rows, self._step_s)

    def _forget(self) -> None:
        """Settle what the guesses brought; those that are left were wrong."""
        if self._rows is None or self._policy is None:
            return
        single_s = self._policy.cost(1)
        gained_s = self._gained_s + (1 + self._right) * single_s - self._step_s
        self._gained_s = min(gained_s, _CREDIT_STEPS * single_s)
        self._rows = None
        self._guesses = []
