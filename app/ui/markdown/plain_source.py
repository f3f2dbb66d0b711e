"""The plain text of Markdown that is not written into any document: for copying and searching what is not on screen.

Says what `plain.text_between` says of the same Markdown once it is written, with empty lines between the blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from app.ui.markdown.parser import MATH_BLOCK, parse


@dataclass(frozen=True, slots=True)
class _Line:
    """`marker` is what stands before the text without belonging to it."""

    marker: str
    text: str


def plain_text(markdown: str) -> str:
    """What a person expects to paste elsewhere: markers before items, tabs between cells, TeX for formulas."""
    blocks = ("\n".join(line.marker + line.text for line in _lines(block.tokens)) for block in parse(markdown))
    return "\n\n".join(each for each in blocks if each.strip())


def searchable_text(markdown: str) -> str:
    """The words alone, as they stand on screen; formulas are pictures there, so they are left out."""
    return "\n".join(line.text for block in parse(markdown) for line in _lines(block.tokens, formulas=False))


@dataclass(slots=True)
class _Lists:
    """The lists that a token stands in: for each the number of its next item, or None for bullets."""

    numbers: list[int | None] = field(default_factory=list)

    def open(self, token: Token) -> None:
        self.numbers.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None)

    def marker(self) -> str:
        """Of the next item."""
        indent = "  " * (len(self.numbers) - 1)
        number = self.numbers[-1]
        if number is None:
            return f"{indent}- "
        self.numbers[-1] = number + 1
        return f"{indent}{number}. "


def _lines(tokens: Sequence[Token], *, formulas: bool = True) -> Iterator[_Line]:
    lists, marker = _Lists(), ""
    cells: list[str] | None = None
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                lists.open(token)
            case "bullet_list_close" | "ordered_list_close":
                lists.numbers.pop()
            case "list_item_open":
                marker = lists.marker()
            case "footnote_open":
                marker = f"{int(token.meta['id']) + 1}. "
            case "tr_open":
                cells = []
            case "tr_close":
                yield _Line("", "\t".join(cells or []))
                cells = None
            case "inline":
                children = token.children or []
                if task := _task_marker(children):
                    marker = marker[: len(marker) - len(marker.lstrip())] + task
                    children = children[1:]
                text = _inline_text(children, formulas=formulas)
                if cells is not None:
                    cells.append(text)
                else:
                    yield _Line(marker, text.lstrip() if marker else text)
                    marker = ""
            case "fence" | "code_block":
                yield _Line(marker, token.content.rstrip("\n"))
                marker = ""
            case kind if kind == MATH_BLOCK and formulas:
                yield _Line("", f"$${token.content.strip()}$$")
            case _:
                pass


def _task_marker(children: Sequence[Token]) -> str:
    if children and children[0].type == "html_inline" and "task-list-item-checkbox" in children[0].content:
        return f"[{'x' if 'checked' in children[0].content.replace('checkbox', '') else ' '}] "
    return ""


def _inline_text(children: Sequence[Token], *, formulas: bool) -> str:
    found = []
    for token in children:
        match token.type:
            case "text" | "html_inline" | "code_inline":
                found.append(token.content)
            case "softbreak" | "hardbreak":
                found.append("\n")
            case "math_inline" | "math_inline_double" if formulas:
                opening = token.markup or "$"
                closing = {r"\(": r"\)", r"\[": r"\]"}.get(opening, opening)
                found.append(f"{opening}{token.content}{closing}")
            case "image":
                found.append(token.content or str(token.attrGet("src") or ""))
            case "footnote_ref":
                found.append(str(int(token.meta["id"]) + 1))
            case _:
                pass
    return "".join(found)
