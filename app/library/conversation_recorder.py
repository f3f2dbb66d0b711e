"""Keeps the store up to date with a conversation that is open: its questions, its answers and their facts.

Knows how an open conversation is written as messages; knows neither when something happens nor how it gets to the
disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Protocol

from app.core.answer import STORED_STATES, Answer, answer_parts
from app.core.chats import NewConversation, NewMessage, Part, PartKind, TitleSource
from app.core.conversation import Conversation, Question, Remark
from app.core.entry import Entry
from app.library.recorder import AnswerRecorder, ChatRecorder, Kept, RecordedMessage
from engine.types import Role


class Record(Protocol):
    """Makes the recorder of a conversation; see `StoreService.record`."""

    def __call__(self, new: NewConversation, adopted: Sequence[RecordedMessage] = ()) -> ChatRecorder: ...


class ConversationRecorder:
    """Writes down one conversation, unless it is a temporary one. Belongs to the thread of the conversation.

    Args:
        conversation: What of it was read from the store is not written again.
        record: Makes the recorder, once there is something to write.
    """

    def __init__(self, conversation: Conversation, record: Record) -> None:
        self._conversation = conversation
        self._record = record
        self._chat: ChatRecorder | None = None
        self._messages: dict[Entry, RecordedMessage] = {}
        self._growing: dict[Entry, AnswerRecorder] = {}

    @property
    def conversation_id(self) -> int | None:
        """The conversation's id in the store; None while it has never been written."""
        return self._conversation.conversation_id if self._chat is None else self._chat.conversation_id

    @property
    def unwritten(self) -> bool:
        """Something that is to be written is only in memory."""
        return self._chat is not None and self._chat.unwritten

    def message_id(self, entry: Entry) -> int | None:
        """The message's id in the store; None while it has never been written."""
        message = self._messages.get(entry)
        return entry.message_id if message is None else message.message_id

    def entry(self, message_id: int) -> Entry | None:
        """The message with an id of the store."""
        return next((each for each in self._conversation.entries() if self.message_id(each) == message_id), None)

    def begin(self, answer: Answer) -> Future[Kept]:
        """There is a new attempt, and perhaps its question is new. Nothing should be generated before the future has a
        result.
        """
        if self._conversation.temporary:
            return _unkept()
        chat = self._opened()
        question = answer.parent
        if isinstance(question, Question) and question not in self._messages:
            asked, growing, kept = chat.ask(question.parts, self._written(question.parent))
            self._messages[question] = asked
        else:
            growing, kept = chat.answer(self._written(question))
        self._messages[answer], self._growing[answer] = growing.message, growing
        return kept

    def resume(self, answer: Answer) -> Future[Kept]:
        """An attempt that ended goes on. Future as for `begin`."""
        if self._conversation.temporary:
            return _unkept()
        chat = self._opened()
        message = self._written(answer)
        if message is None:  # never: an answer is a message
            return _unkept()
        self._growing[answer], kept = chat.resume(message)
        return kept

    def add(self, answer: Answer) -> Future[Kept]:
        """There is a version of an answer that is whole already."""
        if self._conversation.temporary:
            return _unkept()
        self._opened()
        after = self._written(answer.parent)
        self._messages[answer], kept = self._opened().add(Role.ASSISTANT, after, answer_parts(answer))
        return kept

    def update(self, answer: Answer) -> None:
        """An answer went on or ended."""
        growing = self._growing.get(answer)
        if growing is None:
            return
        if answer.state.ended:
            growing.finish(answer_parts(answer), STORED_STATES[answer.state], answer.facts)
        else:
            growing.update(answer_parts(answer))

    def keep(self) -> None:
        """Write down a temporary conversation after all, and whatever comes."""
        self._conversation.temporary = False
        for entry in self._conversation.entries():
            if isinstance(entry, Answer) and not entry.state.ended:
                self._growing[entry], _ = self._opened().answer(self._written(entry.parent))
                self._messages[entry] = self._growing[entry].message
            else:
                self._written(entry)

    def _opened(self) -> ChatRecorder:
        if self._chat is None:
            here = self._conversation
            adopted = self._adopt() if here.conversation_id is not None else []
            source = here.title_source if here.given_title else TitleSource.PROMPT
            new = NewConversation(here.title, source, here.system_prompt, here.settings, uid=here.uid)
            self._chat = self._record(new, adopted)
        return self._chat

    def _adopt(self) -> list[RecordedMessage]:
        for entry in self._conversation.entries():
            if entry.message_id is not None:
                parent = self._messages.get(entry.parent) if entry.parent is not None else None
                self._messages[entry] = RecordedMessage(
                    _as_new(entry), parent, written_version=1, message_id=entry.message_id
                )
        return list(self._messages.values())

    def _written(self, entry: Entry | None) -> RecordedMessage | None:
        """The message as it is written, which is begun where it was not; None for the root."""
        if entry is None or entry is self._conversation.root:
            return None
        if entry not in self._messages:
            after = self._written(entry.parent)
            new = _as_new(entry)
            self._messages[entry], _ = self._opened().add(new.role, after, new.parts, new.state, new.facts)
        return self._messages[entry]


def _as_new(entry: Entry) -> NewMessage:
    match entry:
        case Answer():
            return NewMessage(
                Role.ASSISTANT,
                answer_parts(entry),
                STORED_STATES[entry.state],
                entry.facts,
                entry.uid,
                entry.created_at_ms,
            )
        case Question():
            return NewMessage(Role.USER, entry.parts, uid=entry.uid, created_at_ms=entry.created_at_ms)
        case Remark(role=role, text=text):
            kind = PartKind.TOOL_RESULT if role is Role.TOOL else PartKind.TEXT
            return NewMessage(role, (Part(kind, text),), uid=entry.uid, created_at_ms=entry.created_at_ms)
        case _:
            raise ValueError("only messages are written down")


def _unkept() -> Future[Kept]:
    future: Future[Kept] = Future()
    future.set_result(Kept.IN_MEMORY)
    return future
