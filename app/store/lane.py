"""A thread with a queue: calls run on it one after the other, in the order in which they came. Knows no store."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from app.core.log import log_bug


class Lane:
    """Runs calls on a thread of its own. A call that raises is logged and the next one runs."""

    def __init__(self, name: str) -> None:
        self._calls: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._finishing = False
        self._ended = False
        # A daemon: a disk that hangs must not keep the process from ending once everybody has waited long enough.
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, call: Callable[[], None], *, first: bool = False) -> bool:
        """Run `call` after everything that waits, or (first) before it. False where the thread has ended."""
        with self._changed:
            if self._ended:
                return False
            if first:
                self._calls.appendleft(call)
            else:
                self._calls.append(call)
            self._changed.notify()
            return True

    def finish(self) -> None:
        """End the thread as soon as nothing waits any more. Returns at once."""
        with self._changed:
            self._finishing = True
            self._changed.notify()

    def join(self, patience_s: float) -> bool:
        """Wait for the thread's end. False where it still runs."""
        if self._thread.ident is not None:
            self._thread.join(max(0.0, patience_s))
        return not self._thread.is_alive()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._calls and not self._finishing:
                    self._changed.wait()
                if not self._calls:
                    self._ended = True
                    return
                call = self._calls.popleft()
            try:
                call()
            except Exception as error:
                log_bug(error)
            del call  # what it holds must not live until the next one comes
