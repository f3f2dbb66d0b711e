"""The C library: where it lies, whether it can be used here, and its structures as ctypes sees them (src/ponder.h).

It is built with the package where there is a compiler and is no Python module: ctypes opens it, and lets other threads
run during each call.
"""

from __future__ import annotations

import ctypes
import functools
import os
from ctypes import POINTER, c_char_p, c_double, c_int64, c_void_p
from dataclasses import dataclass
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

ABI = 2
SWITCH = "PONDER_NATIVE"
MAX_ROWS = 16
PORTABLE = b"portable"

F32, BF16, I8, F16 = range(4)
OK, CANCELLED, NO_MEMORY, BAD_TOKEN = range(4)


class Matrix(ctypes.Structure):
    _fields_ = [
        ("data", c_void_p),
        ("scale", c_void_p),
        ("rows", c_int64),
        ("columns", c_int64),
        ("type", c_int64),
    ]


class Layer(ctypes.Structure):
    _fields_ = [
        ("attention_norm", c_void_p),
        ("query_norm", c_void_p),
        ("key_norm", c_void_p),
        ("mlp_norm", c_void_p),
        ("qkv", Matrix),
        ("output", Matrix),
        ("gate_up", Matrix),
        ("down", Matrix),
    ]


class Model(ctypes.Structure):
    _fields_ = [
        ("hidden", c_int64),
        ("intermediate", c_int64),
        ("heads", c_int64),
        ("kv_heads", c_int64),
        ("head_dim", c_int64),
        ("layers", c_int64),
        ("epsilon", c_double),
        ("layer", POINTER(Layer)),
        ("embedding", Matrix),
        ("head", Matrix),
        ("final_norm", c_void_p),
        ("cosine", c_void_p),
        ("sine", c_void_p),
        ("rotary_type", c_int64),
    ]


class Cache(ctypes.Structure):
    _fields_ = [
        ("type", c_int64),
        ("capacity", c_int64),
        ("codes", POINTER(c_void_p)),
        ("scales", POINTER(c_void_p)),
    ]


class Runtime(ctypes.Structure):
    """Addresses of an OpenMP runtime's functions; see engine.native.threads."""

    _fields_ = [
        ("gnu_parallel", c_void_p),
        ("kmp_fork", c_void_p),
        ("kmp_thread", c_void_p),
        ("kmp_threads", c_void_p),
        ("thread_number", c_void_p),
        ("team_size", c_void_p),
    ]


@dataclass(frozen=True, slots=True)
class Kernels:
    """A table of kernels that this processor can run. `name`: their instruction set."""

    name: str
    address: int


@dataclass(frozen=True, slots=True)
class Native:
    """Whether the library can be used: its best kernels, or why there are none."""

    kernels: Kernels | None
    reason: str

    @property
    def available(self) -> bool:
        return self.kernels is not None


def library_path() -> Path | None:
    """Where the built library lies; None where it was not built."""
    here = Path(__file__).parent
    return next((path for suffix in EXTENSION_SUFFIXES if (path := here / f"_kernels{suffix}").is_file()), None)


@functools.cache
def open_library() -> ctypes.CDLL:
    """The library with its functions declared.

    Raises:
        OSError: it was not built, is of another version, or cannot be loaded.
    """
    path = library_path()
    if path is None:
        raise OSError("they were not built: there was no C compiler when Ponder was installed")
    library = ctypes.CDLL(str(path))
    library.ponder_abi.restype = c_int64
    if library.ponder_abi() != ABI:
        raise OSError("they were built from another version of Ponder: install it again")
    library.ponder_kernels.argtypes = [c_char_p]
    library.ponder_kernels.restype = c_void_p
    library.ponder_open.argtypes = [POINTER(Model), c_void_p]
    library.ponder_open.restype = c_void_p
    library.ponder_close.argtypes = [c_void_p]
    library.ponder_close.restype = None
    library.ponder_step.argtypes = [
        c_void_p,
        POINTER(Cache),
        POINTER(Runtime),
        c_int64,
        POINTER(c_int64),
        c_int64,
        c_int64,
        c_int64,
        c_void_p,
        c_void_p,
    ]
    library.ponder_step.restype = c_int64
    library.ponder_read.argtypes = [c_void_p, c_void_p]
    library.ponder_read.restype = None
    return library


def kernels(name: str | None = None) -> Kernels | None:
    """The kernels of that name, or the best; None where this processor cannot run them.

    Raises:
        OSError: as `open_library`.
    """
    library = open_library()
    address = library.ponder_kernels(None if name is None else name.encode())
    if not address:
        return None
    return Kernels(ctypes.cast(address, POINTER(c_char_p))[0].decode(), address)


def native() -> Native:
    """What there is on this machine, unless the environment variable PONDER_NATIVE is 0.

    The portable kernels are never chosen: where nothing better runs, torch's own are.
    """
    if os.environ.get(SWITCH) == "0":
        return Native(None, f"they are switched off ({SWITCH}=0)")
    try:
        best = kernels()
    except OSError as error:
        return Native(None, str(error))
    if best is None or best.name.encode() == PORTABLE:
        return Native(None, "this processor has none of the instructions that they use")
    return Native(best, "")
