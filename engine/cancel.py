"""The cancel token: made fresh for each request, set once, never reset.

Looking at a token also counts as a sign of life: whoever works long looks often, so a count that stands still while
there is work means that something hangs.
"""

from __future__ import annotations

import threading

from engine.errors import Cancelled

_ticks = 0


def ticks() -> int:
    """How often any token was looked at in this process."""
    return _ticks


class CancelToken:
    """Set from any thread; the engine looks at it between layers, prefill chunks and decoded tokens."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        self._event.set()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raises Cancelled when the token is set."""
        global _ticks
        _ticks += 1
        if self._event.is_set():
            raise Cancelled
