"""The engine as the window sees it: calls that return at once, signals that arrive on the window's own thread.

Signals are paced by frames, not by tokens: what arrives within a frame comes as one batch, and while nothing arrives no
timer runs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.core.conversation import AnswerEvent
from app.services.engine_worker import Ask, EngineWorker, HostedEngine
from app.services.mailbox import Item, Mailbox
from app.services.status import ChosenModel, EngineStatus

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
        model: What to load.
        parent: Its Qt parent.
    """

    batch_arrived = Signal(object)
    """A Batch of the request last asked and not forgotten."""
    status_changed = Signal(object)
    """An EngineStatus."""
    _woken = Signal()

    def __init__(self, engine: HostedEngine, model: ChosenModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = Mailbox(self._woken.emit)
        self._worker = EngineWorker(engine, model, self._mailbox.post)
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

    def load(self) -> None:
        """Try again to load the model."""
        self._worker.load()

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
            if isinstance(item, EngineStatus):
                self.status_changed.emit(item)
            else:
                events.append(item)
        if events and awaited is not None and awaited == self._awaited:
            self.batch_arrived.emit(Batch(awaited, tuple(events)))
