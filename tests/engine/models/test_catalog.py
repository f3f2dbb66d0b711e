"""The catalogue against the recorded facts, and against what the rest of the engine makes of the same models."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from types import SimpleNamespace
from typing import cast

import pytest

from engine.calculator import CommonGpu, fitting_precisions
from engine.catalog import CATALOG, YARN_CONTEXT_TOKENS, CatalogEntry, find_entry
from engine.catalog_benchmarks import base_benchmarks, chat_benchmarks
from engine.checkpoint import Checkpoint
from engine.hardware import DeviceKind
from engine.memory_plan import kv_bytes_per_token
from engine.model.geometry import Qwen3Geometry
from engine.model_shape import model_shape
from engine.types import JsonObject, KVCachePrecision, Precision

# Unique parameters and KV cache bytes a token in BF16, as published.
PUBLISHED = {
    "Qwen3-0.6B": (596_049_920, 114_688),
    "Qwen3-1.7B": (1_720_574_976, 114_688),
    "Qwen3-4B": (4_022_468_096, 147_456),
    "Qwen3-8B": (8_190_735_360, 147_456),
    "Qwen3-14B": (14_768_307_200, 163_840),
    "Qwen3-32B": (32_762_123_264, 262_144),
    "Qwen3-0.6B-Base": (596_049_920, 114_688),
    "Qwen3-1.7B-Base": (1_720_574_976, 114_688),
}
EVERY_ENTRY = pytest.mark.parametrize("entry", CATALOG, ids=lambda entry: entry.name)


def published_config(entry: CatalogEntry) -> JsonObject:
    """The config.json of a model that was taught to chat, in the published file's order."""
    geometry = entry.geometry
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": 151_643,
        "eos_token_id": geometry.eos_token_ids[0],
        "head_dim": geometry.head_dim,
        "hidden_act": "silu",
        "hidden_size": geometry.hidden_size,
        "initializer_range": 0.02,
        "intermediate_size": geometry.intermediate_size,
        "max_position_embeddings": geometry.max_position_embeddings,
        "max_window_layers": geometry.layers,
        "model_type": "qwen3",
        "num_attention_heads": geometry.heads,
        "num_hidden_layers": geometry.layers,
        "num_key_value_heads": geometry.kv_heads,
        "rms_norm_eps": geometry.rms_norm_eps,
        "rope_scaling": None,
        "rope_theta": int(geometry.rope_theta),
        "sliding_window": None,
        "tie_word_embeddings": geometry.tied_head,
        "torch_dtype": geometry.dtype,
        "transformers_version": "4.51.0",
        "use_cache": True,
        "use_sliding_window": False,
        "vocab_size": geometry.vocab_size,
    }


def test_it_holds_the_six_sizes_and_two_base_models() -> None:
    assert [entry.name for entry in CATALOG] == list(PUBLISHED)
    assert len({entry.repository for entry in CATALOG}) == len(CATALOG)


@EVERY_ENTRY
def test_sizes_are_the_published_ones(entry: CatalogEntry) -> None:
    parameters, kv_bytes = PUBLISHED[entry.name]
    assert entry.parameters == entry.shape.parameters == entry.geometry.parameter_count == parameters
    assert kv_bytes_per_token(entry.shape, Precision.BF16, KVCachePrecision.AUTO) == kv_bytes
    assert kv_bytes == entry.geometry.kv_bytes_per_token(16)


@EVERY_ENTRY
def test_the_geometry_gives_the_published_config_byte_for_byte(entry: CatalogEntry) -> None:
    config = published_config(entry)
    assert Qwen3Geometry.from_config(config) == entry.geometry
    if not entry.is_base:
        data = json.dumps(config, indent=2).encode()
        recorded = next(each for each in entry.files if each.name == "config.json")
        assert (len(data), hashlib.sha256(data).hexdigest()) == (recorded.size_bytes, recorded.sha256)


@EVERY_ENTRY
def test_the_shape_is_that_of_the_opened_checkpoint(entry: CatalogEntry) -> None:
    opened = SimpleNamespace(geometry=entry.geometry, max_context_tokens=entry.geometry.context_tokens)
    assert model_shape(cast(Checkpoint, opened)) == entry.shape


@EVERY_ENTRY
def test_contexts_and_sampling(entry: CatalogEntry) -> None:
    assert entry.native_context_tokens == 32_768
    assert entry.position_context_tokens == (32_768 if entry.is_base else 40_960)
    large = entry.parameters > 4_000_000_000
    assert entry.yarn_context_tokens == (YARN_CONTEXT_TOKENS if large else None)
    assert (entry.thinking_sampling is None) == entry.is_base
    if entry.thinking_sampling is not None:
        thinking, direct = entry.thinking_sampling, entry.direct_sampling
        assert (thinking.temperature, thinking.top_p, thinking.top_k, thinking.min_p) == (0.6, 0.95, 20, 0)
        assert (direct.temperature, direct.top_p, direct.top_k, direct.min_p) == (0.7, 0.8, 20, 0)


@EVERY_ENTRY
def test_files_are_well_formed(entry: CatalogEntry) -> None:
    names = [each.name for each in entry.files]
    assert len(set(names)) == len(names)
    assert {"config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"} <= set(names)
    for each in entry.files:
        assert (each.size_bytes is None) == (each.sha256 is None)
        if each.sha256 is not None:
            assert len(bytes.fromhex(each.sha256)) == 32
            assert each.sha256 == each.sha256.lower()
    if entry.revision is not None:
        assert len(bytes.fromhex(entry.revision)) == 20


@EVERY_ENTRY
def test_every_model_has_the_reports_scores_of_its_modes(entry: CatalogEntry) -> None:
    assert len({each.name for each in entry.benchmarks}) == len(entry.benchmarks) == (15 if entry.is_base else 22)
    for each in entry.benchmarks:
        scores = (each.base,) if entry.is_base else (each.thinking, each.direct)
        others = (each.thinking, each.direct) if entry.is_base else (each.base,)
        assert all(score is not None and 0 < score <= 100 for score in scores)
        assert others == (None,) * len(others)


def test_scores_stand_in_the_right_columns() -> None:
    scores = {entry.name: {each.name: each for each in entry.benchmarks} for entry in CATALOG}
    chats = [scores[entry.name] for entry in CATALOG if not entry.is_base]
    for name in ("MMLU-Redux", "GPQA-Diamond", "LiveCodeBench v5", "INCLUDE"):
        thinking = [each[name].thinking or 0 for each in chats]
        direct = [each[name].direct or 0 for each in chats]
        assert thinking == sorted(thinking), "a larger model knows more"
        assert all(slow > fast for slow, fast in zip(thinking, direct, strict=True)), "and more yet when it thinks"
    small, large = scores["Qwen3-0.6B"]["AIME 2024"], scores["Qwen3-32B"]["AIME 2024"]
    assert (small.thinking, small.direct) == (10.7, 3.4)
    assert (large.thinking, large.direct) == (81.4, 31.0)
    assert scores["Qwen3-0.6B-Base"]["GSM8K"].base == 59.59
    assert scores["Qwen3-1.7B-Base"]["GSM8K"].base == 75.44
    assert (chat_benchmarks("70B"), base_benchmarks("4B")) == ((), ())


def test_download_sizes() -> None:
    small, base = find_entry("0.6b"), find_entry("0.6b-base")
    assert small is not None
    assert base is not None
    # The chat model's file stores the tied head a second time: 751,632,384 parameters and a header.
    weights = {each.name: each.size_bytes or 0 for each in small.files}["model.safetensors"]
    assert 0 < weights - 2 * 751_632_384 < 50_000
    assert small.size_is_exact
    assert small.download_bytes == 1_519_193_708
    assert base.size_is_exact
    large = find_entry("32b")
    assert large is not None
    assert not large.size_is_exact
    assert large.download_bytes == pytest.approx(2 * large.parameters, rel=0.001)


@pytest.mark.parametrize("name", ["Qwen3-0.6B", "qwen3-0.6b", "Qwen/Qwen3-0.6B", "QWEN/qwen3-0.6B", "0.6b", " 0.6B "])
def test_finding_a_model_by_any_of_its_names(name: str) -> None:
    found = find_entry(name)
    assert found is not None
    assert found.name == "Qwen3-0.6B"


@pytest.mark.parametrize("name", ["", "qwen", "Qwen3", "Qwen/", "0.6", "0.6b-instruct", "other/Qwen3-0.6B"])
def test_unknown_names(name: str) -> None:
    assert find_entry(name) is None


@pytest.mark.parametrize(
    ("name", "sixteen_gb", "eight_gb"),
    [("4b", 12, 8), ("8b", 24, 12), ("14b", 40, 24), ("32b", 80, 48)],
)
def test_the_gpus_that_descriptions_promise(name: str, sixteen_gb: int, eight_gb: int) -> None:
    entry = find_entry(name)
    assert entry is not None
    assert f"{sixteen_gb} GB" in entry.description
    assert f"{eight_gb} GB" in entry.description
    for gb, precision in ((sixteen_gb, Precision.BF16), (eight_gb, Precision.INT8)):
        assert fitting_precisions(entry.shape, CommonGpu("card", gb << 30, DeviceKind.CUDA), 8_192)[0] is precision


def test_importing_it_imports_no_torch() -> None:
    code = "import sys, engine.catalog, engine.calculator; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
