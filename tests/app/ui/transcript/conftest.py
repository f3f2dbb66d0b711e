"""A transcript by itself: conversations are made here, and answers grow as the chat session lets them grow."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

import pytest
from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.answer import Answer, AnswerEvent, Begun, FirstToken
from app.core.chats import NewConversation
from app.core.conversation import Conversation, Question
from app.core.entry import Entry
from app.core.settings import Settings
from app.library.conversation_recorder import ConversationRecorder
from app.library.recorder import ChatRecorder, RecordedMessage
from app.services.answer_queue import Update
from app.services.engine_link import Batch
from app.services.open_chats import OpenChat, PathShown
from app.services.settings import SettingsService
from app.ui.markdown.background import background
from app.ui.theme import Theme
from app.ui.transcript.answer_view import AnswerView
from app.ui.transcript.question_view import QuestionView
from app.ui.transcript.transcript_view import TranscriptView
from engine.types import Channel, Finished, FinishReason, Precision, Sampling, TextDelta

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

NOW_S = 100.0


class Room:
    """A transcript on screen, and what a chat session would do with it."""

    def __init__(self, qtbot: QtBot, app: QApplication) -> None:
        self.qtbot = qtbot
        self.theme = Theme(app)
        self.settings = SettingsService(None, Settings())
        self.view = TranscriptView(self.theme, self.settings)
        self.view.resize(900, 700)
        qtbot.addWidget(self.view)
        self.view.show()
        qtbot.waitExposed(self.view)
        self.chat = Conversation()

    # -- talking --

    def ask(self, text: str, *, follow: bool = True) -> Answer:
        """A question that waits for its answer, shown."""
        _, answer = self.chat.ask(text, True, 1)
        self.show(follow=follow)
        return answer

    def told(self, question: str, said: str, *, thoughts: str = "", show: bool = True) -> Answer:
        """A question with its whole answer."""
        _, answer = self.chat.ask(question, True, 1)
        finish(answer, said, thoughts=thoughts)
        if show:
            self.show(follow=True)
        return answer

    def show(self, *, follow: bool = False, at: Entry | None = None) -> None:
        self.view.show_path(PathShown(self.chat, follow=follow, at=at))

    def feed(self, answer: Answer, *events: AnswerEvent) -> None:
        """Let events arrive as the queue does: applied first, then told."""
        for event in events:
            answer.apply(event, NOW_S)
        chat = OpenChat(self.chat, ConversationRecorder(self.chat, _never))
        self.view.update_answer(Update(chat, answer, Batch(answer.request_id, events)))

    # -- looking --

    def answer(self, answer: Answer) -> AnswerView:
        """The answer's widget."""
        found = self.view.column.view(answer)
        assert isinstance(found, AnswerView)
        return found

    def question(self, question: Question) -> QuestionView:
        """The question's widget."""
        found = self.view.column.view(question)
        assert isinstance(found, QuestionView)
        return found

    def question_editor(self) -> None:
        """Begin to write the first question on screen anew."""
        self.view.question_views[0].edit()

    def heard(self, signal: SignalInstance) -> list[object]:
        """What a signal will have carried."""
        found: list[object] = []
        signal.connect(lambda *values: found.append(values[0] if values else None))
        return found

    def settle(self) -> None:
        """Until everything is written."""
        self.qtbot.waitUntil(lambda: not any(view.markdown.is_writing for view in self.view.answers))
        self.qtbot.wait(10)


def _never(new: NewConversation, adopted: Sequence[RecordedMessage] = ()) -> ChatRecorder:
    raise AssertionError("nothing is written down here")


def finish(
    answer: Answer, said: str, *, thoughts: str = "", reason: FinishReason = FinishReason.STOP, model: str = "m/Qwen3"
) -> None:
    """Let an answer come about from beginning to end."""
    answer.apply(Begun(1, model, "cpu", Precision.INT8, 4096, Sampling(), True, None), NOW_S)
    if thoughts:
        answer.apply(TextDelta(1, Channel.THINKING, thoughts), NOW_S)
    answer.apply(FirstToken(1, 0.3), NOW_S + 6)
    if said:
        answer.apply(TextDelta(1, Channel.ANSWER, said), NOW_S + 6)
    answer.apply(
        Finished(1, reason, prompt_tokens=9, thinking_tokens=12, answer_tokens=200, tokens_per_s=46.2), NOW_S + 9
    )


@pytest.fixture
def room(qtbot: QtBot, qapp: QApplication) -> Iterator[Room]:
    yield Room(qtbot, qapp)
    background().close()
    QApplication.clipboard().clear()  # data made by Python must not outlive it


@pytest.fixture
def fill(room: Room) -> Callable[[int], None]:
    """Puts so many messages into the chat and shows its end."""

    def fill(count: int) -> None:
        for number in range(count // 2):
            room.told(f"question {number}", f"answer **{number}**\n\nwith a second paragraph", show=False)
        room.show(follow=True)

    return fill
