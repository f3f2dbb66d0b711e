"""Ctrl-C and SIGTERM. The first one ends what runs and keeps its text, the second one ends the process.

Python runs a signal handler in the main thread, between two bytecodes. That thread may be deep in a matrix
product or hold a lock of the engine at that moment, so the handler itself cancels nothing. The interpreter
also writes the signal's number to a socket (`signal.set_wakeup_fd`) at once; a small thread reads it there
and cancels from outside.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType

# How long the main thread may take to notice an interrupt where nothing can be cancelled (loading, importing
# torch).
GRACE_S = 1.0


CTRL_C_EXIT_CODE = 130


class Interrupted(KeyboardInterrupt):
    """A signal came while nothing was being generated."""

    def __init__(self, exit_code: int) -> None:
        self.exit_code = exit_code
        super().__init__()


def exit_code_of(signal_number: int) -> int:
    """What a shell reports for a program that a signal ended: 130 for Ctrl-C, 143 for SIGTERM."""
    return 128 + signal_number


class Interrupts:
    """Handles SIGINT and SIGTERM between `with` and its end; only the main thread may enter.

    Outside `cancelling`, a signal raises Interrupted in the main thread. `unforced` is for waiting at a
    prompt, where the main thread notices by itself and no deadline is needed.
    """

    def __init__(self, exit_process: Callable[[int], object] = os._exit) -> None:
        self._exit_process = exit_process
        self._cancel: Callable[[], None] | None = None
        self._signals_seen = 0
        self._noticed = threading.Event()
        self._exit_code = CTRL_C_EXIT_CODE

    def __enter__(self) -> Interrupts:
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        self._old_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._old_handlers = [(each, signal.signal(each, self._on_signal)) for each in _HANDLED]
        self._watcher = threading.Thread(target=self._watch, name="interrupts", daemon=True)
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._noticed.set()
        for number, handler in self._old_handlers:
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_fd)
        self._writer.close()  # the watcher reads the end of the stream and leaves
        self._watcher.join()
        self._reader.close()

    @property
    def exit_code(self) -> int:
        """The exit code for the signal that came last."""
        return self._exit_code

    @contextlib.contextmanager
    def cancelling(self, cancel: Callable[[], None]) -> Iterator[None]:
        """Call `cancel` (from another thread) on a signal, instead of raising, for as long as this lasts."""
        self._signals_seen = 0
        self._cancel = cancel
        try:
            yield
        finally:
            self._cancel = None
            self._signals_seen = 0

    @contextlib.contextmanager
    def unforced(self) -> Iterator[None]:
        """A signal raises Interrupted and nothing more while this lasts: for waiting at a prompt."""
        signal.set_wakeup_fd(-1)
        try:
            yield
        finally:
            signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
            self._signals_seen = 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._exit_code = exit_code_of(number)
        self._noticed.set()
        if self._cancel is None:
            raise Interrupted(self._exit_code)

    def _watch(self) -> None:
        while data := self._reader.recv(1):
            number = data[0]
            if number not in _HANDLED:
                continue
            self._signals_seen += 1
            cancel = self._cancel
            if self._signals_seen > 1:
                self._exit_process(exit_code_of(number))
            elif cancel is not None:
                cancel()
            elif not self._noticed.wait(GRACE_S):
                self._exit_process(exit_code_of(number))


_HANDLED = (signal.SIGINT, signal.SIGTERM)
