"""The loop guard: it must notice loops of every length, and leave honest text alone."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.guard import MAX_PERIOD, MIN_REPEATED_TOKENS, MIN_REPEATS, LoopGuard


def pushes_until_looping(ids: list[int]) -> int | None:
    guard = LoopGuard()
    for count, token in enumerate(ids, start=1):
        if guard.push(token):
            return count
    return None


def brute_force(ids: list[int]) -> int | None:
    """The definition: the tail repeats with some period often enough and for long enough."""
    for count in range(1, len(ids) + 1):
        for period in range(1, MAX_PERIOD + 1):
            needed = max(MIN_REPEATED_TOKENS, MIN_REPEATS * period)
            if count >= needed:
                tail = ids[count - needed : count]
                if all(tail[i] == tail[i - period] for i in range(period, needed)):
                    return count
    return None


@pytest.mark.parametrize("period", [1, 2, 3, 7, 50, 111, MAX_PERIOD])
def test_row29_a_loop_of_any_length_is_noticed(period: int) -> None:
    rng = random.Random(period)
    start = [rng.randrange(1000) for _ in range(333)]
    loop = [rng.randrange(1000) for _ in range(period)]
    noticed = pushes_until_looping(start + loop * 2000)
    needed = max(MIN_REPEATED_TOKENS, MIN_REPEATS * period)
    assert noticed is not None
    assert len(start) + needed - 3 <= noticed <= len(start) + needed


def test_text_without_repetition_is_left_alone() -> None:
    rng = random.Random(0)
    assert pushes_until_looping([rng.randrange(300) for _ in range(5_000)]) is None


def test_a_counted_list_is_not_a_loop() -> None:
    lines = [token for number in range(500) for token in (10, 11, 1000 + number, 12, 13)]
    assert pushes_until_looping(lines) is None


def test_a_table_rule_and_a_short_refrain_are_not_loops() -> None:
    assert pushes_until_looping([5] * (MIN_REPEATED_TOKENS - 1) + list(range(100))) is None
    verse = list(range(60))
    assert pushes_until_looping(verse * 3) is None


@given(st.lists(st.integers(0, 1), min_size=150, max_size=260), st.integers(1, 4))
def test_it_agrees_with_the_definition(ids: list[int], period: int) -> None:
    ids = ids[:40] + (ids[40 : 40 + period] * 120)[:210] + ids[:5]
    assert pushes_until_looping(ids) == brute_force(ids)


def test_reset_forgets() -> None:
    guard = LoopGuard()
    for _ in range(MIN_REPEATED_TOKENS - 1):
        guard.push(1)
    guard.reset()
    assert not guard.push(1)
