"""Writing and sending: keys, input methods, drafts, and the looks of the card."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.core.draft import Attachment, Draft
from app.core.settings import SendKey
from app.ui.theme import Theme
from tests.app.ui.composer.conftest import Table

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ENTER = Qt.Key.Key_Return


def test_enter_sends_and_shift_enter_is_a_new_line(table: Table) -> None:
    table.type("one")
    table.press(ENTER, SHIFT)
    table.type("two")
    table.press(ENTER, CTRL)
    assert table.sent == []
    assert table.composer.text() == "one\ntwo\n"
    table.press(ENTER)
    assert table.sent == ["one\ntwo\n"]
    assert table.composer.text() == ""


def test_the_key_that_sends_follows_the_settings_at_once(table: Table) -> None:
    table.settings.change(send_key=SendKey.CTRL_ENTER)
    table.type("one")
    table.press(ENTER)
    table.press(Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert table.sent == []
    assert "Ctrl" in table.composer.button.toolTip()
    table.press(ENTER, CTRL)
    assert table.sent == ["one\n\n"]
    table.settings.change(send_key=SendKey.ENTER)
    table.type("two")
    table.press(Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert table.sent[-1] == "two"


@pytest.mark.parametrize("key", list(SendKey))
def test_an_input_method_never_sends(table: Table, key: SendKey) -> None:
    table.settings.change(send_key=key)
    table.type("/")
    table.compose("にほん")
    for modifier in (Qt.KeyboardModifier.NoModifier, CTRL, SHIFT):
        table.press(ENTER, modifier)
    assert table.sent == []
    assert "にほん" not in table.composer.text()
    table.compose("", "日本")
    assert table.composer.text() == "/日本"


def test_nothing_is_sent_while_there_is_nothing_or_an_answer_runs(table: Table) -> None:
    stops: list[None] = []
    table.composer.stop_asked.connect(lambda: stops.append(None))
    table.type("  ")
    table.press(ENTER)
    assert not table.composer.button.isEnabled()
    table.composer.set_busy(True)
    assert table.composer.button.accessibleName() == "Stop"
    table.type("next")
    table.press(ENTER)
    assert table.sent == []
    table.click(table.composer.button)
    assert len(stops) == 1
    table.composer.set_busy(False)
    table.click(table.composer.button)
    assert table.sent == ["  next"]


def test_the_field_grows_to_eight_lines_and_shows_every_one(table: Table) -> None:
    edit = table.composer.edit
    heights = [edit.height()]
    for _ in range(10):
        table.type("a")
        table.press(ENTER, SHIFT)
        heights.append(edit.height())
    assert heights[7] > heights[1] > heights[0]
    assert heights[8:] == heights[8:9] * 3
    table.composer.set_text("Why is the sky blue at noon but red at sunset? " * 5)
    assert edit.verticalScrollBar().maximum() == 0


def test_a_draft_is_told_once_typing_pauses_and_when_the_field_is_left(table: Table) -> None:
    table.type("one")
    table.wait(lambda: table.drafts == ["one"])
    table.type(" two")
    table.composer.think.setFocus()
    assert table.drafts == ["one", "one two"]
    table.composer.edit.setFocus()
    table.press(ENTER)
    assert table.drafts == ["one", "one two", ""]


def test_another_chats_draft_is_not_told_back(table: Table) -> None:
    table.type("mine")
    table.composer.flush_draft()
    table.composer.set_draft("/theirs", (Attachment("a", "text"),))
    assert not table.composer.slash.list.is_open
    table.composer.flush_draft()
    assert table.drafts == ["mine"]
    assert table.composer.draft() == Draft("/theirs", (Attachment("a", "text"),))


def test_what_was_taken_comes_back_before_what_was_written_since(table: Table) -> None:
    table.type("first")
    table.composer.strip.add((Attachment("a", "text"),))
    taken = table.composer.take()
    assert taken == Draft("first", (Attachment("a", "text"),))
    assert table.composer.draft() == Draft()
    table.type("second")
    table.composer.restore(taken)
    assert table.composer.draft() == Draft("first\n\nsecond", taken.attachments)


def test_a_base_model_continues_text(table: Table) -> None:
    composer = table.composer
    composer.set_raw(True)
    assert composer.edit.placeholderText() == "Continue this text"
    assert composer.button.accessibleName() == "Continue"
    assert composer.think.isHidden()
    table.type("/")
    assert not composer.slash.list.is_open
    composer.set_raw(False)
    assert composer.button.accessibleName() == "Send"
    assert not composer.think.isHidden()


def test_a_temporary_chat_says_so(table: Table) -> None:
    assert not table.composer.temporary.isVisible()
    table.composer.set_temporary(True)
    assert table.composer.temporary.isVisible()
    assert table.composer.temporary.text() == "Temporary chat: nothing is kept"
    table.composer.set_temporary(False)
    assert not table.composer.temporary.isVisible()


def test_only_a_person_switches_thinking(table: Table) -> None:
    told: list[bool] = []
    table.composer.thinking_changed.connect(told.append)
    table.composer.set_thinking(False)
    assert told == []
    table.composer.think.setFocus()
    QTest.keyClick(table.composer.think, Qt.Key.Key_Space)
    assert told == [True]
    assert table.composer.thinking


def test_every_control_has_a_name_and_tab_goes_through_all(table: Table) -> None:
    composer = table.composer
    composer.strip.add((Attachment("a.md", "text", pasted=True),))
    table.type("x")
    seen: list[QWidget] = []
    for _ in range(8):
        focused = table.window.focusWidget()
        assert focused is not None
        seen.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    [chip] = composer.strip.chips
    expected = {composer.edit, composer.attach_button, composer.think, composer.button, chip.put_back, chip.remove}
    assert set(seen) == expected
    assert seen[:4] == [composer.edit, composer.attach_button, composer.think, composer.button]
    assert all(each.accessibleName() for each in seen)


def test_nothing_overlaps_in_a_narrow_window_at_200_percent(table: Table, theme: Theme) -> None:
    composer = table.composer
    theme.set_zoom(2.0)
    table.window.resize(400, 900)
    table.composer.set_temporary(True)
    composer.strip.add((Attachment("a", "x"), Attachment("b", "y"), Attachment("c", "z")))
    composer.set_context(990, 1000)
    composer.set_text("words " * 60)
    composer.remark.say("photo.jpg is not UTF-8 text. Only text files can be attached.")
    table.answer([1, 1, 1, 1])
    table.wait(composer.fullness.isVisible)
    shown = (composer.temporary, composer.strip, composer.edit, composer.remark, composer.fullness, composer.button)
    table.wait(lambda: all(a.geometry().bottom() < b.geometry().top() for a, b in pairwise(shown)))
    assert composer.button.geometry().right() < composer.width()
    assert composer.geometry().bottom() < table.window.height()
