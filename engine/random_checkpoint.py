"""A checkpoint of Qwen3-0.6B's exact published geometry with random weights, for measuring speed and memory.

Speed does not depend on the weights' values. What such a model says means nothing. The tokenizer is that of a folder
given by the caller; one with fewer tokens than the embedding has rows does as well.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import torch
from torch import Tensor

from engine.model.geometry import Qwen3Geometry
from engine.safetensors_writer import TensorPlan, write_data, write_header
from engine.staging import staged_folder
from engine.types import JsonObject

QWEN3_0_6B = Qwen3Geometry(
    vocab_size=151_936,
    hidden_size=1024,
    intermediate_size=3072,
    layers=28,
    heads=16,
    kv_heads=8,
    head_dim=128,
)
NEEDED_BYTES = 2 * QWEN3_0_6B.parameter_count
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "generation_config.json")
_TOKEN_IDS = ("bos_token_id", "eos_token_id")
Progress = Callable[[int, int], None]
"""Called with the bytes written and those there will be."""


def random_weights(
    geometry: Qwen3Geometry, *, dtype: torch.dtype = torch.bfloat16, seed: int = 0
) -> Iterator[tuple[str, Tensor]]:
    """Weights of a sane size, one after the other: unit activations stay near unit through the layers."""
    generator = torch.Generator().manual_seed(seed)
    for name, shape in geometry.expected_tensors().items():
        noise = torch.randn(shape, generator=generator)
        # The embedding doubles as head: at unit size its logits would be tens apart and every draw greedy.
        scale = shape[-1] ** -0.5 if len(shape) == 2 else 0.05
        yield name, (noise * scale + (0.0 if len(shape) == 2 else 1.0)).to(dtype)


def make_random_checkpoint(folder: Path, tokenizer: Path, *, seed: int = 0, progress: Progress | None = None) -> Path:
    """Write the checkpoint (BF16, 1.19 GB, some seconds): as a whole, or not at all.

    Args:
        tokenizer: a model folder whose tokenizer files and token ids are taken over.

    Raises:
        InvalidRequest: there is something at `folder` already.
        OSError: something cannot be read or written.
    """
    with staged_folder(folder) as staging:
        fill_random_checkpoint(staging, tokenizer, seed=seed, progress=progress)
    return folder


def fill_random_checkpoint(folder: Path, tokenizer: Path, *, seed: int = 0, progress: Progress | None = None) -> None:
    """The same in a folder that is there. Raises OSError."""
    for name in TOKENIZER_FILES:
        if (tokenizer / name).is_file():
            shutil.copyfile(tokenizer / name, folder / name)
    theirs: JsonObject = json.loads((tokenizer / "config.json").read_text(encoding="utf-8"))
    config = config_json(QWEN3_0_6B) | {name: theirs[name] for name in _TOKEN_IDS if name in theirs}
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    _write_weights(folder / "model.safetensors", QWEN3_0_6B, seed, progress)


def config_json(geometry: Qwen3Geometry) -> dict[str, object]:
    """config.json as published Qwen3 folders have it, in the spelling from before transformers 5; no token ids."""
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
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
        "rope_theta": geometry.rope_theta,
        "sliding_window": None,
        "tie_word_embeddings": geometry.tied_head,
        "torch_dtype": geometry.dtype,
        "use_cache": True,
        "use_sliding_window": False,
        "vocab_size": geometry.vocab_size,
    }


def _write_weights(path: Path, geometry: Qwen3Geometry, seed: int, progress: Progress | None) -> None:
    plans: Mapping[str, TensorPlan] = {
        name: TensorPlan("BF16", shape) for name, shape in geometry.expected_tensors().items()
    }
    done_bytes, total_bytes = 0, sum(plan.size_bytes for plan in plans.values())
    with path.open("wb") as file:
        write_header(file, plans)
        for name, weight in random_weights(geometry, seed=seed):
            write_data(file, plans[name], [weight.view(torch.uint8).reshape(-1).numpy().data])
            done_bytes += plans[name].size_bytes
            if progress is not None:
                progress(done_bytes, total_bytes)
