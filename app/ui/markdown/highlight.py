"""Colours of program text, by Pygments. Knows kinds of words and no colour."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from functools import lru_cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

# Longer code is shown plain: nobody reads it in a chat, and a lexer would hold up the window.
LONGEST_CODE = 60_000


class CodeKind(Enum):
    """What a piece of program text is."""

    PLAIN = auto()
    KEYWORD = auto()
    STRING = auto()
    NUMBER = auto()
    COMMENT = auto()
    NAME = auto()
    ADDED = auto()
    TAKEN = auto()


_KINDS: tuple[tuple[_TokenType, CodeKind], ...] = (
    (Comment, CodeKind.COMMENT),
    (Keyword, CodeKind.KEYWORD),
    (Operator.Word, CodeKind.KEYWORD),
    (String, CodeKind.STRING),
    (Number, CodeKind.NUMBER),
    (Name.Function, CodeKind.NAME),
    (Name.Class, CodeKind.NAME),
    (Name.Decorator, CodeKind.NAME),
    (Name.Tag, CodeKind.KEYWORD),
    (Name.Attribute, CodeKind.NAME),
    (Name.Builtin, CodeKind.NAME),
    (Generic.Inserted, CodeKind.ADDED),
    (Generic.Deleted, CodeKind.TAKEN),
)


def language_of(info: str) -> str:
    """The language a fence names: the first word after its backticks."""
    words = info.strip().split(maxsplit=1)
    return words[0].strip("{}.,:").lower()[:32] if words else ""


def highlighted(code: str, language: str) -> Iterator[tuple[int, int, CodeKind]]:
    """Coloured pieces of `code` as (start, length, kind), in order; what is not named is plain.

    An unknown language has no pieces.
    """
    lexer = _lexer(language)
    if lexer is None or len(code) > LONGEST_CODE:
        return
    for start, kind, value in lexer.get_tokens_unprocessed(code):
        found = _kind_of(kind)
        if found is not CodeKind.PLAIN:
            yield start, len(value), found


def learn(language: str) -> None:
    """Load what is needed for a language, which takes a while the first time; on any thread."""
    lexer = _lexer(language)
    if lexer is not None:
        list(lexer.get_tokens_unprocessed("x = 1\n"))  # its rules are made ready with the first words


@lru_cache(maxsize=256)
def _kind_of(token: _TokenType) -> CodeKind:
    return next((kind for parent, kind in _KINDS if parent in token.split()), CodeKind.PLAIN)


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    if not language:
        return None
    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None
