"""Writing one safetensors file front to back: the header first, from names, dtypes and shapes, then the data as it
comes, so that no more than one piece of one tensor is ever in memory.

The library's own save_file takes every tensor at once. Format: see engine.safetensors_header.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from engine.safetensors_header import DTYPE_BITS

_HEADER_ALIGNMENT = 8


@dataclass(frozen=True, slots=True)
class TensorPlan:
    """What is going to be written: `dtype` in safetensors' spelling."""

    dtype: str
    shape: tuple[int, ...]

    @property
    def size_bytes(self) -> int:
        return math.prod(self.shape) * DTYPE_BITS[self.dtype] // 8


def write_header(file: BinaryIO, plans: Mapping[str, TensorPlan]) -> int:
    """Write the header; the tensors' data must follow in the order of `plans`, without gaps.

    Returns:
        The size of the whole file in bytes, once the data is there.

    Raises:
        OSError: the file cannot be written.
    """
    table: dict[str, object] = {"__metadata__": {"format": "pt"}}
    position = 0
    for name, plan in plans.items():
        table[name] = {
            "dtype": plan.dtype,
            "shape": list(plan.shape),
            "data_offsets": [position, position + plan.size_bytes],
        }
        position += plan.size_bytes
    header = json.dumps(table, separators=(",", ":")).encode("utf-8")
    header += b" " * (-len(header) % _HEADER_ALIGNMENT)
    file.write(len(header).to_bytes(8, "little") + header)
    return 8 + len(header) + position


def write_data(file: BinaryIO, plan: TensorPlan, pieces: Iterable[bytes | memoryview]) -> None:
    """Write one tensor's data.

    Raises:
        OSError: the file cannot be written.
        ValueError: the pieces do not add up to the tensor that was planned.
    """
    written = 0
    for piece in pieces:
        file.write(piece)
        written += len(piece)
    if written != plan.size_bytes:
        raise ValueError(f"{written} bytes for a tensor of {plan.size_bytes}")
