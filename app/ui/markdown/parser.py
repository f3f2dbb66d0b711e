"""Markdown to tokens: CommonMark with tables, strike-through, task lists, footnotes and TeX formulas.

Raw HTML is not a thing here: it stays the text that it is. Formulas stand between dollars as GitHub and Pandoc read
them (so that "$5 and $6" stays money), and between the brackets that Qwen3 prefers, \\( \\) and \\[ \\].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

DEEPEST_NESTING = 24
_NESTING = ("blockquote_open", "bullet_list_open", "ordered_list_open")
MATH_INLINE, MATH_BLOCK = "math_inline", "math_block"


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block: its tokens, its source, and where that begins in the text (in characters).

    joint: Where a long paragraph was cut for it, what stood between the two; None for a block of its own.
    """

    tokens: tuple[Token, ...]
    source: str
    start: int
    joint: str | None = None

    @property
    def kind(self) -> str:
        """The first token's type, such as "paragraph_open" or "fence"."""
        return self.tokens[0].type


def parse(text: str) -> list[Block]:
    """The blocks of a text, in order. Footnotes, where there are any, are the last one."""
    tokens = _markdown().parse(text, {})
    starts = _line_starts(text)
    blocks: list[Block] = []
    for group in _top_level(tokens):
        first, last = group[0].map or (len(starts) - 1, len(starts) - 1)
        source = text[starts[first] : starts[min(last, len(starts) - 1)]]
        if not _says_anything(group) and group[0].type in _NESTING:
            group = _as_text(source, group[0])
        blocks.append(Block(tuple(group), source, starts[first]))
    return blocks


def _says_anything(tokens: Sequence[Token]) -> bool:
    return any(token.content for token in tokens)


def _as_text(source: str, first: Token) -> list[Token]:
    """A paragraph that says what was written: what is nested too deeply would not be shown at all."""
    text = Token("text", "", 0, content=source.strip())
    inline = Token("inline", "", 0, content=text.content, children=[text], map=first.map, level=1)
    opening = Token("paragraph_open", "p", 1, map=first.map)
    return [opening, inline, Token("paragraph_close", "p", -1)]


def list_items(block: Block) -> list[int]:
    """Where each item of a top-level list begins, in characters from the start of the block; empty for others."""
    if block.kind not in ("bullet_list_open", "ordered_list_open") or block.tokens[0].map is None:
        return []
    starts, first = _line_starts(block.source), block.tokens[0].map[0]
    lines = [
        token.map[0] - first
        for token in block.tokens
        if token.type == "list_item_open" and token.level == 1 and token.map
    ]
    return [starts[line] for line in lines]


def _top_level(tokens: Sequence[Token]) -> list[list[Token]]:
    groups: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            groups.append([])
        groups[-1].append(token)
        depth += token.nesting
    return groups


def _line_starts(text: str) -> list[int]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    starts.append(len(text))
    return starts


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST_NESTING})
    markdown.enable(["table", "strikethrough"])
    markdown.use(footnote_plugin, inline=False)
    markdown.use(tasklists_plugin)
    markdown.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    markdown.inline.ruler.before("escape", "bracket_math", _bracket_math)
    markdown.block.ruler.before(
        "fence", "bracket_math_block", _bracket_math_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    return markdown


def _bracket_math(state: StateInline, silent: bool) -> bool:
    r"""\( … \) in running text, and \[ … \] where it stands in a line with other words."""
    opening = state.src[state.pos : state.pos + 2]
    if opening not in (r"\(", r"\["):
        return False
    end = state.src.find(r"\)" if opening == r"\(" else r"\]", state.pos + 2)
    if end < 0 or end >= state.posMax or not state.src[state.pos + 2 : end].strip():
        return False
    if not silent:
        token = state.push(MATH_INLINE if opening == r"\(" else "math_inline_double", "math", 0)
        token.content, token.markup = state.src[state.pos + 2 : end].strip(), opening
    state.pos = end + 2
    return True


def _bracket_math_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    r"""\[ … \] that begins a line and ends one."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.is_code_block(start_line) or not state.src.startswith(r"\[", begin):
        return False
    for line in range(start_line, end_line):
        text = state.src[state.bMarks[line] : state.eMarks[line]].rstrip()
        if line > start_line and not text.strip():
            return False
        if text.endswith(r"\]"):
            content = state.src[begin + 2 : state.bMarks[line] + len(text) - 2]
            if r"\]" in content or not content.strip():
                return False
            if not silent:
                token = state.push(MATH_BLOCK, "math", 0)
                token.block, token.content, token.markup = True, content.strip(), r"\["
                token.map = [start_line, line + 1]
                state.line = line + 1
            return True
    return False
