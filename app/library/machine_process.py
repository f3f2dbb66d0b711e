"""What this machine has, asked in a process of its own.

Only PyTorch can tell which GPUs really compute, and the window's process must not import it: it takes seconds, and a
broken driver can end the process that asks.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import time
from multiprocessing.connection import Connection

from engine.cancel import CancelToken
from engine.hardware import Machine, detect_machine

TIME_LIMIT_S = 120.0
_LOOK_EACH_S = 0.05
_NOTE = "The GPUs could not be asked about: the process that did ended unexpectedly."


def look_at_machine(cancel: CancelToken, time_limit_s: float = TIME_LIMIT_S) -> Machine:
    """Seconds. Where the process fails, what can be told without PyTorch, and a note that says so.

    Raises:
        Cancelled: the token was set; the process is gone.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    # A daemon, so that it ends with the window even where nobody waits for it.
    process = context.Process(target=tell, args=(theirs,), name="ponder-machine", daemon=True)
    try:
        process.start()
    except OSError:  # no room for another process
        ours.close()
        return _without_gpus()
    finally:
        theirs.close()
    try:
        return _answer(ours, cancel, time.monotonic() + time_limit_s) or _without_gpus()
    finally:
        ours.close()
        process.kill()
        process.join()
        process.close()


def _answer(connection: Connection, cancel: CancelToken, deadline: float) -> Machine | None:
    while not connection.poll(_LOOK_EACH_S):
        cancel.raise_if_cancelled()
        if time.monotonic() > deadline:
            return None
    try:
        answer = connection.recv()
    except (EOFError, OSError):
        return None
    return answer if isinstance(answer, Machine) else None


def _without_gpus() -> Machine:
    machine = detect_machine(with_torch=False)
    return Machine(
        os=machine.os,
        python=machine.python,
        cpu=machine.cpu,
        memory=machine.memory,
        notes=(_NOTE, *machine.notes),
        gpu_problem=_NOTE,
        bitsandbytes_problem=machine.bitsandbytes_problem,
    )


def tell(connection: Connection) -> None:
    """The child's life: look and answer."""
    # Ctrl-C in a terminal reaches every process of the group; ending is the parent's business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    machine = detect_machine()
    with contextlib.suppress(OSError):  # the window may be gone by now
        connection.send(machine)
