"""The engine as the window sees it: calls that return at once, signals that arrive on the window's own thread.

Signals are paced by frames, not by tokens: what arrives within a frame comes as one batch, and while nothing arrives no
timer runs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.core.answer import AnswerEvent
from app.services.engine_jobs import AsideAnswered, Ask, EngineRested, TokensCounted
from app.services.engine_worker import EngineWorker, HostedEngine
from app.services.mailbox import Item, Mailbox
from app.services.status import ChosenModel, EngineStarting, EngineStatus
from engine.types import SmallerChoice

__all__ = ["AsideAnswered", "Batch", "EngineLink", "TokensCounted"]

FRAME_MS = 33
# Enough for 60,000 tokens a second, and few enough that laying them out fits well into a frame.
CHARACTERS_PER_FRAME = 8_000
# Where a frame's work is dear, this share of the time is left to typing and scrolling.
WORK_SHARE = 3


@dataclass(frozen=True, slots=True)
class Batch:
    """What arrived for one request since the last frame, in order."""

    request_id: int
    events: tuple[AnswerEvent, ...]


class EngineLink(QObject):
    """Owns the worker threads and the engine behind them.

    Args:
        engine: Closed by `close`.
        model: What to load first.
        parent: Its Qt parent.
    """

    batch_arrived = Signal(object)
    """A Batch of the request last asked and not forgotten."""
    status_changed = Signal(object)
    """An EngineStatus."""
    tokens_counted = Signal(object)
    """A TokensCounted, of the request made last."""
    aside_answered = Signal(object)
    """An AsideAnswered; exactly one for each `ask_aside`."""
    rested = Signal()
    """Nothing is being done any more, and nothing waits."""
    _woken = Signal()

    def __init__(self, engine: HostedEngine, model: ChosenModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = Mailbox(self._woken.emit)
        self._worker = EngineWorker(engine, model, self._mailbox.post)
        self._model = model
        self._status: EngineStatus = EngineStarting(model)
        self._jobs_done = 0
        self._counting: int | None = None
        self._awaited: int | None = None
        self._drained_s = 0.0
        self._pause_ms = FRAME_MS
        self._frame = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._drain)
        # Emitted from the worker's thread: queued, whatever thread Qt takes that to be.
        self._woken.connect(self._schedule, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Start the engine and load the model, in the background."""
        self._worker.start()

    @property
    def model(self) -> ChosenModel:
        """What is loaded or will be."""
        return self._model

    @property
    def status(self) -> EngineStatus:
        """The last that `status_changed` told."""
        return self._status

    @property
    def resting(self) -> bool:
        """Nothing is being done and nothing waits, and `rested` has told so."""
        return self._jobs_done == self._worker.jobs_handed

    def load(self) -> None:
        """Try again to load the model."""
        self._worker.load()

    def use(self, model: ChosenModel) -> None:
        """Have another model from now on; a running load is stopped. An answer has to be stopped before.

        A question that waits is answered by the new model. Where that cannot be loaded, `model` is it nevertheless.
        """
        self._model = model
        self._worker.use(model)

    def take_offer(self, offer: SmallerChoice) -> None:
        """Load the model in a way that takes less memory, as an EngineFailed or a Failed offered it."""
        self.use(replace(self._model, request=offer.applied_to(self._model.request)))

    def cancel_load(self) -> None:
        """Stop loading. A question that waits for it is cancelled; the next one loads the model again."""
        self._worker.cancel_load()

    def unload(self) -> None:
        """Give the memory back until the next question. Does nothing while an answer is being made or waits."""
        self._worker.unload()

    def ask(self, job: Ask) -> None:
        """Ask. From now on only this request's events arrive."""
        self._awaited = job.request_id
        self._worker.ask(job)

    def cancel(self, request_id: int) -> None:
        """End a request; its `Finished` still arrives."""
        self._worker.cancel(request_id)

    def forget(self, request_id: int) -> None:
        """Let nothing more of a request arrive."""
        if self._awaited == request_id:
            self._awaited = None

    def answer_now(self, request_id: int) -> None:
        """Ask for the end of thinking."""
        self._worker.answer_now(request_id)

    def ask_aside(self, job: Ask) -> None:
        """Ask something small in the background: `aside_answered`.

        It is answered only while nothing else is done or waits, and never by loading a model; a question, or anything
        else that is asked of the engine, ends it.

        Args:
            job: With a negative request id, so that it is nobody else's.

        Raises:
            ValueError: the request id is not negative.
        """
        if job.request_id >= 0:
            raise ValueError("a request on the side has a negative id")
        self._worker.ask_aside(job)

    def count_tokens(self, request_id: int, texts: tuple[str, ...]) -> None:
        """Count the tokens of texts that people wrote: `tokens_counted`, also while an answer is being made.

        An older request that is not answered yet never will be. Nothing is loaded for it.
        """
        self._counting = request_id
        self._worker.count_tokens(request_id, texts)

    def close(self) -> None:
        """End the threads and the engine's process, and deliver nothing more."""
        self._awaited = None
        self._woken.disconnect(self._schedule)
        self._frame.stop()
        self._worker.close()

    @Slot()
    def _schedule(self) -> None:
        if self._frame.isActive():
            return
        since_ms = int((time.monotonic() - self._drained_s) * 1000)
        if since_ms >= self._pause_ms:
            self._drain()
        else:
            self._frame.start(self._pause_ms - since_ms)

    def _drain(self) -> None:
        begun_s = time.monotonic()
        self._deliver(self._mailbox.take(self._awaited, CHARACTERS_PER_FRAME))
        self._drained_s = time.monotonic()
        self._pause_ms = max(FRAME_MS, int((self._drained_s - begun_s) * 1000 * WORK_SHARE))
        if self._mailbox:
            self._frame.start(self._pause_ms)

    def _deliver(self, items: list[Item]) -> None:
        awaited = self._awaited
        events: list[AnswerEvent] = []
        for item in items:
            match item:
                case EngineRested(jobs):
                    self._jobs_done = jobs
                case TokensCounted(request_id):
                    if request_id == self._counting:
                        self._counting = None
                        self.tokens_counted.emit(item)
                case AsideAnswered():
                    self.aside_answered.emit(item)
                case _ if isinstance(item, EngineStatus):
                    self._status = item
                    self.status_changed.emit(item)
                case _:
                    events.append(item)
        if events and awaited is not None and awaited == self._awaited:
            self.batch_arrived.emit(Batch(awaited, tuple(events)))
        if self.resting and any(isinstance(each, EngineRested) for each in items):
            self.rested.emit()
