"""Tells running out of memory from every other failure, and gives back what was freed.

Knows how PyTorch, the drivers and the systems spell it. It knows nothing of models (see engine.smaller for what to
load instead), and it does not import torch: a process may run out before it is there.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import sys

from engine.errors import OutOfMemory, PonderError

# Only the text tells where the type is a plain RuntimeError, ImportError or one of a library's own.
_PHRASES = (
    "out of memory",  # CUDA, HIP, MPS
    "alloc_failed",  # cuBLAS, cuDNN: CUBLAS_STATUS_ALLOC_FAILED
    "can't allocate memory",  # PyTorch's CPU allocator on Linux and macOS
    "not enough memory",  # the same on Windows
    "cannot allocate memory",  # strerror(ENOMEM), as in a failed mmap
    "failed to allocate",
    "bad_alloc",
    "failed to map segment",  # the dynamic loader, where an address space limit leaves no room for a library
    "paging file is too small",  # Windows, ERROR_COMMITMENT_LIMIT
)
_WINDOWS_CODES = (8, 14, 1455)  # ERROR_NOT_ENOUGH_MEMORY, ERROR_OUTOFMEMORY, ERROR_COMMITMENT_LIMIT


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error`, or what it was raised from, is a failed allocation."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, MemoryError | OutOfMemory):
            return True
        if isinstance(seen, OSError) and (
            seen.errno == errno.ENOMEM or getattr(seen, "winerror", None) in _WINDOWS_CODES
        ):
            return True
        # Our own texts speak of memory in other senses too.
        if not isinstance(seen, PonderError) and any(phrase in str(seen).lower() for phrase in _PHRASES):
            return True
        seen = seen.__cause__
    return False


def as_out_of_memory(error: BaseException) -> OutOfMemory | None:
    """A typed error for a failed allocation, for where nothing is known of a model; None for anything else."""
    if not is_out_of_memory(error):
        return None
    return OutOfMemory("There was not enough memory to go on.", "Close other programs, or choose a smaller model.")


def give_back_freed_memory() -> None:
    """Return what nothing refers to any more to the drivers and the system, as far as they take it.

    Call it outside of `except`: the traceback there still holds the frames of the failure, and they hold tensors
    (pytorch/pytorch#18853).
    """
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None:
        with contextlib.suppress(RuntimeError):  # a device that has failed altogether has nothing to give back
            if torch.cuda.is_initialized():
                torch.cuda.empty_cache()
            if torch.backends.mps.is_available():
                torch.mps.empty_cache()
    if sys.platform == "linux":
        # glibc keeps freed blocks below its mapping threshold (32 MiB at most) for itself until told otherwise.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
