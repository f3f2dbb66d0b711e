"""Markdown that is still being written: what can no longer change is parsed once, only the open end again.

A top-level block is closed once another one stands after it, and so are the items of a list but for the last two. A
text of n characters that comes in pieces thus costs about n, not n times the number of pieces. Two things that may stay
open for long are kept cheap as well: code in a fence is not parsed at all until its end comes, and anything else is cut
where it gets very long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.ui.markdown.parser import Block, list_items, parse

# A line or two more may still turn a paragraph into a heading or a table, so this much of a list stays open.
OPEN_ITEMS = 2
# What is open is read again with every piece, so it must not get too long. Paragraphs are hardly ever that long.
LONGEST_OPEN = 8_000
LONGEST_PARAGRAPH = 2_500
# Reading a longer text once more at its end would hold up the window.
LONGEST_WHOLE = 16_000


@dataclass(frozen=True, slots=True)
class Growth:
    """`closed`: blocks that are final now, in order. `open`: what stands after them for the moment."""

    closed: tuple[Block, ...]
    open: tuple[Block, ...]


class _OpenFence:
    """Code whose end has not come. Takes more of it without parsing."""

    def __init__(self, block: Block, last_line: str) -> None:
        self._block = block
        self._line = last_line
        mark = block.tokens[0].markup
        self._end = re.compile(rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$", re.MULTILINE)

    def take(self, piece: str) -> Block | None:
        """The block with more in it; None where the fence may end in it."""
        if "\r" in piece or "\x00" in piece or self._end.search(self._line + piece):
            return None
        self._line = (self._line + piece).rsplit("\n", 1)[-1]
        token = self._block.tokens[0]
        grown = token.copy(content=token.content + piece)
        self._block = replace(self._block, tokens=(grown,), source=self._block.source + piece)
        return self._block


class GrowingMarkdown:
    """Takes text in pieces."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._tail = ""
        self._fence: _OpenFence | None = None
        self._was_cut = False
        self._joint: str | None = None

    @property
    def text(self) -> str:
        """Everything so far."""
        return "".join(self._text) + self._tail

    @property
    def needs_whole_view(self) -> bool:
        """A final reading of the whole text shows it better: a link or footnote may be defined after its use, or
        something long was cut."""
        text = self.text
        return (self._was_cut or "]:" in text) and len(text) <= LONGEST_WHOLE

    def append(self, piece: str) -> Growth:
        """Take more text."""
        self._tail += piece
        if self._fence is not None and (block := self._fence.take(piece)) is not None:
            return Growth((), (block,))
        closed: list[Block] = []
        growth = self._grow()
        closed += growth.closed
        while (longest := _longest(growth.open)) and len(self._tail) > longest:
            closed += self._cut(longest)
            growth = self._grow()
            closed += growth.closed
        self._fence = _open_fence(self._tail, growth.open)
        return Growth(tuple(closed), growth.open)

    def _parse(self, text: str) -> list[Block]:
        """The blocks of something that begins where the open end does."""
        blocks = parse(text)
        if blocks and self._joint is not None and blocks[0].kind == "paragraph_open":
            blocks[0] = replace(blocks[0], joint=self._joint)
        return blocks

    def _grow(self) -> Growth:
        blocks = self._parse(self._tail)
        # Footnotes are told at the end, wherever they are defined.
        last = next((index for index in reversed(range(len(blocks))) if blocks[index].source), None)
        if last is None:
            return Growth((), tuple(blocks))
        boundary = blocks[last].start
        items = list_items(blocks[last])
        if len(items) > OPEN_ITEMS:
            boundary += items[-OPEN_ITEMS]
        if boundary <= 0:
            return Growth((), tuple(blocks))
        closed = self._parse(self._tail[:boundary]) if len(items) > OPEN_ITEMS else blocks[:last]
        self._close(boundary)
        if len(items) > OPEN_ITEMS:
            return Growth(tuple(closed), tuple(parse(self._tail)))
        return Growth(tuple(closed), tuple(replace(each, start=each.start - boundary) for each in blocks[last:]))

    def _cut(self, longest: int) -> list[Block]:
        """Close what is open for too long, at the end of a line or word if there is one."""
        self._was_cut = True
        at = self._tail.rfind("\n", 1, longest) + 1
        at = at or self._tail.rfind(" ", 1, longest) + 1 or longest
        closed = self._parse(self._tail[:at])
        joint = self._tail[at - 1]
        self._close(at)
        if closed and closed[-1].kind == "paragraph_open":
            self._joint = joint if joint.isspace() else ""
        return closed

    def _close(self, boundary: int) -> None:
        self._text.append(self._tail[:boundary])
        self._tail = self._tail[boundary:]
        self._joint = None


def _longest(blocks: tuple[Block, ...]) -> int:
    """How many characters may be open; 0 has no limit."""
    if _is_fence(blocks):
        return 0
    return LONGEST_PARAGRAPH if blocks and blocks[0].kind == "paragraph_open" else LONGEST_OPEN


def _is_fence(blocks: tuple[Block, ...]) -> bool:
    return len(blocks) == 1 and blocks[0].kind == "fence"


def _open_fence(tail: str, blocks: tuple[Block, ...]) -> _OpenFence | None:
    """The fence that the text ends in, where nothing but its own mark can end it."""
    if not _is_fence(blocks) or blocks[0].start != 0 or not tail.startswith(blocks[0].tokens[0].markup):
        return None
    _, newline, rest = tail.partition("\n")
    if not newline or "\r" in tail or blocks[0].tokens[0].content != rest:
        return None  # its first line may still grow, or it has ended
    return _OpenFence(blocks[0], tail.rsplit("\n", 1)[-1])
