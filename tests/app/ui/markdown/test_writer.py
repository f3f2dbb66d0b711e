"""Markdown in text documents: what is shown, what is copied, and that nothing is ever loaded."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor, QTextDocument, QTextTable
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.markdown.background import background
from app.ui.markdown.formula_writer import FORMULA_SOURCE
from app.ui.markdown.parser import parse
from app.ui.markdown.plain import text_between
from app.ui.markdown.writer import MOST_CELLS, QUOTE_DEPTH, MarkdownWriter
from app.ui.theme import Theme
from app.ui.tokens import TextRole


class SpyDocument(QTextDocument):
    """Remembers what it was asked to load."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        self.asked.append(str(name))
        return None


@pytest.fixture
def document(qtbot: QtBot) -> SpyDocument:
    return SpyDocument()


def write(theme: Theme, document: QTextDocument, text: str) -> QTextDocument:
    MarkdownWriter(theme, document).write(parse(text))
    return document


def plain(document: QTextDocument) -> str:
    return text_between(document, 0, document.characterCount() - 1)


def char_format(document: QTextDocument, word: str) -> QTextCharFormat:
    cursor = document.find(word)
    assert not cursor.isNull(), word
    return cursor.charFormat()


def tables(document: QTextDocument) -> list[QTextTable]:
    return [frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable)]


def test_styles(theme: Theme, document: SpyDocument) -> None:
    write(theme, document, "# Head\n\n**bold** *slanted* ~~gone~~ `code` [link](https://example.org)")
    assert char_format(document, "Head").fontPointSize() > theme.font(TextRole.BODY).pointSizeF() * 1.2
    assert char_format(document, "bold").fontWeight() >= QFont.Weight.Bold.value
    assert char_format(document, "slanted").fontItalic()
    assert char_format(document, "gone").fontStrikeOut()
    assert char_format(document, "code").fontFixedPitch()
    assert char_format(document, "link").anchorHref() == "https://example.org"


def test_lists_tasks_and_what_they_copy_as(theme: Theme, document: SpyDocument) -> None:
    write(theme, document, "- one\n  - inner\n- two\n\n3. three\n4. four\n\n- [x] done\n- [ ] open\n")
    assert plain(document).split("\n") == ["- one", "  - inner", "- two", "3. three", "4. four", "[x] done", "[ ] open"]


def test_tables_align_and_copy_with_tabs(theme: Theme, document: SpyDocument) -> None:
    write(theme, document, "before\n\n| a | b | c |\n|---|:-:|--:|\n| 1 | **2** | 3 |\n\nafter")
    (table,) = tables(document)
    assert (table.rows(), table.columns()) == (2, 3)
    aligned = [table.cellAt(1, column).firstCursorPosition().blockFormat().alignment() for column in range(3)]
    assert aligned[1] & Qt.AlignmentFlag.AlignHCenter
    assert aligned[2] & Qt.AlignmentFlag.AlignRight
    assert plain(document) == "before\na\tb\tc\n1\t2\t3\nafter"


def test_quotes_know_how_deep_they_are(theme: Theme, document: SpyDocument) -> None:
    write(theme, document, "> one\n>\n> > two\n\nnone")
    depths = []
    block = document.begin()
    while block.isValid():
        depths.append((block.text(), block.blockFormat().property(QUOTE_DEPTH)))
        block = block.next()
    assert depths == [("one", 1), ("two", 2), ("none", None)]


def test_a_formula_is_drawn_and_copied_as_tex(theme: Theme, document: SpyDocument) -> None:
    text = r"so \(x^2\) and $\frac{a}{b}$:" + "\n\n$$E=mc^2$$"
    waiting = write(theme, SpyDocument(), text)
    assert "\ufffc" not in waiting.toPlainText() or "x^2" not in waiting.toPlainText()
    background().wait()
    QApplication.processEvents()
    write(theme, document, text)
    assert plain(document) == "so \\(x^2\\) and $\\frac{a}{b}$:\n$$E=mc^2$$"
    assert document.toPlainText().count("\ufffc") == 3
    assert char_format(document, "\ufffc").property(FORMULA_SOURCE) == r"\(x^2\)"
    assert document.lastBlock().blockFormat().alignment() & Qt.AlignmentFlag.AlignHCenter


def test_what_is_no_tex_stays_readable(theme: Theme, document: SpyDocument) -> None:
    write(theme, document, r"$\notacommand{$ and $" + "{" * 200 + "$")
    assert r"$\notacommand{$" in plain(document)


def test_a_link_that_may_not_be_followed_is_text(theme: Theme, document: SpyDocument) -> None:
    write(theme, document, "[file](file:///etc/passwd) [data](data:text/html,x) <ftp://host/x> [ok](http://a.example)")
    assert not char_format(document, "file").isAnchor()
    assert char_format(document, "ok").isAnchor()


def test_wide_formulas_shrink_to_the_text_and_grow_again(theme: Theme, document: SpyDocument) -> None:
    text = "$$" + "a+" * 60 + "b$$"
    write(theme, SpyDocument(), text)
    background().wait()
    QApplication.processEvents()
    writer = MarkdownWriter(theme, document)
    document.setTextWidth(4_000)
    writer.write(parse(text))
    natural = char_format(document, "\ufffc").toImageFormat().width()
    assert natural > 300
    writer.formulas.fit(300)
    assert char_format(document, "\ufffc").toImageFormat().width() == pytest.approx(300)
    document.setTextWidth(300)
    writer.formulas.fit(4_000)
    assert char_format(document, "\ufffc").toImageFormat().width() == pytest.approx(natural)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:9/x.png",
        "file:///etc/passwd",
        "/etc/passwd",
        "//host/share/x.png",
        "data:image/png;base64,AAAA",
        "x.svg",
    ],
)
def test_images_are_words_and_nothing_is_loaded(theme: Theme, document: SpyDocument, target: str) -> None:
    write(theme, document, f"![words]({target}) ![]({target})\n\n<img src='{target}'>")
    document.setTextWidth(300)
    document.documentLayout().documentSize()
    assert document.asked == []
    assert "words" in plain(document)


def test_script_and_frames_are_inert_text(theme: Theme, document: SpyDocument) -> None:
    hostile = "<script>x</script> <iframe src=http://a></iframe> <style>*{}</style> <form action=http://a><input>"
    write(theme, document, hostile)
    assert plain(document) == hostile


def test_a_huge_table_is_cut_and_says_so(theme: Theme, document: SpyDocument) -> None:
    rows = "\n".join("| " + " | ".join("x" for _ in range(10)) + " |" for _ in range(500))
    write(theme, document, "|" + "h|" * 10 + "\n|" + "-|" * 10 + "\n" + rows)
    (table,) = tables(document)
    assert table.rows() * 10 <= MOST_CELLS
    assert f"+{501 - table.rows()}" in plain(document)


def test_text_that_means_something_to_qt_means_nothing(theme: Theme, document: SpyDocument) -> None:
    write(theme, document, "a\ufdd0b\ufdd1c\ufffcd\x00e\u2029f")
    assert document.rootFrame().childFrames() == []
    assert plain(document).startswith("a\ufffdb\ufffdc\ufffdd")


def test_direction_follows_each_paragraph(theme: Theme, document: SpyDocument) -> None:
    write(theme, document, "left to right\n\nשלום עולם")
    assert document.begin().textDirection() is Qt.LayoutDirection.LeftToRight
    assert document.lastBlock().textDirection() is Qt.LayoutDirection.RightToLeft


def test_writing_on_gives_the_same_as_writing_at_once(theme: Theme, document: SpyDocument) -> None:
    parts = ["# a\n\ntext", "| a |\n|---|\n| 1 |", "> q", "- x\n- y", "---", "end"]
    writer = MarkdownWriter(theme, document)
    for part in parts:
        writer.write(parse(part))
    whole = write(theme, SpyDocument(), "\n\n".join(parts))
    assert plain(document) == plain(whole)
    assert document.blockCount() == whole.blockCount()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("#*_~`>-|[]()!$\\ \n0123abc é漢😀\u202e\u200f"), max_size=120))
def test_no_markdown_raises_or_loads(theme: Theme, text: str) -> None:
    document = SpyDocument()
    write(theme, document, text)
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    assert isinstance(plain(document), str)
    assert document.asked == []
