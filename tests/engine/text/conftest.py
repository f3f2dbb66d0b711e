"""The tokenizers and templates that the tests of the engine's text side run on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tokenizers
from tokenizers import AddedToken, decoders, models, normalizers, pre_tokenizers

from engine.detokenizer import _BYTE_OF
from engine.template import ChatTemplate
from engine.tokenizer import Tokenizer

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "tests" / "data" / "qwen3"
REAL_TOKENIZER = ROOT.parent / "shared" / "qwen3" / "tokenizer"

_SPECIAL = [
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
]
_TAGS = [
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
]


def read_data(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def byte_tokenizer() -> tokenizers.Tokenizer:
    """One token a byte and Qwen3's added tokens, so that most tests need no download."""
    vocabulary = {character: index for index, character in enumerate(_BYTE_OF)}
    full = tokenizers.Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    full.normalizer = normalizers.NFC()
    full.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    full.decoder = decoders.ByteLevel()
    full.add_special_tokens([AddedToken(text, normalized=False) for text in _SPECIAL])
    full.add_tokens([AddedToken(text, normalized=False) for text in _TAGS])
    return full


@pytest.fixture(scope="session")
def qwen3() -> Tokenizer:
    """The published Qwen3 tokenizer, which lies beside the repository where it lies at all."""
    if not (REAL_TOKENIZER / "tokenizer.json").exists():
        pytest.skip("the published Qwen3 tokenizer is not here")
    return Tokenizer.from_folder(REAL_TOKENIZER)


@pytest.fixture(scope="session")
def byte_level() -> Tokenizer:
    return Tokenizer(byte_tokenizer())


@pytest.fixture(scope="session", params=["byte_level", "qwen3"])
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    """Both tokenizers in turn; the second is skipped where it is absent."""
    chosen = request.getfixturevalue(request.param)
    assert isinstance(chosen, Tokenizer)
    return chosen


@pytest.fixture(scope="session")
def template() -> ChatTemplate:
    return ChatTemplate((DATA / "chat_template.jinja").read_text(encoding="utf-8"))
