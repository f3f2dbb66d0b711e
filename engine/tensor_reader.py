"""Reading tensors out of an opened checkpoint into memory of our own, each looked over as it goes by.

Nothing is mapped: a mapped file that is cut short ends the process, and what has been read of it counts as the
process's memory. A matrix is read in blocks that stay in the processor's cache from the read to the conversion, so that
looking at them costs little, and nothing but the result of the conversion takes memory.

The looks find what no header shows: NaN and infinities, regions of zeros that an interrupted copy leaves
behind, and a duplicate of a tied head that differs from the embedding. Imports torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from io import FileIO
from types import TracebackType
from typing import TYPE_CHECKING, Self

import torch
from torch import Tensor

from engine.errors import DamagedModel
from engine.file_safety import DOWNLOAD_AGAIN
from engine.model.linear import SERIAL_ELEMENTS
from engine.safetensors_header import TensorInfo, read_header
from engine.weight_files import EMBEDDING_NAME, HEAD_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from engine.checkpoint import Checkpoint

MAX_ZERO_ROWS_SHARE = 0.25
"""Share of rows of exact zeros beyond which a linear weight counts as damaged: training leaves none."""

MAX_ZERO_ROWS_SHARE_VOCABULARY = 0.5
"""The same for the embedding and the head, whose padding rows (267 of 151,936 in Qwen3) may well be zero."""

_TYPES = {
    "BOOL": torch.bool,
    "U8": torch.uint8,
    "I8": torch.int8,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "I16": torch.int16,
    "U16": torch.uint16,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I32": torch.int32,
    "U32": torch.uint32,
    "F32": torch.float32,
    "I64": torch.int64,
    "U64": torch.uint64,
    "F64": torch.float64,
}


class StoredTensor:
    """A tensor in a file, looked over while it is read. Raises what `TensorReader.get` does.

    Args:
        file: opened for reading, unbuffered.
        duplicate: another tensor that must be equal to this one.

    Who reads it in a way of its own (engine.native.reading) finds its `place` here, and looks at it by `judge`.
    """

    def __init__(self, name: str, info: TensorInfo, file: FileIO, duplicate: StoredTensor | None = None) -> None:
        self._name = name
        self._info = info
        self._file = file
        self.duplicate = duplicate
        self.shape = info.shape
        self.dtype = _TYPES[info.dtype]

    def blocks(self, rows: int) -> Iterator[Tensor]:
        """A matrix, at most `rows` rows at a time; all blocks lie in the same buffer, one after the other."""
        count, columns = self.shape
        buffer = torch.empty(min(rows, count) * columns * self.dtype.itemsize, dtype=torch.uint8)
        look = _Look(self._name, self.shape, self.dtype)
        others = iter(()) if self.duplicate is None else self.duplicate.blocks(rows)
        row_bytes = columns * self.dtype.itemsize
        for start in range(0, count, rows):
            end = min(start + rows, count)
            raw = buffer[: (end - start) * row_bytes]
            self._fill(raw, self._info.start + start * row_bytes)
            block = raw.view(self.dtype).view(end - start, columns)
            look.at(start, block)
            if self.duplicate is not None and not torch.equal(block, next(others).to(block.dtype)):
                raise self.differs()
            yield block
        look.finish()

    def whole(self) -> Tensor:
        """All of it, in memory of its own and in its stored dtype and shape."""
        result = torch.empty(self.shape, dtype=self.dtype)
        if len(self.shape) == 2 and result.numel():
            step, at = max(1, SERIAL_ELEMENTS // self.shape[1]), 0
            for block in self.blocks(step):
                result[at : at + len(block)].copy_(block)
                at += len(block)
        elif result.numel():
            self._fill(result.view(-1).view(torch.uint8), self._info.start)
            look = _Look(self._name, self.shape, self.dtype)
            if len(self.shape) == 1:
                look.at(0, result.unsqueeze(0))
                look.finish()
        return result

    def _fill(self, raw: Tensor, start: int) -> None:
        """Read bytes from `start` of the file on into `raw`, which is uint8 and contiguous."""
        view = raw.numpy().data
        try:
            self._file.seek(start)
            while len(view):
                got = self._file.readinto(view)
                if not got:
                    raise self.ended()
                view = view[got:]
        except OSError as error:
            raise self.unreadable(str(error)) from error

    @property
    def place(self) -> tuple[FileIO, int]:
        """The open file, and where in it the tensor begins, in bytes."""
        return self._file, self._info.start

    def judge(self, peaks: Tensor) -> None:
        """Look at the whole of it by its rows' largest magnitudes, float32 `(rows,)`, not finite where a row is not.

        Raises:
            DamagedModel: it holds NaN or infinite numbers, or too many rows of zeros.
        """
        _judge(self._name, len(self.shape), peaks)

    def ended(self) -> DamagedModel:
        return DamagedModel(f"{self._info.path.name} ended while it was being read.", DOWNLOAD_AGAIN)

    def unreadable(self, reason: str) -> DamagedModel:
        return DamagedModel(f"{self._name} cannot be read from {self._info.path.name} ({reason}).", DOWNLOAD_AGAIN)

    def differs(self) -> DamagedModel:
        return DamagedModel(
            f"config.json ties the output head to the embedding, but {HEAD_NAME} differs from it.", DOWNLOAD_AGAIN
        )


class TensorReader:
    """A context manager over the checkpoint's files; each is opened when first needed and closed at the end.

    What `get` returned outlives the reader; what `matrix` returned does not.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint
        self._files: dict[Path, FileIO] = {}
        self._stack = ExitStack()
        geometry = checkpoint.geometry
        self._compare_head = geometry is not None and geometry.tied_head and HEAD_NAME in checkpoint.tensors

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._files.clear()
        self._stack.close()

    def get(self, name: str) -> Tensor:
        """The tensor on the CPU, in its stored dtype and shape.

        Raises:
            DamagedModel: there is no such tensor, it cannot be read, or its content is implausible.
        """
        return self._stored(name).whole()

    def matrix(self, name: str) -> StoredTensor:
        """A tensor of rank 2, to be read by rows.

        Raises:
            DamagedModel: as `get`; some of it only while the rows are read.
        """
        return self._stored(name)

    def _stored(self, name: str) -> StoredTensor:
        duplicate = None
        if self._compare_head and name in (EMBEDDING_NAME, HEAD_NAME):
            self._compare_head = False
            duplicate = self._open(HEAD_NAME if name == EMBEDDING_NAME else EMBEDDING_NAME)
        return self._open(name, duplicate)

    def _open(self, name: str, duplicate: StoredTensor | None = None) -> StoredTensor:
        info = self._checkpoint.tensors.get(name)
        if info is None:
            raise DamagedModel(f"The weights have no tensor {name}.", DOWNLOAD_AGAIN)
        if info.dtype not in _TYPES:
            raise DamagedModel(f"{name} is of type {info.dtype}, which cannot be read.", DOWNLOAD_AGAIN)
        file = self._files.get(info.path)
        if file is None:
            # The offsets were proven against the file as it was then.
            if read_header(info.path).get(name) != info:
                raise DamagedModel(f"{info.path.name} changed while it was being read.", DOWNLOAD_AGAIN)
            try:
                file = self._stack.enter_context(FileIO(info.path))
            except OSError as error:
                raise DamagedModel(f"{name} cannot be read from {info.path.name} ({error}).", DOWNLOAD_AGAIN) from error
            self._files[info.path] = file
        return StoredTensor(name, info, file, duplicate)


class _Look:
    """What is remembered of a matrix's rows, or of a vector as one row, to judge it once it was read."""

    def __init__(self, name: str, shape: tuple[int, ...], dtype: torch.dtype) -> None:
        self._name = name
        self._rank = len(shape)
        self._peaks: Tensor | None = None
        if dtype.is_floating_point and len(shape) in (1, 2):
            self._peaks = torch.empty(shape[0] if len(shape) == 2 else 1)

    def at(self, start: int, block: Tensor) -> None:
        """Rows from `start` on."""
        if self._peaks is None:
            return
        step = max(1, SERIAL_ELEMENTS // block.shape[1])
        for part in torch.split(block, step):
            # Two reductions in float32: several times as fast as in 16 bits, or as aminmax or isfinite; NaN shows in
            # both.
            wide, rows = part.float(), slice(start, start + len(part))
            torch.maximum(wide.amax(dim=1), wide.amin(dim=1).neg_(), out=self._peaks[rows])
            start += len(part)

    def finish(self) -> None:
        """Raises DamagedModel for NaN, infinities, or too many rows of zeros."""
        if self._peaks is not None:
            _judge(self._name, self._rank, self._peaks)


def _judge(name: str, rank: int, peaks: Tensor) -> None:
    if not bool(torch.isfinite(peaks).all()):
        raise DamagedModel(f"{name} holds NaN or infinite numbers.", DOWNLOAD_AGAIN)
    rows, zero_rows = len(peaks), int((peaks == 0).sum())
    if zero_rows == rows and (rank == 2 or name.endswith("norm.weight")):
        raise DamagedModel(f"{name} is entirely zero.", DOWNLOAD_AGAIN)
    vocabulary = name in (EMBEDDING_NAME, HEAD_NAME)
    limit = MAX_ZERO_ROWS_SHARE_VOCABULARY if vocabulary else MAX_ZERO_ROWS_SHARE
    if rank == 2 and (zero_rows >= limit * rows if vocabulary else zero_rows > limit * rows):
        raise DamagedModel(f"{zero_rows:,} of {rows:,} rows of {name} are zero.", DOWNLOAD_AGAIN)
