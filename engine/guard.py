"""The loop guard: notices that the model says the same thing over and over.

Small models fall into endless repetition now and then, greedy ones above all; nothing good comes after that. The guard
only looks at token ids. Deciding what to do about it is the caller's.
"""

from __future__ import annotations

import numpy as np

# The longest repeated passage it looks for, in tokens (a paragraph).
MAX_PERIOD = 384
# A passage must have come round this often before it counts, and so many tokens must have been spent on it. Rows of
# dashes, a table's rules and lists of like items repeat honestly; they seldom go on for as long.
MIN_REPEATS = 4
MIN_REPEATED_TOKENS = 192


class LoopGuard:
    """Feed it every generated token; `looping` becomes true once the tail has repeated long enough.

    For each period p it keeps for how many tokens the sequence has equalled itself p tokens ago: a run of r means that
    the last r + p tokens have period p. One vectorised comparison a token.
    """

    def __init__(self) -> None:
        self._recent = np.full(MAX_PERIOD, -1, dtype=np.int64)  # the newest first
        self._runs = np.zeros(MAX_PERIOD, dtype=np.int64)
        periods = np.arange(1, MAX_PERIOD + 1)
        self._limits = np.maximum(MIN_REPEATED_TOKENS, MIN_REPEATS * periods) - periods
        self.looping = False

    def push(self, token_id: int) -> bool:
        """Take the next token; returns `looping`."""
        self._runs = np.where(self._recent == token_id, self._runs + 1, 0)
        self._recent[1:] = self._recent[:-1]
        self._recent[0] = token_id
        self.looping = bool((self._runs >= self._limits).any())
        return self.looping

    def reset(self) -> None:
        """Start afresh, where something new was put into the text (a closed thinking block)."""
        self._recent.fill(-1)
        self._runs.fill(0)
        self.looping = False
