"""Waiting that can be given up: between attempts, and for work that cannot be interrupted itself."""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import NoReturn, TypeVar

from engine.cancel import CancelToken
from engine.download.answers import Trouble
from engine.download.plan import Patience
from engine.errors import DownloadFailed

POLL_S = 0.1
_Result = TypeVar("_Result")


def pause(seconds: float, cancel: CancelToken) -> None:
    """Sleep. Raises Cancelled as soon as the token is set."""
    end = time.monotonic() + seconds
    while True:
        cancel.raise_if_cancelled()
        left = end - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(left, POLL_S))


def wait_before(
    attempt: int, trouble: Trouble, patience: Patience, jitter: Callable[[], float] = random.random
) -> float:
    """Seconds to wait before attempt number `attempt` (1 is the first repetition).

    What the server asks for counts; without that the time doubles, with up to a half taken off at random, so that
    thousands of clients that were cut off together do not come back together.

    Raises:
        DownloadFailed: the server wants to be left alone for longer than patience allows.
    """
    if trouble.wait_s is not None:
        if trouble.wait_s > patience.longest_wait_s:
            raise DownloadFailed(
                f"The hub asks to wait {trouble.wait_s / 60:.0f} minutes.", "Try again then; what has arrived is kept."
            )
        return trouble.wait_s + patience.first_wait_s * jitter()
    full = min(patience.first_wait_s * 2.0 ** (attempt - 1), patience.most_wait_s)
    return full * (1.0 - 0.5 * jitter())


def cancellable(work: Callable[[], _Result], cancel: CancelToken) -> _Result:
    """The result of `work`, run in a thread that is left behind (it is a daemon, and has time limits of its own) when
    the token is set. Raises Cancelled, or what `work` raises.
    """
    answers: queue.SimpleQueue[Callable[[], _Result]] = queue.SimpleQueue()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:
            answers.put(partial(_raise, error))
        else:
            answers.put(lambda: result)

    threading.Thread(target=run, name="hub-listing", daemon=True).start()
    while True:
        cancel.raise_if_cancelled()
        try:
            answer = answers.get(timeout=POLL_S)
        except queue.Empty:
            continue
        return answer()


def _raise(error: BaseException) -> NoReturn:
    raise error
