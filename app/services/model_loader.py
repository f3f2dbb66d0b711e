"""Which model is wanted and whether it is loaded: loads it, stops loading it, lets it go. No Qt here.

Which one is wanted is a state and not a job: whoever needs a model loads the one that is wanted by then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.core.log import log_bug
from app.services.status import (
    ChosenModel,
    EngineFailed,
    EngineLoading,
    EngineReady,
    EngineStarting,
    EngineStatus,
    EngineStopped,
    EngineUnloaded,
)
from engine.client import EngineClient
from engine.errors import Cancelled, PonderError
from engine.types import Failed, LoadProgress

BUG_KIND = "internal"
BUG_MESSAGE = "Ponder ran into a bug of its own. Try again; if it happens again, please report it."


class HostedEngine(EngineClient, Protocol):
    """An engine in a process of its own."""

    on_gone: Callable[[], None]

    @property
    def pid(self) -> int | None: ...

    def start(self) -> None: ...


@dataclass(frozen=True, slots=True)
class NotLoaded:
    """`failure`: why, with request id 0; None where loading was stopped by a person."""

    failure: Failed | None


@dataclass(slots=True, eq=False)
class _Loading:
    """One attempt at loading.

    stopped: It is not wanted any more, however it ends.
    superseded: Because another model is.
    """

    model: ChosenModel
    stopped: bool = False
    superseded: bool = False


class ModelLoader:
    """Keeps an engine at the model that is wanted.

    `want` and `stop` may be called from any thread and return at once; `ensure` and `unload` belong to one thread.

    Args:
        engine: Its `on_gone` is taken.
        model: What is wanted at first.
        post: Takes the states, from whichever thread they are found out on.
        pass_on: Has something done soon, by a thread that may wait for the engine's pipe.
    """

    def __init__(
        self,
        engine: HostedEngine,
        model: ChosenModel,
        post: Callable[[EngineStatus], None],
        pass_on: Callable[[Callable[[], None]], None],
    ) -> None:
        self._engine = engine
        engine.on_gone = self._engine_gone
        self._post_status = post
        self._pass_on = pass_on
        self._ready: EngineReady | None = None
        self._lock = threading.Lock()  # of what follows
        self._model = model
        self._loading: _Loading | None = None
        self._closed = False
        # Held while a load ends and while one is stopped, so that the next load is not stopped in its place.
        self._gate = threading.Lock()

    @property
    def ready(self) -> EngineReady | None:
        """What is loaded; None where nothing is, or the engine's process is gone."""
        return self._ready if self._engine.pid is not None else None

    def want(self, model: ChosenModel) -> None:
        """Want another model; where one that is to be loaded otherwise is being loaded, that is stopped."""
        with self._lock:
            self._model = model
            loading = self._loading
            if loading is not None and loading.model.request != model.request:
                loading.superseded = True
                self._stop(loading)

    def stop(self) -> None:
        """Stop loading, if it is being done."""
        with self._lock:
            loading = self._loading
            if loading is not None:
                self._stop(loading)

    def close(self) -> None:
        """Tell nothing more."""
        self._closed = True

    def ensure(self) -> EngineReady | NotLoaded:
        """Make sure that the model that is wanted is loaded, whichever that is by then."""
        while True:
            with self._lock:
                model, ready = self._model, self.ready
                if ready is not None and ready.model.request == model.request:
                    break
                self._loading = loading = _Loading(model)
            not_loaded = self._load(loading)
            if not_loaded is not None and not loading.superseded:
                return not_loaded
        if ready.model != model:  # by another name, or with another note
            self._ready = ready = EngineReady(model, ready.loaded)
            self._post(ready)
        return ready

    def unload(self) -> None:
        """Give the memory back."""
        self._ready = None
        try:
            self._engine.unload()
        except Exception as error:
            log_bug(error)
        self._post(EngineUnloaded(self._model))

    def _stop(self, loading: _Loading) -> None:
        loading.stopped = True
        self._pass_on(lambda: self._cancel(loading))

    def _cancel(self, loading: _Loading) -> None:
        with self._gate:
            if self._loading is loading:
                self._engine.cancel_load()

    def _load(self, loading: _Loading) -> NotLoaded | None:
        model = loading.model
        self._ready = None
        self._post(EngineStarting(model))
        try:
            self._engine.start()
            self._post(EngineLoading(model, None))
            if loading.stopped:
                raise Cancelled
            loaded = self._engine.load(model.request, lambda progress: self._on_progress(loading, progress))
        except Cancelled:
            return self._end_stopped(loading)
        except Exception as error:
            if loading.stopped:  # it did not obey and was ended with its process
                return self._end_stopped(loading)
            return self._end_failed(model, error)
        finally:
            with self._gate, self._lock:
                self._loading = None
        self._ready = EngineReady(model, loaded)
        if not loading.superseded:
            self._post(self._ready)
        return None

    def _end_stopped(self, loading: _Loading) -> NotLoaded:
        if not loading.superseded:
            self._post(EngineUnloaded(loading.model))
        return NotLoaded(None)

    def _end_failed(self, model: ChosenModel, error: Exception) -> NotLoaded:
        failed = EngineFailed(model, BUG_KIND, BUG_MESSAGE)
        if isinstance(error, PonderError):
            failed = EngineFailed(model, error.kind, str(error), error.offers)
        else:
            log_bug(error)
        self._post(failed)
        return NotLoaded(Failed(0, failed.kind, failed.message, failed.offers))

    def _on_progress(self, loading: _Loading, progress: LoadProgress) -> None:
        if loading.stopped:  # perhaps before the engine had anything that it could cancel
            self._pass_on(lambda: self._cancel(loading))
            return
        known = progress.total_bytes > 0
        self._post(EngineLoading(loading.model, progress.done_bytes / progress.total_bytes if known else None))

    def _engine_gone(self) -> None:
        """Say so at once, even where nobody waits for an answer. The next question starts it again."""
        loading = self._loading
        if loading is None or not loading.stopped:
            self._post(EngineStopped(self._model))

    def _post(self, status: EngineStatus) -> None:
        if not self._closed:
            self._post_status(status)
