"""Markdown that is still being written: what can no longer change is parsed once, only the open end again.

A top-level block is closed once another one stands after it, and so are the items of a list but for the last two. A
text of n characters that comes in pieces thus costs about n, not n times the number of pieces.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.ui.markdown.parser import Block, list_items, parse

# A line or two more may still turn a paragraph into a heading or a table, so this much of a list stays open.
OPEN_ITEMS = 2


@dataclass(frozen=True, slots=True)
class Growth:
    """`closed`: blocks that are final now, in order. `open`: what stands after them for the moment."""

    closed: tuple[Block, ...]
    open: tuple[Block, ...]


class GrowingMarkdown:
    """Takes text in pieces."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._tail = ""

    @property
    def text(self) -> str:
        """Everything so far."""
        return "".join(self._text) + self._tail

    @property
    def needs_whole_view(self) -> bool:
        """A link or footnote may be defined after its use; a final reading of the whole text then shows it better."""
        return "]:" in self.text

    def append(self, piece: str) -> Growth:
        """Take more text."""
        self._tail += piece
        blocks = parse(self._tail)
        if not blocks:
            return Growth((), ())
        boundary = blocks[-1].start
        items = list_items(blocks[-1])
        if len(items) > OPEN_ITEMS:
            boundary += items[-OPEN_ITEMS]
        if boundary <= 0:
            return Growth((), tuple(blocks))
        closed = parse(self._tail[:boundary]) if len(items) > OPEN_ITEMS else blocks[:-1]
        self._text.append(self._tail[:boundary])
        self._tail = self._tail[boundary:]
        return Growth(tuple(closed), tuple(parse(self._tail)))
