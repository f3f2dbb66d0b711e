"""Tells running out of memory from every other failure of torch."""

from __future__ import annotations

import torch

from engine.errors import OutOfMemory, PonderError

# The CPU allocator and some drivers raise a plain RuntimeError; only its text tells.
_PHRASES = ("out of memory", "can't allocate memory", "not enough memory", "cannot allocate", "bad_alloc")


def as_out_of_memory(error: BaseException) -> PonderError | None:
    """A typed error for a failed allocation; None for anything else."""
    text = str(error).lower()
    if not isinstance(error, MemoryError | torch.OutOfMemoryError) and not any(p in text for p in _PHRASES):
        return None
    return OutOfMemory(
        "There was not enough memory to go on.",
        "Choose a shorter context or the 8-bit precision, close other programs, or run on the CPU.",
    )
