"""Guesses what comes next in a text from where its last few tokens stood before: n-gram look-up.

Summaries, quotations and edited code repeat long stretches of what was read. Where the tail of the text occurs earlier,
what followed it there is a fair guess (prompt look-up decoding; arXiv:2304.04487 verifies such copies). It knows token
ids only. Whether a guess is worth trying is engine.drafting's matter, trying it engine.speculation's.
"""

from __future__ import annotations

from collections.abc import Sequence

# The tails that are looked up, the longest first: a longer one finds the right place among several.
ORDERS = (6, 3, 2)
# How far back a fresh match is compared. What is longer is not worth telling apart.
LONGEST_COMPARED = 32


class Lookup:
    """The last occurrence of each n-gram of a growing text, and where in it the text is being repeated just now.

    While the text goes on as it did at the place found, that place is kept; once it does not, the tail is looked up
    afresh. Adding a token takes constant time.
    """

    def __init__(self, ids: Sequence[int] = ()) -> None:
        self._ids = list(ids)
        # From an n-gram to the position behind its last occurrence. The tail itself is not in it: nothing follows yet.
        self._tables: tuple[tuple[int, dict[tuple[int, ...], int]], ...] = tuple(
            (order, dict(zip(zip(*(self._ids[at:] for at in range(order)), strict=False), behind, strict=False)))
            for order, behind in ((order, range(order, len(self._ids))) for order in ORDERS)
        )
        self._source = 0
        self.match = 0
        self._find()

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def next_id(self) -> int | None:
        """The guess for the very next token; None: there is none."""
        return self._ids[self._source] if self.match else None

    def push(self, token_id: int) -> None:
        """The text goes on with this token. `match` is then how many tokens before its end equal those before the
        guess; 0: no guess."""
        ids = self._ids
        length = len(ids)
        for order, table in self._tables:
            if length >= order:
                table[tuple(ids[-order:])] = length
        ids.append(token_id)
        if self.match and ids[self._source] == token_id:
            self._source += 1
            self.match += 1
        else:
            self._find()

    def guess(self, count: int) -> list[int]:
        """The next `count` tokens, which may be 0; none where `match` is 0. A loop is guessed to go round and round."""
        if not self.match or not count:
            return []
        found = self._ids[self._source : self._source + count]
        return (found * -(-count // len(found)))[:count]

    def _find(self) -> None:
        ids = self._ids
        for order, table in self._tables:
            source = table.get(tuple(ids[-order:]))
            if source is not None:
                match = order
                most = min(source, LONGEST_COMPARED)
                while match < most and ids[source - match - 1] == ids[-match - 1]:
                    match += 1
                self._source, self.match = source, match
                return
        self.match = 0
