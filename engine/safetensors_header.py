"""Ponder's own reader of safetensors headers: where each tensor lies, proven against the file before anything
maps it.

The format (huggingface/safetensors README, "Format"): 8 bytes little-endian header length N; N bytes of JSON
that begin with `{` and may end with spaces; then the data. The JSON maps a tensor's name to its dtype, shape
and data_offsets, which count from the end of the header; `__metadata__` maps strings to strings. Offsets must
cover the data without holes. Standard library only; no tensor is read here.
"""

from __future__ import annotations

import math
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from engine.bounded_json import parse_json_object
from engine.errors import DamagedModel, UnsafeModel
from engine.file_safety import DOWNLOAD_AGAIN, HEAD_BYTES, shown, unreadable, wrong_content
from engine.types import JsonValue

MAX_HEADER_BYTES = 100_000_000
"""The limit of the format's own reader."""

_MAX_ITEMS = 2_000_000
_MAX_DIMENSION = 1 << 40
_MAX_RANK = 16
_MAX_OFFSET = 1 << 60

DTYPE_BITS = {
    "BOOL": 8,
    "U8": 8,
    "I8": 8,
    "F4": 4,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
    "F8_E4M3": 8,
    "F8_E5M2": 8,
    "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8,
    "I16": 16,
    "U16": 16,
    "F16": 16,
    "BF16": 16,
    "I32": 32,
    "U32": 32,
    "F32": 32,
    "I64": 64,
    "U64": 64,
    "F64": 64,
    "C64": 64,
}


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor of a file. `start` and `end` are byte offsets from the beginning of the file, not of its
    data.
    """

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int
    path: Path

    @property
    def size_bytes(self) -> int:
        return self.end - self.start

    @property
    def elements(self) -> int:
        return math.prod(self.shape)


def read_header(path: Path, name: str | None = None) -> dict[str, TensorInfo]:
    """Read and check the header of a safetensors file.

    Args:
        path: the file.
        name: what to call it in errors (a cache's blobs have names of their own); its own name by default.

    Returns:
        Every tensor by name, in the order of their data.

    Raises:
        DamagedModel: the file is cut short, is something else, or its header contradicts itself or the file.
        UnsafeModel: it is no regular file.
    """
    name = path.name if name is None else name
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # before opening: a FIFO would block
            raise UnsafeModel(f"{name} is not a regular file.")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(HEAD_BYTES)
            length = _header_length(head, size, name)
            header = (head[8:] + file.read(max(8 + length - len(head), 0)))[:length]
    except OSError as error:
        raise unreadable(name, error) from error
    if len(header) < length:
        raise DamagedModel(f"{name} ends within its header.", DOWNLOAD_AGAIN)
    entries = parse_json_object(header, f"The header of {name}", max_items=_MAX_ITEMS, unique_keys=True)
    metadata = entries.pop("__metadata__", {})
    if not (isinstance(metadata, dict) and all(isinstance(value, str) for value in metadata.values())):
        raise DamagedModel(f"{name}: its metadata is not a table of texts.", DOWNLOAD_AGAIN)
    tensors = [(key, _tensor(key, value, path, 8 + length, name)) for key, value in entries.items()]
    tensors.sort(key=lambda item: (item[1].start, item[1].end))
    _require_cover(tensors, 8 + length, size, name)
    return dict(tensors)


def _header_length(head: bytes, size: int, name: str) -> int:
    if head[8:9] != b"{":
        evidence = wrong_content(head, size) or ("is cut short" if size < 10 else "is not a safetensors file")
        raise DamagedModel(f"{name} {evidence}.", DOWNLOAD_AGAIN)
    length = int.from_bytes(head[:8], "little")
    if not 2 <= length <= MAX_HEADER_BYTES:
        raise DamagedModel(f"{name}: its header claims {length} bytes.", DOWNLOAD_AGAIN)
    if 8 + length > size:
        raise DamagedModel(f"{name} is cut short: it ends within its header.", DOWNLOAD_AGAIN)
    return length


def _whole_numbers(value: JsonValue, most: int) -> tuple[int, ...] | None:
    """The list as a tuple when it holds only whole numbers from 0 to `most` (JSON's true is not a number)."""
    if not isinstance(value, list):
        return None
    numbers: list[int] = []
    for item in value:
        if not isinstance(item, int) or isinstance(item, bool) or not 0 <= item <= most:
            return None
        numbers.append(item)
    return tuple(numbers)


def _tensor(key: str, value: JsonValue, path: Path, data_start: int, name: str) -> TensorInfo:
    def damaged(problem: str) -> DamagedModel:
        return DamagedModel(f"{name}: tensor {shown(key)} {problem}.", DOWNLOAD_AGAIN)

    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "data_offsets"}:
        raise damaged("is not described by dtype, shape and data_offsets")
    dtype = value["dtype"]
    if not isinstance(dtype, str) or dtype not in DTYPE_BITS:
        raise damaged(f"has the unknown dtype {shown(dtype)}")
    shape = _whole_numbers(value["shape"], _MAX_DIMENSION)
    if shape is None or len(shape) > _MAX_RANK:
        raise damaged("has an impossible shape")
    offsets = _whole_numbers(value["data_offsets"], _MAX_OFFSET)
    if offsets is None or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise damaged("has impossible offsets")
    bits = math.prod(shape) * DTYPE_BITS[dtype]
    if bits % 8 or bits // 8 != offsets[1] - offsets[0]:
        raise damaged(f"takes {offsets[1] - offsets[0]} bytes where its shape and dtype need {bits / 8:.0f}")
    return TensorInfo(dtype, shape, data_start + offsets[0], data_start + offsets[1], path)


def _require_cover(tensors: list[tuple[str, TensorInfo]], data_start: int, size: int, name: str) -> None:
    position = data_start
    for key, info in tensors:
        if info.start != position:
            problem = "overlaps another" if info.start < position else "leaves a gap before it"
            raise DamagedModel(f"{name}: tensor {shown(key)} {problem}.", DOWNLOAD_AGAIN)
        position = info.end
    if position > size:
        raise DamagedModel(f"{name} is cut short: {size} bytes of {position}.", DOWNLOAD_AGAIN)
    if position < size:
        raise DamagedModel(f"{name} has {size - position} bytes more than its header tells of.", DOWNLOAD_AGAIN)
