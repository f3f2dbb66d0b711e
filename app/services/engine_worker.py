"""The threads that talk to the engine so that the window never waits for it. No Qt here.

One thread does the long work (loading, answering) a job at a time. Another passes on Stop and Answer now: even a pipe
write can block while the machine swaps, and it must not be the window that blocks then. A third counts tokens.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.core.answer import Begun, FirstToken
from app.core.log import log_bug
from app.services.engine_jobs import AsideAnswered, Ask, EngineRested, request_for
from app.services.mailbox import Item
from app.services.model_loader import BUG_KIND, BUG_MESSAGE, HostedEngine, ModelLoader, NotLoaded
from app.services.status import ChosenModel, EngineReady
from app.services.token_counter import TokenCounter
from engine.errors import OutOfMemory
from engine.types import Channel, Failed, Finished, FinishReason, GenerateRequest, TextDelta

__all__ = ["Ask", "EngineWorker", "HostedEngine"]

JOIN_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class _Load:
    pass


@dataclass(frozen=True, slots=True)
class _Unload:
    pass


@dataclass(frozen=True, slots=True)
class _Aside:
    ask: Ask


_Job = _Load | _Unload | _Aside | Ask


class EngineWorker:
    """Runs jobs on an engine and posts what comes of them.

    Args:
        engine: Owned from now on; closed by `close`.
        model: What to load first.
        post: Takes events and states; called from the worker's threads.
    """

    def __init__(self, engine: HostedEngine, model: ChosenModel, post: Callable[[Item], None]) -> None:
        self._engine = engine
        self._post = post
        self._controls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._loader = ModelLoader(engine, model, post, self._controls.put)
        self._let_go: EngineReady | None = None  # what ran out of memory; the next question loads it again
        self._changed = threading.Condition()  # of what follows
        self._jobs: deque[_Job] = deque()
        self._handed = 0
        self._running: _Job | None = None
        self._closing = False
        self._withdrawn: set[int] = set()
        self._counter = TokenCounter(engine, post)
        self._threads = (
            threading.Thread(target=self._work, name="engine-work", daemon=True),
            threading.Thread(target=self._control, name="engine-control", daemon=True),
        )

    # -- called by the window: returns at once --

    @property
    def jobs_handed(self) -> int:
        """How many jobs were handed over since the start."""
        return self._handed

    def start(self) -> None:
        """Start the threads and load the model."""
        for thread in self._threads:
            thread.start()
        self._counter.start()
        self.load()

    def load(self) -> None:
        """Load the model in its turn, where it is not loaded by then."""
        self._put(_Load())

    def use(self, model: ChosenModel) -> None:
        """Have another model from now on, also for questions that wait already. A running load is stopped."""
        self._loader.want(model)
        self._put(_Load(), first=True)

    def cancel_load(self) -> None:
        """Stop a running load; who waits for it is told that the answer was cancelled."""
        self._loader.stop()

    def unload(self) -> None:
        """Give the memory back, unless somebody waits for an answer. A running load is stopped."""
        with self._changed:
            if any(isinstance(each, Ask) for each in (self._running, *self._jobs)):
                return
            self._jobs = deque(each for each in self._jobs if not isinstance(each, _Load))
        self._loader.stop()
        self._put(_Unload())

    def ask(self, job: Ask) -> None:
        """Answer in its turn; loads the model first where it is not loaded."""
        self._put(job)

    def ask_aside(self, job: Ask) -> None:
        """Answer only if nothing else is being done or waits, and only until something does."""
        with self._changed:
            free = self._running is None and not self._jobs and not self._closing
            if free:
                self._hand(_Aside(job))
        if not free:
            self._post(AsideAnswered(job.request_id, None))

    def cancel(self, request_id: int) -> None:
        """End a request, begun or not."""
        self._withdrawn.add(request_id)
        self._controls.put(lambda: self._engine.cancel(request_id))

    def answer_now(self, request_id: int) -> None:
        """Ask for the end of thinking."""
        self._controls.put(lambda: self._engine.answer_now(request_id))

    def count_tokens(self, request_id: int, texts: tuple[str, ...]) -> None:
        """Count, instead of what was asked to be counted before."""
        self._counter.count(request_id, texts)

    def close(self) -> None:
        """End everything, running work included, in as long as ending the engine's process takes: 1 s at most."""
        with self._changed:
            self._closing = True
            self._jobs.clear()
            self._changed.notify_all()
        self._loader.close()
        self._counter.end()
        self._engine.close()
        self._controls.put(None)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(JOIN_PATIENCE_S)
        self._counter.join(JOIN_PATIENCE_S)

    def _put(self, job: _Job, *, first: bool = False) -> None:
        with self._changed:
            aside = next((each for each in (self._running, *self._jobs) if isinstance(each, _Aside)), None)
            self._hand(job, first=first)
        if aside is not None:
            self.cancel(aside.ask.request_id)

    def _hand(self, job: _Job, *, first: bool = False) -> None:
        if first:
            self._jobs.appendleft(job)
        else:
            self._jobs.append(job)
        self._handed += 1
        self._changed.notify_all()

    # -- the control thread --

    def _control(self) -> None:
        while (control := self._controls.get()) is not None:
            try:
                control()
            except Exception as error:  # the request itself goes on and is seen to end
                log_bug(error)

    # -- the working thread --

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._jobs and not self._closing:
                    self._changed.wait()
                if self._closing:
                    return
                self._running = job = self._jobs.popleft()
            match job:
                case Ask():
                    self._answer(job)
                    self._withdrawn.discard(job.request_id)
                case _Aside(ask):
                    self._post(AsideAnswered(ask.request_id, self._answer_aside(ask)))
                    self._withdrawn.discard(ask.request_id)
                case _Load():
                    self._load()
                case _Unload():
                    self._unload()
            with self._changed:
                self._running = None
                rested = None if self._jobs or self._closing else EngineRested(self._handed)
            if rested is not None:
                self._post(rested)

    def _load(self) -> EngineReady | NotLoaded:
        outcome = self._loader.ensure()
        if isinstance(outcome, EngineReady):
            return outcome
        with self._changed:
            waiting = [each for each in self._jobs if isinstance(each, Ask)]
            self._jobs = deque(each for each in self._jobs if not isinstance(each, Ask))
        for job in waiting:  # loading again for each would only fail once more
            self._refuse(job, outcome)
        return outcome

    def _unload(self) -> None:
        with self._changed:
            if any(not isinstance(each, _Unload) for each in self._jobs):
                return  # it would only have to be loaded again
        self._loader.unload()

    def _answer(self, job: Ask) -> None:
        if job.request_id in self._withdrawn:
            self._post(Finished(job.request_id, FinishReason.CANCELLED))
            return
        outcome = self._load()
        if isinstance(outcome, NotLoaded):
            self._refuse(job, outcome)
            return
        if job.request_id in self._withdrawn:
            self._post(Finished(job.request_id, FinishReason.CANCELLED))
            return
        try:
            self._stream(job, outcome)
        except Exception as error:
            log_bug(error)
            self._fail(Failed(job.request_id, BUG_KIND, BUG_MESSAGE))

    def _refuse(self, job: Ask, not_loaded: NotLoaded) -> None:
        if not_loaded.failure is None:
            self._post(Finished(job.request_id, FinishReason.CANCELLED))
        else:
            self._fail(replace(not_loaded.failure, request_id=job.request_id))

    def _fail(self, failure: Failed) -> None:
        self._post(failure)
        self._post(Finished(failure.request_id, FinishReason.ERROR))

    def _stream(self, job: Ask, ready: EngineReady) -> None:
        request = request_for(job, ready.loaded.precision)
        self._post(_begun(job, request, ready))
        begun_s = time.monotonic()
        heard = False
        for event in self._engine.generate(request):
            if isinstance(event, TextDelta) and not heard:
                heard = True
                self._let_go = None
                self._post(FirstToken(request.request_id, time.monotonic() - begun_s))
            elif isinstance(event, Failed) and event.kind == OutOfMemory.kind:
                self._let_go = ready
            self._post(event)

    def _answer_aside(self, job: Ask) -> str | None:
        """The answer; None where the model would have to be loaded for it, or something else came first."""
        ready = self._loader.ready
        if ready is None or ready is self._let_go or job.request_id in self._withdrawn:
            return None
        pieces: list[str] = []
        try:
            for event in self._engine.generate(request_for(job, ready.loaded.precision)):
                match event:
                    case TextDelta(channel=Channel.ANSWER, text=text):
                        pieces.append(text)
                    case Failed(kind=OutOfMemory.kind):
                        self._let_go = ready
                    case Finished(reason=reason):
                        return "".join(pieces) if reason in (FinishReason.STOP, FinishReason.LENGTH) else None
        except Exception as error:
            log_bug(error)
        return None


def _begun(job: Ask, request: GenerateRequest, ready: EngineReady) -> Begun:
    return Begun(
        request.request_id,
        ready.model.name,
        ready.loaded.device,
        ready.loaded.precision,
        ready.loaded.context_tokens,
        request.sampling,
        job.will_think,
        request.thinking_budget_tokens,
    )
