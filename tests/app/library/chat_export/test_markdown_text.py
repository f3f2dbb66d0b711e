"""Markdown that stays inert and within its message, by a reader that would obey raw HTML."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.library.chat_export.markdown_text import code_block, plain_as_markdown, quoted, safe_markdown


class Careless(MarkdownIt):
    """Reads raw HTML and any link, as a careless viewer does."""

    def validateLink(self, url: str) -> bool:
        return True


VIEWER = Careless("commonmark", {"html": True})
VIEWER.enable(["table", "strikethrough"])

# What builds and breaks Markdown, in every order.
PIECES = st.lists(
    st.sampled_from(
        [
            *("`", "``", "```", "~~~", "~~~~", "\n", "\n\n", " ", "    ", "\t", "|", "\\", "- ", "1. ", "> ", "# "),
            *("===", "---", "<img src=x>", "<script>", "</details>", "<!--", "<?", "![a](http://x/y)", "[a](", ")"),
            *(
                "[b]: javascript:x",
                "[a](javascript:x)",
                "[c](https://e.org)",
                "a",
                "b|c",
                "|-|-|",
                "*",
                "_",
                "&lt;",
                "[",
            ),
            *("](", "]: ", "<http://x>", "<javascript:x>", "x"),
        ]
    ),
    max_size=14,
).map("".join)


def tokens(markdown: str) -> Iterator[Token]:
    for token in VIEWER.parse(markdown):
        yield token
        yield from token.children or []


def assert_inert(markdown: str) -> None:
    for token in tokens(markdown):
        assert token.type not in ("html_block", "html_inline", "image"), markdown
        if token.type == "link_open":
            assert str(token.attrGet("href")).startswith(("http://", "https://", "mailto:")), markdown


@given(PIECES)
def test_nothing_in_an_answer_is_alive(text: str) -> None:
    assert_inert(safe_markdown(text))
    assert_inert(quoted(safe_markdown(text)))


@given(PIECES)
def test_an_answer_ends_where_it_ends(text: str) -> None:
    """The heading of the next message is one, whatever stands before it; and none before it passes for it."""
    found = VIEWER.parse(f"# Title\n\n{safe_markdown(text)}\n\n## Next\n")
    top = [
        token.tag for token in found if token.type == "heading_open" and token.level == 0 and token.tag in ("h1", "h2")
    ]
    assert top == ["h1", "h2"], text


@given(st.one_of(PIECES, st.text(max_size=60)))
def test_plain_text_shows_as_it_is(text: str) -> None:
    text = "".join(each for each in text if each.isprintable() or each == "\n")
    shown = VIEWER.parse(plain_as_markdown(text))
    assert {token.type for token in shown} <= {"paragraph_open", "inline", "paragraph_close"}, text
    lines: list[list[str]] = []
    for token in shown:
        if token.type == "inline":
            words = "".join("\n" if each.type == "hardbreak" else each.content for each in token.children or [])
            lines += [line.replace("\N{NO-BREAK SPACE}", " ").split() for line in words.split("\n")]
    assert lines == [line.split() for line in text.split("\n") if line.strip()], text


@given(st.text(alphabet="`~ab\n ", max_size=40), st.text(alphabet="`<> abc", max_size=10))
def test_a_code_block_holds_exactly_its_text(text: str, info: str) -> None:
    (token,) = VIEWER.parse(code_block(text, info))
    assert (token.type, token.content) == ("fence", f"{text}\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Big\n###### Small", "### Big\n###### Small"),
        ("Text\n---\nmore", "Text\n\n---\nmore"),
        ("Text\n===", "Text\n\\==="),
        ("Use `<b>` and <b>", "Use `<b>` and \\<b>"),
        ("Already \\<b>", "Already \\<b>"),
        ("1. do\n   ```sh\n   ls | wc\n     -l\n   ```\n2. done", "1. do\n```sh\nls | wc\n  -l\n```\n2. done"),
        ("- ```py\n  x\n  ```", "-\n```py\nx\n```"),
        ("```html\n<p>", "```html\n<p>\n```"),
        (
            "see [it](https://e.org/a_b) or ![it](https://e.org)",
            "see [it](https://e.org/a_b) or \\![it](https://e.org)",
        ),
        ("`a || b` and **bold**", "`a || b` and **bold**"),
    ],
)
def test_what_is_harmless_stays(before: str, after: str) -> None:
    assert safe_markdown(before) == after
