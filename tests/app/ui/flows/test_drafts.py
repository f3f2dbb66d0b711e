"""What is being written stays with its chat."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from tests.app.ui.conftest import Desk, OpenDesk
from tests.app.ui.flows.flow import CTRL, SHIFT, ask_in_new_chat, new_chat, open_chat, restart, wait_names


def test_every_chat_has_its_own(desk: Desk) -> None:
    composer = desk.window.composer
    ask_in_new_chat(desk, "words 2")
    desk.type("half of a")
    new_chat(desk)
    assert composer.text() == ""
    desk.type("something new")
    open_chat(desk, "words 2", at_once=True)
    assert composer.text() == "half of a"
    desk.type(" question")
    new_chat(desk)
    assert composer.text() == "something new"
    open_chat(desk, "words 2", at_once=True)
    assert composer.text() == "half of a question"
    desk.wait(lambda: composer.button.isEnabled())


def test_they_outlive_the_window(desk: Desk, open_desk: OpenDesk) -> None:
    ask_in_new_chat(desk, "words 2")
    desk.type("half of a question")
    new_chat(desk)
    desk.type("not begun yet")
    again = restart(desk, open_desk)
    assert again.window.composer.text() == "not begun yet"
    wait_names(again, "words 2")
    open_chat(again, "words 2")
    assert again.window.composer.text() == "half of a question"
    again.window.composer.set_text("words 3")
    again.press(Qt.Key.Key_Return)
    again.wait_ended()
    third = restart(again, open_desk)
    assert third.window.composer.text() == "not begun yet"
    wait_names(third, "words 2")
    open_chat(third, "words 2")
    assert third.window.composer.text() == ""


def test_what_is_sent_is_no_draft_any_more(desk: Desk, open_desk: OpenDesk) -> None:
    desk.type("words 2")
    desk.window.composer.flush_draft()
    desk.press(Qt.Key.Key_Return)
    desk.wait_ended()
    new_chat(desk)
    assert desk.window.composer.text() == ""
    again = restart(desk, open_desk)
    assert again.window.composer.text() == ""


def test_files_wait_with_the_text(desk: Desk, tmp_path: Path) -> None:
    composer = desk.window.composer
    note = tmp_path / "note.txt"
    note.write_text("in the file")
    ask_in_new_chat(desk, "words 2")
    composer.attach([note])
    desk.type("about it")
    desk.wait(lambda: len(composer.draft().attachments) == 1)
    new_chat(desk)
    assert composer.draft().attachments == ()
    open_chat(desk, "words 2", at_once=True)
    assert composer.text() == "about it"
    assert [each.text for each in composer.draft().attachments] == ["in the file"]


def test_a_temporary_chat_leaves_no_draft(desk: Desk, open_desk: OpenDesk) -> None:
    desk.type("to be kept")
    desk.press(Qt.Key.Key_Apostrophe, CTRL | SHIFT)
    assert desk.window.composer.text() == ""
    desk.type("a secret")
    desk.press(Qt.Key.Key_N, CTRL)
    assert desk.window.composer.text() == "to be kept"
    desk.press(Qt.Key.Key_Apostrophe, CTRL | SHIFT)
    desk.ask("words 1")
    desk.press(Qt.Key.Key_N, CTRL)
    assert desk.window.composer.text() == "to be kept"
    again = restart(desk, open_desk)
    assert again.window.composer.text() == "to be kept"
