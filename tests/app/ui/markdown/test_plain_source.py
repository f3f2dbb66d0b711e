"""The plain text of Markdown says the same whether or not it was written into a document."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from app.ui.markdown.parser import parse
from app.ui.markdown.plain import text_between
from app.ui.markdown.plain_source import plain_text, searchable_text
from app.ui.markdown.writer import MarkdownWriter
from app.ui.theme import Theme

TEXT = """# Head *slanted*

one
two $x$ `code` ![image](http://a.example/x.png) [link](http://b.example)

- first
  - inner
- [x] done

3. three
4. four

| a | b |
|---|---|
| 1 | **2** |

> quoted

    indented code

$$E=mc^2$$
"""


def test_plain_text_is_what_one_would_paste() -> None:
    assert plain_text(TEXT) == (
        "Head slanted\n\none\ntwo $x$ code image link\n\n- first\n  - inner\n[x] done\n\n3. three\n4. four\n\n"
        "a\tb\n1\t2\n\nquoted\n\nindented code\n\n$$E=mc^2$$"
    )


def test_searchable_text_has_neither_markers_nor_formulas() -> None:
    text = searchable_text(TEXT)
    assert "$" not in text
    assert "- " not in text
    assert text.startswith("Head slanted\none\ntwo  code image link\nfirst\ninner\ndone\nthree")


FRAGMENTS = [
    "# h\n\n",
    "word ",
    "**bold** ",
    "\n\n",
    "- item\n",
    "1. one\n",
    "> quote\n\n",
    "| a | b |\n|-|-|\n| 1 | 2 |\n\n",
]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12))
def test_it_says_the_same_words_as_a_document(theme: Theme, qtbot: QtBot, pieces: list[str]) -> None:
    text = "".join(pieces)
    document = QTextDocument()
    MarkdownWriter(theme, document).write(parse(text))
    written = text_between(document, 0, document.characterCount() - 1)
    assert plain_text(text).split() == written.split()


@pytest.mark.parametrize("text", ["", "\n\n", "---", "[^1]: unused"])
def test_nothing_is_nothing(text: str) -> None:
    assert plain_text(text) == ""
