"""Importing libraries of a hundred thousand objects without searching them for garbage, then or later.

Python searches all objects for cyclic garbage again and again while more of them are made, though an import leaves next
to none; that is a sixth of the time that the engine's libraries take. Nor do they ever become garbage: every later
search, as when a model is let go, would walk them in vain while the engine stands still.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def importing(name: str) -> Iterator[None]:
    """For an import of the module `name`; without effect where that has been imported. Not for two threads at once."""
    if name in sys.modules or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
