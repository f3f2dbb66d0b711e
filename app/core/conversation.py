"""A conversation that is open: a tree of questions and answers, the path through it that is shown, and what of it the
next request is told.

In memory only, and without Qt. Belongs to one thread. Asking otherwise or again adds a version; nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.core import chats
from app.core.answer import Answer, AnswerState, Part
from app.core.chats import ChatSettings, PartKind, TitleSource
from app.core.entry import Entry, new_uid
from engine.types import Channel, Message, Role

TITLE_CHARACTERS = 60


@dataclass(slots=True, eq=False, repr=False)
class Question(Entry):
    """What a person said.

    thinking: How the switch stood when it was asked; None where nobody knows.
    attachments: Text files that came with it; parts of kind ATTACHMENT.
    """

    text: str = ""
    thinking: bool | None = None
    attachments: tuple[chats.Part, ...] = ()

    @property
    def parts(self) -> tuple[chats.Part, ...]:
        """What it is made of, as it is kept."""
        return (*self.attachments, chats.Part(PartKind.TEXT, self.text))


@dataclass(slots=True, eq=False, repr=False)
class Remark(Entry):
    """What neither the person nor the model said: an instruction among the messages, or what a tool returned."""

    role: Role = Role.SYSTEM
    text: str = ""


def title_of(question: str) -> str:
    """The first line, cut at a word."""
    text = " ".join(question.strip().split("\n", 1)[0].split())
    if len(text) <= TITLE_CHARACTERS:
        return text
    cut = text[:TITLE_CHARACTERS]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"


def attached_text(name: str, text: str) -> str:
    """How the model is told of a file."""
    return f"[File: {name}]\n{text.rstrip()}\n[End of file]"


@dataclass(slots=True, repr=False)
class Conversation:
    """What is said in one chat, and how this chat wants its answers.

    given_title: What it was named; empty where it is named after its first question.
    conversation_id: In the store; None where it was not read from there.
    temporary: Nothing of it is ever written down.
    """

    system_prompt: str = ""
    settings: ChatSettings = field(default_factory=ChatSettings)
    given_title: str = ""
    title_source: TitleSource = TitleSource.NONE
    conversation_id: int | None = None
    uid: str = field(default_factory=new_uid)
    temporary: bool = False
    root: Entry = field(default_factory=Entry)

    # -- looking --

    @property
    def title(self) -> str:
        """Its name, or the first question's first line; empty while nothing was asked."""
        if self.given_title:
            return self.given_title
        return next((title_of(each.text) for each in self.path() if isinstance(each, Question)), "")

    @property
    def is_empty(self) -> bool:
        """Nothing is shown in it."""
        return self.root.next is None

    def path(self) -> list[Entry]:
        """The messages that are shown, first to last."""
        return list(self._shown())

    @property
    def has_answer(self) -> bool:
        """An answer is shown. Quick, also in a long conversation."""
        return any(isinstance(each, Answer) for each in self._shown())

    def _shown(self) -> Iterator[Entry]:
        at = self.root.next
        while at is not None:
            yield at
            at = at.next

    @property
    def end(self) -> Entry:
        """The last message that is shown; the root where there is none."""
        path = self.path()
        return path[-1] if path else self.root

    def entries(self) -> Iterator[Entry]:
        """Every message, whatever is shown; a parent always before its children."""
        waiting = [self.root]
        while waiting:
            at = waiting.pop()
            if at is not self.root:
                yield at
            waiting.extend(reversed(at.children))

    def with_message_id(self, message_id: int) -> Entry | None:
        """The message with this id in the store."""
        return next((each for each in self.entries() if each.message_id == message_id), None)

    # -- changing --

    def ask(
        self, text: str, thinking: bool, request_id: int, attachments: tuple[chats.Part, ...] = ()
    ) -> tuple[Question, Answer]:
        """Add a question and its first attempt at the end.

        Where the last attempt has no text and another one beside it has, that is what the question follows.
        """
        end = self.end
        if isinstance(end, Answer) and not end.said:
            told = _with_text(end)
            if told is not None:
                told.choose()
                end = told
        return self._add(end, text, thinking, request_id, attachments)

    def ask_otherwise(
        self,
        question: Question,
        text: str,
        thinking: bool,
        request_id: int,
        attachments: tuple[chats.Part, ...] = (),
    ) -> tuple[Question, Answer]:
        """Put another version beside a question, with its first attempt, and show it."""
        return self._add(question.parent or self.root, text, thinking, request_id, attachments)

    def ask_again(self, question: Entry, request_id: int) -> Answer:
        """Add another attempt behind a message and show it; what the earlier ones wrote stays."""
        question.choose()
        answer = Answer(request_id)
        question.follow_with(answer)
        return answer

    def reword(self, answer: Answer, text: str) -> Answer:
        """Put a version of an answer beside it that a person wrote. The thoughts are taken along as they are."""
        thoughts = [Part(each.channel, each.text) for each in answer.parts if each.channel is Channel.THINKING]
        version = Answer(state=AnswerState.DONE, parts=[*thoughts, Part(Channel.ANSWER, text)])
        version.thinking_s = answer.thinking_s
        (answer.parent or self.root).follow_with(version)
        version.choose()
        return version

    def _add(
        self, after: Entry, text: str, thinking: bool, request_id: int, attachments: tuple[chats.Part, ...]
    ) -> tuple[Question, Answer]:
        question = Question(text=text, thinking=thinking, attachments=attachments)
        after.follow_with(question)
        question.choose()
        answer = Answer(request_id)
        question.follow_with(answer)
        return question, answer

    # -- telling --

    def messages(self, up_to: Entry | None = None) -> tuple[Message, ...]:
        """What the model is told: the instruction, every answered question, then the last question.

        A question without any answer is left out: two questions in a row are a form the model was not trained on.
        Thoughts stay behind.

        Args:
            up_to: The last message that is told; None takes the last question that is shown.
        """
        path = self.path() if up_to is None else up_to.path_to()
        if up_to is None:
            while path and not isinstance(path[-1], Question):
                path.pop()
        found = [Message(Role.SYSTEM, self.system_prompt)] if self.system_prompt.strip() else []
        pending: list[Message] = []
        for entry in path:
            match entry:
                case Question():
                    pending = [Message(Role.USER, told_of(entry))]
                case Answer():
                    told = _with_text(entry)
                    if told is not None:
                        # "" and not None: it has been parted from its thoughts, a "</think>" in it is just text.
                        found += [*pending, Message(Role.ASSISTANT, told.said, thinking="")]
                        pending = []
                case Remark(role=role, text=text) if text.strip():
                    found.append(Message(role, text))
        return tuple(found + pending)


def told_of(question: Question) -> str:
    """A question as the model is told it: what was attached, then what was asked."""
    files = [attached_text(each.name, each.text) for each in question.attachments]
    return "\n\n".join([*files, question.text])


def _with_text(answer: Answer) -> Answer | None:
    """The answer, or the latest one beside it that says anything."""
    if answer.said:
        return answer
    beside = [each for each in answer.versions if isinstance(each, Answer) and each.said]
    return beside[-1] if beside else None
