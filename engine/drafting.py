"""Decides how many guessed tokens to verify in one step, from what guesses and steps have been worth so far.

Two things are learnt while the model runs. How often a guess is right, by how long a stretch before it matched; every
token that is drawn tells, whether or not the guess was verified, so that no time is spent on finding out. And how long
steps of several rows take beside a step of one. It knows no model and no ids.
"""

from __future__ import annotations

from collections import deque
from statistics import median

# Numbers of rows that are tried; few, so that each is measured often.
SIZES = (2, 3, 4, 6, 8, 12, 16)
# A step of several rows must promise so much more tokens a second: what is estimated is never exact.
WORTH = 1.1
# Of an answer's time, at most this part may be lost on guesses, and one step's time at its beginning.
LOSS = 0.01
_MEASURED = 5
# Steps of one row are many and all alike: one in so many is looked at.
_SINGLES = 8
# After so many steps the oldest measurement of each number of rows is forgotten: one that a busy machine spoilt would
# otherwise keep it from being tried for ever.
_FORGET_AFTER = 256
# How the cost of a step is taken to grow with each further row as long as it was not measured.
_ROW_COST = 0.1
# Guesses by the length of their match, up to and with these, and how often they are right until more is known.
_MATCHES = ((2, 0.3), (3, 0.45), (5, 0.6), (8, 0.7), (12, 0.8), (24, 0.9))
_LONGER = 0.95
_LEARN = 1 / 16
_HOPELESS = 0.02


class DraftPolicy:
    """What was learnt with one model, over all of its requests."""

    def __init__(self, most_rows: int) -> None:
        self._sizes = tuple(size for size in SIZES if size <= most_rows)
        self._right = [*(rate for _, rate in _MATCHES), _LONGER]
        longest = _MATCHES[-1][0] + 1
        self._bucket = [sum(match > bound for bound, _ in _MATCHES) for match in range(longest + 1)]
        self._seconds: dict[int, deque[float]] = {size: deque(maxlen=_MEASURED) for size in (1, *self._sizes)}
        self._cost: dict[int, float] = {}
        self._steps = 0

    def saw(self, match: int, *, right: bool) -> None:
        """A guess behind a match of `match` tokens was right or was not."""
        bucket = self._bucket_of(match)
        self._right[bucket] += (right - self._right[bucket]) * _LEARN

    def took(self, rows: int, seconds: float) -> None:
        """A step of `rows` rows took so long. Numbers of rows that are not tried are no matter."""
        self._steps += 1
        measured = self._seconds.get(rows)
        if measured is None or (rows == 1 and len(measured) == _MEASURED and self._steps % _SINGLES):
            return
        measured.append(seconds)
        self._cost[rows] = median(measured)
        if self._steps % _FORGET_AFTER == 0:
            for size in self._sizes:
                self._forget_oldest(size)

    def _forget_oldest(self, size: int) -> None:
        measured = self._seconds[size]
        if measured:
            measured.popleft()
        if measured:
            self._cost[size] = median(measured)
        else:
            self._cost.pop(size, None)

    def cost(self, rows: int) -> float:
        """Seconds that a step of so many rows is taken to need; 0 as long as not even one row was measured."""
        known = self._cost.get(rows)
        if known is not None:
            return known
        if not self._cost:
            return 0.0
        near = min(self._cost, key=lambda size: abs(size - rows))
        return self._cost[near] * _relative(rows) / _relative(near)

    def rows(self, match: int, most: int, spare_s: float) -> int:
        """How many rows the next step should have, the token that was drawn and the guesses behind it.

        Args:
            match: how long a stretch before the first guess matched; 0: there is none.
            most: no more than this.
            spare_s: how much time may be lost, should every guess be wrong.
        """
        single = self._cost.get(1)
        if not match or single is None:
            return 1
        best, best_rate = 1, WORTH / single
        likely = expected = 1.0
        row = 1
        for size in self._sizes:
            if size > most:
                break
            while row < size:
                likely *= self._right[self._bucket_of(match + row - 1)]
                expected += likely
                row += 1
            cost = self.cost(size)
            if cost - single > spare_s:
                break
            if expected > best_rate * cost:
                best, best_rate = size, expected / cost
            if likely < _HOPELESS:
                break
        return best

    def _bucket_of(self, match: int) -> int:
        return self._bucket[min(match, len(self._bucket) - 1)]


def _relative(rows: int) -> float:
    return 1.0 + _ROW_COST * (rows - 1)
