"""The engine in a process of its own, behind the same interface as the engine in this one.

A reader thread receives everything and never blocks on whoever consumes it, so the engine never waits for a window. If
the process dies, what it sent stays valid, running requests end with `engine_gone`, and the next call starts a new
process and loads the last model again. Where it looks as if the system had ended it for lack of memory, the failure
says so and offers what the engine had named beforehand: afterwards nobody is left to ask.
"""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import queue
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from engine import child, errors
from engine.errors import Cancelled, EngineGone, NoModel, PonderError
from engine.protocol import (
    Answered,
    AnswerNowCommand,
    CallFailed,
    CallProgress,
    CancelCommand,
    CancelLoadCommand,
    Command,
    CountCommand,
    Counted,
    GenerateCommand,
    Heartbeat,
    LoadCommand,
    Reply,
    ShutdownCommand,
)
from engine.smaller import in_words
from engine.types import (
    Failed,
    Finished,
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    Loaded,
    LoadProgress,
    LoadRequest,
    SmallerChoice,
)

DEFAULT_FACTORY = "engine.engine:Engine"
# A cancel is obeyed within 200 ms; a process that has not answered for this long is stuck in native code.
CANCEL_PATIENCE_S = 3.0
# Without any sign of life for so long while there is work, the process is taken for hung and replaced.
HANG_PATIENCE_S = 60.0
POLL_S = 0.25
EXIT_PATIENCE_S = 1.0

log = logging.getLogger(__name__)

GONE_MESSAGE = "The engine stopped unexpectedly."
HUNG_MESSAGE = "The engine stopped responding and was ended."
GONE_REMEDY = "What it had written is kept. Ask again: it starts anew by itself."
STARVED_MESSAGE = "The system ended the engine, most likely because memory ran out."
STARVED_REMEDY = f"{GONE_REMEDY} Close other programs first, or load less."

Progress = Callable[[LoadProgress], None]


@dataclass(slots=True)
class _Call:
    progress: Progress | None
    done: threading.Event = field(default_factory=threading.Event)
    loaded: Loaded | None = None
    counts: tuple[int, ...] | None = None
    error: Exception | None = None


class _Child:
    """One process, its pipe and its reader. Never reused after its death."""

    def __init__(self, factory: str, on_gone: Callable[[], None]) -> None:
        self.on_gone = on_gone
        self.leaving = False
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=child.main, args=(theirs, factory), name="ponder-engine")
        self.process.start()
        theirs.close()
        self.calls: dict[int, _Call] = {}
        self.requests: dict[int, queue.SimpleQueue[GenerateEvent]] = {}
        self.lock = threading.Lock()
        self.gone = threading.Event()
        self.gone_error = EngineGone(GONE_MESSAGE, GONE_REMEDY)
        self.killed = False
        self.smaller: tuple[SmallerChoice, ...] = ()  # what to load instead of what it loads or has loaded
        self.ticks = -1
        self.quiet_polls = 0
        self.cancel_polls = -1  # polls since a cancel that is not obeyed yet; -1: none is due
        self._send_lock = threading.Lock()
        self._exit_lock = threading.Lock()  # two threads must not wait for the same process at once
        self.reader = threading.Thread(target=_read, args=(self,), name="engine-reader", daemon=True)
        self.reader.start()
        # Ends the process with the interpreter even where close() was forgotten; multiprocessing would wait for it.
        self.finalizer = weakref.finalize(self, _kill, self.process)

    def send(self, command: Command) -> None:
        with self._send_lock:
            try:
                self.connection.send(command)
            except (OSError, ValueError):
                log.debug("the engine process is gone; the reader reports it")

    def kill(self, message: str) -> None:
        self.killed = True
        self.gone_error = EngineGone(message, GONE_REMEDY)
        _kill(self.process)

    def stop(self) -> None:
        """Ask it to leave, make it leave, and let go of everything."""
        self.leaving = True
        self.send(ShutdownCommand())
        self._exit_code(EXIT_PATIENCE_S)
        self.finalizer()
        self._exit_code(None)
        self.reader.join()
        self.process.close()

    def look_for_the_cause(self) -> None:
        """Once the pipe has closed: nobody but the system ends a process of its own by SIGKILL, as a rule."""
        if self.killed or self.leaving or sys.platform == "win32":
            return
        if self._exit_code(EXIT_PATIENCE_S) == -signal.SIGKILL:
            words = f" {in_words(self.smaller)}" if self.smaller else ""
            self.gone_error = EngineGone(STARVED_MESSAGE, STARVED_REMEDY + words, self.smaller)

    def _exit_code(self, patience_s: float | None) -> int | None:
        with self._exit_lock:
            self.process.join(patience_s)
            return self.process.exitcode


def _kill(process: BaseProcess) -> None:
    try:
        process.kill()
    except (ValueError, OSError):
        log.debug("already ended")


def _read(self: _Child) -> None:
    while True:
        try:
            reply: Reply = self.connection.recv()
        except (EOFError, OSError):
            break
        except Exception:  # a torn message: killed in the middle of sending
            log.debug("torn message")
            break
        match reply:
            case Heartbeat(ticks):
                if ticks != self.ticks:
                    self.quiet_polls = 0
                self.ticks = ticks
                continue
            case Counted(call_id, counts):  # says nothing of the work that goes on beside it
                with self.lock:
                    counting = self.calls.pop(call_id, None)
                if counting is not None:
                    counting.counts = counts
                    counting.done.set()
                continue
            case CallProgress(call_id, progress):
                if progress.smaller:
                    self.smaller = progress.smaller
                call = self.calls.get(call_id)
                if call is not None and call.progress is not None:
                    call.progress(progress)
            case Answered(call_id, loaded):
                self.smaller = loaded.smaller
                _end_call(self, call_id, loaded, None)
            case CallFailed() as failed:
                self.smaller = ()
                _end_call(self, failed.call_id, None, _as_error(failed))
            case _:
                with self.lock:
                    events = self.requests.get(reply.request_id)
                    if isinstance(reply, Finished):
                        self.requests.pop(reply.request_id, None)
                        self.cancel_polls = -1
                if events is not None:
                    events.put(reply)
        self.quiet_polls = 0
    self.connection.close()
    self.look_for_the_cause()
    error = self.gone_error
    with self.lock:
        self.gone.set()
        calls, requests = dict(self.calls), dict(self.requests)
        self.calls.clear()
        self.requests.clear()
    if not self.leaving:
        self.on_gone()  # before anybody hears of a failure through it, so that the news arrive in order
    for call in calls.values():
        call.error = EngineGone(error.message, error.remedy, error.offers)
        call.done.set()
    for request_id, events in requests.items():
        events.put(Failed(request_id, error.kind, str(error), error.offers))
        events.put(Finished(request_id, FinishReason.ERROR))


def _end_call(self: _Child, call_id: int, loaded: Loaded | None, error: Exception | None) -> None:
    with self.lock:
        call = self.calls.pop(call_id, None)
    self.cancel_polls = -1
    if call is not None:
        call.loaded, call.error = loaded, error
        call.done.set()


def _as_error(failed: CallFailed) -> Exception:
    if failed.error == "Cancelled":
        return Cancelled()
    kind = getattr(errors, failed.error, PonderError)
    known = isinstance(kind, type) and issubclass(kind, PonderError)
    return (kind if known else PonderError)(failed.message, failed.remedy, failed.offers)


class ProcessEngine:
    """Implements engine.client.EngineClient with the engine in a child process.

    Args:
        factory: "module:name" of the engine to run there.
    """

    def __init__(self, factory: str = DEFAULT_FACTORY, *, hang_patience_s: float = HANG_PATIENCE_S) -> None:
        self._factory = factory
        self._hang_patience_s = hang_patience_s
        self._child: _Child | None = None
        self._lock = threading.RLock()
        self._ids = itertools.count(1)
        self._last_load: LoadRequest | None = None
        self._load_call: int | None = None
        self._closed = False
        self.on_gone: Callable[[], None] = lambda: None
        """Called from the reader's thread when a process ends without having been asked to."""

    @property
    def pid(self) -> int | None:
        """The process id of the engine; None while there is none."""
        current = self._child
        return current.process.pid if current is not None and not current.gone.is_set() else None

    def start(self) -> None:
        """Start the process now, so that the first load finds it ready."""
        self._running_child()

    def _running_child(self) -> _Child:
        with self._lock:
            if self._closed:
                raise EngineGone("The engine was closed.")
            current = self._child
            if current is not None and current.gone.is_set():
                current.stop()
                current = None
            if current is None:
                current = self._child = _Child(self._factory, lambda: self.on_gone())
            return current

    def load(self, request: LoadRequest, progress: Progress | None = None) -> Loaded:
        """See EngineClient.load."""
        call_id = next(self._ids)
        self._load_call = call_id
        try:
            current = self._running_child()
            call = self._begin_call(current, LoadCommand(call_id, request), call_id, progress)
            loaded = self._wait_for_load(current, call)
        finally:
            self._load_call = None
        if loaded is None:
            raise EngineGone(GONE_MESSAGE, GONE_REMEDY)
        self._last_load = request
        return loaded

    def cancel_load(self) -> None:
        """See EngineClient.cancel_load. The process is replaced where it does not obey in time."""
        current, call_id = self._child, self._load_call
        if current is None or call_id is None:
            return
        current.send(CancelLoadCommand(call_id))
        current.cancel_polls = 0

    def unload(self) -> None:
        """See EngineClient.unload. The process ends: its libraries and a GPU's context are memory too."""
        with self._lock:
            self._last_load = None
            current, self._child = self._child, None
        if current is not None:
            current.stop()

    def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """See EngineClient.count_tokens. Starts no process."""
        current = self._child
        if current is None or current.gone.is_set():
            raise NoModel("No model is loaded.", "Load one first.")
        call_id = next(self._ids)
        call = self._begin_call(current, CountCommand(call_id, texts), call_id, None)
        # Not watched for a hang: who loads or generates does that, and must not take this for a sign of life.
        call.done.wait()
        if call.error is not None:
            raise call.error
        if call.counts is None:
            raise NoModel("No model is loaded.", "Load one first.")
        return call.counts

    def _begin_call(self, current: _Child, command: Command, call_id: int, progress: Progress | None) -> _Call:
        call = _Call(progress)
        with current.lock:
            if not current.gone.is_set():
                current.calls[call_id] = call
            else:
                call.error = current.gone_error
                call.done.set()
        current.send(command)
        return call

    def _wait_for_load(self, current: _Child, call: _Call) -> Loaded | None:
        while not call.done.wait(POLL_S):
            # A load may sit in a library for minutes on a slow disk; only a person can tell that it takes too long.
            current.quiet_polls = 0
            self._watch(current)
        if call.error is not None:
            raise call.error
        return call.loaded

    def generate(self, request: GenerateRequest) -> Iterator[GenerateEvent]:
        """See EngineClient.generate. Starts a new process and loads the last model again where the old one died."""
        fresh: queue.SimpleQueue[GenerateEvent] = queue.SimpleQueue()
        current = self._child
        if current is not None and not current.gone.is_set():
            self._submit(current, request, fresh)
            return self._events(current, request, fresh)
        return self._events(None, request, fresh)

    def _submit(self, current: _Child, request: GenerateRequest, events: queue.SimpleQueue[GenerateEvent]) -> None:
        with current.lock:
            if current.gone.is_set():
                error = current.gone_error
                events.put(Failed(request.request_id, error.kind, str(error), error.offers))
                events.put(Finished(request.request_id, FinishReason.ERROR))
                return
            current.requests[request.request_id] = events
        current.send(GenerateCommand(request))

    def _events(
        self, current: _Child | None, request: GenerateRequest, events: queue.SimpleQueue[GenerateEvent]
    ) -> Iterator[GenerateEvent]:
        if current is None:
            try:
                if self._last_load is not None:
                    self.load(self._last_load)
                current = self._running_child()
            except Cancelled:
                yield Finished(request.request_id, FinishReason.CANCELLED)
                return
            except PonderError as error:
                yield Failed(request.request_id, error.kind, str(error), error.offers)
                yield Finished(request.request_id, FinishReason.ERROR)
                return
            self._submit(current, request, events)
        finished = False
        try:
            while not finished:
                try:
                    event = events.get(timeout=POLL_S)
                except queue.Empty:
                    self._watch(current)
                    continue
                finished = isinstance(event, Finished)
                yield event
        finally:
            if not finished:  # the consumer walked away
                self.cancel(request.request_id)

    def _watch(self, current: _Child) -> None:
        """Count polls without a sign of life. Polls, not seconds: a laptop that slept must not look like a hang."""
        current.quiet_polls += 1
        overdue = current.quiet_polls * POLL_S > self._hang_patience_s
        if current.cancel_polls >= 0:
            current.cancel_polls += 1
            overdue = overdue or current.cancel_polls * POLL_S > CANCEL_PATIENCE_S
        if overdue:
            current.kill(HUNG_MESSAGE)

    def cancel(self, request_id: int) -> None:
        """See EngineClient.cancel. A process stuck in native code is replaced."""
        current = self._child
        if current is None:
            return
        current.send(CancelCommand(request_id))
        if request_id in current.requests:
            current.cancel_polls = 0

    def answer_now(self, request_id: int) -> None:
        """See EngineClient.answer_now."""
        if self._child is not None:
            self._child.send(AnswerNowCommand(request_id))

    def close(self) -> None:
        """See EngineClient.close. Ends the process within EXIT_PATIENCE_S, by force where it must."""
        with self._lock:
            self._closed = True
            current, self._child = self._child, None
        if current is not None:
            current.stop()
