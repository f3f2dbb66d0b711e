"""The real window keeps what is said in it: before the answer begins, while it grows, when it ends and when all else
ends.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.core.answer import AnswerState
from app.core.chats import ChatMessage, GenerationFacts, MessageState, PartKind, TitleSource
from app.core.errors import StoreBusy
from app.library.outbox import Outbox
from app.library.presets import THINKING
from app.services import answer_queue, chat_store
from app.store.lock import WINDOW, store_lock
from app.store.store import ChatStore, open_store, read_store
from app.ui.window.notices import NoticeKind
from engine.types import FinishReason, Precision, Role
from tests.app.ui.conftest import SCRIPTED, Desk, OpenDesk

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60.0
LEAVE_WITHIN_S = 2.0


def words(count: int) -> str:
    """As it is kept; what is shown ends without the blank."""
    return "".join(f"word{index} " for index in range(count))


def shown(count: int) -> str:
    return words(count).rstrip()


def chats(store: ChatStore) -> list[tuple[ChatMessage, ...]]:
    """What is shown of every conversation, the latest first."""
    return [store.messages.tree(each.id).path() for each in store.conversations.page()]


def kept(home: Path) -> list[tuple[ChatMessage, ...]]:
    """The same of a store that a window may have open."""
    with read_store(home / "chats") as store:
        return chats(store)


def wait_kept(desk: Desk, home: Path, state: MessageState) -> tuple[ChatMessage, ...]:
    """The latest conversation once its last message is in this state."""
    desk.wait(lambda: any(path and path[-1].state is state for path in kept(home)[:1]))
    return kept(home)[0]


def block_writing(desk: Desk) -> threading.Event:
    """Nothing more is written until the event is set."""
    begun, over = threading.Event(), threading.Event()

    def hang(store: ChatStore) -> None:
        begun.set()
        over.wait(PATIENCE_S)

    desk.parts.store.run(hang)
    assert begun.wait(PATIENCE_S)
    return over


def pages_at_most(desk: Desk, count: int) -> None:
    done = threading.Event()

    def limit(store: ChatStore) -> None:
        store.database.connection.execute(f"PRAGMA max_page_count = {count}").fetchall()
        done.set()

    desk.parts.store.run(limit)
    assert done.wait(PATIENCE_S)


def test_a_whole_turn_is_kept_with_its_facts(desk: Desk, ponder_home: Path) -> None:
    desk.ask("think 3 40")
    question, answer = wait_kept(desk, ponder_home, MessageState.COMPLETE)
    assert (question.role, question.text()) == (Role.USER, "think 3 40")
    assert answer.text() == words(40)
    assert answer.text(PartKind.THINKING) == "thought0 thought1 thought2 "
    facts = answer.facts or GenerationFacts()
    assert (facts.model, facts.device, facts.precision, facts.context_tokens) == ("quick", "cpu", Precision.FP32, 4096)
    assert (facts.sampling, facts.thinking) == (THINKING, True)
    assert (facts.prompt_tokens, facts.thinking_tokens, facts.answer_tokens) == (10, 3, 40)
    assert facts.finish_reason is FinishReason.STOP
    assert facts.first_token_s is not None
    assert facts.tokens_per_s
    with read_store(ponder_home / "chats") as store:
        [summary] = store.conversations.page()
    assert (summary.title, summary.title_source) == ("think 3 40", TitleSource.PROMPT)


def test_a_question_is_on_the_disk_before_it_is_answered(desk: Desk, ponder_home: Path) -> None:
    over = block_writing(desk)
    desk.send("words 3")
    desk.qtbot.wait(300)
    assert desk.state() is AnswerState.WAITING
    assert kept(ponder_home) == []
    over.set()
    desk.wait(lambda: desk.state() is not AnswerState.WAITING)
    assert kept(ponder_home)[0][0].text() == "words 3"
    assert desk.wait_ended().text() == shown(3)


def test_a_disk_that_hangs_keeps_nobody_from_an_answer(
    open_desk: OpenDesk, ponder_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_queue, "COMMIT_PATIENCE_MS", 50)
    desk = open_desk()
    desk.wait_ready()
    over = block_writing(desk)
    assert desk.ask("words 3").text() == shown(3)
    assert kept(ponder_home) == []
    over.set()
    assert wait_kept(desk, ponder_home, MessageState.COMPLETE)[1].text() == words(3)


def test_a_question_withdrawn_before_it_is_on_the_disk_is_never_answered(desk: Desk, ponder_home: Path) -> None:
    over = block_writing(desk)
    desk.send("words 5000 5")
    desk.press(Qt.Key.Key_Escape)
    assert desk.state() is AnswerState.INTERRUPTED
    over.set()
    question, answer = wait_kept(desk, ponder_home, MessageState.INTERRUPTED)
    assert (question.text(), answer.text()) == ("words 5000 5", "")
    assert desk.ask("words 2").text() == shown(2)
    assert desk.answers[0].text() == ""


def test_a_growing_answer_is_on_the_disk_before_it_ends_and_interrupted_by_stop(desk: Desk, ponder_home: Path) -> None:
    desk.send("words 5000 10")
    desk.wait(lambda: len(kept(ponder_home)[0][1].text()) > 0 if kept(ponder_home) else False)
    first = kept(ponder_home)[0][1]
    assert first.state is MessageState.STREAMING
    desk.wait(lambda: len(kept(ponder_home)[0][1].text()) > len(first.text()))
    desk.press(Qt.Key.Key_Escape)
    view = desk.wait_ended()
    answer = wait_kept(desk, ponder_home, MessageState.INTERRUPTED)[1]
    assert answer.text().rstrip() == view.text()
    assert answer.facts is not None
    assert answer.facts.finish_reason is FinishReason.CANCELLED


def test_a_failure_is_kept_and_another_attempt_stands_beside_it(desk: Desk, ponder_home: Path) -> None:
    desk.ask("oom")
    desk.parts.session.try_again()
    desk.wait_ended()
    answer = wait_kept(desk, ponder_home, MessageState.FAILED)[1]
    assert answer.text() == "before "
    assert answer.facts is not None
    assert answer.facts.failure_kind == "out_of_memory"
    with read_store(ponder_home / "chats") as store:
        assert len(store.messages.tree(answer.conversation_id).versions(answer.id)) == 2


def test_a_new_chat_is_a_new_row_once_something_is_sent(desk: Desk, ponder_home: Path) -> None:
    for _ in range(3):
        desk.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    desk.ask("words 1")
    desk.ask("words 2")
    desk.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    wait_kept(desk, ponder_home, MessageState.COMPLETE)
    assert len(kept(ponder_home)) == 1
    desk.ask("words 3")
    desk.wait(lambda: len(kept(ponder_home)) == 2)
    assert [len(path) for path in kept(ponder_home)] == [2, 4]


def test_what_runs_goes_on_behind_a_new_chat_and_is_kept(desk: Desk, ponder_home: Path) -> None:
    desk.send("words 300 5")
    desk.wait_text()
    desk.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert desk.count() == 0
    assert wait_kept(desk, ponder_home, MessageState.COMPLETE)[1].text() == words(300)
    assert desk.count() == 0


def test_a_full_disk_is_said_calmly_loses_nothing_and_is_over_by_a_click_3(
    open_desk: OpenDesk, ponder_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_store, "Outbox", partial(Outbox, pauses_s=(3600.0,)))  # so that it is the click
    desk = open_desk()
    desk.wait_ready()
    desk.ask("words 2")
    wait_kept(desk, ponder_home, MessageState.COMPLETE)
    pages_at_most(desk, 1)
    question = "words 4 " + "typed " * 5000
    desk.window.composer.set_text(question)
    desk.press(Qt.Key.Key_Return)
    assert desk.wait_ended().text() == shown(4)
    desk.wait(lambda: desk.window.notices.shown(NoticeKind.STORE) is not None)
    notice = desk.window.notices.shown(NoticeKind.STORE)
    assert notice is not None
    assert notice.button is not None
    assert "full" in notice.text()
    assert "kept in memory" in notice.text()
    assert len(kept(ponder_home)[0]) == 2
    pages_at_most(desk, 1_000_000)
    desk.click(notice.button)
    desk.wait(lambda: desk.window.notices.shown(NoticeKind.STORE) is None)
    path = wait_kept(desk, ponder_home, MessageState.COMPLETE)
    assert [message.text() for message in path] == ["words 2", words(2), question, words(4)]


def test_a_store_that_another_program_writes_is_said_and_followed_up(
    open_desk: OpenDesk, ponder_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_store, "Outbox", partial(Outbox, pauses_s=(0.1,)))
    with store_lock(ponder_home / "chats", "ponder chats import"):
        desk = open_desk()
        desk.wait(lambda: desk.window.notices.shown(NoticeKind.STORE) is not None)
        notice = desk.window.notices.shown(NoticeKind.STORE)
        assert notice is not None
        assert "ponder chats import" in notice.text()
        desk.ask("words 2")
    desk.wait(lambda: desk.window.notices.shown(NoticeKind.STORE) is None)
    assert wait_kept(desk, ponder_home, MessageState.COMPLETE)[1].text() == words(2)


def test_closing_while_generating_keeps_the_partial_answer_24(desk: Desk, ponder_home: Path) -> None:
    desk.send("words 5000 10")
    desk.wait_text()
    on_screen = desk.last.text()
    begun = time.monotonic()
    desk.window.close()
    desk.parts.shutdown.run()
    assert time.monotonic() - begun < LEAVE_WITHIN_S
    with open_store(ponder_home / "chats") as store:
        question, answer = chats(store)[0]
    assert question.text() == "words 5000 10"
    assert answer.state is MessageState.INTERRUPTED
    assert answer.text().startswith(on_screen)
    assert not list((ponder_home / "chats").glob("*-wal"))


def test_the_window_shows_before_the_store_is_open(open_desk: OpenDesk, ponder_home: Path) -> None:
    """`open_desk` waits for the window to be exposed before it starts anything."""
    assert not ponder_home.exists()
    desk = open_desk()
    desk.ask("words 1")
    assert wait_kept(desk, ponder_home, MessageState.COMPLETE)


PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from app.application import run_app

def main():
    def on_shown(parts):
        print("sqlite3" in sys.modules, flush=True)
        parts.session.updated.connect(lambda update: print(sum(len(p.text) for p in update.answer.parts), flush=True))
        QTimer.singleShot(0, lambda: parts.session.send("words 100000 2", True))
    run_app(["ponder"], engine_factory=sys.argv[1], on_shown=on_shown)

if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killing_the_program_leaves_the_question_and_what_was_answered_1_11(tmp_path: Path, ponder_home: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(script), SCRIPTED], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        assert json.loads(program.stdout.readline().lower()) is False, "no database before the window shows"
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            shown = int(program.stdout.readline())
            if shown and kept(ponder_home)[0][1].text():
                break
        with pytest.raises(StoreBusy, match=WINDOW), store_lock(ponder_home / "chats"):
            pytest.fail("the window does not hold the lock")
        acknowledged = kept(ponder_home)[0][1].text()
        program.send_signal(signal.SIGKILL)
    with store_lock(ponder_home / "chats"), open_store(ponder_home / "chats") as store:
        question, answer = chats(store)[0]
    assert question.text() == "words 100000 2"
    assert answer.state is MessageState.INTERRUPTED
    assert answer.text().startswith(acknowledged)
    assert words(100_000).startswith(answer.text())
