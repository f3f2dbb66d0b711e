"""Asking, answering, stopping and failing in the real window. Numbers in names are rows of the fault catalogue."""

from __future__ import annotations

import multiprocessing
import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.answer import AnswerState
from engine.types import Channel, Role
from tests.app.ui.conftest import Desk, OpenDesk, engine_processes
from tests.app.ui.watchdog import Watchdog
from tests.support.scripted_engine import SPLIT_TEXT

STOP_WITHIN_S = 2.0


def words(count: int) -> str:
    """As it is shown: what stands at the end of a line is not."""
    return " ".join(f"word{index}" for index in range(count))


def test_an_answer_streams_and_ends_with_its_facts(desk: Desk) -> None:
    desk.send("words 40 5")
    assert desk.window.composer.text() == ""
    assert desk.parts.session.busy
    desk.wait_text()
    assert len(desk.last.text()) < len(words(40))
    view = desk.wait_ended()
    assert view.text() == words(40)
    assert "40 tokens · " in view.facts()
    assert "tokens/s" in view.facts()
    assert "first in" in view.facts()
    assert desk.window.header.title.text() == "words 40 5"
    assert desk.window.windowTitle() == "words 40 5"


def test_the_second_turn_carries_the_first_without_its_thoughts(desk: Desk) -> None:
    desk.ask("think 3 2")
    desk.ask("words 2")
    messages = desk.parts.session.conversation.messages()
    assert [(message.role, message.content) for message in messages] == [
        (Role.USER, "think 3 2"),
        (Role.ASSISTANT, "word0 word1 "),
        (Role.USER, "words 2"),
    ]
    assert all(not message.thinking for message in messages)
    assert desk.count() == 2


def test_stop_by_mouse_keeps_the_text_23(desk: Desk) -> None:
    desk.send("words 5000 10")
    desk.wait_text()
    button = desk.window.composer.button
    assert button.accessibleName() == "Stop"
    begun = time.monotonic()
    desk.click(button)
    view = desk.wait_ended()
    assert time.monotonic() - begun < STOP_WITHIN_S
    assert view.answer.state is AnswerState.INTERRUPTED
    assert view.text().startswith("word0 ")
    assert view.facts().startswith("Stopped · ")
    assert button.accessibleName() == "Send"


def test_escape_stops_23(desk: Desk) -> None:
    desk.send("hang")
    desk.wait(lambda: desk.state() is AnswerState.STREAMING)
    desk.press(Qt.Key.Key_Escape)
    assert desk.wait_ended().answer.state is AnswerState.INTERRUPTED


def test_answer_now_ends_the_thinking(desk: Desk) -> None:
    desk.send("think 3000 4")
    desk.wait(lambda: desk.answers[-1].thinking.is_live())
    thinking = desk.last.thinking
    assert thinking.is_expanded()
    assert thinking.heading.startswith("Thinking… ")
    desk.click(thinking.answer_now)
    view = desk.wait_ended()
    assert view.text() == words(4)
    assert not thinking.is_expanded()
    assert thinking.heading.startswith("Thought for ")


def test_thoughts_the_person_opened_stay_open(desk: Desk) -> None:
    desk.send("think 40 4")
    desk.wait(lambda: desk.answers[-1].thinking.is_live())
    thinking = desk.last.thinking
    desk.click(thinking.toggle)
    assert not thinking.is_expanded()
    desk.click(thinking.toggle)
    desk.wait_ended()
    assert thinking.is_expanded()


def test_closed_thoughts_open_from_the_keyboard(desk: Desk) -> None:
    view = desk.ask("think 2 2")
    thinking = view.thinking
    assert not thinking.is_expanded()
    thinking.toggle.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(thinking.toggle, Qt.Key.Key_Space)
    assert thinking.is_expanded()
    assert thinking.text() == "thought0 thought1 "


def test_an_answer_without_thoughts_shows_none(desk: Desk) -> None:
    assert desk.ask("words 2").thinking.isHidden()


def test_reclassified_text_moves_to_the_thoughts(desk: Desk) -> None:
    view = desk.ask("reclassify")
    assert view.thinking.text() == "was a thought"
    assert view.text() == "the answer"
    assert view.answer.text(Channel.THINKING) == "was a thought"
    assert not view.thinking.is_expanded()


def test_split_characters_never_show_a_replacement_33(desk: Desk) -> None:
    assert desk.ask("split").text() == SPLIT_TEXT


def test_out_of_memory_keeps_everything_and_can_be_tried_again_22(desk: Desk) -> None:
    view = desk.ask("oom")
    assert view.answer.state is AnswerState.FAILED
    assert view.text() == "before"
    [notice] = view.notices
    assert "not enough memory" in notice.text()
    assert "kept" in notice.text()
    assert notice.button is not None
    desk.click(notice.button)
    desk.wait(lambda: len(desk.last.answer.versions) == 2)
    desk.wait_ended()
    assert desk.last.text() == "before"
    assert desk.count() == 1
    assert len(desk.parts.session.conversation.path()) == 2


def test_invalid_numbers_end_with_a_notice_26(desk: Desk) -> None:
    view = desk.ask("nan")
    assert "invalid number" in view.notices[0].text()
    assert desk.ask("words 2").text() == words(2)


def test_a_bug_in_the_engine_is_shown(desk: Desk) -> None:
    assert "bug" in desk.ask("bug").notices[0].text()


def test_a_tool_call_is_said_not_run(desk: Desk) -> None:
    assert "calculator" in desk.ask("tool").notices[0].text()


def test_a_crash_keeps_the_text_and_the_next_question_works_21(desk: Desk) -> None:
    view = desk.ask("crash 4")
    assert view.answer.state is AnswerState.FAILED
    assert view.text() == words(4)
    assert "kept" in view.notices[0].text()
    assert "Stopped" in desk.window.header.pill.words()
    assert desk.ask("words 3").text() == words(3)
    desk.wait_ready()


def test_stop_replaces_a_stuck_engine(desk: Desk) -> None:
    desk.send("stuck")
    desk.wait_text()
    begun = time.monotonic()
    desk.press(Qt.Key.Key_Escape)
    view = desk.wait_ended()
    assert time.monotonic() - begun < STOP_WITHIN_S
    assert view.text() == "before"
    assert view.answer.state is AnswerState.INTERRUPTED
    assert desk.ask("words 3").text() == words(3)


def test_old_tokens_never_land_in_a_new_chat_25(desk: Desk) -> None:
    desk.send("words 2000 1")
    desk.wait_text()
    desk.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert desk.count() == 0
    assert not desk.parts.session.busy
    assert desk.window.composer.edit.hasFocus()
    assert desk.window.header.title.text() == "New chat"
    view = desk.ask("split")
    assert view.text() == SPLIT_TEXT
    assert desk.count() == 1


def test_closing_while_generating_is_quick_and_leaves_nothing_24(desk: Desk) -> None:
    desk.send("words 5000 10")
    desk.wait_text()
    assert engine_processes()
    begun = time.monotonic()
    desk.window.close()
    desk.parts.shutdown.run()
    assert time.monotonic() - begun < STOP_WITHIN_S
    assert not engine_processes()


def test_closing_while_loading_is_quick(open_desk: OpenDesk) -> None:
    desk = open_desk("hang")
    desk.wait(lambda: "Loading" in desk.window.header.pill.words())
    begun = time.monotonic()
    desk.parts.shutdown.run()
    assert time.monotonic() - begun < STOP_WITHIN_S


def test_closing_a_stuck_engine_is_quick(open_desk: OpenDesk) -> None:
    desk = open_desk("stuck")
    desk.wait(lambda: "Loading" in desk.window.header.pill.words())
    begun = time.monotonic()
    desk.parts.shutdown.run()
    assert time.monotonic() - begun < STOP_WITHIN_S


def test_a_question_waits_for_a_slow_load(open_desk: OpenDesk) -> None:
    desk = open_desk("slow")
    desk.send("words 3")
    assert "Waiting for the model" in desk.last.status()
    assert desk.wait_ended().text() == words(3)


def test_a_waiting_question_can_be_stopped_23(open_desk: OpenDesk) -> None:
    desk = open_desk("slow")
    desk.send("words 3")
    assert desk.state() is AnswerState.WAITING
    desk.click(desk.window.composer.button)
    assert desk.state() is AnswerState.INTERRUPTED
    desk.wait_ready()
    assert desk.last.text() == ""
    assert desk.ask("words 2").text() == words(2)


def test_a_model_that_does_not_load_says_so_and_can_be_tried_again(open_desk: OpenDesk) -> None:
    desk = open_desk("oom")
    desk.wait(lambda: "Not loaded" in desk.window.header.pill.words())
    failure = desk.window.transcript.empty_state.failure
    assert failure is not None
    assert "99 GB" in failure.text()
    assert failure.button is not None
    desk.click(failure.button)
    desk.wait(lambda: desk.window.transcript.empty_state.failure not in (None, failure))
    view = desk.ask("words 2")
    assert view.answer.state is AnswerState.FAILED
    assert "99 GB" in view.notices[0].text()


def test_a_crash_while_loading_is_said(open_desk: OpenDesk) -> None:
    desk = open_desk("crash")
    desk.wait(lambda: "Not loaded" in desk.window.header.pill.words())


def test_a_flood_never_blocks_the_window(desk: Desk) -> None:
    watchdog = Watchdog()
    watchdog.start()
    view = desk.ask("flood 20000")
    watchdog.stop()
    assert view.text() == " ".join(f"w{index}" for index in range(20_000))
    assert watchdog.longest_ms < 250


def test_idle_means_no_timer_at_all(desk: Desk) -> None:
    from PySide6.QtCore import QTimer

    desk.ask("think 3 3")
    for owner in (desk.parts.link, desk.parts.session, desk.window):
        assert not [timer for timer in owner.findChildren(QTimer) if timer.isActive()]


def test_fifty_starts_and_stops_leave_no_threads_32(desk: Desk) -> None:
    import threading

    desk.ask("words 1")
    before = threading.active_count()
    for _ in range(50):
        desk.send("words 5000 1")
        desk.wait_text()
        desk.press(Qt.Key.Key_Escape)
        desk.wait_ended()
        desk.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    # A cancelled request keeps a watching timer for a few seconds; it must not keep more than that.
    desk.wait(lambda: threading.active_count() <= before + 1)


def test_an_engine_that_dies_while_idle_is_shown_at_once_and_comes_back_with_the_next_question_21(desk: Desk) -> None:
    desk.ask("words 2")
    [engine] = [child for child in multiprocessing.active_children() if child.name == "ponder-engine"]
    engine.kill()
    desk.wait(lambda: "Stopped" in desk.window.header.pill.words())
    assert desk.last.text() == words(2)
    desk.ask("words 3")
    assert desk.last.text() == words(3)
    desk.wait_ready()
