"""What the buttons at a message do, and what of it is kept."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.answer import AnswerState
from tests.app.ui.conftest import Desk
from tests.app.ui.flows.flow import (
    CTRL,
    SHIFT,
    ask_in_new_chat,
    choose,
    names,
    new_chat,
    open_chat,
    popup_menu,
    questions,
    wait_names,
    wait_written,
)
from tests.support.scripted_engine import CONTINUATION


def test_another_attempt_and_back_to_the_first(desk: Desk) -> None:
    desk.ask("think 2 3")
    first = desk.last.answer
    desk.click(desk.last.again_button)
    desk.wait(lambda: desk.last.answer is not first)
    second = desk.wait_ended().answer
    assert desk.last.bar.versions.text == "2 / 2"
    desk.click(desk.last.bar.versions.previous)
    assert desk.last.answer is first
    assert desk.last.bar.versions.text == "1 / 2"
    QTest.keyClick(desk.window.transcript, Qt.Key.Key_Right)
    assert desk.last.answer is second
    QTest.keyClick(desk.window.transcript, Qt.Key.Key_Left)
    wait_names(desk, "think 2 3")
    new_chat(desk)
    open_chat(desk, "think 2 3")
    assert desk.last.bar.versions.text == "1 / 2", "the version that was chosen is remembered"


def test_ctrl_r_answers_again(desk: Desk) -> None:
    desk.ask("words 2")
    desk.press(Qt.Key.Key_R, CTRL)
    desk.wait(lambda: desk.last.bar.versions.text == "2 / 2" and not desk.parts.session.busy)


def test_a_question_asked_otherwise_is_another_branch(desk: Desk) -> None:
    desk.ask("words 2")
    desk.ask("words 3")
    desk.press(Qt.Key.Key_Up, CTRL)
    view = desk.window.transcript.question_views[-1]
    assert view.editor is not None
    assert view.editor.field.hasFocus()
    view.editor.field.setPlainText("words 4")
    desk.click(view.editor.save_button)
    desk.wait(lambda: questions(desk) == ["words 2", "words 4"])
    assert desk.wait_ended().text() == "word0 word1 word2 word3"
    assert desk.window.composer.edit.hasFocus()
    versions = desk.window.transcript.question_views[-1].bar.versions
    assert versions.text == "2 / 2"
    desk.click(versions.previous)
    assert questions(desk) == ["words 2", "words 3"]
    assert desk.last.text() == "word0 word1 word2"


def test_esc_leaves_a_question_as_it_was(desk: Desk) -> None:
    desk.ask("words 2")
    view = desk.window.transcript.question_views[-1]
    desk.click(view.edit_button)
    editor = view.editor
    assert editor is not None
    QTest.keyClicks(editor.field, " and more")
    QTest.keyClick(editor.field, Qt.Key.Key_Escape)
    assert view.bubble.isVisible()
    assert questions(desk) == ["words 2"]
    assert desk.count() == 1


def test_a_reworded_answer_is_what_the_model_is_told(desk: Desk) -> None:
    desk.ask("words 2")
    view = desk.last
    desk.click(view.reword_button)
    assert view.editor is not None
    view.editor.field.setPlainText("As I would say it.")
    desk.click(view.editor.save_button)
    desk.wait(lambda: desk.last.text() == "As I would say it.")
    assert desk.last.bar.versions.text == "2 / 2"
    said = desk.ask("request").answer.said
    assert "As I would say it." in said
    assert "word0" not in said


def test_a_stopped_answer_goes_on_where_it_was(desk: Desk) -> None:
    desk.send("words 5000 5")
    desk.wait_text()
    desk.press(Qt.Key.Key_Escape)
    view = desk.wait_ended()
    before = view.answer.said
    [button] = view.follow_ups
    desk.click(button)
    desk.wait(lambda: desk.state() is AnswerState.DONE)
    assert desk.last.answer.said == before + CONTINUATION
    wait_names(desk, "words 5000 5")
    new_chat(desk)
    open_chat(desk, "words 5000 5")
    assert desk.last.answer.said == before + CONTINUATION
    assert desk.count() == 1


def test_a_chat_from_here_leaves_the_other_as_it_is(desk: Desk) -> None:
    desk.ask("words 2")
    desk.ask("words 3")
    wait_names(desk, "words 2")
    original = desk.parts.session.conversation_id
    desk.click(desk.answers[0].fork_button)
    desk.wait(lambda: desk.parts.session.conversation_id not in (None, original))
    assert questions(desk) == ["words 2"]
    assert desk.count() == 1
    desk.ask("words 4")
    assert questions(desk) == ["words 2", "words 4"]
    assert original is not None
    desk.parts.session.open(original)
    desk.wait(lambda: questions(desk) == ["words 2", "words 3"])


def test_a_chat_from_here_is_listed_at_once(desk: Desk) -> None:
    desk.ask("words 2")
    wait_names(desk, "words 2")
    original = desk.parts.session.conversation_id
    desk.click(desk.answers[0].fork_button)
    desk.wait(lambda: desk.parts.session.conversation_id not in (None, original))
    desk.wait(lambda: len(names(desk)) == 2)


def test_a_message_is_deleted_with_what_follows_and_comes_back(desk: Desk) -> None:
    desk.ask("words 2")
    desk.ask("words 3")
    desk.click(desk.window.transcript.question_views[-1].remove_button)
    assert questions(desk) == ["words 2"]
    assert "deleted" in desk.window.toast.text()
    desk.click(desk.window.toast.action_button)
    assert questions(desk) == ["words 2", "words 3"]
    desk.click(desk.last.more_button)
    choose(desk, popup_menu(desk), "Delete this and what follows")
    assert questions(desk) == ["words 2", "words 3"]
    assert desk.count() == 1
    wait_names(desk, "words 2")
    wait_written(desk)
    new_chat(desk)
    open_chat(desk, "words 2")
    assert desk.count() == 1


def test_undo_of_a_deleted_message_after_going_elsewhere_brings_it_back_in_its_own_chat(desk: Desk) -> None:
    ask_in_new_chat(desk, "words 2")
    ask_in_new_chat(desk, "words 3")
    desk.click(desk.window.transcript.question_views[-1].remove_button)
    assert questions(desk) == []
    open_chat(desk, "words 2")
    desk.click(desk.window.toast.action_button)
    assert questions(desk) == ["words 2"], "what is shown is another chat"
    wait_written(desk)
    open_chat(desk, "words 3")
    assert questions(desk) == ["words 3"]


def test_find_in_this_chat(desk: Desk) -> None:
    desk.ask("words 400")
    transcript = desk.window.transcript
    desk.press(Qt.Key.Key_F, CTRL)
    assert transcript.is_finding()
    QTest.keyClicks(transcript.find_bar.field, "word399")
    desk.wait(lambda: len(transcript.finder.matches) == 1)
    QTest.keyClick(transcript.find_bar.field, Qt.Key.Key_Escape)
    assert not transcript.is_finding()
    assert desk.window.composer.edit.hasFocus()


def test_code_and_answer_are_copied_by_keys(desk: Desk) -> None:
    desk.ask("words 2")
    view = desk.last
    desk.click(view.reword_button)
    assert view.editor is not None
    view.editor.field.setPlainText("Look:\n\n```python\nprint(1)\n```\n\nThat is **all**.")
    desk.click(view.editor.save_button)
    desk.wait(lambda: desk.last is not view)
    desk.press(Qt.Key.Key_Semicolon, CTRL | SHIFT)
    assert QApplication.clipboard().text().strip() == "print(1)"
    desk.press(Qt.Key.Key_C, CTRL | SHIFT)
    assert "print(1)" in QApplication.clipboard().text()
