"""From the token list in a GGUF file back to tokenizer.json and tokenizer_config.json.

GGUF keeps tokens, their kinds and the merges; the splitting and normalising that go with them stand there only as the
name of a known scheme. Ponder knows one, Qwen2's, which all of Qwen3 has.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum

import tokenizers

from engine.errors import DamagedModel, UnsupportedModel
from engine.file_safety import DOWNLOAD_AGAIN, shown
from engine.gguf_header import GgufFile, GgufValue
from engine.types import JsonObject, JsonValue

MAX_TEMPLATE_CHARACTERS = 1 << 20
END_OF_TEXT = "<|endoftext|>"

_SCHEME = "qwen2"
_ANOTHER = "Choose another file of the model."
_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# The converter of llama.cpp makes a control token of whatever looks like one. In Qwen3's own files these are none:
# they are part of the text that a code model reads and writes.
_NOT_SPECIAL = frozenset(
    ("<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>")
)


class _Kind(IntEnum):
    """llama.cpp's enum llama_token_type."""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5
    BYTE = 6


@dataclass(frozen=True, slots=True)
class TokenizerFiles:
    """The two files, as JSON, and the tokens that end a text, the one for a turn first."""

    tokenizer: JsonObject
    config: JsonObject
    stop_ids: tuple[int, ...]


def tokenizer_files(file: GgufFile) -> TokenizerFiles:
    """Rebuild a Qwen3 folder's tokenizer.

    Raises:
        DamagedModel: tokens, kinds and merges contradict each other.
        UnsupportedModel: it is not a tokenizer of Qwen2's and Qwen3's kind.
    """
    metadata = file.metadata
    model, scheme = metadata.get("tokenizer.ggml.model"), metadata.get("tokenizer.ggml.pre")
    if model != "gpt2" or scheme != _SCHEME:
        raise UnsupportedModel(
            f"The tokenizer in the GGUF file is {shown(model)} with the splitting {shown(scheme)}, not Qwen3's.",
            _ANOTHER,
        )
    tokens = _texts(metadata.get("tokenizer.ggml.tokens"), "tokens")
    kinds = _kinds(metadata.get("tokenizer.ggml.token_type"), len(tokens))
    vocabulary: dict[str, JsonValue] = {}
    added: dict[int, tuple[str, bool]] = {}
    for index, (token, kind) in enumerate(zip(tokens, kinds, strict=True)):
        if kind is _Kind.NORMAL:
            if token in vocabulary:
                raise _damaged(f"the token {shown(token)} stands there twice")
            vocabulary[token] = index
        elif kind in (_Kind.CONTROL, _Kind.USER_DEFINED):
            added[index] = token, kind is _Kind.CONTROL and token not in _NOT_SPECIAL
        elif kind is not _Kind.UNUSED:  # UNUSED: the rows that pad the embedding
            raise UnsupportedModel(f"The tokenizer in the GGUF file has a token of the kind {kind.name}.", _ANOTHER)
    if len({content for content, _ in added.values()}) != len(added) or "" in vocabulary:
        raise _damaged("a token stands there twice or is empty")
    merges = [_merge(text) for text in _texts(metadata.get("tokenizer.ggml.merges"), "merges")]
    tokenizer = _tokenizer_json(vocabulary, merges, added)
    _require_usable(tokenizer)
    stop_ids = _stop_ids(file, added)
    return TokenizerFiles(tokenizer, _tokenizer_config(file, added, stop_ids), stop_ids)


def _texts(value: GgufValue | None, what: str) -> list[str]:
    if not isinstance(value, tuple):
        raise _damaged(f"there are no {what}")
    texts = [each for each in value if isinstance(each, str)]
    if len(texts) != len(value):
        raise _damaged(f"its {what} are not texts")
    return texts


def _kinds(value: GgufValue | None, count: int) -> list[_Kind]:
    if not isinstance(value, tuple) or len(value) != count:
        raise _damaged(f"the kinds of its {count} tokens are missing")
    known = {int(kind): kind for kind in _Kind}
    kinds = [known.get(each) for each in value if isinstance(each, int)]
    found = [kind for kind in kinds if kind is not None]
    if len(found) != count:
        raise _damaged("it has tokens of an unknown kind")
    return found


def _merge(text: str) -> JsonValue:
    """The two halves. llama.cpp looks for the space from the second character on, so that a half may be a space."""
    position = text.find(" ", 1)
    if position < 0 or position + 1 == len(text):
        raise _damaged(f"{shown(text)} is no merge")
    return [text[:position], text[position + 1 :]]


def _added_token(content: str, special: bool) -> dict[str, JsonValue]:
    return {
        "content": content,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": special,
    }


def _tokenizer_json(
    vocabulary: dict[str, JsonValue], merges: list[JsonValue], added: dict[int, tuple[str, bool]]
) -> JsonObject:
    """As published with Qwen3: NFC, Qwen2's splitting (digits one by one), byte-level BPE."""
    byte_level: JsonObject = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    split: JsonObject = {"type": "Split", "pattern": {"Regex": _SPLIT}, "behavior": "Isolated", "invert": False}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": index, **_added_token(*each)} for index, each in added.items()],
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
            "vocab": vocabulary,
            "merges": merges,
        },
    }


def _require_usable(tokenizer: JsonObject) -> None:
    """Have the library that will read the file read it now: merges may name tokens that are not there."""
    try:
        tokenizers.Tokenizer.from_str(json.dumps(tokenizer))
    except BaseException as error:
        # The Rust parser reports with a bare Exception, and panics with a class derived from BaseException.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise _damaged(f"its tokens and merges do not go together ({shown(str(error))})") from error


def _stop_ids(file: GgufFile, added: dict[int, tuple[str, bool]]) -> tuple[int, ...]:
    """The end-of-text id of the metadata, that of a turn where there is one, and <|endoftext|>, as Qwen3 lists them."""
    ids: dict[int, None] = {}
    for key in ("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"):
        value = file.metadata.get(key)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool) or value not in added:
            raise _damaged(f"{key} is {shown(value)}, which is no control token")
        ids[value] = None
    ids.update(dict.fromkeys(index for index, (content, _) in added.items() if content == END_OF_TEXT))
    if not ids:
        raise _damaged("no token ends a text")
    return tuple(ids)


def _tokenizer_config(file: GgufFile, added: dict[int, tuple[str, bool]], stop_ids: tuple[int, ...]) -> JsonObject:
    """The template is the file's own; whatever it is, it is rendered as a stranger's (engine.template)."""
    decoder: JsonObject = {str(index): _added_token(*each) for index, each in added.items()}
    padding = file.metadata.get("tokenizer.ggml.padding_token_id")
    config: JsonObject = {
        "add_bos_token": False,  # whatever the file says: Qwen3 has no such token
        "add_prefix_space": False,
        "added_tokens_decoder": decoder,
        "bos_token": None,
        "clean_up_tokenization_spaces": False,
        "eos_token": added[stop_ids[0]][0],
        "errors": "replace",
        "pad_token": added[padding][0] if isinstance(padding, int) and padding in added else None,
        "split_special_tokens": False,
        "tokenizer_class": "Qwen2Tokenizer",
        "unk_token": None,
    }
    template = file.metadata.get("tokenizer.chat_template")
    if template is not None:
        if not isinstance(template, str) or len(template) > MAX_TEMPLATE_CHARACTERS:
            raise _damaged("its chat template is no text, or longer than any")
        config["chat_template"] = template
    return config


def _damaged(problem: str) -> DamagedModel:
    return DamagedModel(f"The tokenizer in the GGUF file is damaged: {problem}.", DOWNLOAD_AGAIN)
