"""Writes one conversation down as it happens: questions at once, a growing answer again and again, its end at once.

Everything stays in memory as well. What could not be written, or what was in a file that is gone, is written whole
later. Safe to call from any thread; knows neither Qt nor an engine.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol, TypeAlias

from app.core.chats import GenerationFacts, MessageState, NewConversation, NewMessage, Part, PartKind
from app.core.errors import NotInStore
from engine.types import Role

if TYPE_CHECKING:
    from app.library.outbox import PendingWrite
    from app.store.store import ChatStore

# Growing text is on the disk within a second: this long it may wait, the rest is for the disk.
PARTIAL_WITHIN_S = 0.7


class Kept(Enum):
    """Where something written down is: on the disk, or for the time being only in memory."""

    ON_DISK = auto()
    IN_MEMORY = auto()


class Queue(Protocol):
    """What takes a recorder's writes; see `app.library.outbox.Outbox`."""

    def put(self, write: PendingWrite, within_s: float = 0.0) -> None: ...


@dataclass(slots=True, eq=False)
class RecordedMessage:
    """A message of the conversation, and how much of it has been written. For the recorder to change."""

    new: NewMessage
    parent: RecordedMessage | None
    version: int = 1
    written_version: int = 0
    message_id: int | None = None


Snapshot: TypeAlias = "list[tuple[RecordedMessage, int, NewMessage]]"


class ChatRecorder:
    """One conversation. Its row appears in the store with the first question, not before.

    Args:
        outbox: Takes the writes.
        new: The conversation's title and settings.
        on_changed: Told the conversation's id when messages were added or an answer ended, on the outbox's thread.
        partial_within_s: How long a piece of a growing answer may wait until it is written.
        adopted: What the store has of the conversation with the uid of `new`, a parent always before its children.
    """

    def __init__(
        self,
        outbox: Queue,
        new: NewConversation,
        on_changed: Callable[[int], None] = lambda conversation_id: None,
        partial_within_s: float = PARTIAL_WITHIN_S,
        adopted: Sequence[RecordedMessage] = (),
    ) -> None:
        self._outbox = outbox
        now_ms = _now_ms()
        self._new = replace(new, uid=new.uid or uuid.uuid4().hex, created_at_ms=now_ms, updated_at_ms=now_ms)
        self._on_changed = on_changed
        self._partial_within_s = partial_within_s
        self._lock = threading.Lock()
        self._messages = list(adopted)  # a parent always before its children
        self._adopted = bool(adopted)  # as long as nobody has seen that the store has something else
        self._conversation_id: int | None = None
        self._store: ChatStore | None = None  # in which the ids hold
        self._deleted = False
        self._structure_changed = False
        self._waiting: list[tuple[RecordedMessage, int, Future[Kept]]] = []

    @property
    def conversation_id(self) -> int | None:
        """The id in the store; None while it has never been written."""
        return self._conversation_id

    @property
    def unwritten(self) -> bool:
        """Something of it is only in memory."""
        with self._lock:
            return not self._deleted and any(each.written_version < each.version for each in self._messages)

    def ask(
        self, question: str | tuple[Part, ...], after: RecordedMessage | None
    ) -> tuple[RecordedMessage, AnswerRecorder, Future[Kept]]:
        """Write down a question and the place of its answer, in one transaction.

        Args:
            question: Its text, or all its parts.
            after: The answer it follows; None for the first.

        Returns:
            The question, what takes its answer, and the future that has a result once the question is on the disk or
            cannot be brought there for now. Nothing should be generated before.
        """
        with self._lock:
            if self._deleted:  # whoever goes on talking wants it back
                self._deleted, self._store = False, None
                self._new = replace(self._new, uid=uuid.uuid4().hex)
                for message in self._messages:
                    message.new = replace(message.new, uid=uuid.uuid4().hex)
            parts = (Part(PartKind.TEXT, question),) if isinstance(question, str) else question
            asked = self._add(Role.USER, after, MessageState.COMPLETE, parts)
        return asked, *self.answer(asked)

    def add(
        self,
        role: Role,
        after: RecordedMessage | None,
        parts: tuple[Part, ...],
        state: MessageState = MessageState.COMPLETE,
        facts: GenerationFacts | None = None,
    ) -> tuple[RecordedMessage, Future[Kept]]:
        """Write down a message that has ended. Future as for `ask`."""
        future: Future[Kept] = Future()
        with self._lock:
            message = self._add(role, after, state, parts)
            message.new = replace(message.new, facts=facts)
            self._structure_changed = True
            self._waiting.append((message, message.version, future))
        self._outbox.put(self)
        return message, future

    def resume(self, message: RecordedMessage) -> tuple[AnswerRecorder, Future[Kept]]:
        """An answer that ended goes on. Future as for `ask`."""
        future: Future[Kept] = Future()
        with self._lock:
            self._change(message, replace(message.new, state=MessageState.STREAMING))
            self._waiting.append((message, message.version, future))
        self._outbox.put(self)
        return AnswerRecorder(self, message), future

    def answer(self, question: RecordedMessage | None) -> tuple[AnswerRecorder, Future[Kept]]:
        """Write down the place of an answer, of another one where there are some. Future as for `ask`."""
        future: Future[Kept] = Future()
        with self._lock:
            message = self._add(Role.ASSISTANT, question, MessageState.STREAMING, ())
            self._structure_changed = True
            self._waiting.append((message, message.version, future))
        self._outbox.put(self)
        return AnswerRecorder(self, message), future

    def grow(self, message: RecordedMessage, parts: tuple[Part, ...]) -> None:
        """Let a message that is still being written hold this; nothing new writes nothing."""
        with self._lock:
            if parts == message.new.parts:
                return
            self._change(message, replace(message.new, parts=parts))
        self._outbox.put(self, self._partial_within_s)

    def end(
        self, message: RecordedMessage, parts: tuple[Part, ...], state: MessageState, facts: GenerationFacts
    ) -> Future[Kept]:
        """Let a message hold this for good."""
        future: Future[Kept] = Future()
        with self._lock:
            self._change(message, replace(message.new, parts=parts, state=state, facts=facts))
            self._structure_changed = True
            self._waiting.append((message, message.version, future))
        self._outbox.put(self)
        return future

    @staticmethod
    def _change(message: RecordedMessage, new: NewMessage) -> None:
        message.new = new
        message.version += 1

    def _add(
        self, role: Role, parent: RecordedMessage | None, state: MessageState, parts: tuple[Part, ...]
    ) -> RecordedMessage:
        # The time is that of the person, not of the disk.
        new = NewMessage(role, parts, state, uid=uuid.uuid4().hex, created_at_ms=_now_ms())
        message = RecordedMessage(new, parent)
        self._messages.append(message)
        return message

    # -- as a PendingWrite --

    def write(self, store: ChatStore) -> None:
        """Bring the store up to what is in memory."""
        with self._lock:
            if self._deleted:
                return
            known = self._store is store
            trusted = known or self._adopted
            snapshot = [(message, message.version, message.new) for message in self._messages]
        try:
            with store.database.transaction():
                conversation_id, ids = self._ids(store, known)
                for message, version, new in snapshot:
                    if message not in ids:
                        parent_id = None if message.parent is None else ids[message.parent]
                        ids[message] = store.messages.add(conversation_id, parent_id, new).id
                        if _is_fork(message.parent, snapshot):
                            # Where a question was answered more than once, what goes on is what is shown.
                            store.messages.choose(ids[message])
                    elif not trusted or version != message.written_version:
                        store.messages.save(ids[message], new.parts, new.state, new.facts)
        except NotInStore:  # deleted while it was being written: what the person wanted
            with self._lock:
                self._deleted = True
            return
        with self._lock:
            self._store, self._conversation_id, self._adopted = store, conversation_id, False
            for message, version, _ in snapshot:
                message.message_id, message.written_version = ids[message], version

    def written(self) -> None:
        with self._lock:
            settled = [each for each in self._waiting if self._deleted or each[0].written_version >= each[1]]
            self._waiting = [each for each in self._waiting if each not in settled]
            kept = Kept.IN_MEMORY if self._deleted else Kept.ON_DISK
            changed, self._structure_changed = self._structure_changed, False
        for _, _, future in settled:
            future.set_result(kept)
        if changed and self._conversation_id is not None and kept is Kept.ON_DISK:
            self._on_changed(self._conversation_id)

    def held(self) -> None:
        with self._lock:
            self._adopted = False
            self._store = None  # some of it may be there nevertheless, or nothing any more
            settled, self._waiting = self._waiting, []
        for _, _, future in settled:
            future.set_result(Kept.IN_MEMORY)

    def _ids(self, store: ChatStore, known: bool) -> tuple[int, dict[RecordedMessage, int]]:
        """The ids of what the store has of this conversation, which is made where it is missing."""
        messages = list(self._messages)
        if known and self._conversation_id is not None:
            return self._conversation_id, {each: each.message_id for each in messages if each.message_id is not None}
        conversation_id = None if self._new.uid is None else store.conversations.with_uid(self._new.uid)
        if conversation_id is None:
            return store.conversations.create(self._new).id, {}
        there = {message.uid: message.id for message in store.messages.tree(conversation_id)}
        return conversation_id, {each: there[each.new.uid] for each in messages if each.new.uid in there}


class AnswerRecorder:
    """One answer as it grows. Made by a ChatRecorder."""

    def __init__(self, chat: ChatRecorder, message: RecordedMessage) -> None:
        self._chat = chat
        self.message = message

    def update(self, parts: Sequence[Part]) -> None:
        """Everything written so far."""
        self._chat.grow(self.message, tuple(parts))

    def finish(self, parts: Sequence[Part], state: MessageState, facts: GenerationFacts) -> Future[Kept]:
        """All of it, how it ended and how it came about. Nothing may follow."""
        return self._chat.end(self.message, tuple(parts), state, facts)


def _is_fork(parent: RecordedMessage | None, snapshot: Snapshot) -> bool:
    """Whether there are other versions of `parent`."""
    return parent is not None and any(each.parent is parent.parent and each is not parent for each, _, _ in snapshot)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
