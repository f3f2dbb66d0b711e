"""Entry point of the engine process. Imports nothing heavy: spawn imports it before anything can be reported."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
from multiprocessing.connection import Connection

# How much the engine gives way to others: the window must stay smooth on a machine whose cores are all computing.
NICENESS = 5
_BELOW_NORMAL_PRIORITY_CLASS = 0x4000  # of Windows


def main(connection: Connection, factory: str) -> None:
    """Run a host until the pipe closes, then leave at once.

    Args:
        connection: the child's end of the pipe.
        factory: "module:name" of what makes the engine; a string, so that the window never imports it.
    """
    # Ctrl-C in a terminal goes to the whole group; what to do about it is the parent's affair.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A windowed program has no streams, and libraries that print warnings must not fall over that.
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    _give_way()
    host = importlib.import_module("engine.host")
    host.serve(connection, factory)
    # Not sys.exit: a thread deep in a native call must not keep the process alive.
    os._exit(0)


def _give_way() -> None:
    """Compute at a lower priority than the window, where the system allows it."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(ctypes.c_void_p(kernel.GetCurrentProcess()), _BELOW_NORMAL_PRIORITY_CLASS)
    else:
        # On macOS too, and not its background class: that would keep the engine off the fast cores of an idle machine.
        with contextlib.suppress(OSError):
            os.nice(NICENESS)
