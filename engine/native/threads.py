"""The OpenMP runtime that torch brought along, found in the process.

The native step runs on torch's own threads: a second set would fight with them over the cores, since both kinds spin
for a while when they wait. Nothing is loaded here that is not there already.
"""

from __future__ import annotations

import ctypes
import functools
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

from engine.native.library import Runtime

_GNU = {"gnu_parallel": "GOMP_parallel"}
_KMP = {
    "kmp_fork": "__kmpc_fork_call",
    "kmp_thread": "__kmpc_global_thread_num",
    "kmp_threads": "__kmpc_push_num_threads",
}
_BOTH = {"thread_number": "omp_get_thread_num", "team_size": "omp_get_num_threads"}


def _loaded_libraries() -> Iterator[ctypes.CDLL]:
    """torch's own library, through which everything that it depends on is found; on Windows the runtime itself."""
    folder = Path(torch.__file__).parent / "lib"
    if sys.platform == "win32":
        names = ["libiomp5md.dll", "libomp140.x86_64.dll", "libomp140.aarch64.dll"]
        mode = ctypes.DEFAULT_MODE
    else:
        names = ["libtorch_cpu.so", "libtorch_cpu.dylib"]
        mode = os.RTLD_NOW | getattr(os, "RTLD_NOLOAD", 0)
    for name in names:
        if (folder / name).is_file():
            try:
                yield ctypes.CDLL(str(folder / name), mode=mode)
            except OSError:
                continue


def _addresses(library: ctypes.CDLL, names: dict[str, str]) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for field, name in names.items():
        try:
            address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
        except AttributeError:
            return None
        if address:
            found[field] = address
    return found


@functools.cache
def runtime() -> Runtime:
    """The functions that open a parallel region; all empty where none were found, which means one thread."""
    for library in _loaded_libraries():
        for names in (_GNU, _KMP):
            found = _addresses(library, names | _BOTH)
            if found is not None:
                return Runtime(**found)
    return Runtime()
