"""The answers that are being made or wait: one at a time, each only once its question is on the disk.

Knows conversations and the engine; not which of them is shown.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.core.answer import Answer, AnswerState
from app.services.chat_store import StoreService
from app.services.engine_link import Batch, EngineLink
from app.services.engine_worker import Ask
from app.services.open_chats import OpenChat

# Stop is obeyed within 200 ms; after this long the answer is closed whatever the engine is doing.
STOP_PATIENCE_MS = 800
# A question is on the disk before it is answered; but a disk that hangs keeps nobody waiting longer than this.
COMMIT_PATIENCE_MS = 5_000


@dataclass(frozen=True, slots=True)
class Update:
    """An answer went on. `batch` holds what came, `answer` has it applied already."""

    chat: OpenChat
    answer: Answer
    batch: Batch

    @property
    def request_id(self) -> int:
        return self.batch.request_id


@dataclass(slots=True, eq=False)
class _Job:
    """An answer that is being made, or waits for its turn.

    context_tokens: How long a context its chat wants; None where it does not matter to it.
    kept: Its question is on the disk, or was waited for long enough.
    given: The engine has it.
    """

    chat: OpenChat
    answer: Answer
    ask: Ask
    context_tokens: int | None = None
    kept: bool = False
    given: bool = False


class AnswerQueue(QObject):
    """At most one answer of a chat is in it.

    Args:
        link: The way to the engine.
        store: Where conversations are kept.
        parent: Its Qt parent.
    """

    updated = Signal(object)
    """An Update; the last one of a request has an answer that ended."""
    changed = Signal()
    """An answer was added or ended."""

    def __init__(self, link: EngineLink, store: StoreService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._store = store
        self._jobs: list[_Job] = []
        self._committing = QTimer(self, singleShot=True, interval=COMMIT_PATIENCE_MS)
        self._committing.timeout.connect(self._on_patience_over)
        self._stopping = QTimer(self, singleShot=True, interval=STOP_PATIENCE_MS)
        self._stopping.timeout.connect(self._end_first)
        link.batch_arrived.connect(self._take)

    @property
    def chats(self) -> tuple[OpenChat, ...]:
        """Whose answers are in it, the one that is being made first."""
        return tuple(job.chat for job in self._jobs)

    def add(self, chat: OpenChat, answer: Answer, ask: Ask, *, resumes: bool = False) -> None:
        """Have an answer made: written down first, then asked for in its turn.

        Args:
            resumes: It goes on where it ended.
        """
        job = _Job(chat, answer, ask, chat.conversation.settings.context_tokens)
        self._jobs.append(job)
        self.changed.emit()
        if job is self._jobs[0]:
            self._committing.start()
        kept = chat.recorder.resume(answer) if resumes else chat.recorder.begin(answer)
        self._store.follow(kept, lambda: self._on_kept(job))

    def stop(self, chat: OpenChat) -> None:
        """End a chat's answer and keep what is there. What still waits is withdrawn on the spot."""
        job = self._job(chat)
        if job is None or (self._stopping.isActive() and job is self._jobs[0]):
            return
        if job.given:
            self._link.cancel(job.answer.request_id)
        if job.answer.state is AnswerState.WAITING:
            self._end(job)
        else:
            self._stopping.start()

    def answer_now(self, chat: OpenChat) -> None:
        """End the thinking and go on to the answer."""
        job = self._job(chat)
        if job is not None and job.given:
            self._link.answer_now(job.answer.request_id)

    def close(self) -> None:
        """End everything; what is written so far is kept."""
        for job in self._jobs:
            self._link.forget(job.answer.request_id)
            if job.given:
                self._link.cancel(job.answer.request_id)
            job.answer.interrupt(time.monotonic())
            job.chat.recorder.update(job.answer)
        self._jobs.clear()
        self._committing.stop()
        self._stopping.stop()
        self.changed.emit()

    def _job(self, chat: OpenChat) -> _Job | None:
        return next((job for job in self._jobs if job.chat is chat), None)

    def _on_kept(self, job: _Job) -> None:
        job.kept = True
        self._go_on()

    @Slot()
    def _on_patience_over(self) -> None:
        if self._jobs:
            self._on_kept(self._jobs[0])

    def _go_on(self) -> None:
        """Give the engine what is next, where its question is on the disk."""
        if not self._jobs or self._jobs[0].given:
            return
        job = self._jobs[0]
        if job.kept:
            self._committing.stop()
            job.given = True
            self._match_context(job.context_tokens)
            self._link.ask(job.ask)
        elif not self._committing.isActive():
            self._committing.start()

    def _match_context(self, wanted: int | None) -> None:
        """Have the model loaded with the context that the chat wants."""
        model = self._link.model
        if wanted is not None and wanted != model.request.context_tokens:
            self._link.use(replace(model, request=replace(model.request, context_tokens=wanted)))

    @Slot(object)
    def _take(self, batch: Batch) -> None:
        job = self._jobs[0] if self._jobs else None
        if job is None or job.answer.request_id != batch.request_id:
            return
        now_s = time.monotonic()
        for event in batch.events:
            job.answer.apply(event, now_s)
        self._tell(job, batch)

    @Slot()
    def _end_first(self) -> None:
        if self._jobs:
            self._end(self._jobs[0])

    def _end(self, job: _Job) -> None:
        """End an answer without waiting for the engine."""
        self._link.forget(job.answer.request_id)
        job.answer.interrupt(time.monotonic())
        self._tell(job, Batch(job.answer.request_id, ()))

    def _tell(self, job: _Job, batch: Batch) -> None:
        job.chat.recorder.update(job.answer)
        if not job.answer.state.ended:
            self.updated.emit(Update(job.chat, job.answer, batch))
            return
        if job is self._jobs[0]:
            self._stopping.stop()
            self._committing.stop()
        self._jobs.remove(job)
        self.changed.emit()
        self.updated.emit(Update(job.chat, job.answer, batch))
        self._go_on()
