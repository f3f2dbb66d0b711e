"""Ponder's own reader of GGUF headers: what the file says of itself and where each tensor lies, proven against
the file before anything is allocated for it.

The format (ggml, docs/gguf.md), all numbers little-endian: the magic `GGUF`; version (u32); counts of tensors and of
metadata entries (u64); the entries (key, type, value); per tensor its name, rank, dimensions (fastest first), type
and offset; then, from the next multiple of `general.alignment` on, the data. A string is its length (u64) and that
many bytes of UTF-8. Counts and lengths come from strangers (CVE-2026-33298 and its kin were such a number believed):
each is held against what is left of the file and against a fixed bound first. Standard library only.
"""

from __future__ import annotations

import math
import os
import stat
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeAlias

from engine.errors import DamagedModel, UnsafeModel, UnsupportedModel
from engine.file_safety import DOWNLOAD_AGAIN, HEAD_BYTES, bare, shown, unreadable, wrong_content
from engine.gguf_types import OTHER_TYPE_NAMES, TYPES_BY_ID, GgufType

GgufValue: TypeAlias = (
    bool | int | float | str | tuple[bool, ...] | tuple[int, ...] | tuple[float, ...] | tuple[str, ...]
)

ARCHITECTURE_KEY = "general.architecture"
ARCHITECTURE = "qwen3"
MAGIC = b"GGUF"

_VERSIONS = (2, 3)  # version 1 had 32-bit counts and was gone within weeks
# The real Qwen3 header has some 30 entries, 311 tensors and 303,000 strings in 6 MB.
_MAX_ENTRIES = 4096
_MAX_TENSORS = 16_384
_MAX_HEADER_BYTES = 48 << 20
_MAX_STRING_BYTES = 2 << 20
_MAX_KEY_BYTES = 1024
_MAX_ARRAY_ITEMS = 600_000
_MAX_RANK = 4
_MAX_DIMENSION = 1 << 40
_MAX_ALIGNMENT = 1 << 16
_DEFAULT_ALIGNMENT = 32

# Value types by number: struct's code of each.
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 10: "Q", 11: "q", 12: "d"}
_BOOL, _STRING, _ARRAY = 7, 8, 9


@dataclass(frozen=True, slots=True)
class GgufTensor:
    """One tensor. `shape` has the rows first, as torch counts; `start` is a byte offset from the file's beginning."""

    type: GgufType
    shape: tuple[int, ...]
    start: int
    size_bytes: int

    @property
    def elements(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class GgufFile:
    """A header that passed every check. Tensors are in the order of their data."""

    path: Path
    version: int
    size_bytes: int
    metadata: Mapping[str, GgufValue] = field(repr=False)
    tensors: Mapping[str, GgufTensor] = field(repr=False)


def read_gguf(path: Path) -> GgufFile:
    """Read and check the header of a GGUF file of a dense Qwen3.

    Raises:
        DamagedModel: the file is cut short, is something else, or contradicts itself.
        UnsupportedModel: it is sound as far as read, but of another version, architecture or tensor type.
        UnsafeModel: it is no regular file.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # before opening: a FIFO would block
            raise UnsafeModel(f"{path.name} is not a regular file.")
        with path.open("rb") as file:
            return _Reader(file, path).read()
    except OSError as error:
        raise unreadable(path.name, error) from error


class _Reader:
    """Reads the header front to back; nothing is asked of the file that is not known to be there."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._name = bare(path.name)
        self._size = os.fstat(file.fileno()).st_size
        self._position = 0
        self._items = 0

    def read(self) -> GgufFile:
        version = self._start()
        tensor_count, entry_count = self._number("Q"), self._number("Q")
        if entry_count > _MAX_ENTRIES:
            raise self._damaged(f"claims {entry_count} entries of metadata")
        if not 0 < tensor_count <= _MAX_TENSORS:
            raise self._damaged(f"claims {tensor_count} tensors")
        metadata: dict[str, GgufValue] = {}
        for _ in range(entry_count):
            key = self._key()
            if key in metadata:
                raise self._damaged(f"names {shown(key)} twice")
            metadata[key] = self._value(key, self._number("I"))
            if key == ARCHITECTURE_KEY:  # the first entry of every writer: say so before other models' quirks are met
                self._require_architecture(metadata[key])
        if ARCHITECTURE_KEY not in metadata:
            raise self._damaged("does not name its architecture")
        infos = [self._tensor_info() for _ in range(tensor_count)]
        tensors = self._placed(infos, self._alignment(metadata))
        return GgufFile(self._path, version, self._size, metadata, tensors)

    def _start(self) -> int:
        head = self._file.read(HEAD_BYTES)
        self._file.seek(0)
        if head[:4] != MAGIC:
            evidence = wrong_content(head, self._size) or "is not a GGUF file"
            raise DamagedModel(f"{self._name} {evidence}.", DOWNLOAD_AGAIN)
        self._take(4)
        version = self._number("I")
        if version in _VERSIONS:
            return version
        if int.from_bytes(version.to_bytes(4, "little"), "big") in _VERSIONS:
            raise UnsupportedModel(f"{self._name} was written for big-endian machines.", "Choose another file.")
        raise UnsupportedModel(
            f"{self._name} has the GGUF version {version}; Ponder reads 2 and 3.", "Choose a newer file of the model."
        )

    def _take(self, count: int) -> bytes:
        if self._position + count > self._size:
            raise DamagedModel(f"{self._name} is cut short: it ends within its header.", DOWNLOAD_AGAIN)
        if self._position + count > _MAX_HEADER_BYTES:
            raise self._damaged("has a longer header than any Qwen3")
        data = self._file.read(count)
        if len(data) != count:  # it shrank since its size was taken
            raise DamagedModel(f"{self._name} is cut short: it ends within its header.", DOWNLOAD_AGAIN)
        self._position += count
        return data

    def _number(self, code: str) -> int:
        value: int = struct.unpack("<" + code, self._take(struct.calcsize("<" + code)))[0]
        return value

    def _string(self, most: int, what: str) -> str:
        length = self._number("Q")
        if length > most:
            raise self._damaged(f"has {what} of {length} bytes")
        try:
            return self._take(length).decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._damaged(f"has {what} that is not UTF-8") from error

    def _key(self) -> str:
        key = self._string(_MAX_KEY_BYTES, "a name")
        if not key or not key.isascii() or not key.isprintable():
            raise self._damaged(f"has a name that is none ({shown(key)})")
        return key

    def _value(self, key: str, kind: int) -> GgufValue:
        if kind == _STRING:
            return self._string(_MAX_STRING_BYTES, f"a text in {key}")
        if kind == _BOOL:
            return self._bool(self._take(1)[0], key)
        if kind in _NUMBERS:
            code = "<" + _NUMBERS[kind]
            number: int | float = struct.unpack(code, self._take(struct.calcsize(code)))[0]
            return number
        if kind != _ARRAY:
            raise self._damaged(f"{key} is of the unknown type {kind}")
        return self._array(key)

    def _array(self, key: str) -> GgufValue:
        kind, count = self._number("I"), self._number("Q")
        self._items += count
        if self._items > _MAX_ARRAY_ITEMS:
            raise self._damaged(f"lists {count} items in {key}, more than any Qwen3")
        if kind == _STRING:
            if self._position + 8 * count > self._size:
                raise self._damaged(f"is cut short within {key}")
            return tuple([self._string(_MAX_STRING_BYTES, f"a text in {key}") for _ in range(count)])
        if kind == _BOOL:
            return tuple([self._bool(byte, key) for byte in self._take(count)])
        if kind not in _NUMBERS:  # arrays of arrays are allowed and used by nobody
            raise self._damaged(f"{key} lists items of the unknown type {kind}")
        code = f"<{count}{_NUMBERS[kind]}"
        return struct.unpack(code, self._take(struct.calcsize(code)))

    def _bool(self, byte: int, key: str) -> bool:
        if byte > 1:
            raise self._damaged(f"{key} is neither true nor false")
        return byte == 1

    def _tensor_info(self) -> tuple[str, GgufType, tuple[int, ...], int]:
        name = self._key()
        rank = self._number("I")
        if not 1 <= rank <= _MAX_RANK:
            raise self._damaged(f"tensor {shown(name)} has {rank} dimensions")
        dimensions: tuple[int, ...] = struct.unpack(f"<{rank}Q", self._take(8 * rank))
        if not all(0 < each <= _MAX_DIMENSION for each in dimensions):
            raise self._damaged(f"tensor {shown(name)} has an impossible shape")
        number, offset = self._number("I"), self._number("Q")
        kind = TYPES_BY_ID.get(number)
        if kind is None:
            raise UnsupportedModel(
                f"{self._name} stores {shown(name)} as {OTHER_TYPE_NAMES.get(number, f'type {number}')}, "
                "which Ponder does not read.",
                "Choose a Q8_0, Q6_K, Q5_K_M, Q4_K_M, F16 or BF16 file of the model.",
            )
        if dimensions[0] % kind.block_weights:
            raise self._damaged(f"tensor {shown(name)} has rows of {dimensions[0]}, which {kind.name} cannot store")
        return name, kind, dimensions[::-1], offset

    def _alignment(self, metadata: Mapping[str, GgufValue]) -> int:
        value = metadata.get("general.alignment", _DEFAULT_ALIGNMENT)
        if not isinstance(value, int) or not 8 <= value <= _MAX_ALIGNMENT or value & (value - 1):
            raise self._damaged(f"has the impossible alignment {shown(value)}")
        return value

    def _placed(self, infos: list[tuple[str, GgufType, tuple[int, ...], int]], alignment: int) -> dict[str, GgufTensor]:
        data_start = -(-self._position // alignment) * alignment
        tensors: dict[str, GgufTensor] = {}
        end = data_start
        for name, kind, shape, offset in sorted(infos, key=lambda each: each[3]):
            start = data_start + offset
            size = math.prod(shape) // kind.block_weights * kind.block_bytes
            if name in tensors:
                raise self._damaged(f"names the tensor {shown(name)} twice")
            if offset % alignment:
                raise self._damaged(f"tensor {shown(name)} is not aligned")
            if start < end:
                raise self._damaged(f"tensor {shown(name)} overlaps another")
            end = start + size
            if end > self._size:
                raise DamagedModel(f"{self._name} is cut short: {self._size} bytes of {end}.", DOWNLOAD_AGAIN)
            tensors[name] = GgufTensor(kind, shape, start, size)
        return tensors

    def _require_architecture(self, value: GgufValue) -> None:
        if value != ARCHITECTURE:
            name = bare(value) if isinstance(value, str) else shown(value)
            raise UnsupportedModel(
                f"{self._name} holds a model of the architecture {name}; Ponder imports GGUF files of Qwen3 (qwen3).",
                "Choose a GGUF file of a dense Qwen3.",
            )

    def _damaged(self, problem: str) -> DamagedModel:
        return DamagedModel(f"{self._name}: the GGUF header {problem}.", DOWNLOAD_AGAIN)
