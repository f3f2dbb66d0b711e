"""N-gram look-up against a search through the whole text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.lookup import LONGEST_COMPARED, ORDERS, Lookup

# Few different tokens, so that tails recur.
TEXTS = st.lists(st.integers(0, 3), max_size=120)


class SlowLookup:
    """The same by looking at everything each time."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = list(ids)
        self.source: int | None = None
        self.match = 0
        self.find()

    def push(self, token_id: int) -> None:
        kept = self.source if self.source is not None and self.ids[self.source] == token_id else None
        self.ids.append(token_id)
        if kept is None:
            self.find()
        else:
            self.source, self.match = kept + 1, self.match + 1

    def find(self) -> None:
        ids = self.ids
        self.source, self.match = None, 0
        for order in ORDERS:
            places = [at for at in range(order, len(ids)) if ids[at - order : at] == ids[-order:]]
            if places:
                self.source = places[-1]
                while self.match < LONGEST_COMPARED and self.source > self.match:
                    if ids[self.source - self.match - 1] != ids[-self.match - 1]:
                        break
                    self.match += 1
                return

    def guess(self, count: int) -> list[int]:
        if self.source is None:
            return []
        ids = list(self.ids)
        for at in range(count):  # as if each guess were right
            ids.append(ids[self.source + at])
        return ids[len(self.ids) :]


@given(TEXTS, TEXTS, st.integers(0, 20))
def test_it_finds_what_a_search_finds(prompt: list[int], answer: list[int], count: int) -> None:
    lookup, slow = Lookup(prompt), SlowLookup(prompt)
    for token in answer:
        assert (lookup.match, lookup.guess(count)) == (slow.match, slow.guess(count))
        assert ([] if lookup.next_id is None else [lookup.next_id]) == slow.guess(1)
        lookup.push(token)
        slow.push(token)
    assert (lookup.match, lookup.guess(count)) == (slow.match, slow.guess(count))


@given(TEXTS, st.integers(0, 120))
def test_a_text_given_at_once_is_as_one_pushed(ids: list[int], cut: int) -> None:
    """Until a repetition is followed: then the place found first is kept, which may not be the last one."""
    lookup = Lookup(ids[:cut])
    for token in ids[cut:]:
        lookup.push(token)
    at_once = Lookup(ids)
    assert lookup._tables == at_once._tables
    assert bool(lookup.match) == bool(at_once.match)


def test_a_quotation_is_followed_to_its_end() -> None:
    text = list(range(100, 140))
    lookup = Lookup([*text, 1, 2, 3, 100, 101])
    assert lookup.match == 2
    for token in text[2:]:
        assert lookup.next_id == token
        lookup.push(token)
    assert lookup.match == len(text)
    assert lookup.guess(3) == [1, 2, 3]


def test_the_longest_tail_decides_between_several_places() -> None:
    lookup = Lookup([9, 1, 2, 3, 4, 5, 6, 50, 8, 4, 5, 6, 60, 1, 2, 3, 4, 5, 6])
    assert lookup.guess(1) == [50]


def test_a_loop_is_guessed_further_than_it_was_written() -> None:
    assert Lookup([7, 8, 9, 7, 8, 9, 7, 8]).guess(7) == [9, 7, 8, 9, 7, 8, 9]


def test_nothing_is_guessed_where_nothing_recurs() -> None:
    for ids in ([], [1], [1, 2], [1, 2, 3, 4]):
        assert Lookup(ids).match == 0
        assert Lookup(ids).guess(4) == []
        assert Lookup(ids).next_id is None
