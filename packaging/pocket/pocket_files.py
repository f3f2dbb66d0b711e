"""The checkpoint folder: weights, configuration, tokenizer, licence and manifest, as "
"transformers reads it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path

import torch
from pocket_model import Geometry, PocketModel
from pocket_render import token_id
from pocket_tokenizer import tokenizer_config, write_json
from safetensors.torch import save
from tokenizers import Tokenizer

MANIFEST = "manifest.json"
FILES = (
    "LICENSE",
    "MODEL_CARD.md",
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
)
_LICENSE = """Ponder's practice model

The weights, the tokenizer and the configuration in this folder are part of Ponder and are licensed under
the Apache License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0

They were trained from scratch on text written by the scripts in packaging/pocket. The chat template in
tokenizer_config.json, the names of the added tokens and the pre-tokenizer's pattern are those of Qwen3,
Copyright Alibaba Cloud, licensed under the Apache License, Version 2.0.
"""


def write_manifest(folder: Path) -> None:
    """Record the size and the SHA-256 of every other file; called last."""
    files = {}
    for name in FILES:
        data = (folder / name).read_bytes()
        files[name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    write_json(folder / MANIFEST, {"format": 1, "files": files})


def write_checkpoint(folder: Path, model: PocketModel, tokenizer: Tokenizer, chat_template: str) -> None:
    """Write the whole folder; the weights are rounded to BF16 and the tied head is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    geometry = model.geometry
    end, pad = (token_id(tokenizer, content) for content in ("<|im_end|>", "<|endoftext|>"))
    weights = {name: value.detach().to(torch.bfloat16).contiguous() for name, value in model.state_dict().items()}
    (folder / "model.safetensors").write_bytes(save(weights, metadata={"format": "pt"}))
    write_json(folder / "config.json", _config(geometry, end, pad))
    generation = {
        "bos_token_id": pad,
        "do_sample": True,
        "eos_token_id": [end, pad],
        "pad_token_id": pad,
        "temperature": 0.6,
        "top_k": 20,
        "top_p": 0.95,
        "transformers_version": "4.51.0",
    }
    write_json(folder / "generation_config.json", generation)
    (folder / "tokenizer.json").write_bytes((tokenizer.to_str(pretty=True) + "\n").encode())
    limit = geometry.max_position_embeddings
    write_json(folder / "tokenizer_config.json", tokenizer_config(tokenizer, chat_template, limit))
    (folder / "LICENSE").write_bytes(_LICENSE.encode())
    write_card(folder, "Not evaluated yet.")


def write_card(folder: Path, figures: str) -> None:
    """Write the model card with an evaluation's ``figures``, and the manifest anew."""
    card = Path(__file__).with_name("model_card.md").read_text(encoding="utf-8")
    (folder / "MODEL_CARD.md").write_bytes(card.replace("{figures}", figures).encode())
    write_manifest(folder)


def _config(geometry: Geometry, end: int, pad: int) -> dict[str, object]:
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": pad,
        "eos_token_id": end,
        "hidden_act": "silu",
        "max_window_layers": geometry.num_hidden_layers,
        "model_type": "qwen3",
        "rope_scaling": None,
        "sliding_window": None,
        "tie_word_embeddings": True,
        "torch_dtype": "bfloat16",
        "transformers_version": "4.51.0",
        "use_cache": True,
        "use_sliding_window": False,
    } | asdict(geometry)
