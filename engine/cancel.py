"""The cancel token: made fresh for each request, set once, never reset.

Looking at a token also counts as a sign of life: whoever works long looks often, so a count that stands still while
there is work means that something hangs.
"""

from __future__ import annotations

import threading
from array import array

from engine.errors import Cancelled

_ticks = 0


def ticks() -> int:
    """How often any token was looked at in this process."""
    return _ticks


class CancelToken:
    """Set from any thread; the engine looks at it between layers, prefill chunks and decoded tokens."""

    __slots__ = ("_event", "_flag")

    def __init__(self) -> None:
        self._event = threading.Event()
        self._flag = array("i", [0])

    def cancel(self) -> None:
        self._flag[0] = 1
        self._event.set()

    @property
    def flag_address(self) -> int:
        """Where a C int lies, for code that cannot call Python: 0, and 1 once the token is set; lives as long as it."""
        return self._flag.buffer_info()[0]

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raises Cancelled when the token is set."""
        global _ticks
        _ticks += 1
        if self._event.is_set():
            raise Cancelled
