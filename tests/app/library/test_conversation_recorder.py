"""A running conversation, told by the engine's events, stands in the store as it stood on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.core.answer import Answer, AnswerEvent, Begun, FirstToken
from app.core.chats import GenerationFacts, MessageState, NewConversation, Part, PartKind, TitleSource
from app.core.conversation import Conversation, Question
from app.core.opened_conversation import conversation_of
from app.library.conversation_recorder import ConversationRecorder
from app.library.presets import THINKING
from app.library.recorder import ChatRecorder, Kept, RecordedMessage
from app.store.conversations import OpenConversation
from app.store.store import ChatStore
from engine.types import (
    Channel,
    Failed,
    Finished,
    FinishReason,
    Precision,
    PrefillProgress,
    Reclassified,
    Role,
    TextDelta,
    ToolCall,
    ToolCallMade,
)
from tests.app.library.recording import Desk, done, open_desk, path_of_only_chat

BEGUN = Begun(1, "Practice model", "cpu", Precision.FP32, 4096, THINKING, True, 512)
FINISHED = Finished(
    1,
    FinishReason.STOP,
    prompt_tokens=10,
    reused_tokens=4,
    thinking_tokens=2,
    answer_tokens=3,
    prefill_s=0.5,
    decode_s=0.25,
    tokens_per_s=20.0,
    seed=7,
    stop_text="END",
)


def open_first(store: ChatStore) -> OpenConversation:
    return store.conversations.open(store.conversations.page()[0].id)


class Life:
    """A conversation and its recorder, as a chat session has them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.chats: list[NewConversation] = []
        self.conversation = Conversation()
        self.recorder = ConversationRecorder(self.conversation, self._record)
        self.ids = 0

    def _record(self, new: NewConversation, adopted: Sequence[RecordedMessage] = ()) -> ChatRecorder:
        self.chats.append(new)
        return ChatRecorder(self.desk.outbox, new, partial_within_s=0.0, adopted=adopted)

    def ask(self, question: str, *events: AnswerEvent) -> Answer:
        self.ids += 1
        return self._live(self.conversation.ask(question, True, self.ids)[1], events)

    def ask_again(self, *events: AnswerEvent) -> Answer:
        self.ids += 1
        question = self.conversation.path()[-2]
        return self._live(self.conversation.ask_again(question, self.ids), events)

    def reopen(self) -> None:
        """As if it were opened from the store."""
        done(self.desk.outbox.submit(lambda store: None))
        found = self.desk.thread.read(lambda store: store.conversations.open(store.conversations.page()[0].id)).result(
            60
        )
        self.conversation = conversation_of(found.summary, found.system_prompt, found.settings, found.tree)
        self.recorder = ConversationRecorder(self.conversation, self._record)

    def _live(self, answer: Answer, events: tuple[AnswerEvent, ...]) -> Answer:
        assert done(self.recorder.begin(answer)) is Kept.ON_DISK
        for at, event in enumerate(events):
            answer.apply(event, float(at))
            self.recorder.update(answer)
        return answer

    def stop(self, answer: Answer) -> None:
        answer.interrupt(100.0)
        self.recorder.update(answer)

    def path(self) -> list[tuple[Role, MessageState, tuple[Part, ...]]]:
        done(self.desk.outbox.submit(lambda store: None))
        return [(each.role, each.state, each.parts) for each in self.desk.thread.read(path_of_only_chat).result(60)]

    def facts(self) -> GenerationFacts | None:
        done(self.desk.outbox.submit(lambda store: None))
        return self.desk.thread.read(path_of_only_chat).result(60)[-1].facts


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    with open_desk(tmp_path) as desk:
        yield Life(desk)


def said(text: str) -> TextDelta:
    return TextDelta(1, Channel.ANSWER, text)


def thought(text: str) -> TextDelta:
    return TextDelta(1, Channel.THINKING, text)


def text(words: str) -> Part:
    return Part(PartKind.TEXT, words)


def test_a_whole_answer_with_all_that_is_known_about_it(life: Life) -> None:
    life.ask(
        "How much is 2 + 2?\nShow it.",
        BEGUN,
        PrefillProgress(1, 10, 10),
        FirstToken(1, 0.75),
        thought("hm"),
        said("4"),
        FINISHED,
    )
    assert life.path() == [
        (Role.USER, MessageState.COMPLETE, (text("How much is 2 + 2?\nShow it."),)),
        (Role.ASSISTANT, MessageState.COMPLETE, (Part(PartKind.THINKING, "hm"), text("4"))),
    ]
    assert life.facts() == GenerationFacts(
        model="Practice model",
        device="cpu",
        precision=Precision.FP32,
        context_tokens=4096,
        sampling=THINKING,
        thinking=True,
        thinking_budget_tokens=512,
        seed=7,
        prompt_tokens=10,
        reused_tokens=4,
        thinking_tokens=2,
        answer_tokens=3,
        first_token_s=0.75,
        thinking_s=1.0,
        prefill_s=0.5,
        decode_s=0.25,
        tokens_per_s=20.0,
        finish_reason=FinishReason.STOP,
        stop_text="END",
    )
    assert [(new.title, new.title_source) for new in life.chats] == [("How much is 2 + 2?", TitleSource.PROMPT)]


def test_a_running_answer_streams_and_a_stopped_one_is_interrupted(life: Life) -> None:
    answer = life.ask("q", BEGUN, said("half"))
    assert life.path()[1] == (Role.ASSISTANT, MessageState.STREAMING, (text("half"),))
    life.stop(answer)
    assert life.path()[1] == (Role.ASSISTANT, MessageState.INTERRUPTED, (text("half"),))
    facts = life.facts()
    assert facts is not None
    assert (facts.model, facts.finish_reason, facts.answer_tokens) == ("Practice model", FinishReason.CANCELLED, None)


def test_a_failed_answer_keeps_its_text_and_its_reason(life: Life) -> None:
    life.ask("q", BEGUN, said("before "), Failed(1, "out_of_memory", "No memory."), Finished(1, FinishReason.ERROR))
    assert life.path()[1] == (Role.ASSISTANT, MessageState.FAILED, (text("before "),))
    facts = life.facts()
    assert facts is not None
    assert (facts.failure_kind, facts.failure_message, facts.finish_reason) == (
        "out_of_memory",
        "No memory.",
        FinishReason.ERROR,
    )
    assert (facts.seed, facts.prompt_tokens) == (None, None)


def test_thoughts_that_turn_out_as_such_are_kept_as_such(life: Life) -> None:
    life.ask("q", said("was a thought"), Reclassified(1), said("the answer"), FINISHED)
    assert life.path()[1][2] == (Part(PartKind.THINKING, "was a thought"), text("the answer"))


@pytest.mark.parametrize(("arguments", "kept"), [({"a": "é"}, '{"a": "é"}'), ("raw", "raw")])
def test_tool_calls_are_parts(life: Life, arguments: dict[str, str] | str, kept: str) -> None:
    call = ToolCall("calculator", arguments if isinstance(arguments, str) else dict(arguments))
    life.ask("q", said("calling"), ToolCallMade(1, call), FINISHED)
    assert life.path()[1][2] == (text("calling"), Part(PartKind.TOOL_CALL, kept, "calculator"))


def test_what_follows_a_failed_second_attempt_follows_the_first(life: Life) -> None:
    life.ask("q1", said("good"), FINISHED)
    life.ask_again(Failed(1, "x", "No."), Finished(1, FinishReason.ERROR))
    assert life.path()[1][1] is MessageState.FAILED
    life.ask("q2", said("on"), FINISHED)
    assert [parts[0].text for _, _, parts in life.path()] == ["q1", "good", "q2", "on"]
    assert [message.content for message in life.conversation.messages()] == ["q1", "good", "q2"]


def test_a_question_without_any_answer_is_followed_nevertheless(life: Life) -> None:
    life.stop(life.ask("q1"))
    life.ask("q2", said("on"), FINISHED)
    assert [state for _, state, _ in life.path()] == [
        MessageState.COMPLETE,
        MessageState.INTERRUPTED,
        MessageState.COMPLETE,
        MessageState.COMPLETE,
    ]


def test_one_conversation_is_one_row(life: Life) -> None:
    def count() -> int:
        return done(life.desk.thread.read(lambda store: store.conversations.count()))

    assert count() == 0
    life.ask("q1", said("a1"), FINISHED)
    life.ask("q2", said("a2"), FINISHED)
    assert count() == 1
    assert len(life.chats) == 1


def test_an_opened_conversation_goes_on_where_it_was(life: Life) -> None:
    life.ask("q1", thought("hm"), said("a1"), FINISHED)
    life.reopen()
    _, answer = life.conversation.path()
    assert isinstance(answer, Answer)
    assert (answer.text(Channel.THINKING), answer.said, answer.facts.answer_tokens) == ("hm", "a1", 3)
    life.ask("q2", said("a2"), FINISHED)
    assert [parts[-1].text for _, _, parts in life.path()] == ["q1", "a1", "q2", "a2"]
    assert [message.content for message in life.conversation.messages()] == ["q1", "a1", "q2"]
    life.reopen()
    life.ids += 1
    second = life.conversation.path()[2]
    assert isinstance(second, Question)
    answer = life._live(life.conversation.ask_otherwise(second, "q3", True, life.ids)[1], ())
    life.stop(answer)
    assert [parts[-1].text for _, _, parts in life.path() if parts] == ["q1", "a1", "q3"]


def test_an_answer_that_goes_on_is_the_same_message(life: Life) -> None:
    life.stop(life.ask("q1", said("half ")))
    life.reopen()
    answer = life.conversation.path()[-1]
    assert isinstance(answer, Answer)
    answer.resume(9)
    assert done(life.recorder.resume(answer)) is Kept.ON_DISK
    answer.apply(said("done"), 1.0)
    answer.apply(FINISHED, 2.0)
    life.recorder.update(answer)
    assert life.path()[1] == (Role.ASSISTANT, MessageState.COMPLETE, (text("half done"),))


def test_a_reworded_answer_stands_beside_the_first(life: Life) -> None:
    answer = life.ask("q1", said("wrong"), FINISHED)
    version = life.conversation.reword(answer, "right")
    assert done(life.recorder.add(version)) is Kept.ON_DISK
    assert [parts[-1].text for _, _, parts in life.path()] == ["q1", "right"]
    life.reopen()
    assert len(life.conversation.path()[-1].versions) == 2


def test_a_temporary_conversation_is_written_only_when_it_is_kept(life: Life) -> None:
    life.conversation.temporary = True
    _, answer = life.conversation.ask("q1", True, 1)
    assert done(life.recorder.begin(answer)) is Kept.IN_MEMORY
    answer.apply(said("a1"), 1.0)
    life.recorder.update(answer)
    assert life.chats == []
    life.recorder.keep()
    answer.apply(FINISHED, 2.0)
    life.recorder.update(answer)
    assert [parts[-1].text for _, _, parts in life.path()] == ["q1", "a1"]
