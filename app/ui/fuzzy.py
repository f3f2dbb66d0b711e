"""How well a few typed letters fit a name."""

from __future__ import annotations

from typing import Final

# How much a letter found at the beginning of a word, or right after the last one found, is worth.
_WORD_START: Final = 8
_FOLLOWING: Final = 6
# More than any part of a longer name.
_WHOLE: Final = 1_000_000


def score(query: str, title: str) -> int | None:
    """How well what was typed fits a title; None: not at all. The letters have to occur in their order.

    A title that holds the query as it stands wins over one in which the letters lie apart.
    """
    wanted, text = query.casefold().replace(" ", ""), title.casefold()
    if not wanted:
        return 0
    if wanted == text.replace(" ", ""):
        return _WHOLE
    best: int | None = None
    for start in [place for place, letter in enumerate(text) if letter == wanted[0]]:
        found = _score_from(wanted, text, start)
        if found is not None and (best is None or found > best):
            best = found
    return best


def _score_from(wanted: str, text: str, start: int) -> int | None:
    total, last = 0, start - 1
    for letter in wanted:
        place = text.find(letter, last + 1)
        if place < 0:
            return None
        if place == 0 or not text[place - 1].isalnum():
            total += _WORD_START
        elif place == last + 1 and place > start:
            total += _FOLLOWING
        total -= min(place - last - 1, 3)
        last = place
    return total
