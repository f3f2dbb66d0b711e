"""A chat session with a real store and a scripted engine in a real child process, without a window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from app.core.answer import Answer, AnswerState
from app.core.chats import ChatSettings, Part, PartKind
from app.core.conversation import Question
from app.core.settings import Settings
from app.services.chat_session import ChatSession
from app.services.chat_store import StoreService
from app.services.open_chats import AnswerEnded, ChatOpened, ChatTitled, MessageRemoved, PathShown
from app.services.settings import SettingsService
from app.store.store import read_store
from engine.types import Channel, Role
from tests.app.services.conftest import OpenLink
from tests.app.services.linked import Linked


def words(count: int) -> str:
    return "".join(f"word{index} " for index in range(count))


@dataclass
class Desk:
    linked: Linked
    store: StoreService
    session: ChatSession
    folder: Path
    opened: list[ChatOpened] = field(default_factory=list)
    shown: list[PathShown] = field(default_factory=list)
    titled: list[ChatTitled] = field(default_factory=list)
    removed: list[MessageRemoved] = field(default_factory=list)
    answered: list[AnswerEnded] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session.opened.connect(self.opened.append)
        self.session.path_shown.connect(self.shown.append)
        self.session.titled.connect(self.titled.append)
        self.session.removed.connect(self.removed.append)
        self.session.answered.connect(self.answered.append)

    def wait(self, condition: Any) -> None:
        self.linked.wait(condition)

    def ask(self, text: str) -> Answer:
        assert self.session.send(text, True)
        return self.ended()

    def ended(self) -> Answer:
        self.wait(lambda: not self.session.working)
        return self.last

    @property
    def last(self) -> Answer:
        answer = self.session.conversation.path()[-1]
        assert isinstance(answer, Answer)
        return answer

    def texts(self) -> list[str]:
        """What is shown, questions and answers."""
        found = []
        for each in self.session.conversation.path():
            found.append(each.text(Channel.ANSWER) if isinstance(each, Answer) else getattr(each, "text", ""))
        return found

    def written(self) -> None:
        """Wait until everything given to the store is there."""
        done: list[object] = []
        self.store.done.connect(done.append)
        number = self.store.write(lambda store: None)
        self.wait(lambda: any(getattr(each, "request_id", None) == number for each in done))

    def number(self) -> int:
        self.wait(lambda: self.session.conversation_id is not None)
        found = self.session.conversation_id
        assert found is not None
        return found

    def reopen(self, message_id: int | None = None) -> None:
        """Leave the chat and read it from the store again."""
        number = self.number()
        self.written()
        self.session.new_chat()
        before = len(self.opened)
        self.session.open(number, message_id)
        self.wait(lambda: len(self.opened) > before)

    def kept(self) -> list[str]:
        """What the store shows of this chat."""
        self.written()
        with read_store(self.folder) as store:
            return [message.text() for message in store.messages.tree(self.number()).path()]


@pytest.fixture
def desk(open_link: OpenLink, tmp_path: Path) -> Iterator[Desk]:
    linked = open_link()
    linked.wait_ready()
    store = StoreService(tmp_path)
    session = ChatSession(linked.link, store, SettingsService(None, Settings()))
    store.start()
    yield Desk(linked, store, session, tmp_path)
    session.close()
    store.close()
    for each in (session, store):
        each.deleteLater()
        QCoreApplication.sendPostedEvents(each, QEvent.Type.DeferredDelete)


def test_only_chats_that_may_be_kept_are_kept_by_the_engine(desk: Desk) -> None:
    settings = desk.session._settings
    assert "keep=None" in desk.ask("request").text(Channel.ANSWER)
    settings.change(kept_chats_gb=3)
    uid = desk.session.conversation.uid
    assert f"keep=KeptPrefix(key='{uid}', budget_bytes=3000000000" in desk.ask("request").text(Channel.ANSWER)
    desk.session.new_chat(temporary=True)
    assert "keep=None" in desk.ask("request").text(Channel.ANSWER)


def test_another_attempt_and_going_back_to_the_first(desk: Desk) -> None:
    first = desk.ask("words 2")
    desk.session.try_again()
    second = desk.ended()
    assert second is not first
    assert second.versions == (first, second)
    desk.session.choose(first)
    desk.reopen()
    assert [len(each.versions) for each in desk.session.conversation.path()] == [1, 2]
    assert desk.session.conversation.path()[1].uid != second.uid or second.message_id is None
    assert desk.kept() == ["words 2", words(2)]


def test_an_edited_question_branches_and_nothing_is_erased(desk: Desk) -> None:
    desk.ask("words 2")
    question = desk.session.conversation.path()[0]
    assert isinstance(question, Question)
    assert desk.session.edit(question, "words 3", False)
    desk.ended()
    assert desk.texts() == ["words 3", words(3)]
    desk.session.choose(question)
    assert desk.texts() == ["words 2", words(2)]
    desk.reopen()
    assert desk.texts() == ["words 2", words(2)]
    assert len(desk.session.conversation.path()[0].versions) == 2


def test_a_reworded_answer_is_what_the_next_question_follows(desk: Desk) -> None:
    answer = desk.ask("think 2 2")
    assert desk.session.reword(answer, "better")
    desk.ask("words 1")
    assert desk.kept() == ["think 2 2", "better", "words 1", words(1)]
    with read_store(desk.folder) as store:
        path = store.messages.tree(desk.number()).path()
    assert path[1].text(PartKind.THINKING) == "thought0 thought1 "


def test_an_opened_chat_goes_on_with_its_history(desk: Desk) -> None:
    desk.ask("words 2")
    desk.reopen()
    desk.ask("words 1")
    assert desk.texts() == ["words 2", words(2), "words 1", words(1)]
    assert desk.kept() == desk.texts()
    assert [each.role for each in desk.session.conversation.messages()] == [Role.USER, Role.ASSISTANT, Role.USER]


def test_a_search_hit_shows_the_version_it_is_in(desk: Desk) -> None:
    first = desk.ask("words 2")
    desk.session.try_again()
    desk.ended()
    desk.written()
    with read_store(desk.folder) as store:
        tree = store.messages.tree(desk.number())
        path = tree.path()
        other = next(each for each in tree.versions(path[1].id) if each != path[1].id)
    desk.reopen(other)
    entry = desk.shown[-1].at
    assert entry is not None
    assert entry.message_id == other
    assert desk.last is entry
    assert first.said == desk.last.said


def test_an_answer_goes_on_while_another_chat_is_looked_at(desk: Desk) -> None:
    assert desk.session.send("words 300 10", True)
    desk.wait(lambda: desk.last.state is AnswerState.STREAMING)
    running = desk.last
    number = desk.number()
    desk.session.new_chat()
    assert (desk.session.busy, desk.session.working) == (False, True)
    assert desk.session.send("words 1", True)
    assert (desk.session.busy, desk.session.working) == (True, True)
    waiting = desk.last
    desk.wait(lambda: waiting.state.ended)
    assert running.state is AnswerState.DONE
    assert running.text(Channel.ANSWER) == words(300)
    assert waiting.text(Channel.ANSWER) == words(1)
    desk.session.open(number)
    desk.wait(lambda: desk.opened[-1].conversation_id == number)
    assert desk.texts() == ["words 300 10", words(300)]


def test_a_running_chat_is_the_same_when_it_is_opened_again(desk: Desk) -> None:
    assert desk.session.send("words 5000 10", True)
    desk.wait(lambda: bool(desk.last.said))
    conversation, number = desk.session.conversation, desk.number()
    desk.session.new_chat()
    desk.session.open(number)
    assert desk.session.conversation is conversation
    assert desk.session.busy
    desk.session.stop()
    desk.wait(lambda: not desk.session.busy)
    assert desk.last.state is AnswerState.INTERRUPTED


def test_a_question_that_waits_for_another_chat_can_be_withdrawn(desk: Desk) -> None:
    assert desk.session.send("words 5000 10", True)
    desk.wait(lambda: bool(desk.last.said))
    running = desk.last
    desk.session.new_chat()
    assert desk.session.send("words 1", True)
    desk.session.stop()
    assert desk.last.state is AnswerState.INTERRUPTED
    assert not desk.session.busy
    assert running.state is AnswerState.STREAMING
    desk.session.close()


def test_a_stopped_answer_goes_on_where_it_stopped(desk: Desk) -> None:
    assert desk.session.send("words 5000 10", True)
    desk.wait(lambda: bool(desk.last.said))
    desk.session.stop()
    answer = desk.ended()
    before = answer.text(Channel.ANSWER)
    desk.session.continue_answer(answer)
    assert desk.session.busy
    desk.wait(lambda: len(answer.text(Channel.ANSWER)) > len(before))
    desk.session.stop()
    assert desk.ended() is answer
    assert answer.text(Channel.ANSWER).startswith(before)
    assert desk.kept() == ["words 5000 10", answer.text(Channel.ANSWER)]


def test_a_removed_message_comes_back(desk: Desk) -> None:
    desk.ask("words 1")
    desk.ask("words 2")
    question = desk.session.conversation.path()[2]
    desk.session.remove(question)
    assert desk.texts() == ["words 1", words(1)]
    assert desk.removed[-1].entry is question
    assert desk.kept() == ["words 1", words(1)]
    desk.session.bring_back(desk.removed[-1])
    assert desk.texts() == ["words 1", words(1), "words 2", words(2)]
    assert desk.kept() == desk.texts()


def test_a_fork_is_a_chat_of_its_own(desk: Desk) -> None:
    desk.ask("words 1")
    answer = desk.last
    desk.ask("words 2")
    desk.written()
    number = desk.number()
    desk.session.fork(answer)
    desk.wait(lambda: bool(desk.opened) and desk.opened[-1].conversation_id not in (None, number))
    assert desk.texts() == ["words 1", words(1)]
    desk.ask("words 3")
    desk.session.open(number)
    desk.wait(lambda: desk.session.conversation_id == number)
    assert desk.texts() == ["words 1", words(1), "words 2", words(2)]


def test_a_temporary_chat_is_written_nowhere_until_it_is_kept(desk: Desk) -> None:
    desk.session.new_chat(temporary=True)
    desk.ask("words 1")
    desk.session.set_draft("half")
    desk.written()
    with read_store(desk.folder) as store:
        assert store.conversations.count() == 0
    desk.session.keep()
    assert desk.kept() == ["words 1", words(1)]
    desk.ask("words 2")
    assert desk.kept() == desk.texts()


def test_leaving_a_temporary_chat_ends_its_answer(desk: Desk) -> None:
    desk.session.new_chat(temporary=True)
    assert desk.session.send("words 5000 10", True)
    desk.wait(lambda: bool(desk.last.said))
    desk.session.new_chat()
    desk.wait(lambda: not desk.session.working)


def test_what_a_chat_wants_is_kept_with_it(desk: Desk) -> None:
    desk.session.set_system_prompt("Be brief.")
    desk.session.set_settings(ChatSettings(temperature=0.1, thinking=False))
    desk.ask("words 1")
    desk.session.set_draft("and then")
    desk.reopen()
    assert desk.opened[-1].draft == "and then"
    assert desk.session.conversation.system_prompt == "Be brief."
    assert desk.session.conversation.settings == ChatSettings(temperature=0.1, thinking=False)
    answer = desk.ask("words 1")
    assert answer.begun is not None
    assert answer.begun.sampling.temperature == 0.1
    assert desk.session.conversation.messages()[0].content == "Be brief."


def test_names_come_from_the_question_and_from_the_person(desk: Desk) -> None:
    desk.ask("words 1")
    assert desk.titled[-1].title == "words 1"
    number = desk.number()
    desk.session.rename("Mine")
    desk.written()
    desk.store.write(lambda store: store.conversations.set_title(number, "Elsewhere", _person()), (number,))
    desk.wait(lambda: desk.titled[-1].title == "Elsewhere")


def _person() -> Any:
    from app.core.chats import TitleSource

    return TitleSource.PERSON


def test_attached_files_are_told_and_kept(desk: Desk) -> None:
    assert desk.session.send("", True, (Part(PartKind.ATTACHMENT, "some text", "notes.txt"),))
    desk.ended()
    [message] = desk.session.conversation.messages()
    assert message.content.startswith("[File: notes.txt]\nsome text\n")
    desk.reopen()
    question = desk.session.conversation.path()[0]
    assert isinstance(question, Question)
    assert question.attachments == (Part(PartKind.ATTACHMENT, "some text", "notes.txt"),)


def test_a_base_model_goes_on_with_the_text_as_it_stands(desk: Desk) -> None:
    desk.session.set_raw(True)
    desk.ask("words 2")
    assert desk.last.text(Channel.ANSWER)
    assert desk.last.begun is not None
    assert not desk.last.begun.thinking
