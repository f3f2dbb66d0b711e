"""When Python looks for cyclic garbage in the window's process.

A full search walks every object there is, while all threads wait. Most objects are made by the imports of the start and
live until the end: walking those takes several frames, and happens whenever a long chat is opened or an answer runs. So
the start goes without searches, and what it has made is left out of all that follow.
"""

from __future__ import annotations

import gc

# Of Python's three generations. Python's own 700 is less than showing a single message allocates.
THRESHOLDS = (10_000, 5, 20)


def put_off_collection() -> None:
    """Search for no garbage until `begin_collection`."""
    gc.disable()


def begin_collection() -> None:
    """Search from now on, but never through what exists by now. Returns at once: nothing is looked at."""
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    gc.enable()
