"""Entry point of a measuring process. Imports nothing heavy: spawn imports it before anything can be reported."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from engine.bench.report import Case
from engine.importing import importing


@dataclass(frozen=True, slots=True)
class Saying:
    """What is being done now."""

    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Nothing came of it, for a reason that people are told."""

    kind: str
    message: str


def main(connection: Connection, case: Case) -> None:
    """Do one case, send what came of it, and leave at once."""
    # Ctrl-C in a terminal reaches every process of the group; ending this one is the parent's business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with importing("engine.bench.cases"):  # as the engine's process does
        perform: Any = importlib.import_module("engine.bench.cases").perform
    answer = perform(case, lambda text: connection.send(Saying(text)))
    with contextlib.suppress(OSError):  # the parent may be gone by now
        connection.send(answer)
        connection.close()
    # Not sys.exit: nothing that a library left running may keep the process alive.
    os._exit(0)
