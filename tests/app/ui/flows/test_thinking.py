"""Thinking and everything else that is decided for one chat: it reaches the engine, and stays with the chat."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.app.ui.conftest import Desk, OpenDesk
from tests.app.ui.flows.flow import (
    CTRL,
    SHIFT,
    ask_in_new_chat,
    choose,
    names,
    new_chat,
    open_chat,
    popup_menu,
    press,
    restart,
)


def told(desk: Desk, text: str) -> str:
    """Ask, and get the request as the engine had it."""
    return desk.ask(text).answer.said


def test_the_switch_stays_with_its_chat(desk: Desk, open_desk: OpenDesk) -> None:
    think = desk.window.composer.think
    ask_in_new_chat(desk, "words 2")
    desk.click(think)
    assert not think.isChecked()
    ask_in_new_chat(desk, "words 3")
    assert think.isChecked(), "another chat thinks, as the settings say"
    open_chat(desk, "words 2")
    assert not think.isChecked()
    again = restart(desk, open_desk)
    again.wait(lambda: len(names(again)) == 2)
    assert again.window.composer.think.isChecked()
    open_chat(again, "words 2")
    assert not again.window.composer.think.isChecked()


def test_the_switch_of_a_new_chat_goes_along_with_it(desk: Desk) -> None:
    desk.press(Qt.Key.Key_T, CTRL | SHIFT)
    assert not desk.window.composer.think.isChecked()
    desk.ask("request")
    assert "thinking=False" in desk.last.answer.said
    desk.wait(lambda: names(desk) == ["request"])
    new_chat(desk)
    assert desk.window.composer.think.isChecked()
    open_chat(desk, "request")
    assert not desk.window.composer.think.isChecked()


def test_the_general_setting_moves_the_switch_only_where_nobody_did(desk: Desk) -> None:
    think = desk.window.composer.think
    desk.parts.settings.change(thinking=False)
    assert not think.isChecked()
    desk.click(think)
    assert think.isChecked()
    desk.parts.settings.change(thinking=True)
    desk.parts.settings.change(thinking=False)
    assert think.isChecked()
    assert "thinking=True" in told(desk, "request")


def test_words_in_the_message_win(desk: Desk) -> None:
    assert "thinking=True" in told(desk, "request")
    assert "thinking=False" in told(desk, "request /no_think") or "Sampling(temperature=0.7" in desk.last.answer.said


def test_the_panel_decides_for_this_chat_alone(desk: Desk, open_desk: OpenDesk) -> None:
    window = desk.window
    desk.press(Qt.Key.Key_B, CTRL | SHIFT)
    assert window.panel.isVisible()
    track = window.panel.form.temperature.slider.track
    for _ in range(3):
        press(track, Qt.Key.Key_Right)
    assert "temperature=0.75" in told(desk, "request")
    desk.wait(lambda: names(desk) == ["request"])
    new_chat(desk)
    assert "temperature=0.6," in told(desk, "request in another chat")
    open_chat(desk, "request")
    assert window.panel.value.temperature == 0.75
    again = restart(desk, open_desk)
    assert again.window.panel.isVisible(), "the panel is where it was"
    again.wait(lambda: len(names(again)) == 2)
    open_chat(again, "request")
    assert "temperature=0.75" in told(again, "request")
    again.click(again.window.panel.all_automatic)
    assert "temperature=0.6," in told(again, "request once more")


def test_a_system_prompt_is_told_before_everything(desk: Desk) -> None:
    panel = desk.window.panel
    desk.press(Qt.Key.Key_B, CTRL | SHIFT)
    panel.system_prompt.setFocus()
    QTest.keyClicks(panel.system_prompt, "Answer in rhyme.")
    desk.window.composer.edit.setFocus()
    said = told(desk, "request")
    assert said.index("Answer in rhyme.") < said.index("'request'")
    assert "Role.SYSTEM" in said
    desk.wait(lambda: names(desk) == ["request"])
    new_chat(desk)
    assert panel.system_prompt.toPlainText() == ""
    assert "Answer in rhyme." not in told(desk, "request of another chat")
    open_chat(desk, "request")
    assert panel.system_prompt.toPlainText() == "Answer in rhyme."
    assert "Answer in rhyme." in told(desk, "request")


def test_a_prompt_typed_just_now_stays_with_the_chat_it_was_typed_in(desk: Desk) -> None:
    ask_in_new_chat(desk, "words 1")
    ask_in_new_chat(desk, "words 2")
    panel = desk.window.panel
    desk.press(Qt.Key.Key_B, CTRL | SHIFT)
    panel.system_prompt.setFocus()
    QTest.keyClicks(panel.system_prompt, "Be brief.")
    open_chat(desk, "words 1")
    assert panel.system_prompt.toPlainText() == ""
    open_chat(desk, "words 2")
    assert panel.system_prompt.toPlainText() == "Be brief."


def test_a_persona_from_the_slash_list_changes_prompt_and_values(desk: Desk) -> None:
    composer = desk.window.composer
    desk.type("/proof")
    assert composer.slash.list.isVisible()
    desk.press(Qt.Key.Key_Return)
    assert not composer.slash.list.isVisible()
    assert composer.text() == ""
    assert desk.count() == 0
    assert not composer.think.isChecked()
    said = told(desk, "request")
    assert "Correct the spelling" in said
    assert "temperature=0.3" in said
    assert "thinking=False" in said
    persona = desk.parts.session.conversation.settings.persona
    desk.wait(lambda: names(desk) == ["request"])
    new_chat(desk)
    assert composer.think.isChecked()
    assert desk.window.panel.value.persona is None
    open_chat(desk, "request")
    assert desk.window.panel.value.persona == persona


def test_a_saved_prompt_is_written_into_the_field(desk: Desk) -> None:
    desk.type("/summ")
    desk.press(Qt.Key.Key_Return)
    composer = desk.window.composer
    assert composer.text().startswith("Summarise this")
    assert composer.edit.textCursor().selectedText() == "{text}"
    assert desk.count() == 0


def test_the_thinking_budget_reaches_the_engine(desk: Desk) -> None:
    desk.parts.settings.change(thinking_budget_tokens=256)
    assert "thinking_budget_tokens=256" in told(desk, "request")
    desk.press(Qt.Key.Key_B, CTRL | SHIFT)
    press(desk.window.panel.form.budget.slider.track, Qt.Key.Key_Home)
    assert "thinking_budget_tokens=0" in told(desk, "request")


def test_answer_now_by_keys(desk: Desk) -> None:
    desk.send("think 3000 4")
    desk.wait(lambda: desk.last.thinking.is_live())
    desk.press(Qt.Key.Key_Return, CTRL | SHIFT)
    assert desk.wait_ended().text() == "word0 word1 word2 word3"


def answer_again(desk: Desk, words: str) -> str:
    """Choose how to answer again, and get the request as the engine had it."""
    before = desk.last.answer
    desk.click(desk.last.more_button)
    choose(desk, popup_menu(desk), words)
    desk.wait(lambda: desk.last.answer is not before)
    return desk.wait_ended().answer.said


def test_an_answer_again_with_and_without_thinking(desk: Desk) -> None:
    assert "thinking=True" in told(desk, "request")
    assert "thinking=False" in answer_again(desk, "Try again without thinking")
    assert "thinking=True" in answer_again(desk, "Try again with thinking")
    assert desk.last.bar.versions.text == "3 / 3"
    assert desk.window.composer.think.isChecked(), "the switch of the chat is none of its business"


def test_thoughts_are_never_copied_unless_asked_for(desk: Desk) -> None:
    view = desk.ask("think 3 2")
    clipboard = QApplication.clipboard()
    desk.click(view.copy_button)
    assert clipboard.text().strip() == "word0 word1"
    desk.window.transcript.setFocus()
    desk.window.transcript.select_all()
    desk.window.transcript.selection.copy()
    assert "word0 word1" in clipboard.text()
    assert "thought" not in clipboard.text()
    desk.press(Qt.Key.Key_C, CTRL | SHIFT)
    assert "thought" not in clipboard.text()
    desk.click(view.more_button)
    choose(desk, popup_menu(desk), "Copy with thoughts")
    assert clipboard.text().startswith("thought0 thought1 thought2")
