"""A process of its own for chat templates that came with a downloaded model: they are programs by strangers.

Jinja's sandbox keeps a template from reaching Python, but not from looping for hours or asking for all memory
(CVE-2024-34359 and its kin; FAULTS row 42). So such templates run in a child that is killed when it
overstays. Both directions carry JSON, never pickles: a child that was taken over cannot run code in the
parent. It imports this module and jinja2 only, ends with the pipe, and a C watchdog ends it even in a loop.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from engine.errors import TemplateFailed
from engine.template_render import OutputTooLong, render

RENDER_TIME_LIMIT_S = 2.0
MEMORY_LIMIT_BYTES = 256 * 1024 * 1024
_START_TIME_LIMIT_S = 60.0  # a cold disk or a busy machine; nothing of the template runs yet
_REMEDY = "The model's chat template does not work; use another model, or --raw."


class _Child:
    """One running child and the parent's end of its pipe."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        # A daemon, so that multiprocessing ends it at exit even where nobody called close().
        self.process: BaseProcess = context.Process(target=serve, args=(theirs,), name="ponder-template", daemon=True)
        try:
            self.process.start()
        finally:
            theirs.close()

    def stop(self) -> None:
        self.connection.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.process.close()


class TemplateProcess:
    """Renders in a child that is started when first needed, kept, and replaced after a failure.
    Thread-safe.
    """

    def __init__(self, time_limit_s: float = RENDER_TIME_LIMIT_S) -> None:
        self._time_limit_s = time_limit_s
        self._lock = threading.Lock()
        self._children: list[_Child] = []  # none or one; shared with the finaliser, which must not hold self
        self._finaliser = weakref.finalize(self, _stop_all, self._children)

    def render(self, source: str, variables: Mapping[str, object], max_characters: int) -> str:
        """Render `source` in the child.

        Raises:
            TemplateFailed: It raised, ran longer than the limit, took too much memory or wrote too much.
        """
        try:
            request = json.dumps([source, variables, max_characters]).encode("ascii")
        except (ValueError, TypeError, RecursionError) as error:
            raise TemplateFailed("The conversation cannot be handed to the chat template.") from error
        with self._lock:
            try:
                return self._exchange(request, max_characters)
            except TemplateFailed:
                self._stop()  # whatever went wrong, the child may be left in any state
                raise
            except (OSError, EOFError, ValueError, RecursionError) as error:
                self._stop()
                raise TemplateFailed("The chat template ended its process.", _REMEDY) from error

    def close(self) -> None:
        """End the child. The next render would start another."""
        with self._lock:
            self._stop()

    def _exchange(self, request: bytes, max_characters: int) -> str:
        child = self._running_child()
        # A thread with a deadline rather than poll(): a child can also stop reading, or stop amid its answer.
        watchdog = threading.Timer(self._time_limit_s, child.process.kill)
        watchdog.daemon = True
        begun = time.monotonic()
        watchdog.start()
        try:
            child.connection.send_bytes(request)
            # In JSON a character takes at most twelve bytes: a surrogate pair of \uXXXX escapes.
            content = child.connection.recv_bytes(12 * max_characters + 4096)
        except (OSError, EOFError) as error:
            if time.monotonic() - begun < self._time_limit_s:
                raise
            raise TemplateFailed(
                f"The chat template ran longer than {self._time_limit_s:g} seconds.", _REMEDY
            ) from error
        finally:
            watchdog.cancel()
            watchdog.join()
        answer = json.loads(content)
        if isinstance(answer, dict):
            text, problem = answer.get("text"), answer.get("problem")
            if isinstance(text, str) and len(text) <= max_characters:
                return text
            if isinstance(problem, str):
                raise TemplateFailed(f"The chat template failed: {problem[:300]}.", _REMEDY)
        raise ValueError

    def _running_child(self) -> _Child:
        if self._children and not self._children[0].process.is_alive():
            self._stop()
        if not self._children:
            child = _Child()
            self._children.append(child)
            if not child.connection.poll(_START_TIME_LIMIT_S):
                raise TemplateFailed("The process for chat templates does not start.")
            child.connection.recv_bytes(16)
        return self._children[0]

    def _stop(self) -> None:
        _stop_all(self._children)


def _stop_all(children: list[_Child]) -> None:
    while children:
        children.pop().stop()


def serve(connection: Connection, time_limit_s: float = RENDER_TIME_LIMIT_S) -> None:
    """The child's life: answer requests until the pipe closes."""
    # Ctrl+C in a terminal reaches every process of the group; ending is the parent's business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError), Path(os.devnull).open("w") as nowhere:
        render("", {}, 1)  # imports and compiles what is needed before memory is limited and time counts
        limit_memory(MEMORY_LIMIT_BYTES)
        connection.send_bytes(b"ready")
        while True:
            request = connection.recv_bytes()
            # Should the parent be gone, nobody is left to kill a looping template: this C thread does it.
            faulthandler.dump_traceback_later(time_limit_s * 2 + 1, exit=True, file=nowhere)
            connection.send_bytes(_answer(request))
            faulthandler.cancel_dump_traceback_later()


def _answer(request: bytes) -> bytes:
    try:
        source, variables, max_characters = json.loads(request)
        return json.dumps({"text": render(source, variables, max_characters)}).encode("ascii")
    except MemoryError:
        problem = "it takes too much memory"
    except OutputTooLong:
        problem = "it writes too much text"
    except RecursionError:
        problem = "it is nested too deeply"
    except Exception as error:
        # Whatever a template raises, it is the template's failure and travels as text.
        problem = f"{type(error).__name__}: {error}"
    return json.dumps({"problem": problem}).encode("ascii")


def limit_memory(extra_bytes: int) -> None:
    """Cap this process at what it uses now plus `extra_bytes`, where the system has such a limit."""
    if sys.platform == "win32":
        return
    import resource

    in_use_bytes = 0
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        in_use_bytes = pages * resource.getpagesize()
    for name in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
        with contextlib.suppress(OSError, ValueError):
            _, hard = resource.getrlimit(name)
            wanted = in_use_bytes + extra_bytes
            resource.setrlimit(name, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
