"""The engine process from the inside: commands in, events out, one piece of work at a time.

The main thread only reads commands, so that a cancel is heard whatever the worker is doing. The worker thread owns the
engine. A third sends heart-beats while the worker is at it, and a fourth counts tokens, whatever the worker is doing.
"""

from __future__ import annotations

import importlib
import logging
import queue
import threading
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from engine import cancel as cancel_module
from engine.errors import Cancelled, NoModel, PonderError
from engine.importing import importing
from engine.memory_errors import as_out_of_memory
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
from engine.types import Failed, Finished, FinishReason

if TYPE_CHECKING:
    from engine.client import EngineClient

HEARTBEAT_S = 1.0

log = logging.getLogger(__name__)


class _Host:
    def __init__(self, connection: Connection, factory: str) -> None:
        self._connection = connection
        self._factory = factory
        self._engine: EngineClient | None = None
        self._send_lock = threading.Lock()
        self._work: queue.SimpleQueue[LoadCommand | GenerateCommand] = queue.SimpleQueue()
        self._to_count: queue.SimpleQueue[CountCommand] = queue.SimpleQueue()
        self._busy = threading.Event()
        # Asked for before their work began; looked at when it does.
        self._cancelled: set[int] = set()
        self._load_calls_cancelled: set[int] = set()

    def run(self) -> None:
        threading.Thread(target=self._worker, name="engine-worker", daemon=True).start()
        threading.Thread(target=self._heart, name="engine-heart", daemon=True).start()
        threading.Thread(target=self._counter, name="engine-counter", daemon=True).start()
        while True:
            try:
                command: Command = self._connection.recv()
            except (EOFError, OSError):
                return
            engine = self._engine
            match command:
                case ShutdownCommand():
                    return
                case CancelCommand(request_id):
                    self._cancelled.add(request_id)
                    if engine is not None:
                        engine.cancel(request_id)
                case CancelLoadCommand(call_id):
                    self._load_calls_cancelled.add(call_id)
                    if engine is not None:
                        engine.cancel_load()
                case AnswerNowCommand(request_id):
                    if engine is not None:
                        engine.answer_now(request_id)
                case CountCommand():
                    self._to_count.put(command)
                case _:
                    self._work.put(command)

    def _send(self, reply: Reply) -> None:
        with self._send_lock:
            try:
                self._connection.send(reply)
            except OSError:  # the parent is gone; the main thread notices by itself
                log.debug("reply dropped")

    def _heart(self) -> None:
        stopped = threading.Event()
        while True:
            self._busy.wait()
            self._send(Heartbeat(cancel_module.ticks()))
            stopped.wait(HEARTBEAT_S)

    def _counter(self) -> None:
        while True:
            command = self._to_count.get()
            engine = self._engine
            counts: tuple[int, ...] | None = None
            try:
                counts = None if engine is None else engine.count_tokens(command.texts)
            except NoModel:
                log.debug("nothing is loaded that could count")
            except Exception:  # a number that is missing must not end anything else
                log.exception("tokens could not be counted")
            self._send(Counted(command.call_id, counts))

    def _worker(self) -> None:
        while True:
            command = self._work.get()
            self._busy.set()
            try:
                if isinstance(command, GenerateCommand):
                    self._generate(command)
                else:
                    self._load(command)
            except Exception:  # as where there is no memory even to tell; the next command must find a worker
                log.exception("the outcome of a command could not be told")
            finally:
                self._busy.clear()

    def _ready_engine(self) -> EngineClient:
        if self._engine is None:
            module, _, name = self._factory.partition(":")
            with importing(module):
                made = importlib.import_module(module)
            self._engine = getattr(made, name)()
        return self._engine

    def _load(self, command: LoadCommand) -> None:
        call_id = command.call_id
        try:
            engine = self._ready_engine()
            if call_id in self._load_calls_cancelled:
                raise Cancelled
            loaded = engine.load(command.request, lambda p: self._send(CallProgress(call_id, p)))
            self._send(Answered(call_id, loaded))
        except Cancelled:
            self._send(CallFailed(call_id, "Cancelled", "", ""))
        except PonderError as error:
            self._send(CallFailed(call_id, type(error).__name__, error.message, error.remedy, error.offers))
        except Exception as error:
            failure = as_out_of_memory(error)  # as where not even the engine's libraries find room
            if failure is not None:
                self._send(CallFailed(call_id, type(failure).__name__, failure.message, failure.remedy))
            else:
                log.exception("a call failed unexpectedly")
                self._send(CallFailed(call_id, "EngineGone", *_describe_bug(error)))
        finally:
            self._load_calls_cancelled.discard(call_id)

    def _generate(self, command: GenerateCommand) -> None:
        request = command.request
        try:
            engine = self._ready_engine()
            events = engine.generate(request)
            if request.request_id in self._cancelled:
                engine.cancel(request.request_id)
            for event in events:
                self._send(event)
        except Exception as error:
            failure = as_out_of_memory(error)
            if failure is not None:
                self._send(Failed(request.request_id, failure.kind, str(failure)))
            else:
                log.exception("a request failed unexpectedly")
                self._send(Failed(request.request_id, "internal", " ".join(_describe_bug(error))))
            self._send(Finished(request.request_id, FinishReason.ERROR))
        finally:
            self._cancelled.discard(request.request_id)


def _describe_bug(error: Exception) -> tuple[str, str]:
    return (
        f"The engine ran into a bug of its own ({type(error).__name__}).",
        "Try again; if it happens again, please report it.",
    )


def serve(connection: Connection, factory: str) -> None:
    """Serve commands until the pipe closes or a shutdown is asked for."""
    _Host(connection, factory).run()
