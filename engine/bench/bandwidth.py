"""How fast a device reads its memory: reductions over a tensor far larger than any cache. Knows nothing of models."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

_LEAST_BYTES = 64 << 20
_REPEATS = 5


def read_speed(device: torch.device, wanted_bytes: int, free_bytes: int) -> tuple[int, float]:
    """The best of several reads in several ways, since no one of them is the fastest everywhere.

    Args:
        wanted_bytes: how much to read.
        free_bytes: of the device's memory; no more than a quarter of it is taken.

    Returns:
        How many bytes were read, and bytes per second.

    Raises:
        torch.OutOfMemoryError, RuntimeError: no room even for a small read.
    """
    size = max(min(wanted_bytes, free_bytes // 4), _LEAST_BYTES) // 16 * 16
    # Filled, because pages that nobody has written to are all the same one.
    data = torch.full((size // 4,), 0.5, dtype=torch.float32, device=device)
    best_s = float("inf")
    for read in _reads(data):
        read()
        for _ in range(_REPEATS):
            wait_for(device)
            started = time.perf_counter()
            read()
            wait_for(device)
            best_s = min(best_s, time.perf_counter() - started)
    return size, size / best_s


def _reads(data: Tensor) -> Iterator[Callable[[], Tensor]]:
    half = data.numel() // 2
    yield data.sum
    yield data.amax
    yield lambda: torch.dot(data[:half], data[half:])
    if data.device.type != "mps":  # Metal has no float64
        yield data.view(torch.float64).sum


def wait_for(device: torch.device) -> None:
    """Until everything that was started on the device is done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
