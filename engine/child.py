"""Entry point of the engine process. Imports nothing heavy: spawn imports it before anything can be reported."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from multiprocessing.connection import Connection


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
    host = importlib.import_module("engine.host")
    host.serve(connection, factory)
    # Not sys.exit: a thread deep in a native call must not keep the process alive.
    os._exit(0)
