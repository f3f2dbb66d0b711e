"""What is Markdown and what stays the text that it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.markdown.growing import GrowingMarkdown
from app.ui.markdown.parser import Block, list_items, parse


def kinds(text: str) -> list[str]:
    return [block.kind for block in parse(text)]


def inline(text: str) -> list[tuple[str, str]]:
    return [(token.type, token.content) for token in parse(text)[0].tokens[1].children or []]


@pytest.mark.parametrize(
    "text",
    ["It costs $5 and $6.", "between $10 and $20", "US$ 5, 6 $", "a $ b", r"a \$x$ b", "$5-$6", "only $one"],
)
def test_money_stays_money(text: str) -> None:
    assert all(kind != "math_inline" for kind, _ in inline(text))


@pytest.mark.parametrize(
    ("text", "source"),
    [("so $x^2$ is", "x^2"), (r"so \(x^2\) is", "x^2"), (r"so \( a + b \).", "a + b"), ("($x$)", "x")],
)
def test_formulas_in_a_line(text: str, source: str) -> None:
    assert ("math_inline", source) in inline(text)


@pytest.mark.parametrize("text", ["$$\nE=mc^2\n$$", "\\[\nE=mc^2\n\\]", r"\[E=mc^2\]", "$$E=mc^2$$"])
def test_formulas_of_their_own(text: str) -> None:
    block = parse(text)[0]
    assert (block.kind, block.tokens[0].content.strip()) == ("math_block", "E=mc^2")


def test_brackets_in_code_are_code() -> None:
    assert inline(r"`\(x\)` and `$x$`") == [("code_inline", r"\(x\)"), ("text", " and "), ("code_inline", "$x$")]
    assert kinds("    \\[\n    x\n    \\]") == ["code_block"]


@pytest.mark.parametrize("text", [r"\[ never closed", r"\( never closed", "\\[\n\nx \\]", r"\[\]", r"\(\)"])
def test_unfinished_formulas_are_text(text: str) -> None:
    assert all("math" not in token.type for block in parse(text) for token in block.tokens[1].children or [])


@pytest.mark.parametrize(
    "html", ["<b>x</b>", "<script>alert(1)</script>", "<div>\n<p>x\n</div>", "<!-- x -->", "<img src=x>"]
)
def test_html_is_text(html: str) -> None:
    tokens = [token for block in parse(html) for token in block.tokens]
    assert not any(token.type.startswith("html") for token in tokens)
    assert html.split("\n")[0] in "".join(child.content for token in tokens for child in token.children or [])


def test_blocks_know_their_source() -> None:
    text = "# One\n\ntwo\nthree\n\n- a\n- b\n\n```py\nx\n```\n"
    blocks = parse(text)
    assert [block.source.strip() for block in blocks] == ["# One", "two\nthree", "- a\n- b", "```py\nx\n```"]
    assert [text[block.start :].startswith(block.source) for block in blocks] == [True] * 4


def test_list_items_begin_where_they_begin() -> None:
    block = parse("intro\n\n- one\n  more\n- two\n  - inner\n- three\n")[1]
    assert [block.source[at : at + 5] for at in list_items(block)] == ["- one", "- two", "- thr"]


FRAGMENTS = [
    *("# h\n", "word ", "\n", "\n\n", "- item\n", "  - deep\n", "1. one\n", "```\ncode\n", "```\n", "> quote\n"),
    *("| a | b |\n", "|---|---|\n", "$x$ ", "$$\n", r"\(y\) ", "**bold** ", "`c` ", "[l](http://x.y) ", "---\n"),
    *("    four\n", "é漢😀"),
]
PIECES = st.lists(st.sampled_from(FRAGMENTS), max_size=40)


@given(PIECES, st.integers(1, 7))
def test_growing_text_is_closed_in_order_and_never_lost(pieces: list[str], step: int) -> None:
    text = "".join(pieces)
    growing = GrowingMarkdown()
    closed: list[Block] = []
    open_now: tuple[Block, ...] = ()
    for start in range(0, len(text), step):
        growth = growing.append(text[start : start + step])
        closed += growth.closed
        open_now = growth.open
    assert growing.text == text
    whole = "".join(text.split())
    shown = "".join("".join(block.source.split()) for block in (*closed, *open_now) if block.source)
    assert shown == whole


@given(st.text(max_size=400))
def test_no_text_is_too_odd_to_parse(text: str) -> None:
    for block in parse(text):
        assert block.tokens


def grown(pieces: list[str]) -> tuple[list[Block], tuple[Block, ...]]:
    growing = GrowingMarkdown()
    closed: list[Block] = []
    open_now: tuple[Block, ...] = ()
    for piece in pieces:
        growth = growing.append(piece)
        closed += growth.closed
        open_now = growth.open
    return closed, open_now


@given(st.lists(st.sampled_from(["x = 1\n", "``", "`", "```\n", "~~~\n", "  ```", " y", "\n", "é😀"]), max_size=30))
def test_open_code_is_read_as_if_it_came_at_once(pieces: list[str]) -> None:
    text = "```python\n" + "".join(pieces)
    closed, open_now = grown(["```python\n", *pieces])
    shown = [(each.kind, each.tokens[0].content) for each in (*closed, *open_now) if each.kind == "fence"]
    whole = [(each.kind, each.tokens[0].content) for each in parse(text) if each.kind == "fence"]
    assert [(kind, code.rstrip("\n")) for kind, code in shown] == [(kind, code.rstrip("\n")) for kind, code in whole]


def test_what_stays_open_for_long_is_cut_but_code_is_not() -> None:
    closed, open_now = grown(["word " * 100] * 20)
    assert len(closed) > 1
    assert [each.joint for each in (*closed, *open_now)] == [None, *[" "] * (len(closed) - 1 + len(open_now))]
    assert sum(len(each.source) for each in open_now) < 5_000
    closed, open_now = grown(["```\n", *["code\n" * 500] * 20])
    assert closed == []
    assert open_now[0].tokens[0].content == "code\n" * 10_000
