"""The checkpoints that tests are made of: loadable by transformers, with a tokenizer that round-trips."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from engine.safetensors_header import read_header
from tests.support.checkpoints import TOKENS, token_id


def test_the_helpers_tokenizer_is_a_real_one(model: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    assert tokenizer.get_vocab_size() == TOKENS
    text = "the rain in Wien, 猫 🐈\u200d\n<think>\nhm</think>"
    ids = tokenizer.encode(text).ids
    assert token_id("<think>") in ids
    assert tokenizer.decode(ids) == text


def test_the_helpers_checkpoint_loads_in_transformers(model: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from engine.general_safety import require_complete, safe_pretrained_kwargs

    loaded: Any = AutoModelForCausalLM.from_pretrained(
        str(model), output_loading_info=True, **safe_pretrained_kwargs("Qwen3ForCausalLM")
    )
    reference, info = loaded
    require_complete(info)
    tokenizer: Any = AutoTokenizer.from_pretrained(str(model), local_files_only=True)
    messages = [{"role": "user", "content": "hi"}]
    rendered = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert rendered == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
    with torch.no_grad():
        logits = reference(torch.tensor([tokenizer(rendered)["input_ids"]])).logits
    assert bool(logits.isfinite().all())


def test_header_matches_the_formats_own_reader(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    tensors = {
        "a": torch.arange(6.0).reshape(2, 3),
        "b": torch.zeros(0, 4),
        "c": torch.tensor(7, dtype=torch.int64),
    }
    save_file(tensors, path)
    data = path.read_bytes()
    header = read_header(path)
    assert {name: info.shape for name, info in header.items()} == {"a": (2, 3), "b": (0, 4), "c": ()}
    assert struct.unpack("<6f", data[header["a"].start : header["a"].end]) == (0, 1, 2, 3, 4, 5)
    assert header["a"].size_bytes == 24
    assert header["c"].dtype == "I64"
