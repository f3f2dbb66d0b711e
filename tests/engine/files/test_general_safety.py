"""The general path's guard rails, against transformers itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.checkpoint_safety import GENERAL_ARCHITECTURES, LEAN_ARCHITECTURE, LEAN_MODEL_TYPE
from engine.errors import DamagedModel
from engine.general_safety import prepare_environment, require_complete, safe_pretrained_kwargs
from tests.engine.files.mutations import change_json, change_weights, make_llama


def load(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM

    loaded: Any = AutoModelForCausalLM.from_pretrained(
        str(folder), output_loading_info=True, **safe_pretrained_kwargs("LlamaForCausalLM")
    )
    model, info = loaded
    require_complete(info)
    return model


def test_a_complete_llama_loads_with_our_attention_and_an_empty_generation_config(tmp_path: Path) -> None:
    folder = make_llama(tmp_path / "llama")
    change_json(folder / "config.json", attn_implementation="flash_attention_2")
    change_json(folder / "generation_config.json", num_beams=200000)
    model = load(folder)
    assert model.config._attn_implementation == "sdpa"
    assert model.generation_config.num_beams in (None, 1)


@pytest.mark.parametrize("kind", ["missing", "unexpected", "mismatched"])
def test_row36_what_transformers_loads_silently_is_refused(tmp_path: Path, kind: str) -> None:
    folder = make_llama(tmp_path / "llama")

    def change(weights: dict[str, torch.Tensor]) -> None:
        if kind == "missing":
            del weights["model.layers.1.mlp.up_proj.weight"]
        elif kind == "unexpected":
            weights["model.layers.1.self_attn.q_norm.weight"] = torch.ones(16)
        else:
            weights["model.norm.weight"] = torch.ones(32)

    change_weights(folder, change)
    with pytest.raises(DamagedModel, match="do not fit"):
        load(folder)


def test_require_complete_names_the_first_few() -> None:
    require_complete({"missing_keys": set(), "unexpected_keys": [], "mismatched_keys": set(), "error_msgs": []})
    with pytest.raises(DamagedModel, match=r"missing: a, b, c and 1 more; of another shape: x"):
        require_complete({"missing_keys": {"d", "c", "b", "a"}, "mismatched_keys": {("x", (1,), (2,))}})


def test_prepare_environment_comes_before_the_imports() -> None:
    script = (
        "import engine.general_safety as safety\n"
        "assert safety.prepare_environment()\n"
        "from huggingface_hub import constants\n"
        "assert constants.HF_HUB_OFFLINE and constants.HF_HUB_DISABLE_TELEMETRY\n"
        "assert not safety.prepare_environment()\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[3], timeout=60)


def test_prepare_environment_sets_the_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "USE_HUB_KERNELS"):
        monkeypatch.setenv(name, "unset")
    prepare_environment()
    assert os.environ["HF_HUB_OFFLINE"] == os.environ["TRANSFORMERS_OFFLINE"] == "1"
    assert os.environ["USE_HUB_KERNELS"] == "0"


def test_every_allowed_architecture_is_transformers_own() -> None:
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    native = dict(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES.items())
    for architecture, model_type in {**GENERAL_ARCHITECTURES, LEAN_ARCHITECTURE: LEAN_MODEL_TYPE}.items():
        assert native[model_type] == architecture
