"""A line of a text around what was searched for, and where in it that stands. Knows no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.store.search_query import Phrase
from app.store.words import trace

LENGTH: Final = 160
"""Code points of a snippet, about; a match that is longer is shown up to MOST_MATCHED."""
MOST_MATCHED: Final = 400

_BEFORE: Final = 40
_TO_WORD: Final = 15
_MATCHES: Final = 100
_PIECE: Final = 16_384
_OVERLAP: Final = 1_024
_MOST_READ: Final = 1_000_000
_BLANK: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
# They would turn the rest of the line around; https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_JOINER: Final = "\u200d"


@dataclass(frozen=True, slots=True)
class Snippet:
    """highlights: first and end code point within `text`, in order, without overlaps."""

    text: str
    highlights: tuple[tuple[int, int], ...]


class Snippets:
    """Makes snippets for one query."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._patterns = [re.compile(phrase.pattern()) for phrase in phrases]

    def of(self, text: str) -> Snippet:
        """The place where most of the phrases stand together; the beginning where none is found.

        Of a very long text, only the first million characters are looked through.
        """
        for first in range(0, max(1, min(len(text), _MOST_READ)), _PIECE):
            piece = text[first : first + _PIECE + _OVERLAP]
            # What touches an edge may be a part of a longer word; the piece before or after has all of it.
            matches = [
                each
                for each in self._matches(piece)
                if (first == 0 or each[0] > 0)
                and (each[1] < len(piece) or each[0] < _PIECE or first + len(piece) == len(text))
            ]
            if matches:
                spans = [(first + start, first + end) for start, end in _best(matches)]
                return _cut(text, spans)
        return _cut(text, [])

    def _matches(self, piece: str) -> list[tuple[int, int, int]]:
        """Start, end (code points of the piece) and number of the phrase, in order."""
        traced = trace(piece)
        return sorted(
            (*traced.span(*match.span()), number)
            for number, pattern in enumerate(self._patterns)
            for match in islice(pattern.finditer(traced.folded), _MATCHES)
        )


def _best(matches: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Those that fit into one snippet and belong to the most phrases; the first of such places."""
    best: list[tuple[int, int, int]] = []
    most = 0
    for at, first in enumerate(matches):
        near = [first, *(each for each in matches[at + 1 : at + LENGTH] if each[1] <= first[0] + LENGTH - _BEFORE)]
        count = len({number for _, _, number in near})
        if count > most:
            best, most = near, count
    return [(start, end) for start, end, _ in best]


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> Snippet:
    first = _start(text, spans[0][0]) if spans else 0
    end = _end(text, first, max(stop for _, stop in spans) if spans else 0)
    made = "…" if text[:first].strip() else ""
    highlights: list[tuple[int, int]] = []
    for start, stop, lit in _runs(first, end, spans):
        clean = _BLANK.sub(" ", _TURNS.sub("", text[start:stop]))
        if not made or made.endswith(" "):
            clean = clean.lstrip(" ")
        if lit and clean:
            highlights.append((len(made), len(made) + len(clean)))
        made += clean
    return Snippet(made.rstrip(" ") + ("…" if text[end:].strip() else ""), tuple(highlights))


def _runs(first: int, end: int, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """What is highlighted and what is not, in turn. Spans are in order and may overlap."""
    at = first
    for start, stop in spans:
        start, stop = max(start, at), min(stop, end)
        if start < stop:
            yield at, start, False
            yield start, stop, True
            at = stop
    yield at, end, False


def _start(text: str, match: int) -> int:
    """Some way before the match, at a word's beginning if there is one near."""
    first = max(0, match - _BEFORE)
    if first:
        blank = _BLANK.search(text, first, min(first + _TO_WORD, match))
        first = blank.end() if blank else first
        while first < match and _clings(text, first):
            first += 1
    return first


def _end(text: str, first: int, needed: int) -> int:
    """Where the snippet ends: after what has to be in it, and at a word's end if there is one near."""
    end = min(len(text), max(first + LENGTH, min(needed, first + MOST_MATCHED)))
    if end < len(text):
        blank = text.rfind(" ", max(end - _TO_WORD, needed), end)
        end = blank if blank > 0 else end
        while end > max(first + 1, needed) and _clings(text, end):
            end -= 1
    return end


def _clings(text: str, at: int) -> bool:
    """Whether the character belongs to the one before it."""
    return (
        text[at] == _JOINER
        or text[at - 1] == _JOINER
        or unicodedata.category(text[at]).startswith("M")
        or "\U0001f3fb" <= text[at] <= "\U0001f3ff"
    )
