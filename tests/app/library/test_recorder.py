"""A conversation is in the store as it was lived through: questions before their answers begin, answers as they grow,
also after a full disk, a deleted folder or a kill at any moment.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.chats import GenerationFacts, MessageState, NewConversation, Part, PartKind, TitleSource
from app.core.errors import StoreFull, StoreGone
from app.library.recorder import AnswerRecorder, ChatRecorder, Kept
from app.store.store import ChatStore, open_store
from engine.types import FinishReason, Role
from tests.app.library.recording import NEVER_S, Desk, done, kept, open_desk, path_of_only_chat
from tests.app.library.streaming_child import LENGTHS, WORD

ROOT = Path(__file__).parents[3]
FACTS = GenerationFacts(model="pocket", seed=7, finish_reason=FinishReason.STOP)


def text(words: str) -> tuple[Part, ...]:
    return (Part(PartKind.TEXT, words),)


def new_chat(desk: Desk, changed: list[int] | None = None, partial_within_s: float = 0.0) -> ChatRecorder:
    told = (changed if changed is not None else []).append
    return ChatRecorder(desk.outbox, NewConversation("Title", TitleSource.PROMPT), told, partial_within_s)


def settle(desk: Desk) -> None:
    """Wait until what was put before is written."""
    done(desk.outbox.submit(lambda store: None))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as found:
        yield found


def test_nothing_is_written_before_the_first_question(desk: Desk) -> None:
    chat = new_chat(desk)
    settle(desk)
    assert chat.conversation_id is None
    assert done(desk.thread.read(lambda store: store.conversations.count())) == 0


def test_a_question_is_on_the_disk_when_its_future_says_so(desk: Desk) -> None:
    changed: list[int] = []
    chat = new_chat(desk, changed)
    _, _, asked = chat.ask("why? \ud800 \0", None)
    assert done(asked) is Kept.ON_DISK
    question, answer = done(desk.thread.read(path_of_only_chat))
    assert (question.role, question.text(), question.state) == (Role.USER, "why? \ufffd \0", MessageState.COMPLETE)
    assert (answer.role, answer.parts, answer.state) == (Role.ASSISTANT, (), MessageState.STREAMING)
    summary = done(desk.thread.read(lambda store: store.conversations.page()[0]))
    assert (summary.title, summary.title_source, summary.id) == ("Title", TitleSource.PROMPT, chat.conversation_id)
    settle(desk)
    assert changed == [summary.id]


def test_an_answer_grows_and_ends_with_its_facts(desk: Desk) -> None:
    changed: list[int] = []
    _, answer, _ = new_chat(desk, changed).ask("q", None)
    for words in ("one", "one two", "one two three"):
        answer.update(text(words))
        settle(desk)
        assert done(desk.thread.read(path_of_only_chat))[1].text() == words
    settle(desk)
    assert len(changed) == 1, "a growing text is nothing a list has to know"
    thought = Part(PartKind.THINKING, "hm")
    assert done(answer.finish((thought, *text("all")), MessageState.COMPLETE, FACTS)) is Kept.ON_DISK
    settle(desk)
    message = done(desk.thread.read(path_of_only_chat))[1]
    assert message.parts == (thought, *text("all"))
    assert (message.state, message.facts) == (MessageState.COMPLETE, FACTS)
    assert len(changed) == 2


def test_what_grows_is_written_together_and_what_does_not_grow_not_at_all(desk: Desk) -> None:
    chat = new_chat(desk, partial_within_s=3600.0)
    _, answer, asked = chat.ask("q", None)
    done(asked)
    settle(desk)

    def changes(store: ChatStore) -> int:
        return store.database.connection.total_changes

    before = done(desk.thread.write(changes))
    for length in range(1000):
        answer.update(text("x" * length))
    settle(desk)
    assert done(desk.thread.write(changes)) == before, "not due yet"
    assert desk.outbox.waiting == 1
    done(answer.finish(text("x" * 1000), MessageState.COMPLETE, FACTS))
    assert desk.outbox.waiting == 0
    after = done(desk.thread.write(changes))
    answer.update(text("x" * 1000))
    settle(desk)
    assert done(desk.thread.write(changes)) == after


def test_a_partial_is_written_without_anything_more_to_come(desk: Desk) -> None:
    _, answer, asked = new_chat(desk, partial_within_s=0.05).ask("q", None)
    done(asked)
    answer.update(text("a word, and then silence"))
    while done(desk.thread.read(path_of_only_chat))[1].text() != "a word, and then silence":
        threading.Event().wait(0.01)


def test_another_attempt_stands_beside_the_first_and_what_follows_follows_the_one_it_follows(desk: Desk) -> None:
    chat = new_chat(desk)
    question, first, _ = chat.ask("q1", None)
    first.finish(text("good"), MessageState.COMPLETE, FACTS)
    second, _ = chat.answer(question)
    done(second.finish((), MessageState.FAILED, GenerationFacts(failure_kind="out_of_memory")))
    path = done(desk.thread.read(path_of_only_chat))
    assert [message.state for message in path] == [MessageState.COMPLETE, MessageState.FAILED]
    _, third, asked = chat.ask("q2", first.message)
    done(asked)
    done(third.finish(text("on"), MessageState.COMPLETE, FACTS))
    path = done(desk.thread.read(path_of_only_chat))
    assert [message.text() for message in path] == ["q1", "good", "q2", "on"]
    assert done(desk.thread.read(lambda store: len(store.messages.tree(path[0].conversation_id)))) == 5


def live(chat: ChatRecorder, question: str, words: int) -> AnswerRecorder:
    _, answer, asked = chat.ask(question, None)
    asked.result(60)
    for length in range(1, words + 1):
        answer.update(text("word " * length))
    return answer


def test_a_full_disk_loses_nothing_and_keeps_nobody_waiting_3(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        chat = new_chat(desk)
        first = live(chat, "before " * 2000, 5)
        settle(desk)
        desk.fill_disk()
        first.update(text("grown " * 5000))
        trouble = desk.next_trouble()
        assert isinstance(trouble.error, StoreFull)
        assert done(first.finish(text("grown " * 6000), MessageState.COMPLETE, FACTS)) is Kept.IN_MEMORY
        _, second, asked = chat.ask("typed while the disk is full " * 1000, first.message)
        assert done(asked) is Kept.IN_MEMORY
        second.update(text("too " * 5000))
        path = done(desk.thread.read(path_of_only_chat))
        assert path[0].text() == "before " * 2000
        assert desk.told.empty()
        desk.make_room()
        desk.wait_recovered()
        settle(desk)
        path = done(desk.thread.read(path_of_only_chat))
        assert [message.state for message in path][:3] == [MessageState.COMPLETE] * 3
        assert [message.text()[:6] for message in path] == ["before", "grown ", "typed ", "too to"]
        assert path[1].facts == FACTS
        done(second.finish(text("end"), MessageState.COMPLETE, FACTS))
    assert [message.text()[-5:] for message in kept(tmp_path)] == ["fore ", "rown ", "full ", "end"]


def test_while_nothing_can_be_written_a_question_waits_for_no_attempt_3(tmp_path: Path) -> None:
    with open_desk(tmp_path, NEVER_S) as desk:
        desk.fill_disk()
        chat = new_chat(desk)
        _, answer, asked = chat.ask("typed " * 5000, None)
        assert done(asked) is Kept.IN_MEMORY
        answer.finish((), MessageState.INTERRUPTED, FACTS)
        _, _, asked = chat.ask("and again", answer.message)
        assert asked.result(0) is Kept.IN_MEMORY
        desk.make_room()
        desk.outbox.retry()
        done(desk.outbox.submit(lambda store: None))
    assert [message.text()[:9] for message in kept(tmp_path)] == ["typed typ", "", "and again", ""]


def test_a_store_that_was_deleted_is_written_anew_from_memory_20(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    with open_desk(folder, NEVER_S) as desk:
        chat = new_chat(desk)
        answer = live(chat, "q", 3)
        settle(desk)
        shutil.rmtree(folder)
        answer.update(text("grown"))
        assert isinstance(desk.next_trouble().error, StoreGone)
        desk.outbox.retry()
        desk.wait_recovered()
        done(answer.finish(text("the end"), MessageState.COMPLETE, FACTS))
    assert [message.text() for message in kept(folder)] == ["q", "the end"]


def test_an_older_copy_put_back_is_brought_up_to_date_20(tmp_path: Path) -> None:
    folder, copy = tmp_path / "chats", tmp_path / "copy"
    with open_desk(folder) as desk:
        chat = new_chat(desk)
        question, first, _ = chat.ask("q", None)
        done(first.finish(text("one"), MessageState.COMPLETE, FACTS))
        done(desk.thread.with_file_closed(lambda: shutil.copytree(folder, copy)))
        second, _ = chat.answer(question)
        done(second.finish(text("two"), MessageState.COMPLETE, FACTS))
        shutil.rmtree(folder)
        third, _ = chat.answer(question)
        third.finish(text("three"), MessageState.COMPLETE, FACTS)
        assert isinstance(desk.next_trouble().error, StoreGone)
        copy.rename(folder)
        desk.wait_recovered()
    with open_store(folder) as store:
        [summary] = store.conversations.page()
        messages = list(store.messages.tree(summary.id))
        assert [message.text() for message in messages] == ["q", "one", "two", "three"]
        assert len({message.uid for message in messages}) == 4


def test_a_conversation_deleted_while_it_is_answered_stays_deleted_until_somebody_goes_on(desk: Desk) -> None:
    chat = new_chat(desk)
    _, answer, asked = chat.ask("q1", None)
    done(asked)

    def purge(store: ChatStore) -> None:
        with store.database.transaction() as connection:
            connection.execute("DELETE FROM conversations")

    done(desk.thread.write(purge))
    assert done(answer.finish(text("a1"), MessageState.COMPLETE, FACTS)) is Kept.IN_MEMORY
    settle(desk)
    assert done(desk.thread.read(lambda store: store.conversations.count())) == 0
    assert desk.told.empty()
    _, second, asked = chat.ask("q2", answer.message)
    assert done(asked) is Kept.ON_DISK
    done(second.finish(text("a2"), MessageState.COMPLETE, FACTS))
    path = done(desk.thread.read(path_of_only_chat))
    assert [message.text() for message in path] == ["q1", "a1", "q2", "a2"]


def test_conversations_recorded_at_once_do_not_mix(desk: Desk) -> None:
    chats = [new_chat(desk) for _ in range(5)]
    answers = [live(chat, f"q{number}", 10) for number, chat in enumerate(chats)]
    for number, answer in enumerate(answers):
        done(answer.finish(text(f"a{number}"), MessageState.COMPLETE, FACTS))

    def texts(store: ChatStore) -> list[list[str]]:
        ids = [chat.conversation_id or 0 for chat in chats]
        return [[message.text() for message in store.messages.tree(each).path()] for each in ids]

    assert done(desk.thread.read(texts)) == [[f"q{number}", f"a{number}"] for number in range(5)]


def stream_and_kill(folder: Path, first_number: int, lines: int, pause_s: float) -> list[list[str]]:
    """Let a child record, kill it after it has acknowledged some more, and return everything it acknowledged."""
    command = [sys.executable, "-m", "tests.app.library.streaming_child", str(folder), str(first_number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(lines)]
        time.sleep(pause_s)
        os.kill(child.pid, signal.SIGKILL)
        said += child.stdout.readlines()
    return [line.split() for line in said if line.endswith("\n")]


def check_after_kill(folder: Path, said: list[list[str]]) -> None:
    """What was acknowledged is there, and what was being written is interrupted and a prefix of it."""
    lengths: dict[str, int] = defaultdict(int)
    for what, number, *more in said:
        lengths[number] = max(lengths[number], int(more[0]) if what != "asked" else 0)
    ended = {number for what, number, *_ in said if what == "ended"}
    with open_store(folder) as store:
        assert store.database.rows("PRAGMA integrity_check")[0][0] == "ok"
        there = {each.title: each.id for each in store.conversations.page(limit=10_000)}
        for number, length in lengths.items():
            question, answer = store.messages.tree(there[number]).path()
            assert question.text() == f"question {number}"
            assert not question.damaged
            assert not answer.damaged
            assert answer.text() in [WORD * each for each in (0, *LENGTHS, 250)]
            assert len(answer.text()) >= length * len(WORD)
            if number in ended:
                assert (answer.state, answer.facts) == (MessageState.COMPLETE, GenerationFacts(seed=int(number)))
            else:
                assert answer.state in (MessageState.INTERRUPTED, MessageState.COMPLETE)
        streaming = store.database.rows("SELECT count(*) FROM messages WHERE state = 'streaming'")[0][0]
        assert streaming == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_kills_at_random_moments_lose_nothing_acknowledged_1(tmp_path: Path, kills: int) -> None:
    dice = random.Random(1)
    said: list[list[str]] = []
    for kill in range(kills):
        said += stream_and_kill(tmp_path, kill * 1000, dice.randint(1, 40), dice.random() / 50)
        check_after_kill(tmp_path, said)
