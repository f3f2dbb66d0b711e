"""The catalogue on made-up machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.settings import Settings
from app.library.catalogue import TABLE_CONTEXTS, card_json, download_text, fitting_gpus, memory_table, offer, offers
from app.library.models import ModelEntry, built_in_model
from app.library.presets import DIRECT, THINKING
from engine.calculator import COMMON_GPUS, estimate
from engine.catalog import CATALOG
from engine.errors import NoModel
from engine.hardware import DeviceKind
from engine.types import KVCachePrecision, Precision
from tests.engine.hardware import cuda, machine, mps

LAPTOP = machine(ram_gib=8, free_gib=4)
WORKSTATION = machine(cuda(24), ram_gib=64)


def test_a_small_laptop_runs_the_small_models() -> None:
    lines = {each.entry.name: each for each in offers((), Settings(), LAPTOP)}
    assert list(lines) == [entry.name for entry in CATALOG]
    small = lines["Qwen3-0.6B"]
    assert small.decision is not None
    assert (small.decision.device, small.decision.precision) == ("cpu", Precision.INT8)
    assert small.problem == ""
    large = lines["Qwen3-32B"]
    assert large.decision is None
    assert "Not enough memory" in large.problem
    assert "\n" not in large.problem


def test_a_gpu_is_used_and_settings_are_obeyed() -> None:
    on_gpu = offer("8b", (), Settings(), WORKSTATION)
    assert on_gpu.decision is not None
    assert (on_gpu.decision.device, on_gpu.decision.precision) == ("cuda:0", Precision.BF16)
    forced = offer("8b", (), Settings(device="cpu", precision=Precision.INT8), WORKSTATION)
    assert forced.decision is not None
    assert (forced.decision.device, forced.decision.precision) == ("cpu", Precision.INT8)
    absent = offer("8b", (), Settings(device="mps"), WORKSTATION)
    assert absent.decision is None
    assert "mps" in absent.problem


@pytest.mark.parametrize("folder", ["Qwen3-0.6B", "qwen3-0.6b", "Qwen--Qwen3-0.6B", "models--Qwen--Qwen3-0.6B"])
def test_an_installed_model_is_known_by_its_folders_name(folder: str, tmp_path: Path) -> None:
    installed = ModelEntry(folder, tmp_path / folder)
    lines = offers((built_in_model(), installed, ModelEntry("other", tmp_path)), Settings(), LAPTOP)
    assert [each.entry.name for each in lines if each.installed is not None] == ["Qwen3-0.6B"]
    assert lines[0].installed == installed


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(NoModel, match=r"'gpt'.*Qwen3-0\.6B, Qwen3-1\.7B.*Qwen3-1\.7B-Base"):
        offer("gpt", (), Settings(), LAPTOP)


def test_the_memory_table_is_the_calculators() -> None:
    offered = offer("4b", (), Settings(), machine(mps(16, 10)))
    rows = {row.weights: row for row in memory_table(offered)}
    assert list(rows) == ["fp32", "bf16", "int8", "nf4", "F16", "Q8_0", "Q6_K", "Q4_K_M"]
    for tokens, needed in zip(TABLE_CONTEXTS, rows["bf16"].needed_bytes, strict=True):
        parts = estimate(offered.entry.shape, Precision.BF16, KVCachePrecision.AUTO, tokens, DeviceKind.MPS)
        assert needed == parts.needed_bytes
        assert rows["bf16"].weights_bytes == parts.weights_bytes


def test_sizes_that_are_guessed_say_so() -> None:
    assert download_text(CATALOG[0]) == "1.52 GB"
    assert download_text(CATALOG[5]) == "about 65.5 GB"


@pytest.mark.parametrize("entry", CATALOG, ids=lambda entry: entry.name)
def test_the_card_is_whole_and_json(entry: object) -> None:
    name = next(each.name for each in CATALOG if each is entry)
    card = json.loads(json.dumps(card_json(offer(name, (), Settings(), WORKSTATION))))
    assert card["name"] == name
    assert {each["device"] for each in card["memory"]} == {"cpu", "cuda"}
    assert len(card["memory"]) == 16
    assert len(card["gpus"]) == len(COMMON_GPUS) == len(fitting_gpus(CATALOG[0]))
    assert card["sampling"]["direct"] is not None
    assert (card["sampling"]["thinking"] is None) == card["is_base"]
    assert card["here"]["fits"] == ("reason" in card["here"]) == ("problem" not in card["here"])


def test_recommended_sampling_is_that_of_the_presets() -> None:
    for entry in CATALOG:
        if not entry.is_base:
            assert (entry.thinking_sampling, entry.direct_sampling) == (THINKING, DIRECT)
