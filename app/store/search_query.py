"""What somebody typed to search for: from any text to phrases, and from those to FTS5's language and to a pattern.

Nothing that is typed has a meaning of its own but quotation marks: only words get through to FTS5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.core.search import EVERYWHERE, HitKind
from app.store.text import storable
from app.store.words import BETWEEN_WORDS, IN_WORD, fold, words

MOST_CHARACTERS: Final = 1_000
MOST_PHRASES: Final = 32
MOST_WORDS: Final = 64
"""What is typed beyond these does not count."""

_COLUMNS: Final = tuple(kind.value for kind in HitKind if kind is not HitKind.TITLE)
_QUOTES: Final = '"“”„‟«»'
_CHUNK: Final = re.compile(rf"[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)(?P<closed>[{_QUOTES}]?)|(?P<plain>[^\s{_QUOTES}]+)")
_ENDS_IN_WORD: Final = re.compile(f"{IN_WORD}\\Z")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand side by side. prefix: the last one may be only the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool = False

    def expression(self, prefix: bool = True) -> str:
        """In FTS5's language; `prefix` False takes the last word for a whole one."""
        return f'"{" ".join(self.words)}"{" *" if self.prefix and prefix else ""}'

    def pattern(self) -> str:
        """A regular expression for a folded text. Of a word whose beginning is given, it takes in the whole."""
        rest = f"{IN_WORD}*" if self.prefix else f"(?!{IN_WORD})"
        return f"(?<!{IN_WORD}){f'{BETWEEN_WORDS}+'.join(self.words)}{rest}"


def parse(query: str) -> tuple[Phrase, ...]:
    """The phrases of a query, none twice; empty where there is no word in it.

    What stands between quotation marks is a phrase, and so is what no space parts, as `don't` or `翻译`. The last
    word is a prefix unless something that is no letter follows it.
    """
    found: dict[Phrase, None] = {}
    for chunk in _CHUNK.finditer(storable(query[:MOST_CHARACTERS])):
        folded = fold(chunk["plain"] or chunk["quoted"] or "")
        last = chunk.end() == len(chunk.string) and not chunk["closed"]
        if made := words(folded)[:MOST_WORDS]:
            found[Phrase(tuple(made), last and _ENDS_IN_WORD.search(folded) is not None)] = None
    return tuple(found)[-MOST_PHRASES:]


def expression(phrases: Iterable[Phrase], *, joined: str = "AND", prefix: bool = True) -> str:
    """All of the phrases (or with "OR" any) in FTS5's language."""
    return f" {joined} ".join(phrase.expression(prefix) for phrase in phrases)


def within(kinds: frozenset[HitKind], expression: str) -> str:
    """The expression for the columns of these kinds only."""
    if kinds >= EVERYWHERE - {HitKind.TITLE}:
        return expression
    return f"{{{' '.join(column for column in _COLUMNS if column in kinds)}}} : ({expression})"
