"""bitsandbytes from outside: whether it is installed, whether it has a library for this PyTorch, and its late import.

Importing it takes seconds, so nothing here does that but `import_functional`. Which layers use it is
`engine.model.bitsandbytes_linear`'s business; where it may be used, `engine.choices`'.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys
from pathlib import Path
from typing import Any

INSTALL = "Install bitsandbytes (pip install bitsandbytes)"
_ABSENT = object()


def bitsandbytes_problem() -> str:
    """Why bitsandbytes cannot be used at all, as one sentence; empty where it is installed. Does not import it."""
    return "" if _found() is not None else "bitsandbytes is not installed."


def has_gpu_library(torch: Any) -> bool:
    """Whether it ships a library for this PyTorch, by its own rule (the same major version). Does not import it."""
    prefix, version = ("rocm", torch.version.hip) if torch.version.hip else ("cuda", torch.version.cuda)
    folder = _found()
    if not version or folder is None:
        return False
    major = str(version).split(".")[0]
    return any(folder.glob(f"libbitsandbytes_{prefix}{major}[0-9]*"))


def _found() -> Path | None:
    spec = importlib.util.find_spec("bitsandbytes")
    places = None if spec is None else spec.submodule_search_locations
    return Path(places[0]) if places else None


def import_functional() -> Any:
    """`bitsandbytes.functional`, with its operators registered in `torch.ops.bitsandbytes`.

    On some CPUs bitsandbytes imports the package `kernels` to fetch code from the hub and run it. Nothing is fetched
    here unless a person asked for it, so that package is hidden from it, and it is not let complain about that.

    Raises:
        Exception: whatever the import raises where bitsandbytes is missing or broken.
    """
    if "bitsandbytes" in sys.modules:
        return importlib.import_module("bitsandbytes.functional")
    modules: dict[str, Any] = sys.modules
    complaint = logging.getLogger("bitsandbytes.backends.cpu.ops")
    hidden, silent = modules.get("kernels", _ABSENT), complaint.disabled
    modules["kernels"], complaint.disabled = None, True  # None makes importing it an ImportError
    try:
        return importlib.import_module("bitsandbytes.functional")
    finally:
        complaint.disabled = silent
        if hidden is _ABSENT:
            del modules["kernels"]
        else:
            modules["kernels"] = hidden
