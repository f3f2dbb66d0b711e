"""The policy's decision put to the test where it rests on bitsandbytes, and what the engine then says."""

from __future__ import annotations

import sys

import pytest
import torch

from engine.engine import Engine
from engine.errors import DeviceUnavailable
from engine.model import bitsandbytes_linear, load, weight_only
from engine.placement import place
from engine.precision_words import OWN_KERNEL, THEIR_KERNEL
from engine.types import Int8Kernel, LoadRequest, Precision
from tests.support.accuracy import POCKET

from . import MEDIUM, SMALL, cuda, machine

# The eighth GPU of a machine that hardly has eight: whatever is tried on it fails as it would with a broken driver.
ABSENT_GPU = "cuda:7"
WITH_GPU = machine(cuda(8, 7.4, index=7))
INT8 = Precision.INT8


def request(
    precision: Precision = Precision.AUTO, int8_kernel: Int8Kernel = Int8Kernel.AUTO, device: str = "auto"
) -> LoadRequest:
    return LoadRequest(str(POCKET), device=device, precision=precision, int8_kernel=int8_kernel)


def test_what_needs_no_bitsandbytes_tries_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def trial(*_: object) -> str:
        raise AssertionError("it was tried")

    monkeypatch.setattr(bitsandbytes_linear, "trial", trial)
    assert place(machine(), SMALL, request(INT8)).int8_kernel is Int8Kernel.LEAN
    assert place(WITH_GPU, SMALL, request()).precision is Precision.BF16
    assert place(WITH_GPU, MEDIUM, request(int8_kernel=Int8Kernel.LEAN)).int8_kernel is Int8Kernel.LEAN


def test_a_kernel_that_fails_its_trial_gives_way_and_the_reason_says_so() -> None:
    decision = place(WITH_GPU, MEDIUM, request())
    assert (decision.device, decision.precision) == (ABSENT_GPU, INT8)
    assert decision.int8_kernel is Int8Kernel.LEAN
    assert f"bitsandbytes does not work on {ABSENT_GPU}: " in decision.reason
    assert "The 8-bit kernel is Ponder's own instead." in decision.reason


@pytest.mark.parametrize(
    "asked",
    [request(int8_kernel=Int8Kernel.BITSANDBYTES, device=ABSENT_GPU), request(Precision.NF4, device=ABSENT_GPU)],
)
def test_what_was_asked_for_is_refused_where_it_fails_its_trial(asked: LoadRequest) -> None:
    with pytest.raises(DeviceUnavailable, match=f"does not work on {ABSENT_GPU}") as caught:
        place(WITH_GPU, MEDIUM, asked)
    assert "choose" in caught.value.remedy


def test_on_the_cpu_the_trial_is_passed() -> None:
    asked = request(INT8, int8_kernel=Int8Kernel.BITSANDBYTES)
    assert place(machine(), SMALL, asked).int8_kernel is Int8Kernel.BITSANDBYTES
    assert place(machine(), SMALL, request(Precision.NF4)).device == "cpu"


def test_the_engine_says_which_kernel_runs_and_what_four_bits_cost() -> None:
    engine = Engine()
    try:
        asked = request(INT8, Int8Kernel.BITSANDBYTES, "cpu")
        assert "bitsandbytes' (LLM.int8()), as asked" in engine.load(asked).reason
        assert engine.logits([1, 2, 3]).isfinite().all()
        assert "Ponder's own, the faster one on a CPU" in engine.load(request(INT8, device="cpu")).reason
        assert "make answers worse" in engine.load(request(Precision.NF4, device="cpu")).reason
    finally:
        engine.close()


def test_without_bitsandbytes_the_engine_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bitsandbytes", None)  # as if it were not installed
    engine = Engine()
    try:
        for asked in (request(Precision.NF4), request(int8_kernel=Int8Kernel.BITSANDBYTES)):
            with pytest.raises(DeviceUnavailable, match=r"not installed.*pip install bitsandbytes.*choose"):
                engine.load(asked)
        assert engine.load(request(INT8, device="cpu")).precision is INT8
    finally:
        engine.close()


@pytest.mark.parametrize("faster", [True, False])
def test_on_a_gpu_the_8_bit_kernel_that_was_measured_to_be_faster_is_taken(
    faster: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bitsandbytes_linear, "trial", lambda *_: "")
    monkeypatch.setattr(weight_only, "beats_bitsandbytes", lambda *_: faster)
    monkeypatch.setattr(load, "compute_dtype_for", lambda *_: torch.bfloat16)
    theirs = Int8Kernel.BITSANDBYTES
    decision = place(WITH_GPU, MEDIUM, request())
    assert decision.int8_kernel is (Int8Kernel.LEAN if faster else theirs)
    assert (OWN_KERNEL in decision.reason, THEIR_KERNEL in decision.reason) == (faster, not faster)
    assert place(WITH_GPU, MEDIUM, request(int8_kernel=theirs)).int8_kernel is theirs
