"""The conversation's own rules, without a window."""

from __future__ import annotations

from app.core.conversation import AnswerState, Conversation, FirstToken
from engine.types import Channel, Failed, Finished, FinishReason, Reclassified, Role, TextDelta


def thought(text: str) -> TextDelta:
    return TextDelta(1, Channel.THINKING, text)


def said(text: str) -> TextDelta:
    return TextDelta(1, Channel.ANSWER, text)


def test_parts_join_and_times_are_kept() -> None:
    answer = Conversation().ask("q", True, 1).answers[0]
    answer.apply(FirstToken(1, 0.25), 1.0)
    answer.apply(thought("a"), 2.0)
    answer.apply(thought("b"), 3.0)
    answer.apply(said("c"), 5.5)
    answer.apply(Finished(1, FinishReason.STOP), 9.0)
    assert [(part.channel, part.text) for part in answer.parts] == [(Channel.THINKING, "ab"), (Channel.ANSWER, "c")]
    assert answer.thinking_s == 3.5
    assert answer.first_token_s == 0.25
    assert answer.state is AnswerState.DONE


def test_reclassified_text_counts_as_thinking_from_its_beginning() -> None:
    answer = Conversation().ask("q", True, 1).answers[0]
    answer.apply(said("mm"), 1.0)
    answer.apply(Reclassified(1), 3.0)
    answer.apply(said("yes"), 4.0)
    assert answer.text(Channel.THINKING) == "mm"
    assert answer.text(Channel.ANSWER) == "yes"
    assert answer.thinking_s == 3.0


def test_nothing_changes_after_the_end() -> None:
    answer = Conversation().ask("q", True, 1).answers[0]
    answer.interrupt(1.0)
    answer.apply(said("late"), 2.0)
    assert answer.text(Channel.ANSWER) == ""
    assert answer.state is AnswerState.INTERRUPTED


def test_failures_keep_their_text() -> None:
    answer = Conversation().ask("q", True, 1).answers[0]
    answer.apply(said("some"), 1.0)
    answer.apply(Failed(1, "out_of_memory", "No room."), 2.0)
    answer.apply(Finished(1, FinishReason.ERROR), 2.0)
    assert answer.state is AnswerState.FAILED
    assert answer.failure == Failed(1, "out_of_memory", "No room.")
    assert answer.text(Channel.ANSWER) == "some"


def test_history_has_answers_without_thoughts_and_skips_unanswered_questions() -> None:
    conversation = Conversation()
    first = conversation.ask("one", True, 1).answers[0]
    first.apply(thought("hm"), 1.0)
    first.apply(said("1"), 1.0)
    first.interrupt(1.0)
    conversation.ask("lost", True, 2).answers[0].interrupt(1.0)
    conversation.ask("two", True, 3)
    assert [(m.role, m.content, m.thinking) for m in conversation.messages()] == [
        (Role.USER, "one", None),
        (Role.ASSISTANT, "1", ""),
        (Role.USER, "two", None),
    ]


def test_asking_again_keeps_the_first_attempt() -> None:
    conversation = Conversation()
    conversation.ask("one", True, 1).answers[0].interrupt(0.0)
    turn = conversation.ask_again(2)
    assert len(turn.answers) == 2
    assert [m.content for m in conversation.messages()] == ["one"]


def test_titles_come_from_the_first_line() -> None:
    conversation = Conversation()
    assert conversation.title == ""
    conversation.ask("\n  Why is   the sky blue?\nBecause.", True, 1)
    assert conversation.title == "Why is the sky blue?"
    long = Conversation()
    long.ask("word " * 40, True, 1)
    assert long.title.endswith("word…")
    assert len(long.title) <= 61
