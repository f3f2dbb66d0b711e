"""Text to token ids and back, over the `tokenizers` library.

Two encoders share one vocabulary. The full one turns `<|im_end|>` into its control id and is for text that
the chat template wrote; the plain one knows no added token and is for everything that people, files, tools
and models wrote. Knows nothing of messages, templates or generation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import tokenizers
from tokenizers import AddedToken, decoders

from engine.detokenizer import ByteLevelDetokenizer, Detokenizer, GeneralDetokenizer, bytes_of_token
from engine.errors import DamagedModel, NoModel, UnsupportedModel
from engine.file_safety import DOWNLOAD_AGAIN, HEAD_BYTES, shown, wrong_content
from engine.text_files import read_bounded

MAX_TOKENIZER_BYTES = 64 * 1024 * 1024
MIN_VOCABULARY = 64  # byte-level vocabularies start at 256; a library given no files makes up one of a single token

_SURROGATE = re.compile("[\ud800-\udfff]")
_FIRST_PIECE_PROBE = "\ue000\uf8ff\ue001\uf8fe"  # private-use characters: see `_follows`


@dataclass(frozen=True, slots=True)
class ControlTokens:
    """Ids of the tokens that structure a Qwen3 conversation; None where the vocabulary has no such token."""

    think_open: int | None = None
    think_close: int | None = None
    tool_call_open: int | None = None
    tool_call_close: int | None = None
    tool_response_open: int | None = None
    tool_response_close: int | None = None
    turn_start: int | None = None
    turn_end: int | None = None
    end_of_text: int | None = None


_CONTROL_LITERALS: Mapping[str, str] = {
    "think_open": "<think>",
    "think_close": "</think>",
    "tool_call_open": "<tool_call>",
    "tool_call_close": "</tool_call>",
    "tool_response_open": "<tool_response>",
    "tool_response_close": "</tool_response>",
    "turn_start": "<|im_start|>",
    "turn_end": "<|im_end|>",
    "end_of_text": "<|endoftext|>",
}


class Tokenizer:
    """A model's tokenizer. Immutable after construction and safe to use from several threads."""

    def __init__(self, full: tokenizers.Tokenizer) -> None:
        # A stored truncation or padding would silently cut prompts.
        full.no_truncation()
        full.no_padding()
        self._full = full
        # Built over the same model object: the vocabulary is shared, not parsed or held twice.
        self._plain = _without_added_tokens(full)
        self._follows = _without_added_tokens(full)
        self._follows.add_tokens([AddedToken(_FIRST_PIECE_PROBE, normalized=False)])

        added = full.get_added_tokens_decoder()
        self._added = {token.content: (token_id, token) for token_id, token in sorted(added.items())}
        self.added_tokens: Mapping[str, int] = MappingProxyType(
            {content: token_id for content, (token_id, _) in self._added.items()}
        )
        self.special_ids: frozenset[int] = frozenset(i for i, token in added.items() if token.special)
        self.size: int = max([full.get_vocab_size(with_added_tokens=True), *(i + 1 for i in added)])
        self.control = ControlTokens(
            **{name: self.added_tokens.get(literal) for name, literal in _CONTROL_LITERALS.items()}
        )
        control = {content: token for content, (_, token) in self._added.items() if not _is_content(token)}
        self.control_literals: tuple[str, ...] = tuple(sorted(control, key=lambda text: (-len(text), text)))
        """What would structure a prompt if it were encoded with control tokens on, longest first."""
        self._guarded = self.special_ids | {self.added_tokens[content] for content in control}
        self._literal_pattern = (
            re.compile("|".join(map(re.escape, self.control_literals))) if self.control_literals else None
        )
        self._byte_level = isinstance(full.decoder, decoders.ByteLevel)
        self._pieces: dict[int, bytes] = {}
        self._first_piece_differs = self._encode_following("a a") != self._plain_ids("a a")
        self.raw_prefix_ids: tuple[int, ...] = self._find_raw_prefix()
        """What the tokenizer itself puts before a text without template: a BOS token; nothing for Qwen3."""

    @classmethod
    def from_folder(cls, folder: Path) -> Tokenizer:
        """Read `tokenizer.json` of a model folder.

        Raises:
            NoModel: The folder is absent, or holds no tokenizer at all.
            DamagedModel: The file is cut short, no tokenizer, or yields next to no vocabulary.
            UnsafeModel: The file is a link out of the folder.
        UnsupportedModel: The tokenizer is of another kind, or absurdly large.
        """
        content = read_bounded(folder, "tokenizer.json", MAX_TOKENIZER_BYTES)
        if content is None:
            raise _absent(folder)
        try:
            full = tokenizers.Tokenizer.from_buffer(content)
        except BaseException as error:
            # The Rust parser reports with a bare Exception, and panics with a class derived from
            # BaseException.
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            raise _unreadable(content) from error
        if full.get_vocab_size(with_added_tokens=False) < MIN_VOCABULARY:
            raise DamagedModel(
                f"tokenizer.json in {folder.name} has a vocabulary of only "
                f"{full.get_vocab_size(with_added_tokens=False)} entries.",
                DOWNLOAD_AGAIN,
            )
        return cls(full)

    def encode(self, text: str, *, control_tokens: bool, follows_control: bool = False) -> list[int]:
        """Token ids of `text`, without any start or end token of the tokenizer's own.

        Args:
            text: Any string; each lone surrogate counts as U+FFFD, since it cannot be written in UTF-8.
            control_tokens: Whether `<|im_end|>`, `<think>` and the like become their control ids. When False
                no added token comes out, special or not, save those that merely stand for white space or a
                single character of text in vocabularies whose model produces them.
            follows_control: With control_tokens False: the text stands behind a control token. Only matters
                for vocabularies that mark the first word of a text.
        """
        clean = without_surrogates(text)
        if control_tokens:
            return list(self._full.encode(clean, add_special_tokens=False).ids)
        if follows_control and self._first_piece_differs and _FIRST_PIECE_PROBE not in clean:
            return self._guard(clean, self._encode_following(clean))
        return self._guard(clean, self._plain_ids(clean))

    def split_control(self, text: str) -> list[str | int]:
        """Cut text that a template wrote at its control literals, which become ids, as the full encoder
        would.

        The strings in between are not encoded yet. Concatenating the encoded pieces gives the full encoding.
        """
        if self._literal_pattern is None:
            return [text]
        parts: list[str | int] = []
        position, strip_left = 0, False
        for found in self._literal_pattern.finditer(text):
            token_id, token = self._added[found.group()]
            piece = text[position : found.start()]
            piece = piece.lstrip() if strip_left else piece
            parts += [piece.rstrip() if token.lstrip else piece, token_id]
            position, strip_left = found.end(), token.rstrip
        tail = text[position:]
        parts.append(tail.lstrip() if strip_left else tail)
        return [part for part in parts if part != ""]

    def decode(self, ids: Iterable[int], *, skip_special: bool = True) -> str:
        """The text of `ids`. Ids without a token (a model's padding rows) give nothing; never raises."""
        known = [i for i in ids if 0 <= i < self.size]
        return str(self._full.decode(known, skip_special_tokens=skip_special))

    def token_text(self, token_id: int) -> str | None:
        """The vocabulary entry as it is stored; None where the id has no token."""
        return self._full.id_to_token(token_id) if 0 <= token_id < self.size else None

    def token_bytes(self, token_id: int) -> bytes:
        """UTF-8 bytes, maybe a part of a character, of one token of a byte-level vocabulary; b"" for no
        token.
        """
        piece = self._pieces.get(token_id)
        if piece is None:
            piece = self._pieces[token_id] = bytes_of_token(self.token_text(token_id) or "")
        return piece

    def detokenizer(self, *, skip_special: bool = True) -> Detokenizer:
        """A fresh incremental decoder whose output adds up to `decode(ids, skip_special=skip_special)`."""
        if self._byte_level:
            return ByteLevelDetokenizer(self, skip_special)
        return GeneralDetokenizer(self, skip_special)

    def _find_raw_prefix(self) -> tuple[int, ...]:
        bare = list(self._full.encode("a", add_special_tokens=False).ids)
        framed = list(self._full.encode("a", add_special_tokens=True).ids)
        for start in range(len(framed) - len(bare) + 1):
            if bare and framed[start : start + len(bare)] == bare:
                return tuple(framed[:start])
        return ()

    def _plain_ids(self, text: str) -> list[int]:
        return list(self._plain.encode(text, add_special_tokens=False).ids)

    def _encode_following(self, text: str) -> list[int]:
        # Metaspace with prepend_scheme "first" marks a piece only at the start of the whole text, so the
        # piece is encoded behind a made-up added token, whose id is dropped.
        return list(self._follows.encode(_FIRST_PIECE_PROBE + text, add_special_tokens=False).ids)[1:]

    def _guard(self, text: str, ids: list[int]) -> list[int]:
        """Encode again in two halves where the model itself, not the added-token matcher, made a control
        id.
        """
        if self._guarded.isdisjoint(ids):
            return ids
        if len(text) > 1:
            # Halving ends: a literal has at least two characters or is caught below, one character at a time.
            middle = len(text) // 2
            return self.encode(text[:middle], control_tokens=False) + self.encode(
                text[middle:], control_tokens=False, follows_control=True
            )
        return [i for i in self._plain_ids("\ufffd") if i not in self._guarded]


def without_surrogates(text: str) -> str:
    """`text` with U+FFFD for each lone surrogate, which cannot be written in UTF-8."""
    return _SURROGATE.sub("\ufffd", text)


def _without_added_tokens(full: tokenizers.Tokenizer) -> tokenizers.Tokenizer:
    plain = tokenizers.Tokenizer(full.model)
    # Assigning None to these raises; absent is what a new Tokenizer has.
    if full.normalizer is not None:
        plain.normalizer = full.normalizer
    if full.pre_tokenizer is not None:
        plain.pre_tokenizer = full.pre_tokenizer
    if full.decoder is not None:
        plain.decoder = full.decoder
    return plain


def _is_content(token: AddedToken) -> bool:
    """Whether an added token cannot structure a prompt: some vocabularies add blanks and single
    characters.
    """
    return len(token.content) <= 1 or (not token.special and not token.content.strip())


def _absent(folder: Path) -> NoModel | UnsupportedModel:
    if not folder.is_dir():
        return NoModel(f"There is no folder {folder}.", "Choose or download a model.")
    for other in ("tokenizer.model", "vocab.json", "vocab.txt"):
        if (folder / other).exists():
            return UnsupportedModel(
                f"{folder.name} has {other} but no tokenizer.json.",
                "Choose a model that comes with tokenizer.json.",
            )
    return NoModel(f"{folder.name} holds no tokenizer.json.", DOWNLOAD_AGAIN)


def _unreadable(content: bytes) -> DamagedModel | UnsupportedModel:
    evidence = wrong_content(content[:HEAD_BYTES], len(content))
    if evidence is not None:
        return DamagedModel(f"tokenizer.json {evidence}.", DOWNLOAD_AGAIN)
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return DamagedModel("tokenizer.json is not valid JSON.", DOWNLOAD_AGAIN)
    model = value.get("model") if isinstance(value, dict) else None
    kind = model.get("type") if isinstance(model, dict) else None
    if isinstance(kind, str) and kind not in {"BPE", "Unigram", "WordPiece", "WordLevel"}:
        return UnsupportedModel(f"tokenizer.json is of the unknown kind {shown(kind)}.", "Choose another model.")
    return DamagedModel("tokenizer.json does not describe a tokenizer.", DOWNLOAD_AGAIN)
