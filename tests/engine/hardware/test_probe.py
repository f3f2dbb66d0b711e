"""The measurement of this CPU: what it concludes from times that are given, and that it runs on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine import probe
from engine.hardware import CpuInfo
from engine.kernel_choice import KernelChoice, KernelChoices
from engine.native.library import MAX_ROWS, Kernels, native
from engine.placement import place
from engine.types import LoadRequest, Precision

from . import SMALL, VNNI, machine

CPU = replace(machine().cpu, physical_cores=4, usable_cores=4)
INT8, BF16 = Precision.INT8, Precision.BF16
Seconds = Callable[[str, int], float]


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    threads = torch.get_num_threads()
    yield
    assert torch.get_num_threads() == threads, "the measurement changed how many threads there are"


def kernels() -> Kernels:
    found = native().kernels
    if found is None:
        pytest.skip("no native kernels here")
    return found


def with_times(monkeypatch: pytest.MonkeyPatch, seconds: Seconds) -> None:
    """Decoding and reading take what `seconds` says for "native" or "torch" and so many tokens, and nothing is run."""

    class Made:
        def __init__(self, name: str) -> None:
            self.name = name

    def timed(name: str, tokens: int, threads: int = 0) -> Callable[[], float]:
        return lambda: seconds(name, tokens) if not threads else seconds(f"{threads} threads", tokens)

    monkeypatch.setattr(probe, "_decoder", lambda _, found: Made("torch" if found is None else "native"))
    monkeypatch.setattr(probe, "_decoding", lambda made, threads=0: timed(made.name, 1, threads))
    monkeypatch.setattr(probe, "_reading", lambda made, tokens: timed(made.name, tokens))
    monkeypatch.setattr(probe, "_seconds", lambda work: work())


def test_native_kernels_read_up_to_where_torch_is_clearly_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = []
    for parting in (0, 32, 96, 10_000):

        def seconds(name: str, tokens: int, parting: int = parting) -> float:
            return 1.0 if name == "native" or tokens <= max(parting, 1) else 0.8

        with_times(monkeypatch, seconds)
        found = probe.measure(INT8, cpu=CPU, kernels=kernels())
        assert found.native
        assert found.token_s == 1.0
        longest.append(found.native_prefill_tokens)
    assert longest == [MAX_ROWS, 32, 96, probe.ANY_LENGTH]


def test_torch_decodes_only_where_it_is_clearly_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    with_times(monkeypatch, lambda name, _: 1.0 if name == "native" else 0.8)
    assert probe.measure(BF16, cpu=CPU, kernels=kernels()) == KernelChoice(False, 0, 0, 0.8)
    with_times(monkeypatch, lambda name, _: 1.0 if name == "native" else 0.95)
    assert probe.measure(BF16, cpu=CPU, kernels=kernels()).native
    assert probe.measure(BF16, cpu=CPU, kernels=None) == KernelChoice(False, 0, 0, 0.95)


def test_threads_that_share_a_core_are_left_out_where_they_slow_it_down(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = replace(CPU, usable_cores=8)
    monkeypatch.setattr(torch, "set_num_threads", lambda _: None)
    with_times(monkeypatch, lambda name, _: 0.8 if name == "4 threads" else 1.0)
    assert probe.measure(INT8, cpu=shared, kernels=kernels()).threads == 4
    assert probe.measure(INT8, cpu=CPU, kernels=kernels()).threads == 0
    with_times(monkeypatch, lambda name, _: 0.95 if name == "4 threads" else 1.0)
    assert probe.measure(INT8, cpu=shared, kernels=kernels()).threads == 0


def test_a_busy_machine_or_a_full_one_gets_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "BUDGET_S", -1.0)
    assert probe.measure(INT8, cpu=CPU, kernels=native().kernels) == probe.default_choice(INT8)

    def full(*_: object) -> None:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes.")

    monkeypatch.setattr(probe, "_decoder", full)
    assert probe.measure(BF16, cpu=CPU, kernels=native().kernels) == probe.default_choice(BF16)
    assert probe.measure(Precision.FP32, cpu=CPU, kernels=None) == probe.default_choice(Precision.FP32)


@pytest.mark.parametrize("precision", [INT8, BF16])
def test_it_runs_here(precision: Precision, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "BUDGET_S", 120.0)
    monkeypatch.setattr(probe, "PROMPTS", (17,))
    monkeypatch.setattr(probe, "INTERMEDIATE", 64)
    monkeypatch.setattr(probe, "HIDDEN", 128)
    found = probe.measure(precision, cpu=CPU, kernels=native().kernels)
    assert found.token_s > 0
    assert found.native_prefill_tokens in (0, MAX_ROWS, probe.ANY_LENGTH)


def test_the_policy_takes_what_was_measured_and_only_where_it_may_keep_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(precision: Precision, *, cpu: CpuInfo, kernels: Kernels | None) -> KernelChoice:
        return KernelChoice(token_s=1.0 if precision is INT8 else 0.5)

    monkeypatch.setattr(probe, "measure", measured)
    here = machine(sets=VNNI)
    assert place(here, SMALL, LoadRequest("m")).precision is INT8
    request = LoadRequest("m", cache_folder=str(tmp_path))
    assert place(here, SMALL, request).precision is BF16
    assert place(here, SMALL, replace(request, precision=INT8)).precision is INT8
    decision = place(here, SMALL, request)
    assert probe.choice_for(here, str(tmp_path), decision).token_s == 0.5
    assert probe.choice_for(here, None, decision) == probe.default_choice(BF16)
    assert isinstance(probe.choices_for(here, tmp_path), KernelChoices)


def test_a_busy_machine_is_not_measured_at_each_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[Precision] = []

    def busy(precision: Precision, *, cpu: CpuInfo, kernels: Kernels | None) -> KernelChoice:
        tries.append(precision)
        return probe.default_choice(precision)

    monkeypatch.setattr(probe, "measure", busy)
    monkeypatch.setattr(probe, "_FAILED", {})
    here = machine(sets=VNNI)
    for _ in range(3):
        assert probe.choices_for(here, tmp_path).of(INT8) == probe.default_choice(INT8)
    assert tries == [INT8]
    monkeypatch.setattr(probe, "AGAIN_AFTER_S", 0.0)
    probe.choices_for(here, tmp_path).of(INT8)
    assert tries == [INT8, INT8]
