"""Markdown on screen: formulas that come later, code in colours, and texts that mean harm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextCursor
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.markdown.background import background
from app.ui.theme import Theme
from app.ui.tokens import Token
from app.ui.transcript.code_view import CodeText
from app.ui.transcript.markdown_view import MarkdownView

OBJECT = "\ufffc"


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> Iterator[MarkdownView]:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(600, 400)
    made = MarkdownView(Theme(qapp), parent=host)
    made.resize(600, 100)
    host.show()
    made.show()
    qtbot.waitExposed(host)
    yield made
    background().close()
    host.hide()


def colors_of(text: CodeText) -> set[str]:
    found = set()
    block = text.document().begin()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            found.add(fragments.fragment().charFormat().foreground().color().name())
            fragments += 1
        block = block.next()
    return found


def color(qapp: QApplication, token: Token) -> str:
    return QColor(Theme(qapp).color(token)).name()


def test_a_formula_is_its_source_until_it_is_drawn(view: MarkdownView, qtbot: QtBot) -> None:
    view.set_text("so $a_{77}^2$ is\n\n$$\\frac{77}{b}$$\n\nend")
    [prose] = view.texts
    assert "$a_{77}^2$" in prose.document().toPlainText()
    qtbot.waitUntil(lambda: prose.document().toPlainText().count(OBJECT) == 2, timeout=20_000)
    assert "{77}" not in prose.document().toPlainText()
    assert view.text() == "so $a_{77}^2$ is\n$$\\frac{77}{b}$$\nend"
    view.set_text("again $a_{77}^2$")
    assert view.texts[0].document().toPlainText() == f"again {OBJECT}", "drawn before, so there at once"


def test_what_is_no_tex_stays_its_source(view: MarkdownView) -> None:
    view.set_text(r"bad $\frac{1$ end")
    background().wait()
    QApplication.processEvents()
    assert view.text() == r"bad $\frac{1$ end"


def test_formulas_that_come_while_it_streams_stay_where_they_were(view: MarkdownView, qtbot: QtBot) -> None:
    for piece in ("first $p_{91}$ x\n\n", "second $q_{92}$", " y\n\nthird", " $r_{93}$", " z\n\nlast"):
        view.append(piece)
        qtbot.wait(5)
    qtbot.waitUntil(lambda: view.texts[0].document().toPlainText().count(OBJECT) == 3, timeout=20_000)
    view.append(" words")
    assert view.text() == "first $p_{91}$ x\nsecond $q_{92}$ y\nthird $r_{93}$ z\nlast words"


def test_code_gets_its_colours_once_its_language_is_learnt(
    view: MarkdownView, qtbot: QtBot, qapp: QApplication
) -> None:
    view.set_text("```python\nfor x in y:  # 😀 note\n    'text'\n```")
    [code] = view.code_views
    keyword, string = color(qapp, Token.CODE_KEYWORD), color(qapp, Token.CODE_STRING)
    qtbot.waitUntil(lambda: {keyword, string} <= colors_of(code.body), timeout=20_000)
    cursor = QTextCursor(code.body.document().find("'text'"))
    assert cursor.charFormat().foreground().color().name() == string
    code.copy()
    assert QApplication.clipboard().text() == "for x in y:  # 😀 note\n    'text'"
    QApplication.clipboard().clear()


def test_code_grows_line_by_line_and_copies_as_it_was(view: MarkdownView, qtbot: QtBot) -> None:
    code = "".join(f"value_{number} = {number}\n" for number in range(400))
    view.append("before\n\n```python\n")
    for start in range(0, len(code), 97):
        view.append(code[start : start + 97])
    view.append("```\nafter")
    view.finish()
    [frame] = view.code_views
    assert frame.body.code == code.rstrip("\n")
    assert frame.body.text_between(0, frame.body.document().characterCount() - 1) == code.rstrip("\n")
    assert frame.body.layoutDirection() is Qt.LayoutDirection.LeftToRight
    assert view.text().endswith("after")
    qtbot.waitUntil(lambda: color(qapp_of(view), Token.CODE_NUMBER) in colors_of(frame.body), timeout=20_000)


def qapp_of(view: MarkdownView) -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


@pytest.mark.parametrize(
    "text",
    [
        "|" + "h|" * 20 + "\n|" + "-|" * 20 + "\n" + ("|" + "x|" * 20 + "\n") * 500,
        "x" * 100_000,
        "&amp;" * 20_000,
        "\u202e\u2066a" * 10_000,
        "> " * 300 + "x",
        "[" * 6_000,
        "- a\n" * 2_000,
        "a" + "\u0301" * 20_000,
        "<script>x</script>\n" * 1_000,
    ],
    ids=["table", "line", "entities", "bidi", "nesting", "brackets", "list", "marks", "html"],
)
def test_texts_that_mean_harm_are_written_bit_by_bit(view: MarkdownView, qtbot: QtBot, text: str) -> None:
    view.set_text(text)
    qtbot.waitUntil(lambda: not view.is_writing, timeout=60_000)
    assert view.source == text
    assert view.text().strip()


@pytest.mark.parametrize("word", ["word ", "endless", "line\n"])
def test_a_paragraph_without_end_copies_without_seams(view: MarkdownView, qtbot: QtBot, word: str) -> None:
    text = word * 8_000
    for start in range(0, len(text), 1_000):
        view.append(text[start : start + 1_000])
    view.finish()
    qtbot.waitUntil(lambda: not view.is_writing, timeout=20_000)
    assert view.texts[0].document().blockCount() > 3
    assert view.text() == text.strip()


def test_a_selection_in_closed_text_survives_what_comes(view: MarkdownView) -> None:
    view.append("first paragraph\n\nsecond\n\nthird")
    [prose] = view.texts
    cursor = prose.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(5, QTextCursor.MoveMode.KeepAnchor)
    prose.setTextCursor(cursor)
    for _ in range(5):
        view.append(" more\n\nand")
    assert prose.textCursor().selectedText() == "first"


def test_footnotes_defined_later_are_shown_at_the_end(view: MarkdownView) -> None:
    for piece in ("Look[^1] [here][a].\n\n", "More.\n\n", "[^1]: The note.\n\n", "[a]: http://a.example\n"):
        view.append(piece)
    view.finish()
    assert "The note." in view.text()
    assert "[^1]" not in view.text()
    assert view.texts[0].document().find("here").charFormat().anchorHref() == "http://a.example"
