"""Finding words in a text whatever their case and accents. Knows no document and no widget."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def folded(text: str) -> str:
    """Without case and accents, for comparing."""
    if text.isascii():
        return text.lower()
    return "".join(map(_folded_character, text))


@lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    parts = unicodedata.normalize("NFD", character.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each)) or parts


def find_all(text: str, needle: str) -> list[tuple[int, int]]:
    """(start, end) of every place in `text` that `needle`, already folded, matches; in order, without overlaps."""
    if not needle:
        return []
    if text.isascii():
        return _places(text.lower(), needle)
    starts: list[int] = []
    pieces: list[str] = []
    for index, character in enumerate(text):
        piece = _folded_character(character)
        pieces.append(piece)
        starts.extend([index] * len(piece))
    starts.append(len(text))
    return [(starts[first], starts[last - 1] + 1) for first, last in _places("".join(pieces), needle)]


def _places(text: str, needle: str) -> list[tuple[int, int]]:
    found = []
    at = text.find(needle)
    while at >= 0:
        found.append((at, at + len(needle)))
        at = text.find(needle, at + len(needle))
    return found
