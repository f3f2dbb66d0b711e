"""Answers on screen: growing, thinking, ending, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.core.answer import Answer, AnswerState, Part
from app.core.chats import GenerationFacts
from app.services.status import ChosenModel, EngineReady, EngineStarting
from app.ui.transcript.answer_view import AnswerView
from app.ui.transcript.asked import Reword, TryAgain
from engine.types import (
    Channel,
    Failed,
    Finished,
    FinishReason,
    KVCachePrecision,
    Loaded,
    LoadRequest,
    Precision,
    PrefillProgress,
    Reclassified,
    SmallerChoice,
    TextDelta,
    ToolCall,
    ToolCallMade,
)
from tests.app.ui.transcript.conftest import Room, finish

OFFER = SmallerChoice("cpu", Precision.INT8, KVCachePrecision.BITS16, 4096, 10**9, "Takes half the memory.")


def thought(text: str) -> TextDelta:
    return TextDelta(1, Channel.THINKING, text)


def said(text: str) -> TextDelta:
    return TextDelta(1, Channel.ANSWER, text)


def stand_out(view: AnswerView) -> bool:
    return view.bar.are_shown


def menu_texts() -> list[str]:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions()]
    menu.close()
    return texts


def test_it_waits_reads_thinks_and_answers(room: Room) -> None:
    answer = room.ask("why?")
    view = room.answer(answer)
    assert view.status() == "Waiting for the model…"
    model = ChosenModel(LoadRequest("m"), "m")
    loaded = Loaded("m", "cpu", Precision.INT8, KVCachePrecision.BITS16, 4096, "", 1.0, 1)
    room.view.show_status(EngineStarting(model))
    assert view.status() == "Waiting for the model…"
    room.view.show_status(EngineReady(model, loaded))
    assert view.status() == "Reading…"
    room.feed(answer, PrefillProgress(1, 1, 4))
    assert view.status() == "Reading… 25 %"
    room.feed(answer, thought("hm"))
    assert view.status() == ""
    assert view.thinking.is_live()
    assert view.thinking.is_expanded()
    assert view.thinking.body.text() == "hm"
    assert view.thinking.heading.startswith("Thinking… ")
    room.feed(answer, said("It **is**."))
    assert not view.thinking.is_live()
    assert not view.thinking.is_expanded()
    assert view.thinking.heading == "Thought for a moment"
    assert view.text() == "It is."
    assert not view.bar.isVisible()
    room.feed(answer, Finished(1, FinishReason.STOP, prompt_tokens=3, answer_tokens=4, tokens_per_s=20.0))
    assert view.facts() == "4 tokens · 20 tokens/s"
    assert view.bar.isVisible()


def test_answer_now(room: Room) -> None:
    heard = room.heard(room.view.answer_now_asked)
    answer = room.ask("why?")
    room.feed(answer, thought("hm"))
    QTest.mouseClick(room.answer(answer).thinking.answer_now, Qt.MouseButton.LeftButton)
    assert len(heard) == 1
    assert not room.answer(answer).thinking.answer_now.isEnabled()


def test_thoughts_that_a_person_opened_stay_open_and_are_remembered(room: Room) -> None:
    answer = room.told("q", "a", thoughts="deep")
    view = room.answer(answer)
    assert not view.thinking.is_expanded()
    view.thinking.toggle.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(view.thinking.toggle, Qt.Key.Key_Space)
    assert view.thinking.body.text() == "deep"
    for number in range(40):
        room.told(f"q{number}", "word\n\n" * 20, show=False)
    room.show(follow=True)
    room.view.setFocus()
    room.view.jump_to_latest()
    assert room.view.column.view(answer) is None
    room.show(at=answer)
    assert room.answer(answer).thinking.is_expanded()


def test_the_setting_keeps_thoughts_open(room: Room) -> None:
    answer = room.told("q", "a", thoughts="deep")
    room.settings.change(thoughts_open=True)
    assert room.answer(answer).thinking.is_expanded()
    room.settings.change(thoughts_open=False)
    assert not room.answer(answer).thinking.is_expanded()


def test_an_answer_without_thoughts_shows_none(room: Room) -> None:
    assert room.answer(room.told("q", "a", thoughts="\n\n")).thinking.isHidden()


def test_endless_thoughts_are_shown_a_part_at_a_time(room: Room) -> None:
    answer = room.told("q", "a", thoughts="thinking on\n" * 5000)
    block = room.answer(answer).thinking
    block.toggle.click()
    room.qtbot.waitUntil(lambda: block.more_button.isVisible())
    first = len(block.body.text())
    assert first < 30_000
    block.more_button.click()
    room.qtbot.waitUntil(lambda: len(block.body.text()) > first)


def test_reclassified_text_moves_to_the_thoughts(room: Room) -> None:
    answer = room.ask("q")
    room.feed(answer, said("was a thought"))
    room.feed(answer, Reclassified(1), said("the answer"))
    view = room.answer(answer)
    assert view.thinking.text() == "was a thought"
    assert view.text() == "the answer"


def test_facts_follow_the_setting_and_name_another_model(room: Room) -> None:
    first = room.told("q", "a")
    assert room.answer(first).facts() == "212 tokens · 46 tokens/s · first in 0.3 s"
    assert "Qwen3" in room.answer(first).bar.facts.toolTip()
    _, second = room.chat.ask("q", True, 2)
    finish(second, "a", model="folder/Other-Model")
    room.show(follow=True)
    assert room.answer(second).facts().startswith("Other-Model · ")
    room.settings.change(facts_shown=False)
    assert room.answer(second).facts() == ""


def test_a_stored_answer_shows_the_same_facts(room: Room) -> None:
    facts = GenerationFacts(model="Qwen3", answer_tokens=3, tokens_per_s=2.5)
    question, answer = room.chat.ask("q", True, 1)
    question.children.clear()
    stored = Answer(state=AnswerState.INTERRUPTED, kept_facts=facts, parts=[Part(Channel.ANSWER, "cut")])
    question.follow_with(stored)
    del answer
    room.show(follow=True)
    assert room.answer(stored).facts() == "Stopped · 3 tokens · 2.5 tokens/s"
    heard = room.heard(room.view.continue_asked)
    [go_on] = room.answer(stored).follow_ups
    go_on.click()
    assert heard == [stored]


def test_a_failure_says_what_was_kept_and_offers_less(room: Room) -> None:
    again, offers = room.heard(room.view.try_again_asked), room.heard(room.view.offer_asked)
    answer = room.ask("q")
    room.feed(answer, said("before"), Failed(1, "oom", "There is not enough memory.", (OFFER,)))
    room.feed(answer, Finished(1, FinishReason.ERROR))
    [notice] = room.answer(answer).notices
    assert notice.text() == "There is not enough memory. Your question and the text above are kept."
    texts = [button.text() for button in notice.buttons]
    assert [text.replace(",", "") for text in texts] == ["Load with 8-bit · CPU · 4096 tokens", "Try again", "Continue"]
    notice.buttons[0].click()
    notice.buttons[1].click()
    assert offers == [OFFER]
    assert again == [TryAgain(answer, None)]


def test_a_loop_gives_a_choice(room: Room) -> None:
    heard = [room.heard(signal) for signal in (room.view.continue_asked, room.view.remove_asked)]
    _, answer = room.chat.ask("q", True, 1)
    finish(answer, "again and again", reason=FinishReason.LOOP)
    room.show(follow=True)
    [notice] = room.answer(answer).notices
    assert "repeat itself" in notice.text()
    assert [button.text() for button in notice.buttons] == ["Try again", "Continue", "Delete"]
    notice.buttons[1].click()
    notice.buttons[2].click()
    assert heard == [[answer], [answer]]


@pytest.mark.parametrize(
    ("text", "reason", "words", "button"),
    [
        ("a long", FinishReason.LENGTH, "cut short", "Continue"),
        ("", FinishReason.LENGTH, "all the room", "Try again"),
        ("", FinishReason.STOP, "without an answer", "Try again"),
    ],
)
def test_other_ends_say_what_to_do(room: Room, text: str, reason: FinishReason, words: str, button: str) -> None:
    _, answer = room.chat.ask("q", True, 1)
    finish(answer, text, reason=reason)
    room.show(follow=True)
    [notice] = room.answer(answer).notices
    assert words in notice.text()
    assert [each.text() for each in notice.buttons] == [button]


def test_a_tool_call_is_said_not_run(room: Room) -> None:
    answer = room.ask("q")
    room.feed(answer, ToolCallMade(1, ToolCall("<b>shell</b>", {})), Finished(1, FinishReason.STOP))
    assert "“<b>shell</b>”" in room.answer(answer).notices[0].text()


def test_what_an_older_answer_offered_is_gone(room: Room) -> None:
    _, answer = room.chat.ask("q", True, 1)
    finish(answer, "", reason=FinishReason.STOP)
    room.show(follow=True)
    [notice] = room.answer(answer).notices
    assert notice.buttons[0].isVisible()
    room.told("another", "a")
    assert all(button.isHidden() for button in room.answer(answer).notices[0].buttons)


def test_a_continued_answer_goes_on_in_place(room: Room) -> None:
    _, answer = room.chat.ask("q", True, 1)
    finish(answer, "It was a dark", reason=FinishReason.LENGTH)
    room.show(follow=True)
    view = room.answer(answer)
    answer.resume(2)
    room.show()
    room.feed(answer, TextDelta(2, Channel.ANSWER, " night."))
    assert (room.answer(answer), view.text(), view.notices) == (view, "It was a dark night.", ())
    room.feed(answer, Finished(2, FinishReason.STOP, prompt_tokens=1, answer_tokens=2))
    assert view.bar.isVisible()


def test_copying_is_plain_unless_asked_otherwise(room: Room) -> None:
    answer = room.told("q", "It **is** $x$:\n\n- one\n- two", thoughts="secret")
    view = room.answer(answer)
    view.copy_button.click()
    assert QApplication.clipboard().text() == "It is $x$:\n\n- one\n- two"
    view.copy_markdown()
    assert QApplication.clipboard().text() == "It **is** $x$:\n\n- one\n- two"
    view.copy_with_thoughts()
    assert QApplication.clipboard().text().startswith("secret\n\nIt is")


def test_every_action_is_asked_for(room: Room) -> None:
    answer = room.told("q", "a")
    view = room.answer(answer)
    again, forks, removed = (
        room.heard(signal) for signal in (room.view.try_again_asked, room.view.fork_asked, room.view.remove_asked)
    )
    view.again_button.click()
    view.try_again(True)
    view.try_again(False)
    view.fork_button.click()
    assert again == [TryAgain(answer, None), TryAgain(answer, True), TryAgain(answer, False)]
    assert forks == [answer]
    view.more_button.click()
    texts = menu_texts()
    assert "Copy as Markdown" in texts
    assert "Try again without thinking" in texts
    assert texts[-1] == "Delete this and what follows"
    assert removed == []


def test_rewording_happens_in_place(room: Room) -> None:
    heard = room.heard(room.view.reword_asked)
    answer = room.told("q", "It **was**.")
    view = room.answer(answer)
    view.reword_button.click()
    editor = view.editor
    assert editor is not None
    assert editor.text() == "It **was**."
    assert view.markdown.isHidden()
    QTest.keyClick(editor.field, Qt.Key.Key_Escape)
    assert not view.markdown.isHidden()
    view.reword_button.click()
    editor = view.editor
    assert editor is not None
    editor.field.setPlainText("It is.")
    QTest.keyClick(editor.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert heard == [Reword(answer, "It is.")]


def test_nothing_is_changed_while_an_answer_is_made(room: Room) -> None:
    answer = room.told("q", "a")
    view = room.answer(answer)
    room.view.set_busy(True)
    enabled = [button.accessibleName() for button in view.bar.buttons if button.isEnabled()]
    assert enabled == ["Copy", "New chat from here", "More"]
    view.more_button.click()
    assert not [text for text in menu_texts() if "Delete" in text or "Try" in text]
    room.view.set_busy(False)
    assert all(button.isEnabled() for button in view.bar.buttons)


def test_the_buttons_stand_out_without_moving_anything(room: Room, fill: Callable[[int], None]) -> None:
    fill(4)
    first, last = room.view.answers[0], room.view.answers[-1]
    assert [stand_out(first), stand_out(last)] == [False, True]
    places = [button.geometry() for button in first.bar.buttons]
    height = first.height()
    first.copy_button.setFocus(Qt.FocusReason.TabFocusReason)
    assert stand_out(first)
    assert first.height() == height
    assert [button.geometry() for button in first.bar.buttons] == places
    last.copy_button.setFocus(Qt.FocusReason.TabFocusReason)
    assert not stand_out(first)


def test_only_the_tail_is_written_while_it_streams(room: Room) -> None:
    answer = room.ask("q")
    room.feed(answer, said("first paragraph\n\n```python\nx = 1\n```\n\nsecond paragraph\n\nthird"))
    view = room.answer(answer)
    texts = view.texts
    revision = texts[0].document().revision()
    for _ in range(20):
        room.feed(answer, said(" more words"))
    assert view.texts == texts
    assert texts[0].document().revision() == revision
    assert view.text().endswith("more words")
