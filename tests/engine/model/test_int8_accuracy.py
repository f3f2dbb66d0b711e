"""Eight bits against 32 on the built-in model: close distributions, and as many tasks solved, with both kernels."""

from __future__ import annotations

import pytest

from tests.support.accuracy import BF16, FP32, INT8_BITSANDBYTES, INT8_LEAN, NF4, Accuracy, Way, make_tasks, measure

MOST_KL = 0.01
INT8 = (INT8_LEAN, INT8_BITSANDBYTES)


def test_a_sample_is_close() -> None:
    tasks = make_tasks(1)
    answered_at_once = [task for task in tasks if not task.request.thinking][:4]
    found = {each.way: each for each in measure(tasks, INT8, write=answered_at_once)}
    for way in INT8:
        assert found[way].positions > 1_000
        assert found[way].mean_kl < MOST_KL
        assert found[way].agreement > 0.95
        assert found[way].right >= found[way].turns - 1


@pytest.mark.slow
@pytest.mark.timeout(7_200)
def test_the_evaluation_set_is_close_and_loses_no_point() -> None:
    found: dict[Way, Accuracy] = {}
    for each in measure(make_tasks(25), (FP32, BF16, *INT8, NF4)):
        found[each.way] = each
        print(
            f"{each.way.name:<20} KL {each.mean_kl:.6f} over {each.positions:,} positions, "
            f"{each.agreement:.2%} agree, {each.right} of {each.turns} right"
        )
    for way in INT8:
        assert found[way].mean_kl < MOST_KL
        assert found[way].within_points(found[FP32], 1)
