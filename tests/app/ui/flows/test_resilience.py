"""What goes wrong around the window: it is said, nothing is lost, and there is something to do about it."""

from __future__ import annotations

import multiprocessing
import threading
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.core.answer import AnswerState
from app.core.store_reports import RecoveryChoice
from app.library.outbox import Outbox
from app.services import chat_store
from app.store.store import ChatStore, open_store
from app.ui.controls.confirm import Question
from app.ui.window.notices import NoticeKind
from app.ui.window.recovery import RecoveryDialog
from tests.app.store.damage import zero
from tests.app.ui.conftest import Desk, OpenDesk
from tests.app.ui.flows.flow import (
    QUIET,
    ask_in_new_chat,
    click_notice,
    commit,
    dialog,
    names,
    notice_text,
    open_chat,
    press,
    questions,
    wait_names,
)
from tests.support.permissions import open_folder, write_protected


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tried again by itself, so that it is the click that does it."""
    monkeypatch.setattr(chat_store, "Outbox", partial(Outbox, pauses_s=(3600.0,)))


def full_disk(desk: Desk, *, full: bool) -> None:
    done = threading.Event()

    def limit(store: ChatStore) -> None:
        pages = 1 if full else 1_000_000
        store.database.connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()
        done.set()

    desk.parts.store.run(limit)
    assert done.wait(30)


@pytest.mark.parametrize("question", ["crash 3", "oom", "nan", "bug"])
def test_what_is_typed_while_an_answer_fails_is_still_there(desk: Desk, question: str) -> None:
    desk.send(question)
    desk.type("the next question")
    view = desk.wait_ended()
    assert view.answer.state is AnswerState.FAILED
    assert "kept" in view.notices[0].text()
    assert desk.window.composer.text() == "the next question"
    assert questions(desk) == [question]
    desk.window.composer.set_text("words 2")
    desk.press(Qt.Key.Key_Return)
    assert desk.wait_ended().text() == "word0 word1"


def test_an_engine_that_dies_between_questions_costs_nothing(desk: Desk) -> None:
    desk.type("words 2")
    [engine] = [child for child in multiprocessing.active_children() if child.name == "ponder-engine"]
    engine.kill()
    desk.wait(lambda: "Stopped" in desk.window.header.pill.words())
    assert desk.window.composer.text() == "words 2"
    desk.press(Qt.Key.Key_Return)
    assert desk.wait_ended().text() == "word0 word1"


@pytest.mark.usefixtures("_patient")
def test_closing_asks_while_something_is_not_saved(open_desk: OpenDesk, ponder_home: Path) -> None:
    desk = open_desk(settings=QUIET)
    desk.wait_ready()
    ask_in_new_chat(desk, "words 2")
    full_disk(desk, full=True)
    desk.window.composer.set_text("words 3 " + "typed " * 5000)
    desk.press(Qt.Key.Key_Return)
    desk.wait_ended()
    desk.wait(lambda: "kept in memory" in notice_text(desk, NoticeKind.STORE))
    desk.window.close()
    assert desk.window.isVisible()
    question = dialog(desk, Question)
    assert "not saved" in question.text()
    desk.click(question.cancel_button)
    assert desk.window.isVisible()
    full_disk(desk, full=False)
    click_notice(desk, NoticeKind.STORE)
    desk.wait(lambda: notice_text(desk, NoticeKind.STORE) == "")
    desk.window.close()
    assert not desk.window.isVisible()
    desk.parts.shutdown.run()
    with open_store(ponder_home / "chats") as store:
        [row] = store.conversations.page()
        assert len(store.messages.tree(row.id).path()) == 4


@pytest.mark.usefixtures("_patient")
def test_what_could_not_be_saved_is_still_there_after_a_look_at_another_chat(open_desk: OpenDesk) -> None:
    desk = open_desk(settings=QUIET)
    desk.wait_ready()
    ask_in_new_chat(desk, "words 2")
    ask_in_new_chat(desk, "words 3")
    full_disk(desk, full=True)
    question = "words 4 " + "typed " * 5000
    desk.window.composer.set_text(question)
    desk.press(Qt.Key.Key_Return)
    desk.wait_ended()
    desk.wait(lambda: desk.window.troubles.something_is_unsaved)
    open_chat(desk, "words 2", at_once=True)
    open_chat(desk, "words 3", at_once=True)
    assert len(questions(desk)) == 2
    assert desk.last.text() == "word0 word1 word2 word3"


@pytest.mark.usefixtures("_patient")
def test_who_closes_anyway_is_let_go(open_desk: OpenDesk) -> None:
    desk = open_desk(settings=QUIET)
    desk.wait_ready()
    ask_in_new_chat(desk, "words 2")
    full_disk(desk, full=True)
    desk.window.composer.set_text("words 3 " + "typed " * 5000)
    desk.press(Qt.Key.Key_Return)
    desk.wait_ended()
    desk.wait(lambda: desk.window.troubles.something_is_unsaved)
    desk.window.quit()
    desk.click(dialog(desk, Question).action_button)
    assert not desk.window.isVisible()


@pytest.mark.usefixtures("_patient")
def test_a_folder_that_cannot_be_used_is_said_and_tried_again(open_desk: OpenDesk, ponder_home: Path) -> None:
    ponder_home.mkdir()
    (ponder_home / "chats").write_text("not a folder")
    desk = open_desk(settings=QUIET)
    assert desk.ask("words 2").text() == "word0 word1"
    desk.wait(lambda: notice_text(desk, NoticeKind.STORE) != "")
    assert "kept in memory" in notice_text(desk, NoticeKind.STORE)
    (ponder_home / "chats").unlink()
    click_notice(desk, NoticeKind.STORE)
    desk.wait(lambda: notice_text(desk, NoticeKind.STORE) == "")
    wait_names(desk, "words 2")


@pytest.mark.usefixtures("_patient")
def test_a_read_only_folder_is_read_and_what_is_new_is_kept_in_memory(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_folder() as folder:
        monkeypatch.setenv("PONDER_HOME", str(folder))
        before = open_desk(settings=QUIET)
        before.wait_ready()
        ask_in_new_chat(before, "words 2")
        before.window.close()
        before.parts.shutdown.run()
        with write_protected(folder):
            desk = open_desk(settings=QUIET)
            wait_names(desk, "words 2")
            open_chat(desk, "words 2", at_once=True)
            assert desk.last.text() == "word0 word1"
            desk.press(Qt.Key.Key_F2)
            commit(desk.window.header.title.field, "New name")
            press(desk.window.header.title.field, Qt.Key.Key_Return)
            desk.wait(lambda: "kept in memory" in notice_text(desk, NoticeKind.STORE))
            assert desk.window.header.title.text() == "New name"
        click_notice(desk, NoticeKind.STORE)
        desk.wait(lambda: notice_text(desk, NoticeKind.STORE) == "")
        wait_names(desk, "New name")
        desk.parts.shutdown.run()


def test_a_damaged_store_is_said_saved_and_back(open_desk: OpenDesk, ponder_home: Path) -> None:
    desk = open_desk(settings=QUIET)
    desk.wait_ready()
    for number in range(2, 5):
        ask_in_new_chat(desk, f"words {number}")
    desk.window.close()
    desk.parts.shutdown.run()
    file = ponder_home / "chats" / "chats.sqlite3"
    zero(file, [1])
    size = file.stat().st_size
    again = open_desk(settings=QUIET)
    again.type("typed meanwhile")
    again.wait(lambda: "damaged" in notice_text(again, NoticeKind.STORE))
    assert names(again) == []
    click_notice(again, NoticeKind.STORE)
    question = dialog(again, RecoveryDialog)
    assert set(question.buttons) >= {RecoveryChoice.EMPTY}
    assert RecoveryChoice.SALVAGED in question.buttons
    again.click(question.buttons[RecoveryChoice.SALVAGED])
    again.wait(lambda: len(names(again)) == 3)
    again.wait(lambda: notice_text(again, NoticeKind.STORE) == "")
    assert "untouched" in notice_text(again, NoticeKind.MESSAGE)
    assert again.window.composer.text() == "typed meanwhile"
    open_chat(again, "words 3")
    assert again.last.text() == "word0 word1 word2"
    again.parts.shutdown.run()
    kept = [each for each in (ponder_home / "chats").rglob("chats.sqlite3") if each != file]
    assert any(each.stat().st_size == size and each.read_bytes()[:4096] == bytes(4096) for each in kept)


def test_what_is_asked_before_a_damaged_store_is_mended_is_in_it_afterwards(
    open_desk: OpenDesk, ponder_home: Path
) -> None:
    desk = open_desk(settings=QUIET)
    desk.wait_ready()
    ask_in_new_chat(desk, "words 2")
    desk.window.close()
    desk.parts.shutdown.run()
    file = ponder_home / "chats" / "chats.sqlite3"
    zero(file, [1])
    again = open_desk(settings=QUIET)
    assert again.ask("words 4").text() == "word0 word1 word2 word3"
    again.wait(lambda: "damaged" in notice_text(again, NoticeKind.STORE))
    click_notice(again, NoticeKind.STORE)
    again.click(dialog(again, RecoveryDialog).buttons[RecoveryChoice.SALVAGED])
    wait_names(again, "words 4", "words 2")
