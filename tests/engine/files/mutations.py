"""One change at a time to a good model folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file

from engine.checkpoint import Checkpoint
from tests.support.checkpoints import make_checkpoint, save_weights, write_json


def change_json(path: Path, **changes: object) -> None:
    write_json(path, {**json.loads(path.read_text(encoding="utf-8")), **changes})


def change_weights(folder: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> None:
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_weights(folder, {name: weight.contiguous() for name, weight in weights.items()})


def make_llama(folder: Path) -> Path:
    """A tiny Llama: the Qwen3 weights without their query and key norms."""
    make_checkpoint(folder)
    change_json(folder / "config.json", architectures=["LlamaForCausalLM"], model_type="llama")

    def drop(weights: dict[str, torch.Tensor]) -> None:
        for name in [name for name in weights if name.endswith(("q_norm.weight", "k_norm.weight"))]:
            del weights[name]

    change_weights(folder, drop)
    return folder


def read_all(checkpoint: Checkpoint) -> None:
    with checkpoint.reader() as reader:
        for name in checkpoint.tensors:
            reader.get(name)
