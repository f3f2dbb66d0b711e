"""Tiny random Qwen3 checkpoints with a real byte-level tokenizer, written in milliseconds.

Files are laid out as published Qwen3 folders are (config in the old spelling), so that both Ponder and
transformers load them. The weights are noise: nothing said by such a model means anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.model.geometry import Qwen3Geometry
from engine.random_checkpoint import config_json, random_weights

CHAT_TEMPLATE_FILE = Path(__file__).parents[1] / "data" / "qwen3" / "chat_template.jinja"

SPECIAL_TOKENS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|object_ref_start|>",
    "<|object_ref_end|>",
    "<|box_start|>",
    "<|box_end|>",
    "<|quad_start|>",
    "<|quad_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
)
"""The added tokens that Qwen3 flags as special."""

PLAIN_TOKENS = (
    "<tool_call>",
    "</tool_call>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<tool_response>",
    "</tool_response>",
    "<think>",
    "</think>",
)
"""The added tokens that it does not: they survive skip_special_tokens."""

# "Ġ" is the byte-level alphabet's space.
MERGES = (
    ("Ġ", "t"),
    ("h", "e"),
    ("i", "n"),
    ("Ġ", "a"),
    ("r", "e"),
    ("o", "n"),
    ("Ġt", "he"),
    ("e", "r"),
    ("l", "l"),
    ("in", "g"),
)
FIRST_ADDED_ID = 256 + len(MERGES)
TOKENS = FIRST_ADDED_ID + len(SPECIAL_TOKENS) + len(PLAIN_TOKENS)
_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def token_id(content: str) -> int:
    """The id that an added token has in these checkpoints."""
    return FIRST_ADDED_ID + (*SPECIAL_TOKENS, *PLAIN_TOKENS).index(content)


def _byte_alphabet() -> list[str]:
    """The 256 printable stand-ins for bytes, in byte order (GPT-2's bytes_to_unicode)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    stand_in = dict(zip(printable, printable, strict=True))
    extra = 256
    for byte in range(256):
        if byte not in stand_in:
            stand_in[byte] = extra
            extra += 1
    return [chr(stand_in[byte]) for byte in range(256)]


def tokenizer_json() -> dict[str, object]:
    """256 byte tokens, a few merges and Qwen3's 26 added tokens, with Qwen3's normaliser and splitting."""
    vocabulary = [*_byte_alphabet(), *(left + right for left, right in MERGES)]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    added = [
        {
            "id": FIRST_ADDED_ID + index,
            "content": content,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": content in SPECIAL_TOKENS,
        }
        for index, content in enumerate((*SPECIAL_TOKENS, *PLAIN_TOKENS))
    ]
    split = {"type": "Split", "pattern": {"Regex": _SPLIT}, "behavior": "Isolated", "invert": False}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, byte_level]},
        "post_processor": byte_level,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: index for index, token in enumerate(vocabulary)},
            "merges": [list(pair) for pair in MERGES],
        },
    }


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_tokenizer(folder: Path, *, chat_template: bool = True) -> None:
    """tokenizer.json and tokenizer_config.json, the latter with Qwen3's chat template or none."""
    write_json(folder / "tokenizer.json", tokenizer_json())
    config: dict[str, object] = {
        "add_bos_token": False,
        "add_prefix_space": False,
        "added_tokens_decoder": {
            str(token_id(content)): {
                "content": content,
                "lstrip": False,
                "normalized": False,
                "rstrip": False,
                "single_word": False,
                "special": content in SPECIAL_TOKENS,
            }
            for content in (*SPECIAL_TOKENS, *PLAIN_TOKENS)
        },
        "additional_special_tokens": list(SPECIAL_TOKENS[1:]),
        "bos_token": None,
        "clean_up_tokenization_spaces": False,
        "eos_token": "<|im_end|>" if chat_template else "<|endoftext|>",
        "errors": "replace",
        "model_max_length": 131072,
        "pad_token": "<|endoftext|>",
        "split_special_tokens": False,
        "tokenizer_class": "Qwen2Tokenizer",
        "unk_token": None,
    }
    if chat_template:
        config["chat_template"] = CHAT_TEMPLATE_FILE.read_text(encoding="utf-8")
    write_json(folder / "tokenizer_config.json", config)


def save_weights(folder: Path, weights: Mapping[str, Tensor], *, shards: int = 1) -> None:
    """model.safetensors, or so many shards with their index."""
    if shards == 1:
        save_file(dict(weights), folder / "model.safetensors", metadata={"format": "pt"})
        return
    names = list(weights)
    weight_map: dict[str, str] = {}
    for index in range(shards):
        file = f"model-{index + 1:05d}-of-{shards:05d}.safetensors"
        part = {name: weights[name] for name in names[index::shards]}
        save_file(part, folder / file, metadata={"format": "pt"})
        weight_map |= dict.fromkeys(part, file)
    total = sum(weight.numel() * weight.element_size() for weight in weights.values())
    index_table = {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))}
    write_json(folder / "model.safetensors.index.json", index_table)


def make_checkpoint(
    folder: Path,
    *,
    layers: int = 2,
    hidden: int = 64,
    heads: int = 4,
    kv_heads: int = 2,
    head_dim: int = 16,
    intermediate: int = 128,
    vocab: int | None = None,
    tied: bool = True,
    dtype: str = "float32",
    seed: int = 0,
    shards: int = 1,
    chat_template: bool = True,
    max_position_embeddings: int = 2048,
) -> Path:
    """Write a whole model folder.

    Args:
        folder: made where it does not exist.
        vocab: rows of the embedding; by default the tokenizer's tokens padded to a multiple of 64, as Qwen3
            pads its own.
        dtype: float32, float16 or bfloat16.
        chat_template: False makes it a base model: no template, and texts end with <|endoftext|>.

    Returns:
        The folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vocab = -(-(TOKENS + 1) // 64) * 64 if vocab is None else vocab
    if vocab < TOKENS:
        raise ValueError(f"the tokenizer alone has {TOKENS} tokens")
    end_of_text, end_of_turn = token_id("<|endoftext|>"), token_id("<|im_end|>")
    geometry = Qwen3Geometry(
        vocab_size=vocab,
        hidden_size=hidden,
        intermediate_size=intermediate,
        layers=layers,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=head_dim,
        tied_head=tied,
        max_position_embeddings=max_position_embeddings,
        dtype=dtype,
    )
    config = config_json(geometry) | {
        "bos_token_id": end_of_text,
        "eos_token_id": end_of_turn if chat_template else end_of_text,
    }
    write_json(folder / "config.json", config)
    generation: dict[str, object] = {"bos_token_id": end_of_text, "pad_token_id": end_of_text}
    if chat_template:
        stops = [end_of_turn, end_of_text]
        generation |= {
            "do_sample": True,
            "eos_token_id": stops,
            "temperature": 0.6,
            "top_k": 20,
            "top_p": 0.95,
        }
    else:
        generation |= {"do_sample": False, "eos_token_id": end_of_text, "max_new_tokens": 2048}
    write_json(folder / "generation_config.json", generation)
    write_tokenizer(folder, chat_template=chat_template)
    save_weights(folder, dict(random_weights(geometry, dtype=getattr(torch, dtype), seed=seed)), shards=shards)
    return folder
