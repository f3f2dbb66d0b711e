"""Words after "/": saved prompts, personas, and the model's own switches, which stay in the message."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.personas import Persona
from tests.app.ui.composer.conftest import Table


def offered(table: Table) -> list[str]:
    return [entry.name for entry in table.composer.slash.list.entries]


def test_the_list_is_filtered_as_typed(table: Table) -> None:
    table.personas.add_prompt("Daily report", "Report")
    table.type("/")
    assert offered(table)[:3] == ["Summarise", "Explain", "Reply"]
    assert offered(table)[-2:] == ["/think", "/no_think"]
    table.type("re")
    assert offered(table) == ["Reply", "Daily report"]
    table.type("p")
    assert offered(table) == ["Reply", "Daily report"]
    table.type("o")
    assert offered(table) == ["Daily report"]
    table.type("x")
    assert not table.composer.slash.list.is_open


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_a_prompt_comes_with_its_first_gap_selected_and_can_be_undone(table: Table, key: Qt.Key) -> None:
    table.personas.add_prompt("Gaps", "😀 Say {what} to {whom}")
    table.type("/gaps")
    table.press(key)
    edit = table.composer.edit
    assert table.composer.text() == "😀 Say {what} to {whom}"
    assert edit.textCursor().selectedText() == "{what}"
    assert table.sent == []
    assert edit.hasFocus()
    table.type("hi")
    assert table.composer.text() == "😀 Say hi to {whom}"
    before = []
    while edit.document().isUndoAvailable():
        edit.undo()
        before.append(table.composer.text())
    assert "/gaps" in before


def test_a_persona_is_told_and_leaves_nothing_in_the_field(table: Table) -> None:
    chosen: list[Persona] = []
    table.composer.persona_chosen.connect(chosen.append)
    table.type("/transl")
    table.press(Qt.Key.Key_Return)
    assert [each.name for each in chosen] == ["Translator"]
    assert table.composer.text() == ""
    assert table.sent == []


def test_arrows_go_round_and_escape_leaves_the_text(table: Table) -> None:
    table.type("/")
    shown = table.composer.slash.list
    table.press(Qt.Key.Key_Up)
    assert shown.current is not None
    assert shown.current.name == "/no_think"
    table.press(Qt.Key.Key_Down)
    table.press(Qt.Key.Key_Down)
    assert shown.current.name == "Explain"
    table.press(Qt.Key.Key_Escape)
    assert not shown.is_open
    table.type("e")
    assert not shown.is_open
    assert table.composer.text() == "/e"
    table.composer.set_text("")
    table.type("/")
    assert shown.is_open


def test_reserved_words_stay_in_the_message(table: Table) -> None:
    table.type("/no")
    table.press(Qt.Key.Key_Return)
    assert table.composer.text() == "/no_think "
    table.type("why?")
    table.press(Qt.Key.Key_Return)
    assert table.sent == ["/no_think why?"]


def test_an_unknown_word_is_text(table: Table) -> None:
    table.type("/etc/hosts says what?")
    assert not table.composer.slash.list.is_open
    table.press(Qt.Key.Key_Return)
    assert table.sent == ["/etc/hosts says what?"]
    table.type("and / in the middle")
    assert not table.composer.slash.list.is_open


def test_a_click_chooses_and_the_list_stands_above_the_card(table: Table) -> None:
    table.type("/")
    shown = table.composer.slash.list
    table.wait(shown.isVisible)
    assert shown.parentWidget() is table.window
    assert shown.geometry().bottom() < table.composer.geometry().top()
    view = shown.view
    place = view.visualRect(view.model().index(1, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert table.composer.text().startswith("Explain {what}")
    assert table.composer.edit.hasFocus()


def test_it_closes_when_the_field_is_left_and_follows_the_window(table: Table) -> None:
    table.type("/")
    shown = table.composer.slash.list
    table.window.resize(420, 500)
    table.wait(lambda: shown.geometry().right() <= table.composer.geometry().right())
    assert shown.geometry().bottom() < table.composer.geometry().top()
    table.composer.think.setFocus()
    assert not shown.is_open
    QTest.keyClick(table.composer.think, Qt.Key.Key_Tab)
    assert table.window.focusWidget() is table.composer.button


def test_it_is_mirrored_in_a_language_read_from_right_to_left(table: Table) -> None:
    table.window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QApplication.processEvents()
    table.type("/")
    assert table.composer.slash.list.geometry().right() == table.composer.geometry().right()
