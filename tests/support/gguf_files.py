"""GGUF files written from Qwen3 folders by the `gguf` package, the format's own: an independent hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from engine.gguf_config import gguf_tensor_name

NORMAL, CONTROL, USER_DEFINED, UNUSED = 1, 3, 4, 5
FILE_TYPES = {"F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q8_0": 7, "Q5_0": 8, "Q5_1": 9, "BF16": 32}


def encoded(weight: Tensor, kind: str) -> NDArray[Any]:
    """A matrix in one of the types that the package can write."""
    values = weight.float().numpy()
    if kind == "F32":
        return values
    if kind == "F16":
        return values.astype(np.float16)
    return gguf.quants.quantize(values, Type[kind])


def tokens_of(folder: Path, rows: int) -> tuple[list[str], list[int], list[str]]:
    """Tokens, their kinds and the merges, as llama.cpp's converter takes them from tokenizer.json."""
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokens = [f"[PAD{index}]" for index in range(rows)]
    kinds = [UNUSED] * rows
    for token, index in tokenizer["model"]["vocab"].items():
        tokens[index], kinds[index] = token, NORMAL
    for each in tokenizer["added_tokens"]:
        content = each["content"]
        looks_special = content.startswith("<|") and content.endswith("|>")
        tokens[each["id"]] = content
        kinds[each["id"]] = CONTROL if each["special"] or looks_special else USER_DEFINED
    return tokens, kinds, [" ".join(pair) for pair in tokenizer["model"]["merges"]]


def write_gguf(
    path: Path,
    folder: Path,
    kind: str = "F16",
    *,
    kinds: Mapping[str, str] | None = None,
    head: Callable[[dict[str, Tensor]], Tensor] | None = None,
    without: Iterable[str] = (),
    **metadata: str | int | float | bool,
) -> Path:
    """Write the model in `folder` as a GGUF file.

    Args:
        path: the file to write.
        folder: a Qwen3 folder with one weights file.
        kind: the type of its matrices; norms are F32, as llama.cpp has them.
        kinds: other types for some, by GGUF name.
        head: makes an output.weight out of all weights; by default the folder's own, where it has one.
        without: metadata or tensors to leave out, by GGUF name.
        metadata: more metadata, with `__` for dots; replaces what would be written.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    words = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    weights = load_file(folder / "model.safetensors")
    if head is not None:
        weights["lm_head.weight"] = head(weights)
    tokens, token_kinds, merges = tokens_of(folder, config["vocab_size"])
    fields: dict[str, Any] = {
        "general.name": folder.name,
        "general.file_type": FILE_TYPES.get(kind, 0),
        "qwen3.block_count": config["num_hidden_layers"],
        "qwen3.context_length": config["max_position_embeddings"],
        "qwen3.embedding_length": config["hidden_size"],
        "qwen3.feed_forward_length": config["intermediate_size"],
        "qwen3.attention.head_count": config["num_attention_heads"],
        "qwen3.attention.head_count_kv": config["num_key_value_heads"],
        "qwen3.attention.key_length": config["head_dim"],
        "qwen3.attention.value_length": config["head_dim"],
        "qwen3.attention.layer_norm_rms_epsilon": float(config["rms_norm_eps"]),
        "qwen3.rope.freq_base": float(config["rope_theta"]),
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "qwen2",
        "tokenizer.ggml.eos_token_id": tokens.index(words["eos_token"]),
        "tokenizer.ggml.padding_token_id": tokens.index("<|endoftext|>"),
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.chat_template": words.get("chat_template"),
    }
    fields |= {key.replace("__", "."): value for key, value in metadata.items()}
    writer = gguf.GGUFWriter(path, "qwen3")
    for key, value in fields.items():
        if key not in without and value is not None:
            _add(writer, key, value)
    for key, values in (("tokens", tokens), ("token_type", token_kinds), ("merges", merges)):
        if f"tokenizer.ggml.{key}" not in without:
            writer.add_array(f"tokenizer.ggml.{key}", values)
    for name, weight in weights.items():
        theirs = gguf_tensor_name(name)
        chosen = (kinds or {}).get(theirs, "F32" if weight.dim() == 1 else kind)
        if theirs not in without:
            writer.add_tensor(theirs, encoded(weight.to(torch.float32), chosen), raw_dtype=Type[chosen])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add(writer: gguf.GGUFWriter, key: str, value: str | int | float | bool) -> None:
    if isinstance(value, bool):
        writer.add_bool(key, value)
    elif isinstance(value, int):
        writer.add_uint32(key, value)
    elif isinstance(value, float):
        writer.add_float32(key, value)
    else:
        writer.add_string(key, value)
