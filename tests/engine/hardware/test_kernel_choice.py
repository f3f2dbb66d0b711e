"""What was measured of a machine: kept for it, found anew for another, and never in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.kernel_choice import FILE_NAME, KernelChoice, KernelChoices
from engine.types import Precision

FOUND = KernelChoice(native=True, native_prefill_tokens=96, threads=4, token_s=0.001)
SLOWER = KernelChoice(native=False, native_prefill_tokens=0, threads=0, token_s=0.002)
BUSY = KernelChoice(native_prefill_tokens=64)


class Measured:
    """Counts what is measured."""

    def __init__(self, **found: KernelChoice) -> None:
        self.found = {Precision(name): choice for name, choice in found.items()}
        self.asked: list[Precision] = []

    def __call__(self, precision: Precision) -> KernelChoice:
        self.asked.append(precision)
        return self.found[precision]


def test_it_is_measured_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "deep"
    measured = Measured(int8=FOUND, bf16=SLOWER)
    first = KernelChoices(folder, "this machine", measured)
    assert [first.of(Precision.INT8), first.of(Precision.BF16), first.of(Precision.INT8)] == [FOUND, SLOWER, FOUND]
    later = KernelChoices(folder, "this machine", measured)
    assert later.of(Precision.INT8) == FOUND
    assert later.of(Precision.BF16) == SLOWER
    assert measured.asked == [Precision.INT8, Precision.BF16]
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]


def test_another_processor_pytorch_or_kernel_is_measured_anew(tmp_path: Path) -> None:
    KernelChoices(tmp_path, "torch 2.13.0", Measured(int8=FOUND)).of(Precision.INT8)
    measured = Measured(int8=SLOWER)
    assert KernelChoices(tmp_path, "torch 2.13.1", measured).of(Precision.INT8) == SLOWER
    assert measured.asked == [Precision.INT8]
    assert KernelChoices(tmp_path, "torch 2.13.1", Measured()).of(Precision.INT8) == SLOWER


def test_a_busy_machine_is_asked_again_next_time(tmp_path: Path) -> None:
    choices = KernelChoices(tmp_path, "m", Measured(int8=BUSY, bf16=FOUND))
    assert choices.of(Precision.INT8) == BUSY
    choices.of(Precision.BF16)
    measured = Measured(int8=FOUND)
    later = KernelChoices(tmp_path, "m", measured)
    assert later.of(Precision.INT8) == later.of(Precision.BF16) == FOUND
    assert measured.asked == [Precision.INT8]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"format": 1}',
        '{"format": 2, "machine": "m", "choices": {}}',
        '{"format": 1, "machine": "m", "choices": []}',
        *(
            json.dumps({"format": 1, "machine": "m", "choices": {"int8": e}})
            for e in (
                {"native": 1, "native_prefill_tokens": 1, "threads": 1, "token_s": 1.0},
                {"native": True, "native_prefill_tokens": -1, "threads": 1, "token_s": 1.0},
                {"native": True, "native_prefill_tokens": 1, "threads": True, "token_s": 1.0},
                {"native": True, "native_prefill_tokens": 1, "threads": 1, "token_s": 0},
                {"native": True, "native_prefill_tokens": 1, "threads": 1},
            )
        ),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_measured_over(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    assert KernelChoices(tmp_path, "m", Measured(int8=FOUND)).of(Precision.INT8) == FOUND
    assert KernelChoices(tmp_path, "m", Measured()).of(Precision.INT8) == FOUND


def test_a_folder_that_cannot_be_made_costs_only_the_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    choices = KernelChoices(tmp_path / "file" / "folder", "m", Measured(int8=FOUND))
    assert choices.of(Precision.INT8) == choices.of(Precision.INT8) == FOUND


def test_the_fastest_precision_must_be_clearly_faster(tmp_path: Path) -> None:
    def fastest(int8_s: float, bf16_s: float) -> Precision | None:
        found = {name: KernelChoice(token_s=value) for name, value in (("int8", int8_s), ("bf16", bf16_s))}
        choices = KernelChoices(tmp_path, f"{int8_s} {bf16_s}", Measured(**found))
        return choices.fastest((Precision.INT8, Precision.BF16))

    assert fastest(1.0, 2.0) is Precision.INT8
    assert fastest(1.0, 0.97) is Precision.INT8
    assert fastest(1.0, 0.9) is Precision.BF16
    assert fastest(0.0, 0.9) is None
