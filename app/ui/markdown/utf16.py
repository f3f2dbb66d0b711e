"""Text as Qt's documents take it: positions in UTF-16 units, and characters that mean something to Qt alone.

Python counts characters; the two differ where a character takes two units, as most emoji do.
"""

from __future__ import annotations

# Qt keeps these for itself: borders of frames, the end of a paragraph, and the sign for an object.
FORBIDDEN = str.maketrans(
    {"\ufdd0": "\ufffd", "\ufdd1": "\ufffd", "\u2029": "\n", "\x00": "\ufffd", "\ufffc": "\ufffd"}
)
_LAST_SINGLE = "\uffff"


def _is_simple(text: str) -> bool:
    return text.isascii() or max(text) <= _LAST_SINGLE


def units(text: str) -> int:
    """How long Qt takes a text to be."""
    return len(text) if _is_simple(text) else len(text) + sum(each > _LAST_SINGLE for each in text)


def cut(text: str, first: int, last: int) -> str:
    """The piece between two of Qt's positions. Half a character becomes a replacement character."""
    if _is_simple(text):
        return text[first:last]
    return text.encode("utf-16-le", "surrogatepass")[2 * first : 2 * last].decode("utf-16-le", "replace")
