"""What this process has taken of the memory, as the system tells it."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import torch


def peak_bytes() -> int:
    """The most that was resident at once, pages of mapped files included."""
    system: str = sys.platform
    if system == "linux":
        # Not getrusage: its figure survives exec, and would be the parent's.
        return _status("VmHWM") or 0
    if system == "win32":
        return int(psutil.Process().memory_info()._asdict()["peak_wset"])
    import resource  # there is none on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


def own_bytes() -> int | None:
    """What is resident now without pages of files; None where the system does not tell."""
    return _status("RssAnon") if sys.platform == "linux" else None


def device_bytes(device: torch.device) -> int:
    """The most that torch took of a GPU's memory so far (on MPS: what it holds now); 0 on the CPU."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_reserved(device))
    return int(torch.mps.driver_allocated_memory()) if device.type == "mps" else 0


def _status(field: str) -> int | None:
    for line in Path("/proc/self/status").read_text(errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0]) * 1024
    return None
