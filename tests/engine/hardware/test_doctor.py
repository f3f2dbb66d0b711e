"""The report survives JSON, and its text fits a terminal of 100 columns."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.doctor import TEXT_COLUMNS, doctor_report, doctor_text
from engine.hardware import Machine
from engine.memory_plan import ModelShape
from engine.types import Precision

from . import LARGE, SMALL, VNNI, cuda, machine, mps

ROOT = Path(__file__).parents[3]
MACHINES = [
    machine(),
    machine(cuda(24, 20), cuda(12, 3, index=1, bf16=False, bnb=False), sets=VNNI, ram_gib=256),
    machine(mps(10, 9)),
    machine(sets=(), free_gib=0, gpu_problem="An NVIDIA driver is installed, but CUDA did not start: " + "x" * 150),
]


@pytest.mark.parametrize("where", MACHINES)
@pytest.mark.parametrize("shape", [SMALL, LARGE])
def test_round_trip_and_text(where: Machine, shape: ModelShape) -> None:
    report = doctor_report(where, "Qwen3", shape)
    again = json.loads(json.dumps(report))
    assert again == report
    text = doctor_text(again)
    assert text == doctor_text(report)
    assert max(map(len, text.splitlines())) <= TEXT_COLUMNS
    assert "Qwen3" in text
    assert all(gpu.name in text for gpu in where.gpus)


def test_decision_and_table() -> None:
    report: Any = doctor_report(machine(cuda(12, 3), sets=VNNI), "Qwen3-0.6B", SMALL)
    model = report["model"]
    assert (model["decision"]["device"], model["decision"]["precision"]) == ("cuda:0", "bf16")
    rows = {(row["device"], row["precision"]): row for row in model["precisions"]}
    assert len(rows) == 5 + 5
    chosen = rows["cuda:0", "bf16"]
    assert chosen["fits"] is True
    assert chosen["needed_bytes"] == model["decision"]["needed_bytes"]
    assert chosen["largest_context_tokens"] == model["decision"]["context_tokens"]
    assert rows["cuda:0", "fp32"]["fits"] is False
    for row in rows.values():
        assert row["needed_bytes"] == row["weights_bytes"] + row["kv_cache_bytes"] + row["other_bytes"]
    assert report["versions"]["python"].startswith("3.")
    assert set(report["versions"]) == {"python", "torch", "transformers", "bitsandbytes"}
    assert report["machine"]["cpu"]["instruction_sets"] == [item.value for item in VNNI]


def test_the_kernel_of_eight_bits_is_told() -> None:
    small = machine(cuda(12, 2.6))
    report: Any = doctor_report(small, "Qwen3-0.6B", SMALL)
    assert report["model"]["decision"]["int8_kernel"] == "bitsandbytes"
    assert "The 8-bit kernel is bitsandbytes'" in " ".join(doctor_text(report).split())
    absent = machine(cuda(12, 2.6, bnb=False), bitsandbytes_problem="bitsandbytes is not installed.")
    report = doctor_report(absent, "Qwen3-0.6B", SMALL)
    assert report["model"]["decision"]["int8_kernel"] == "lean"
    assert report["machine"]["bitsandbytes_problem"] == "bitsandbytes is not installed."
    assert "bitsandbytes is not installed. The 8-bit kernel is Ponder's own" in " ".join(doctor_text(report).split())
    assert not any(row["precision"] == "nf4" for row in report["model"]["precisions"])
    report = doctor_report(machine(cuda(12)), "Qwen3-0.6B", SMALL)
    assert report["model"]["decision"]["int8_kernel"] is None


def test_four_bits_come_with_their_warning() -> None:
    text = doctor_text(doctor_report(machine(cuda(12)), "Qwen3-0.6B", SMALL, precision=Precision.NF4))
    assert "4-bit weights make answers worse, and small models lose the most" in " ".join(text.split())


def test_an_impossible_choice_is_reported_not_raised() -> None:
    report: Any = doctor_report(machine(), "Qwen3-32B", LARGE)
    assert report["model"]["error"]["kind"] == "out_of_memory"
    assert "Cannot run" in doctor_text(report)
    report = doctor_report(machine(), "Qwen3", SMALL, precision=Precision.NF4, context_tokens=99_999)
    assert report["model"]["error"]["kind"] == "invalid_request"
    assert "40,960" in doctor_text(report)


def test_without_a_model() -> None:
    report = doctor_report(machine())
    assert "model" not in report
    assert "Model" not in doctor_text(report)


def test_importing_it_imports_no_engine_packages() -> None:
    code = (
        "import sys, engine.doctor; engine.doctor.versions();"
        "sys.exit(bool({'torch', 'transformers', 'bitsandbytes', 'psutil'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
