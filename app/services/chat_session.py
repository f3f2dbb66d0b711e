"""One chat: the conversation, the request in progress, and what a person can do with them.

Keeps the conversation up to date, has it written down, and tells the window after the fact. Knows no widget and no
disk.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.core.conversation import Answer, AnswerState, Conversation, Turn
from app.library.conversation_recorder import ConversationRecorder
from app.services.chat_store import StoreService
from app.services.engine_link import Batch, EngineLink
from app.services.engine_worker import Ask

# Stop is obeyed within 200 ms; after this long the answer is closed whatever the engine is doing.
STOP_PATIENCE_MS = 800
# A question is on the disk before it is answered; but a disk that hangs keeps nobody waiting longer than this.
COMMIT_PATIENCE_MS = 5_000


@dataclass(frozen=True, slots=True)
class Attempt:
    """A question was asked. `again` means that it stands in the transcript already."""

    request_id: int
    turn: Turn
    answer: Answer
    again: bool


@dataclass(frozen=True, slots=True)
class Update:
    """An answer went on. `batch` holds what came, `answer` has it applied already."""

    request_id: int
    answer: Answer
    batch: Batch


class ChatSession(QObject):
    """At most one request runs at a time.

    Args:
        link: The way to the engine.
        store: Where conversations are kept.
        thinking_budget_tokens: As in the settings; None for no limit.
        parent: Its Qt parent.
    """

    asked = Signal(object)
    """An Attempt."""
    updated = Signal(object)
    """An Update; the last one of a request has an answer that ended."""
    cleared = Signal()
    busy_changed = Signal(bool)

    def __init__(
        self,
        link: EngineLink,
        store: StoreService,
        thinking_budget_tokens: int | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._link = link
        self._store = store
        self._thinking_budget_tokens = thinking_budget_tokens
        self._ids = itertools.count(1)
        self._conversation = Conversation()
        self._recorder = ConversationRecorder(self._conversation, store.record)
        self._running: Answer | None = None
        self._unasked: Ask | None = None  # waits for its question to be on the disk
        self._committing = QTimer(self, singleShot=True, interval=COMMIT_PATIENCE_MS)
        self._committing.timeout.connect(self._ask_now)
        self._stopping = QTimer(self, singleShot=True, interval=STOP_PATIENCE_MS)
        self._stopping.timeout.connect(self._end_now)
        link.batch_arrived.connect(self._take)

    @property
    def conversation(self) -> Conversation:
        return self._conversation

    @property
    def busy(self) -> bool:
        """A request runs or waits for the model."""
        return self._running is not None

    @property
    def last_question(self) -> str:
        """What was asked last in this chat; empty where nothing was."""
        return self._conversation.turns[-1].question if self._conversation.turns else ""

    def send(self, question: str, thinking: bool) -> bool:
        """Ask. False where there is nothing to ask or an answer is still being made; nothing is changed then."""
        if self.busy or not question.strip():
            return False
        request_id = next(self._ids)
        self._begin(self._conversation.ask(question, thinking, request_id), again=False)
        return True

    def try_again(self) -> None:
        """Ask the last question once more; what earlier attempts wrote stays."""
        if not self.busy and self._conversation.turns:
            self._begin(self._conversation.ask_again(next(self._ids)), again=True)

    def stop(self) -> None:
        """End the answer and keep what is there. A question that still waits is withdrawn on the spot."""
        answer = self._running
        if answer is None or self._stopping.isActive():
            return
        if self._unasked is None:
            self._link.cancel(answer.request_id)
        if answer.state is AnswerState.WAITING:
            self._end_now()
        else:
            self._stopping.start()

    def answer_now(self) -> None:
        """End the thinking and go on to the answer."""
        if self._running is not None:
            self._link.answer_now(self._running.request_id)

    def new_chat(self) -> None:
        """Start over with an empty conversation. Nothing of a running answer can reach it."""
        self._abandon()
        self._conversation = Conversation()
        self._recorder = ConversationRecorder(self._conversation, self._store.record)
        self.cleared.emit()

    def close(self) -> None:
        """End what runs; what it has written so far is kept."""
        self._abandon()

    def _abandon(self) -> None:
        """End a running answer without a word about it."""
        answer = self._running
        if answer is not None:
            self._link.forget(answer.request_id)
            self._link.cancel(answer.request_id)
            answer.interrupt(time.monotonic())
            self._recorder.update(answer)
            self._set_running(None)

    def _begin(self, turn: Turn, *, again: bool) -> None:
        answer = turn.answers[-1]
        self.asked.emit(Attempt(answer.request_id, turn, answer, again))
        self._set_running(answer)
        self._unasked = Ask(
            answer.request_id, self._conversation.messages(), turn.thinking, self._thinking_budget_tokens
        )
        self._committing.start()
        self._store.follow(self._recorder.begin(), lambda: self._on_kept(answer.request_id))

    def _on_kept(self, request_id: int) -> None:
        if self._unasked is not None and self._unasked.request_id == request_id:
            self._ask_now()

    def _ask_now(self) -> None:
        ask, self._unasked = self._unasked, None
        self._committing.stop()
        if ask is not None:
            self._link.ask(ask)

    @Slot(object)
    def _take(self, batch: Batch) -> None:
        answer = self._running
        if answer is None or answer.request_id != batch.request_id:
            return
        now_s = time.monotonic()
        for event in batch.events:
            answer.apply(event, now_s)
        self._tell(answer, batch)

    def _end_now(self) -> None:
        answer = self._running
        if answer is None:
            return
        self._link.forget(answer.request_id)
        answer.interrupt(time.monotonic())
        self._tell(answer, Batch(answer.request_id, ()))

    def _tell(self, answer: Answer, batch: Batch) -> None:
        self._recorder.update(answer)
        if answer.state.ended:
            self._set_running(None)
        self.updated.emit(Update(answer.request_id, answer, batch))

    def _set_running(self, answer: Answer | None) -> None:
        was_busy = self.busy
        self._running = answer
        if answer is None:
            self._stopping.stop()
            self._committing.stop()
            self._unasked = None
        if was_busy != self.busy:
            self.busy_changed.emit(self.busy)
