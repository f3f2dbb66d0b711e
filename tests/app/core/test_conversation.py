"""The conversation's own rules, without a window."""

from __future__ import annotations

from app.core.answer import AnswerState, FirstToken
from app.core.chats import Part, PartKind
from app.core.conversation import Conversation
from engine.types import Channel, Failed, Finished, FinishReason, Reclassified, Role, TextDelta


def thought(text: str) -> TextDelta:
    return TextDelta(1, Channel.THINKING, text)


def said(text: str) -> TextDelta:
    return TextDelta(1, Channel.ANSWER, text)


def test_parts_join_and_times_are_kept() -> None:
    _, answer = Conversation().ask("q", True, 1)
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
    _, answer = Conversation().ask("q", True, 1)
    answer.apply(said("mm"), 1.0)
    answer.apply(Reclassified(1), 3.0)
    answer.apply(said("yes"), 4.0)
    assert answer.text(Channel.THINKING) == "mm"
    assert answer.text(Channel.ANSWER) == "yes"
    assert answer.thinking_s == 3.0


def test_nothing_changes_after_the_end() -> None:
    _, answer = Conversation().ask("q", True, 1)
    answer.interrupt(1.0)
    answer.apply(said("late"), 2.0)
    assert answer.text(Channel.ANSWER) == ""
    assert answer.state is AnswerState.INTERRUPTED


def test_failures_keep_their_text() -> None:
    _, answer = Conversation().ask("q", True, 1)
    answer.apply(said("some"), 1.0)
    answer.apply(Failed(1, "out_of_memory", "No room."), 2.0)
    answer.apply(Finished(1, FinishReason.ERROR), 2.0)
    assert answer.state is AnswerState.FAILED
    assert answer.failure == Failed(1, "out_of_memory", "No room.")
    assert answer.text(Channel.ANSWER) == "some"


def test_history_has_answers_without_thoughts_and_skips_unanswered_questions() -> None:
    conversation = Conversation()
    _, first = conversation.ask("one", True, 1)
    first.apply(thought("hm"), 1.0)
    first.apply(said("1"), 1.0)
    first.interrupt(1.0)
    conversation.ask("lost", True, 2)[1].interrupt(1.0)
    conversation.ask("two", True, 3)
    assert [(m.role, m.content, m.thinking) for m in conversation.messages()] == [
        (Role.USER, "one", None),
        (Role.ASSISTANT, "1", ""),
        (Role.USER, "two", None),
    ]


def test_asking_again_keeps_the_first_attempt() -> None:
    conversation = Conversation()
    question, first = conversation.ask("one", True, 1)
    first.interrupt(0.0)
    second = conversation.ask_again(question, 2)
    assert second.versions == (first, second)
    assert conversation.path() == [question, second]
    assert [m.content for m in conversation.messages()] == ["one"]


def test_asking_otherwise_is_another_version_with_answers_of_its_own() -> None:
    conversation = Conversation()
    question, answer = conversation.ask("one", True, 1)
    answer.apply(said("1"), 1.0)
    answer.interrupt(1.0)
    other, its = conversation.ask_otherwise(question, "two", False, 2)
    assert conversation.path() == [other, its]
    assert other.versions == (question, other)
    question.choose()
    assert conversation.path() == [question, answer]


def test_a_reworded_answer_takes_the_thoughts_along_and_is_what_the_model_is_told() -> None:
    conversation = Conversation()
    _, answer = conversation.ask("one", True, 1)
    answer.apply(thought("hm"), 1.0)
    answer.apply(said("wrong"), 1.0)
    answer.interrupt(1.0)
    version = conversation.reword(answer, "right")
    assert (version.text(Channel.THINKING), version.text(Channel.ANSWER)) == ("hm", "right")
    assert answer.text(Channel.ANSWER) == "wrong"
    conversation.ask("two", True, 2)
    assert [m.content for m in conversation.messages()] == ["one", "right", "two"]


def test_what_is_removed_is_neither_shown_nor_told() -> None:
    conversation = Conversation()
    _, answer = conversation.ask("one", True, 1)
    answer.apply(said("1"), 1.0)
    answer.interrupt(1.0)
    second, _ = conversation.ask("two", True, 2)
    second.removed = True
    assert conversation.end is answer
    conversation.ask("three", True, 3)
    assert [m.content for m in conversation.messages()] == ["one", "1", "three"]


def test_the_instruction_comes_first_and_files_before_the_question() -> None:
    conversation = Conversation(system_prompt="Be brief.")
    conversation.ask("Sum it up.", True, 1, (Part(PartKind.ATTACHMENT, "a\nb\n", "notes.txt"),))
    instruction, question = conversation.messages()
    assert (instruction.role, instruction.content) == (Role.SYSTEM, "Be brief.")
    assert question.content == "[File: notes.txt]\na\nb\n[End of file]\n\nSum it up."


def test_titles_come_from_the_first_line() -> None:
    conversation = Conversation()
    assert conversation.title == ""
    conversation.ask("\n  Why is   the sky blue?\nBecause.", True, 1)
    assert conversation.title == "Why is the sky blue?"
    long = Conversation()
    long.ask("word " * 40, True, 1)
    assert long.title.endswith("word…")
    assert len(long.title) <= 61
