"""The practice model's tokenizer: Qwen3's pipeline and added tokens over a small vocabulary of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pocket_dialogues import make_dialogue
from pocket_draw import Draw
from pocket_render import Template, token_id
from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.normalizers import NFC
from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split
from tokenizers.processors import ByteLevel as ByteLevelProcessor
from tokenizers.trainers import BpeTrainer

BPE_TOKENS = 1062
"""With the 26 added tokens this makes 1,088, a multiple of 64, so that no row of the embedding is padding."""

PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""Qwen3's pre-tokenizer expression; among other things it makes every digit a token."""

SPECIAL = (
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
PLAIN = (
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
"""Qwen3's added tokens in the order of their ids; those of ``PLAIN`` are added, but not special."""

_ADDED = re.compile("|".join(re.escape(token) for token in SPECIAL + PLAIN))
_WORD = re.compile(r"(?<![A-Za-z'])[A-Za-z]{2,13}(?![A-Za-z'])")


def corpus(template: Template, seed: int, dialogues: int) -> list[str]:
    """Rendered dialogues, thoughts included."""
    draw = Draw(f"corpus {seed}")
    texts = []
    for _ in range(dialogues):
        dialogue = make_dialogue(draw)
        texts.append(f"{template.prompt(dialogue)}{dialogue.thought}\n{dialogue.answer}")
    return texts


def harvest_words(texts: Iterable[str]) -> tuple[str, ...]:
    """Every word of the corpus in lower case: spelling them teaches the letters of every token."""
    found: set[str] = set()
    for text in texts:
        found.update(word.lower() for word in _WORD.findall(text))
    return tuple(sorted(found))


def _pieces(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (piece for piece in _ADDED.split(text) if piece)


def build_tokenizer(texts: Iterable[str]) -> Tokenizer:
    """Train the merges on ``texts`` and append the added tokens."""
    tokenizer = Tokenizer(BPE(unk_token=None, continuing_subword_prefix="", end_of_word_suffix=""))
    tokenizer.normalizer = NFC()
    tokenizer.pre_tokenizer = Sequence(
        [
            Split(Regex(PATTERN), behavior="isolated"),
            ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
        ]
    )
    byte_level: Any = ByteLevelDecoder  # its stub leaves out the options
    tokenizer.decoder = byte_level(add_prefix_space=False, trim_offsets=False, use_regex=False)
    tokenizer.post_processor = ByteLevelProcessor(add_prefix_space=False, trim_offsets=False, use_regex=False)
    alphabet: list[str] = sorted(ByteLevel.alphabet())
    trainer = BpeTrainer(vocab_size=BPE_TOKENS, initial_alphabet=alphabet, show_progress=False, special_tokens=[])
    tokenizer.train_from_iterator(_pieces(texts), trainer)
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in SPECIAL])
    tokenizer.add_tokens([AddedToken(token, normalized=False, special=False) for token in PLAIN])
    return tokenizer


def tokenizer_config(tokenizer: Tokenizer, chat_template: str, max_length: int) -> dict[str, Any]:
    """The content of tokenizer_config.json: Qwen3's, with this vocabulary's ids."""
    added = {}
    for token in SPECIAL + PLAIN:
        added[str(token_id(tokenizer, token))] = {
            "content": token,
            "lstrip": False,
            "normalized": False,
            "rstrip": False,
            "single_word": False,
            "special": token in SPECIAL,
        }
    return {
        "add_bos_token": False,
        "add_prefix_space": False,
        "added_tokens_decoder": added,
        "additional_special_tokens": list(SPECIAL[1:]),
        "bos_token": None,
        "chat_template": chat_template,
        "clean_up_tokenization_spaces": False,
        "eos_token": "<|im_end|>",
        "errors": "replace",
        "model_max_length": max_length,
        "pad_token": "<|endoftext|>",
        "split_special_tokens": False,
        "tokenizer_class": "Qwen2Tokenizer",
        "unk_token": None,
    }


def write_json(path: Path, value: object) -> None:
    """Write ``value`` with a final newline and the same bytes on every system."""
    path.write_bytes((json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())
