"""The policy on the table of machines: what each row promises, and that the table spans what there is."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from engine.errors import PonderError
from engine.hardware import DeviceKind
from engine.precision import choose
from engine.types import Precision

from .machines import BITSANDBYTES, NOTHING, REFUSALS, ROWS, Refusal, Row, shape_of

MODELS = ("0.6B", "1.7B", "4B", "8B", "14B", "32B")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    decision = choose(row.machine, shape_of(row.model), **asdict(row.asked))
    assert (decision.device, decision.precision, decision.int8_kernel) == (row.device, row.precision, row.kernel)
    least, most = row.context_bounds
    assert least <= decision.context_tokens <= most
    assert row.phrase in decision.reason
    # What every reason tells: how much is needed of how much is free, and with what context.
    assert decision.needed_bytes == decision.plan.needed_bytes < decision.free_bytes
    assert f"{decision.context_tokens:,} tokens of context" in decision.reason
    assert decision.reason.count(" free ") >= 1


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_refusal(refusal: Refusal) -> None:
    with pytest.raises(PonderError) as caught:
        choose(refusal.machine, shape_of(refusal.model), **asdict(refusal.asked))
    assert caught.value.kind == refusal.kind
    assert refusal.problem in caught.value.message
    assert refusal.remedy in caught.value.remedy


def test_the_table_spans_what_there_is() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    unforced = [row for row in ROWS if row.asked == NOTHING]
    assert len(unforced) >= 40
    assert {row.model for row in unforced} >= {*MODELS, "practice"}
    assert {row.precision for row in unforced} == {Precision.BF16, Precision.FP16, Precision.FP32, Precision.INT8}
    kinds = {gpu.kind for row in unforced for gpu in row.machine.gpus}
    assert kinds == {DeviceKind.CUDA, DeviceKind.ROCM, DeviceKind.MPS}
    # Each of the six sizes is decided in more than one way.
    for model in MODELS:
        assert len({(row.device, row.precision) for row in unforced if row.model == model}) >= 2


@pytest.mark.parametrize("model", MODELS)
def test_a_bigger_card_never_gets_less(model: str) -> None:
    """From 2 to 141 GB, in steps of 1 GB: the CPU, then 8 bits, then 16, each with a context that grows."""
    from . import cuda, machine

    seen: list[tuple[int, int]] = []
    for gib in range(2, 142):
        decision = choose(machine(cuda(gib, 0.95 * gib - 0.2), ram_gib=128, free_gib=60), shape_of(model))
        rank = {"cpu": 0}.get(decision.device, 1 if decision.int8_kernel is BITSANDBYTES else 2)
        seen.append((rank, decision.context_tokens if rank else 0))
    assert seen == sorted(seen)
    assert {rank for rank, _ in seen} == {0, 1, 2}
