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
