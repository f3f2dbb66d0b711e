"""When several tokens are verified at once: by what guesses and steps were worth, never by the clock here."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from engine.drafting import LOSS, SIZES, DraftPolicy

PLENTY_S = 1e9


def cheap(rows: int) -> float:
    return 0.01 * (1 + 0.05 * (rows - 1))


def dear(rows: int) -> float:
    return 0.01 * rows


def learnt(cost: Callable[[int], float], right: float, match: int = 4) -> DraftPolicy:
    """A policy that has seen many guesses, of which that part was right, and has timed all steps."""
    policy = DraftPolicy(16)
    for size in (1, *SIZES):
        for _ in range(5):
            policy.took(size, cost(size))
    chance = random.Random(1)
    for each in range(2, 41) if match > 3 else (match,):
        for _ in range(200):
            policy.saw(each, right=chance.random() < right)
    return policy


def test_nothing_is_tried_without_a_guess_or_before_a_step_was_timed() -> None:
    assert DraftPolicy(16).rows(20, 16, PLENTY_S) == 1
    policy = DraftPolicy(16)
    policy.took(1, 0.01)
    assert policy.rows(0, 16, PLENTY_S) == 1
    assert policy.rows(20, 16, PLENTY_S) > 1


def test_guesses_that_are_right_are_tried_many_at_a_time_and_wrong_ones_not_at_all() -> None:
    assert learnt(cheap, 1.0).rows(30, 16, PLENTY_S) == 16
    assert learnt(cheap, 0.0).rows(30, 16, PLENTY_S) == 1
    few = learnt(cheap, 0.5).rows(30, 16, PLENTY_S)
    assert 1 < few < 16


def test_rows_that_cost_as_much_as_steps_are_not_tried() -> None:
    assert learnt(dear, 0.99).rows(30, 16, PLENTY_S) == 1


def test_a_match_is_judged_by_its_length() -> None:
    policy = learnt(cheap, 1.0)
    for _ in range(200):
        policy.saw(2, right=False)
    assert policy.rows(2, 16, PLENTY_S) == 1
    assert policy.rows(30, 16, PLENTY_S) == 16


def test_it_tries_again_once_guesses_turn_right_though_none_was_verified() -> None:
    policy = learnt(cheap, 0.0)
    for _ in range(100):
        policy.saw(30, right=True)
    assert policy.rows(30, 16, PLENTY_S) > 1


@pytest.mark.parametrize("most", [1, 2, 5, 7, 15])
def test_no_more_rows_than_there_is_room_for(most: int) -> None:
    assert 1 <= learnt(cheap, 1.0).rows(30, most, PLENTY_S) <= most
    assert 1 <= learnt(cheap, 1.0).rows(30, 16, PLENTY_S) <= 16
    assert DraftPolicy(4).rows(30, 16, PLENTY_S) <= 4


def test_no_more_is_risked_than_may_be_lost() -> None:
    policy = learnt(cheap, 1.0)
    assert policy.rows(30, 16, 0.0) == 1
    assert policy.cost(policy.rows(30, 16, 0.003)) - policy.cost(1) <= 0.003


def test_a_step_that_was_spoilt_once_is_forgotten() -> None:
    policy = learnt(cheap, 1.0)
    for size in SIZES:
        for _ in range(5):
            policy.took(size, 1.0)
    assert policy.rows(30, 16, PLENTY_S) == 1
    for _ in range(5 * 256):
        policy.took(1, 0.01)
    assert policy.rows(30, 16, PLENTY_S) > 1


def test_what_was_not_timed_is_estimated_from_its_neighbour() -> None:
    policy = DraftPolicy(16)
    policy.took(1, 0.01)
    policy.took(8, 0.1)
    assert policy.cost(8) == 0.1
    assert policy.cost(12) > 0.1 > policy.cost(6) > policy.cost(1)
    assert 0 < LOSS < 0.03
