"""Token ids to text, one at a time, so that the concatenation is always the decoding of the whole.

A character whose bytes are spread over tokens appears once it is complete: U+FFFD is emitted only where the
whole decoding has it too. Knows nothing of control tokens beyond leaving special ones out.
"""

from __future__ import annotations

import codecs
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Protocol

_BYTE_TOKEN = re.compile(r"<0x[0-9A-Fa-f]{2}>")
_CONTEXT_TOKENS = 4


class Vocabulary(Protocol):
    """What a detokenizer needs of a tokenizer."""

    @property
    def special_ids(self) -> frozenset[int]: ...

    def token_text(self, token_id: int) -> str | None: ...

    def token_bytes(self, token_id: int) -> bytes: ...

    def decode(self, ids: Iterable[int], *, skip_special: bool = True) -> str: ...


class Detokenizer(ABC):
    """Incremental decoder. Not thread-safe; one per stream."""

    def __init__(self, vocabulary: Vocabulary, skip_special: bool) -> None:
        self._vocabulary = vocabulary
        self._skipped = vocabulary.special_ids if skip_special else frozenset()

    @abstractmethod
    def push(self, token_id: int) -> str:
        """The text that is certain now that `token_id` came; may be empty."""

    @abstractmethod
    def flush(self) -> str:
        """What was held back, as the whole decoding shows it if the stream ends here or goes on with plain
        ASCII.
        """


class ByteLevelDetokenizer(Detokenizer):
    """For byte-level BPE (Qwen, GPT-2, Llama 3): decodes the bytes of each token incrementally.

    Python's "replace" and Rust's from_utf8_lossy both put one U+FFFD for each maximal ill-formed subpart
    (Unicode 15, section 3.9), so this agrees with the library on invalid bytes as well.
    """

    def __init__(self, vocabulary: Vocabulary, skip_special: bool) -> None:
        super().__init__(vocabulary, skip_special)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def push(self, token_id: int) -> str:
        if token_id in self._skipped:
            return ""
        return self._decoder.decode(self._vocabulary.token_bytes(token_id))

    def flush(self) -> str:
        return self._decoder.decode(b"", final=True)


class GeneralDetokenizer(Detokenizer):
    """For any other decoder: the difference between two decodings over a short window of recent tokens.

    Held back are a trailing U+FFFD and a run of byte tokens (`<0xE2>`): SentencePiece-style byte fallback
    decodes a run as a whole, and one invalid byte late in the run changes what its beginning looks like.
    """

    def __init__(self, vocabulary: Vocabulary, skip_special: bool) -> None:
        super().__init__(vocabulary, skip_special)
        self._context: list[int] = []
        self._pending: list[int] = []

    def push(self, token_id: int) -> str:
        stored = self._vocabulary.token_text(token_id)
        if stored is None or token_id in self._skipped:
            return ""
        self._pending.append(token_id)
        if _BYTE_TOKEN.fullmatch(stored):
            return ""
        return self._take(final=False)

    def flush(self) -> str:
        return self._take(final=True) if self._pending else ""

    def _take(self, *, final: bool) -> str:
        before = self._decode(self._context)
        after = self._decode(self._context + self._pending)
        if not final and after.endswith("\ufffd"):
            return ""
        self._remember(self._context + self._pending)
        return after[len(before) :]

    def _remember(self, ids: list[int]) -> None:
        """Keep as context the fewest last tokens that decode to something: decoders treat a text's start
        apart.
        """
        self._pending = []
        self._context = ids
        for count in range(_CONTEXT_TOKENS, len(ids)):
            tail = ids[-count:]
            first = self._vocabulary.token_text(tail[0]) or ""
            if not _BYTE_TOKEN.fullmatch(first) and self._decode(tail).strip():
                self._context = tail
                return

    def _decode(self, ids: list[int]) -> str:
        return self._vocabulary.decode(ids, skip_special=False)


def bytes_of_token(stored: str) -> bytes:
    """Bytes of a byte-level vocabulary entry. One that holds any other character stands for its own UTF-8."""
    try:
        return bytes(_BYTE_OF[character] for character in stored)
    except KeyError:
        return stored.encode("utf-8", "replace")


def _byte_alphabet() -> dict[str, int]:
    """GPT-2's bytes_to_unicode: printable Latin-1 stands for itself, every other byte for U+0100 upwards."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    alphabet = {chr(byte): byte for byte in printable}
    others = (byte for byte in range(256) if byte not in set(printable))
    alphabet.update({chr(0x100 + index): byte for index, byte in enumerate(others)})
    return alphabet


_BYTE_OF = _byte_alphabet()
