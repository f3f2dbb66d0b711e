"""Long work on models: each job on a thread of its own, told of on the window's thread, and ended when asked.

Knows threads, tokens and pacing; what a job does is given as a function. Nothing runs while there is no job.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.core.log import log_bug
from app.core.models import HubModel
from app.services.job_types import JobEnded, JobKind, JobOutcome, JobProgress, JobResult, JobStage
from engine.cancel import CancelToken
from engine.errors import Cancelled, PonderError

PROGRESS_EACH_MS = 100
CLOSE_PATIENCE_S = 1.0
BUG_MESSAGE = "Something in Ponder went wrong ({error}). It was written to the log."

log = logging.getLogger(__name__)


class Job:
    """What a job's function is given: a token to look at and a way to tell how far it is."""

    def __init__(self, start: JobProgress, post: Callable[[JobProgress], None]) -> None:
        self.cancel = CancelToken()
        self.latest = start
        self._post = post

    def tell(
        self,
        stage: JobStage,
        done_bytes: int = 0,
        total_bytes: int = 0,
        *,
        rate_bytes_per_s: float = 0.0,
        remaining_s: float | None = None,
        note: str = "",
    ) -> None:
        """From the job's own thread, as often as it likes."""
        self.latest = replace(
            self.latest,
            stage=stage,
            done_bytes=done_bytes,
            total_bytes=total_bytes,
            rate_bytes_per_s=rate_bytes_per_s,
            remaining_s=remaining_s,
            note=note,
        )
        self._post(self.latest)


Work = Callable[[Job], JobResult]
OnEnd = Callable[[JobEnded], JobEnded]


class ModelJobs(QObject):
    """Runs jobs. Signals arrive on the thread that this object lives on."""

    progressed = Signal(object)
    """A JobProgress: the first at once, then at most one each PROGRESS_EACH_MS for a job, and never after its end."""
    ended = Signal(object)
    """A JobEnded."""
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids = itertools.count(1)
        self._jobs: dict[int, Job] = {}
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._progress: dict[int, JobProgress] = {}
        self._ends: list[JobEnded] = []
        self._closed = False
        self._told_s = float("-inf")
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._deliver)
        # Emitted from the jobs' threads: queued, whatever threads Qt takes them to be.
        self._woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)

    def running(self) -> tuple[JobProgress, ...]:
        """Those that have not ended, the oldest first."""
        return tuple(job.latest for job in self._jobs.values())

    def start(self, kind: JobKind, name: str, work: Work, on_end: OnEnd, source: HubModel | None = None) -> int:
        """Start a job and return its id.

        Args:
            kind: What is done.
            name: Of the model.
            work: Does it, on the job's thread.
            on_end: May add to how it ended, on that thread too, before anybody is told.
            source: What a download fetches.
        """
        first = JobProgress(next(self._ids), kind, name, source=source)
        job = self._jobs[first.job_id] = Job(first, self._post)
        self._post(first)
        thread = threading.Thread(target=self._run, args=(job, work, on_end), name=f"models-{kind.name}", daemon=True)
        self._threads.add(thread)
        thread.start()
        return first.job_id

    def run(self, work: Callable[[], object]) -> None:
        """Do something short on a thread, of which nobody is told."""
        thread = threading.Thread(target=work, name="models-read", daemon=True)
        self._threads.add(thread)
        thread.start()

    def cancel(self, job_id: int) -> None:
        """Ask a job to end. It does so within a second, and says so; unknown ids are ignored."""
        job = self._jobs.get(job_id)
        if job is not None:
            job.cancel.cancel()

    def close(self) -> None:
        """End all jobs and tell nothing more. At most CLOSE_PATIENCE_S; what does not end by then dies with us."""
        with self._lock:
            self._closed = True
        self._woken.disconnect(self._wake)
        self._pause.stop()
        for job in self._jobs.values():
            job.cancel.cancel()
        deadline_s = time.monotonic() + CLOSE_PATIENCE_S
        for thread in self._threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        self._jobs.clear()

    def _run(self, job: Job, work: Work, on_end: OnEnd) -> None:
        first = job.latest
        end = JobEnded(first.job_id, first.kind, first.name, JobOutcome.DONE, source=first.source)
        try:
            result = work(job)
            end = replace(
                end,
                outcome=JobOutcome.FAILED if result.problems else JobOutcome.DONE,
                message=" ".join(result.problems) or result.note,
                entry=result.entry,
                count=result.count,
                freed_bytes=result.freed_bytes,
            )
        except Cancelled:
            end = replace(end, outcome=JobOutcome.CANCELLED)
        except PonderError as error:
            end = replace(end, outcome=JobOutcome.FAILED, message=str(error), error_kind=error.kind)
        except Exception as error:
            log_bug(error)
            end = replace(end, outcome=JobOutcome.FAILED, message=BUG_MESSAGE.format(error=type(error).__name__))
        try:
            end = on_end(end)
        except Exception as error:
            log_bug(error)
        with self._lock:
            self._progress.pop(first.job_id, None)
            self._ends.append(end)
        self.wake()

    def _post(self, progress: JobProgress) -> None:
        with self._lock:
            idle = not self._progress
            self._progress[progress.job_id] = progress
        if idle:
            self.wake()

    def wake(self) -> None:
        """Have what is waiting told, from any thread."""
        with self._lock:  # so that it cannot be closed, and deleted, in between
            if not self._closed:
                self._woken.emit()

    @Slot()
    def _wake(self) -> None:
        since_ms = (time.monotonic() - self._told_s) * 1000
        if self._ends or since_ms >= PROGRESS_EACH_MS:
            self._deliver()
        elif not self._pause.isActive():
            self._pause.start(PROGRESS_EACH_MS - int(since_ms))

    @Slot()
    def _deliver(self) -> None:
        self._pause.stop()
        with self._lock:
            ends, self._ends = self._ends, []
            progress, self._progress = list(self._progress.values()), {}
        self._told_s = time.monotonic()
        self._threads = {each for each in self._threads if each.is_alive()}
        for each in progress:
            if each.job_id in self._jobs:
                self.progressed.emit(each)
        for end in ends:
            self._jobs.pop(end.job_id, None)
            self.ended.emit(end)
