"""Words of a text as search sees them: one rule for what is indexed, what is typed, and what is highlighted.

Case, diacritics and width do not count. Every letter of a script that puts no spaces between words (Chinese, Japanese,
Thai, ...), every Hangul syllable and every symbol is a word of its own. Knows no database.

The rule goes letter by letter and through NFKD, so that composed and decomposed text give the same words and every
word can be traced back to where it stands.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

RULES: Final = f"1/{unicodedata.unidata_version}"
"""Changes with everything that changes what words a text has; an index made by other rules has to be made again."""

IN_WORD: Final = r"[0-9A-Za-z\x80-\U0010ffff]"
BETWEEN_WORDS: Final = f"[^{IN_WORD[1:]}"
"""Patterns for one character of a folded text. SQLite's `ascii` tokenizer parts words in the same way."""

_WORD: Final = re.compile(f"{IN_WORD}+")
# Letters that look like another with something added and yet do not decompose.
_LOOKALIKES: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
# Ranges of code points, both ends included (https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt).
_SPACELESS: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul by its letters; it has spaces, but particles cling to the words
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x2E80, 0xA4CF),  # Han, kana, Bopomofo, Yi
    (0xA960, 0xA97F),  # more letters of Hangul
    (0xA9E0, 0xA9FF),  # more Myanmar
    (0xAA60, 0xAADF),  # more Myanmar, Tai Viet
    (0xAC00, 0xD7FF),  # Hangul
    (0xF900, 0xFAFF),  # more Han
    (0x1B000, 0x1B16F),  # more kana
    (0x20000, 0x3FFFF),  # more Han
)
_NO_WORDS: Final = ((0x2500, 0x259F), (0x2800, 0x28FF), (0xFFFD, 0xFFFD))  # lines, blocks, Braille; what was unreadable
_VARIATIONS: Final = ((0x034F, 0x034F), (0x180B, 0x180F), (0x1F3FB, 0x1F3FF), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
_ZERO_WIDTH_SPACE: Final = "\u200b"
_HANGUL_TAIL: Final = re.compile("[\u1161-\u1175\u11a8-\u11c2]")
_HANGUL_UNIT: Final = re.compile("(?:[\u1100-\u1112][\u1161-\u1175]|[\uac00-\ud7a3])[\u11a8-\u11c2]?|.", re.DOTALL)


def fold(text: str) -> str:
    """`text` as its words, parted by what is not IN_WORD. ASCII keeps its length."""
    return text.lower() if text.isascii() else "".join([_FOLDED[unit] for unit in _units(text)])


def indexed(text: bytes) -> str:
    """A text as it lies in the store, folded; what is damaged in it parts words."""
    return fold(text.decode("utf-8", "replace"))


def words(folded: str) -> list[str]:
    """The words of a folded text."""
    return _WORD.findall(folded)


@dataclass(frozen=True, slots=True)
class Traced:
    """A folded text whose every place is known in the text it was made of."""

    folded: str
    _folded_starts: tuple[int, ...] | None = None
    _starts: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """From a span of `folded` to the code points of the text that made it, marks that belong to them included."""
        if self._folded_starts is None or self._starts is None:
            return start, end
        first = bisect_right(self._folded_starts, start) - 1
        last = bisect_left(self._folded_starts, end)
        while last + 1 < len(self._folded_starts) and self._folded_starts[last + 1] == self._folded_starts[last]:
            last += 1
        return self._starts[first], self._starts[last]


def trace(text: str) -> Traced:
    """Fold, and remember what came from where."""
    if text.isascii():
        return Traced(text.lower())
    units = _units(text)
    pieces = [_FOLDED[unit] for unit in units]
    return Traced(
        "".join(pieces),
        tuple(accumulate(map(len, pieces), initial=0)),
        tuple(accumulate(map(len, units), initial=0)),
    )


def _units(text: str) -> Iterable[str]:
    """The single characters, but Hangul that is written by its letters comes a syllable at a time."""
    return _HANGUL_UNIT.findall(text) if _HANGUL_TAIL.search(text) else text


class _Folded(dict[str, str]):
    """What each unit turns into, found out when it is first met."""

    def __missing__(self, unit: str) -> str:
        syllable = unicodedata.normalize("NFC", unit)
        if "\uac00" <= syllable <= "\ud7a3":
            folded = f" {syllable} "
        else:
            folded = "".join(map(_fold_character, unicodedata.normalize("NFKD", unit)))
        self[unit] = folded
        return folded


_FOLDED: Final = _Folded()


def _fold_character(character: str) -> str:
    simple = unicodedata.normalize("NFKD", character.casefold().translate(_LOOKALIKES))
    return "".join(map(_role, simple))


def _role(character: str) -> str:
    """A part of a word as it is, a word of its own between spaces, what counts for nothing empty, all else a space."""
    if character.isascii():
        return character if character.isalnum() else " "
    if _within(character, _VARIATIONS):
        return ""
    alone = f" {character} "
    match unicodedata.category(character):
        case "Me":
            return ""
        case "Cf":
            return " " if character == _ZERO_WIDTH_SPACE else ""
        case "Mn" | "Mc" if unicodedata.combining(character):
            return ""
        case "Cc" | "Cs" | "Sk":
            return " "
        case "So" | "Sm" | "Sc" | "Cn":  # Cn: not yet assigned to Python's knowledge, most likely an emoji
            return " " if _within(character, _NO_WORDS) else alone
        case category if category[0] in "PZ":
            return " "
    return alone if _within(character, _SPACELESS) else character


def _within(character: str, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)
