"""Qwen3Geometry against the published sizes and against transformers' own model."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import DamagedModel, PonderError, UnsupportedModel
from engine.model.geometry import Qwen3Geometry, YarnScaling

PUBLISHED = {
    # name: layers, hidden, heads, kv heads, intermediate, tied, parameters, KV bytes a token in BF16
    "0.6B": (28, 1024, 16, 8, 3072, True, 596_049_920, 114_688),
    "1.7B": (28, 2048, 16, 8, 6144, True, 1_720_574_976, 114_688),
    "4B": (36, 2560, 32, 8, 9728, True, 4_022_468_096, 147_456),
    "8B": (36, 4096, 32, 8, 12288, False, 8_190_735_360, 147_456),
    "14B": (40, 5120, 40, 8, 17408, False, 14_768_307_200, 163_840),
    "32B": (64, 5120, 64, 8, 25600, False, 32_762_123_264, 262_144),
}


def config(**changes: object) -> dict[str, Any]:
    base: dict[str, Any] = {
        "architectures": ["Qwen3ForCausalLM"],
        "attention_bias": False,
        "eos_token_id": 151645,
        "head_dim": 128,
        "hidden_act": "silu",
        "hidden_size": 1024,
        "intermediate_size": 3072,
        "max_position_embeddings": 40960,
        "model_type": "qwen3",
        "num_attention_heads": 16,
        "num_hidden_layers": 28,
        "num_key_value_heads": 8,
        "rms_norm_eps": 1e-06,
        "rope_scaling": None,
        "rope_theta": 1000000,
        "sliding_window": None,
        "tie_word_embeddings": True,
        "torch_dtype": "bfloat16",
        "use_sliding_window": False,
        "vocab_size": 151936,
    }
    return {**base, **changes}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_sizes(name: str) -> None:
    layers, hidden, heads, kv_heads, inner, tied, parameters, kv_bytes = PUBLISHED[name]
    geometry = Qwen3Geometry.from_config(
        config(
            num_hidden_layers=layers,
            hidden_size=hidden,
            num_attention_heads=heads,
            num_key_value_heads=kv_heads,
            intermediate_size=inner,
            tie_word_embeddings=tied,
        )
    )
    assert geometry.parameter_count == parameters
    assert geometry.kv_bytes_per_token(16) == kv_bytes
    assert geometry.weights_bytes(16) == 2 * parameters
    shapes = geometry.expected_tensors().values()
    assert sum(int(torch.Size(shape).numel()) for shape in shapes) == parameters
    assert geometry.context_tokens == 40960
    assert geometry.dtype == "bfloat16"


def test_both_spellings_agree() -> None:
    new = config(rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}, dtype="bfloat16")
    for key in ("rope_theta", "rope_scaling", "torch_dtype"):
        del new[key]
    assert Qwen3Geometry.from_config(new) == Qwen3Geometry.from_config(config())


@pytest.mark.parametrize("spelling", ["old", "new"])
def test_yarn(spelling: str) -> None:
    table: dict[str, object] = {"factor": 4.0, "original_max_position_embeddings": 32768, "rope_type": "yarn"}
    if spelling == "old":
        changed = config(rope_scaling=table)
    else:
        changed = config(rope_parameters={**table, "rope_theta": 1000000})
        del changed["rope_theta"]
    geometry = Qwen3Geometry.from_config(changed)
    assert geometry.rope_scaling == YarnScaling(4.0, 32768)
    assert geometry.context_tokens == 131072


@pytest.mark.parametrize(
    "change",
    [
        {"hidden_size": -1},
        {"hidden_size": 0},
        {"hidden_size": True},
        {"hidden_size": "1024"},
        {"hidden_size": 1024.0},
        {"hidden_size": None},
        {"hidden_size": 10**400},
        {"num_hidden_layers": 10**9},
        {"num_attention_heads": 15},
        {"head_dim": 127},
        {"rms_norm_eps": float("nan")},
        {"rms_norm_eps": -1e-6},
        {"rope_theta": None},
        {"rope_theta": float("inf")},
        {"rope_theta": 10**400},
        {"rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}},
        {"rope_scaling": {"rope_type": "yarn", "factor": 4.0}},
        {"rope_scaling": [4]},
        {"eos_token_id": 151936},
        {"eos_token_id": [-1]},
        {"vocab_size": 1 << 40},
        {"tie_word_embeddings": "yes"},
        {"dtype": "float32"},
        {"layer_types": ["full_attention"]},
    ],
)
def test_damaged_fields(change: dict[str, object]) -> None:
    with pytest.raises(DamagedModel, match=r"config\.json"):
        Qwen3Geometry.from_config(config(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"attention_bias": True},
        {"use_sliding_window": True},
        {"hidden_act": "gelu"},
        {"layer_types": ["sliding_attention"] * 28},
        {"rope_scaling": {"rope_type": "llama3", "factor": 8.0}},
        {"rope_scaling": {"type": "linear", "factor": 2.0}},
        {"rope_scaling": {"rope_type": "yarn", "factor": 2.0, "surprise": 1}},
        {"partial_rotary_factor": 0.5},
        {"torch_dtype": "float8_e4m3fn"},
    ],
)
def test_unsupported_fields(change: dict[str, object]) -> None:
    with pytest.raises(UnsupportedModel):
        Qwen3Geometry.from_config(config(**change))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    vocab=st.integers(1, 300),
    hidden=st.integers(1, 24),
    inner=st.integers(1, 24),
    layers=st.integers(1, 3),
    kv_heads=st.integers(1, 3),
    group=st.integers(1, 3),
    half_dim=st.integers(1, 8),
    tied=st.booleans(),
)
def test_expected_tensors_are_those_of_transformers(
    vocab: int, hidden: int, inner: int, layers: int, kv_heads: int, group: int, half_dim: int, tied: bool
) -> None:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    reference_config: Any = Qwen3Config(
        vocab_size=vocab,
        hidden_size=hidden,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_attention_heads=kv_heads * group,
        num_key_value_heads=kv_heads,
        head_dim=2 * half_dim,
        tie_word_embeddings=tied,
        architectures=["Qwen3ForCausalLM"],
    )
    geometry = Qwen3Geometry.from_config(reference_config.to_dict())
    with torch.device("meta"):
        model: Any = Qwen3ForCausalLM(reference_config)
    state = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    if tied:
        assert state.pop("lm_head.weight") == state["model.embed_tokens.weight"]
    assert geometry.expected_tensors() == state
    assert geometry.parameter_count == sum(parameter.numel() for parameter in model.parameters())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([*config(), "rope_parameters", "dtype", "layer_types"]), JSON, max_size=4))
def test_any_field_may_hold_anything(changes: dict[str, Any]) -> None:
    try:
        geometry = Qwen3Geometry.from_config(config(**changes))
    except PonderError:
        return
    assert geometry.parameter_count > 0
    assert 0 < geometry.context_tokens <= 1 << 24
