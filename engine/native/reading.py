"""Matrices read out of files by the library: several threads, each of which reads rows and converts them at once.

A matrix's memory is asked for when it is named, and filled later, between `start` and the end of `finish`. What comes
out is the same to the last bit as what `engine.model.linear` makes in torch. The threads run in the library for the
whole time and wait for nothing but the file, so that neither Python nor a busy core holds them up.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Sequence
from ctypes import POINTER, byref, c_int64, c_void_p
from dataclasses import dataclass, field
from enum import IntEnum
from types import TracebackType
from typing import Self

import torch
from torch import Tensor

from engine.model.linear import Matrix, quantized_stack, stacked, stacked_shape
from engine.native import library as c
from engine.native.library import Kernels
from engine.tensor_reader import StoredTensor

# What a thread takes at once: small enough that all end at about the same time.
PIECE_BYTES = 8 << 20
# Reading what the system holds in memory hardly gets quicker with more.
MOST_THREADS = 8
POLL_S = 0.02

_TYPES = {torch.float32: c.F32, torch.bfloat16: c.BF16, torch.float16: c.F16}
_CPU = torch.device("cpu")


class _Result(IntEnum):
    """How reading came to its end (src/reading.h)."""

    OK = c.OK
    NO_MEMORY = c.NO_MEMORY
    ENDED = 10
    UNREADABLE = 11
    DIFFERS = 12


class _Piece(ctypes.Structure):
    _fields_ = [
        ("file", c_int64),
        ("start", c_int64),
        ("twin", c_int64),
        ("twin_start", c_int64),
        ("rows", c_int64),
        ("columns", c_int64),
        ("type", c_int64),
        ("plain", c_void_p),
        ("plain_type", c_int64),
        ("codes", c_void_p),
        ("scale", c_void_p),
        ("peak", c_void_p),
    ]


class _Reading(ctypes.Structure):
    _fields_ = [
        ("piece", POINTER(_Piece)),
        ("count", c_int64),
        ("next", c_int64),
        ("done_bytes", c_int64),
        ("stop", c_int64),
        ("result", c_int64),
        ("failed", c_int64),
        ("error", c_int64),
    ]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be made of a stored matrix: its part of a stack, from row `at` on."""

    stored: StoredTensor
    plain: Tensor | None
    codes: Tensor | None
    scale: Tensor | None
    at: int
    peaks: Tensor = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "peaks", torch.empty(self.stored.shape[0], dtype=torch.float32))

    def pieces(self) -> list[_Piece]:
        rows, columns = self.stored.shape
        row_bytes = columns * self.stored.dtype.itemsize
        step = max(1, PIECE_BYTES // row_bytes)
        (file, start), twin = self.stored.place, self.stored.duplicate
        twin_file, twin_start = (None, 0) if twin is None else twin.place
        return [
            _Piece(
                file=_handle(file.fileno()),
                start=start + at * row_bytes,
                twin=-1 if twin_file is None else _handle(twin_file.fileno()),
                twin_start=twin_start + at * row_bytes,
                rows=min(step, rows - at),
                columns=columns,
                type=_TYPES[self.stored.dtype],
                plain=_address(self.plain, self.at + at),
                plain_type=c.F32 if self.plain is None else _TYPES[self.plain.dtype],
                codes=_address(self.codes, self.at + at),
                scale=_address(self.scale, self.at + at),
                peak=_address(self.peaks, at),
            )
            for at in range(0, rows, step)
        ]


class NativeReading:
    """A context manager: its threads have ended when it is left, however that comes.

    Matrices that do not lie in files, or not in a way that the library reads, are converted at once by torch.
    """

    def __init__(self, kernels: Kernels) -> None:
        self._library = c.open_library()
        self._kernels = kernels
        self._wanted: list[_Wanted] = []
        self._piece_of: list[_Wanted] = []
        self._reading = _Reading()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reading.stop = 1
        for thread in self._threads:
            thread.join()

    def stacked(self, weights: Sequence[Matrix], dtype: torch.dtype) -> Tensor:
        """As `engine.model.linear.stacked`."""
        stored = _readable(weights)
        if stored is None:
            return stacked(weights, _CPU, dtype)
        plain = torch.empty(stacked_shape(weights), dtype=dtype)
        self._want(stored, plain, None, None)
        return plain

    def quantized(self, weights: Sequence[Matrix]) -> tuple[Tensor, Tensor]:
        """As `engine.model.linear.quantized_stack`."""
        stored = _readable(weights)
        if stored is None:
            return quantized_stack(weights, _CPU)
        codes, scale = _empty_codes(stacked_shape(weights))
        self._want(stored, None, codes, scale[0])
        return codes, scale

    def both(self, weight: Matrix, dtype: torch.dtype) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """A matrix in `dtype`, and what `quantized` makes of the result; it is read once."""
        stored = _readable([weight])
        if stored is None:
            plain = stacked([weight], _CPU, dtype)
            return plain, quantized_stack([plain], _CPU)
        shape = stacked_shape([weight])
        plain, (codes, scale) = torch.empty(shape, dtype=dtype), _empty_codes(shape)
        self._want(stored, plain, codes, scale[0])
        return plain, (codes, scale)

    def start(self, threads: int) -> None:
        """Begin to fill all that was asked for."""
        parts = [(each, piece) for each in self._wanted for piece in each.pieces()]
        self._piece_of = [each for each, _ in parts]
        self._reading.piece = (_Piece * len(parts))(*(piece for _, piece in parts))
        self._reading.count = len(parts)
        for _ in range(min(threads, MOST_THREADS, len(parts))):
            thread = threading.Thread(target=self._read, name="weights-reader", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the system gives no more; those that there are do all the work
                break
            self._threads.append(thread)

    def finish(self, meanwhile: Callable[[int], None]) -> None:
        """Wait until all is filled.

        Args:
            meanwhile: called time and again with the bytes that were read; what it raises ends the reading.

        Raises:
            DamagedModel: as `StoredTensor.blocks`.
            MemoryError: no room for the threads' buffers.
        """
        if not self._threads:
            self._read()
        for thread in self._threads:
            while thread.is_alive():
                thread.join(POLL_S)
                meanwhile(self._reading.done_bytes)
        self._raise_failure()
        for each in self._wanted:
            each.stored.judge(each.peaks)
        meanwhile(self._reading.done_bytes)

    def _raise_failure(self) -> None:
        match self._reading.result:
            case _Result.OK:
                return
            case _Result.ENDED:
                raise self._failed.ended()
            case _Result.UNREADABLE:
                raise self._failed.unreadable(_message(self._reading.error))
            case _Result.DIFFERS:
                raise self._failed.differs()
            case _:
                raise MemoryError("no room for the buffers of the threads that read weights")

    @property
    def _failed(self) -> StoredTensor:
        failed: int = self._reading.failed
        return self._piece_of[failed].stored

    def _read(self) -> None:
        self._library.ponder_read(byref(self._reading), self._kernels.address)

    def _want(
        self, weights: Sequence[StoredTensor], plain: Tensor | None, codes: Tensor | None, scale: Tensor | None
    ) -> None:
        at = 0
        for stored in weights:
            self._wanted.append(_Wanted(stored, plain, codes, scale, at))
            at += stored.shape[0]


def _readable(weights: Sequence[Matrix]) -> list[StoredTensor] | None:
    stored = [each for each in weights if isinstance(each, StoredTensor) and each.dtype in _TYPES]
    if len(stored) < len(weights):
        return None
    same = all(each.duplicate is None or each.duplicate.dtype == each.dtype for each in stored)
    return stored if same else None


def _empty_codes(shape: tuple[int, int]) -> tuple[Tensor, Tensor]:
    return torch.empty(shape, dtype=torch.int8), torch.empty((1, shape[0]), dtype=torch.float32)


def _address(tensor: Tensor | None, row: int) -> int | None:
    return None if tensor is None else tensor[row].data_ptr()


def _handle(descriptor: int) -> int:
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.get_osfhandle(descriptor)
    return descriptor


def _message(error: int) -> str:
    if sys.platform == "win32":
        return ctypes.FormatError(error).strip()
    return os.strerror(error)
