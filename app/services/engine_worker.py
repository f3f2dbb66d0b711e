"""The threads that talk to the engine so that the window never waits for it. No Qt here.

One thread does the long work (loading, answering) a job at a time. Another passes on Stop and Answer now: even a pipe
write can block while the machine swaps, and it must not be the window that blocks then.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from app.core.conversation import Begun, FirstToken
from app.core.log import log_bug
from app.library.presets import sampling_preset, will_think
from app.services.mailbox import Item
from app.services.status import (
    ChosenModel,
    EngineFailed,
    EngineLoading,
    EngineReady,
    EngineStarting,
    EngineStopped,
)
from engine.client import EngineClient
from engine.errors import Cancelled, EngineGone, PonderError
from engine.types import (
    Failed,
    Finished,
    FinishReason,
    GenerateRequest,
    Loaded,
    LoadProgress,
    Message,
    Overflow,
    SmallerChoice,
    TextDelta,
)

JOIN_PATIENCE_S = 2.0
BUG_KIND = "internal"
BUG_MESSAGE = "Ponder ran into a bug of its own. Try again; if it happens again, please report it."


class HostedEngine(EngineClient, Protocol):
    """An engine in a process of its own."""

    on_gone: Callable[[], None]

    @property
    def pid(self) -> int | None: ...

    def start(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Ask:
    """One question with its history. `thinking` is the switch; the sampling preset follows from it and the model."""

    request_id: int
    messages: tuple[Message, ...]
    thinking: bool
    thinking_budget_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class _Load:
    pass


class EngineWorker:
    """Runs jobs on an engine and posts what comes of them.

    Args:
        engine: Owned from now on; closed by `close`.
        model: What to load, now and whenever the engine process had to be replaced.
        post: Takes events and states; called from the worker's thread.
    """

    def __init__(self, engine: HostedEngine, model: ChosenModel, post: Callable[[Item], None]) -> None:
        self._engine = engine
        engine.on_gone = self._engine_gone
        self._model = model
        self._post = post
        self._loaded: Loaded | None = None
        self._jobs: deque[_Load | Ask] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._withdrawn: set[int] = set()
        self._controls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads = (
            threading.Thread(target=self._work, name="engine-work", daemon=True),
            threading.Thread(target=self._control, name="engine-control", daemon=True),
        )

    def start(self) -> None:
        """Start the threads and load the model."""
        for thread in self._threads:
            thread.start()
        self.load()

    def load(self) -> None:
        """Load the model in its turn, where it is not loaded by then."""
        self._put(_Load())

    def ask(self, job: Ask) -> None:
        """Answer in its turn; loads the model first where it is not loaded."""
        self._put(job)

    def cancel(self, request_id: int) -> None:
        """End a request, begun or not. Returns at once."""
        self._withdrawn.add(request_id)
        self._controls.put(lambda: self._engine.cancel(request_id))

    def answer_now(self, request_id: int) -> None:
        """Ask for the end of thinking. Returns at once."""
        self._controls.put(lambda: self._engine.answer_now(request_id))

    def close(self) -> None:
        """End everything, running work included, in as long as ending the engine's process takes: 1 s at most."""
        with self._changed:
            self._closing = True
            self._jobs.clear()
            self._changed.notify_all()
        self._engine.close()
        self._controls.put(None)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(JOIN_PATIENCE_S)

    def _put(self, job: _Load | Ask) -> None:
        with self._changed:
            self._jobs.append(job)
            self._changed.notify_all()

    def _control(self) -> None:
        while (control := self._controls.get()) is not None:
            try:
                control()
            except Exception as error:  # the request itself goes on and is seen to end
                log_bug(error)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._jobs and not self._closing:
                    self._changed.wait()
                if self._closing:
                    return
                job = self._jobs.popleft()
            if isinstance(job, Ask):
                self._answer(job)
                self._withdrawn.discard(job.request_id)
            else:
                self._load()

    def _load(self) -> Failed | None:
        """Make sure that the model is loaded. Returns why it is not, with request id 0."""
        if self._loaded is not None and self._engine.pid is not None:
            return None
        self._loaded = None
        self._post(EngineStarting(self._model))
        try:
            self._engine.start()
            self._post(EngineLoading(self._model, None))
            self._loaded = self._engine.load(self._model.request, self._load_progress)
        except Cancelled:
            return self._load_failed("cancelled", "Loading was stopped. Ask again to load the model.")
        except PonderError as error:
            return self._load_failed(error.kind, str(error), error.offers)
        except Exception as error:
            log_bug(error)
            return self._load_failed(BUG_KIND, BUG_MESSAGE)
        self._post(EngineReady(self._model, self._loaded))
        return None

    def _load_progress(self, progress: LoadProgress) -> None:
        known = progress.total_bytes > 0
        self._post(EngineLoading(self._model, progress.done_bytes / progress.total_bytes if known else None))

    def _load_failed(self, kind: str, message: str, offers: tuple[SmallerChoice, ...] = ()) -> Failed:
        """Report it, and answer those who already wait: loading again for each would only fail once more."""
        if not self._closing:
            self._post(EngineFailed(self._model, kind, message, offers))
        with self._changed:
            waiting, self._jobs = self._jobs, deque()
        for job in waiting:
            if isinstance(job, Ask):
                self._fail(Failed(job.request_id, kind, message, offers))
        return Failed(0, kind, message, offers)

    def _fail(self, failure: Failed) -> None:
        self._post(failure)
        self._post(Finished(failure.request_id, FinishReason.ERROR))

    def _answer(self, job: Ask) -> None:
        if job.request_id in self._withdrawn:
            self._post(Finished(job.request_id, FinishReason.CANCELLED))
            return
        if (failure := self._load()) is not None:
            self._fail(replace(failure, request_id=job.request_id))
            return
        if job.request_id in self._withdrawn:
            self._post(Finished(job.request_id, FinishReason.CANCELLED))
            return
        try:
            self._stream(self._request(job))
        except Exception as error:
            log_bug(error)
            self._fail(Failed(job.request_id, BUG_KIND, BUG_MESSAGE))

    def _request(self, job: Ask) -> GenerateRequest:
        if self._loaded is None:
            raise EngineGone("No model is loaded.")
        thinks = will_think(job.messages, job.thinking)
        return GenerateRequest(
            job.request_id,
            job.messages,
            sampling=sampling_preset(thinking=thinks, precision=self._loaded.precision),
            thinking=job.thinking,
            thinking_budget_tokens=job.thinking_budget_tokens,
            overflow=Overflow.DROP_OLDEST,
        )

    def _stream(self, request: GenerateRequest) -> None:
        self._post(self._begun(request))
        begun_s = time.monotonic()
        heard = False
        for event in self._engine.generate(request):
            if isinstance(event, TextDelta) and not heard:
                heard = True
                self._post(FirstToken(request.request_id, time.monotonic() - begun_s))
            self._post(event)

    def _begun(self, request: GenerateRequest) -> Begun:
        if self._loaded is None:
            raise EngineGone("No model is loaded.")
        return Begun(
            request.request_id,
            self._model.name,
            self._loaded.device,
            self._loaded.precision,
            self._loaded.context_tokens,
            request.sampling,
            will_think(request.messages, request.thinking),
            request.thinking_budget_tokens,
        )

    def _engine_gone(self) -> None:
        """Say so at once, even where nobody waits for an answer. The next question starts it again."""
        if not self._closing:
            self._post(EngineStopped(self._model))
