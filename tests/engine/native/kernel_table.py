"""The kernels one by one, as ctypes sees the library's table of them (engine/native/src/ponder.h)."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_float, c_int32, c_int64, c_void_p
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.native import library as c

NAMES = ("portable", "avx2", "avx2_vnni", "avx512_vnni", "neon", "neon_dot")
TYPES = {torch.float32: c.F32, torch.bfloat16: c.BF16, torch.int8: c.I8}
PAD = 64


class _Input(ctypes.Structure):
    _fields_ = [
        ("values", c_void_p),
        ("codes", c_void_p),
        ("scale", c_void_p),
        ("sum", c_void_p),
        ("stride", c_int64),
    ]


class _Attention(ctypes.Structure):
    _fields_ = [
        *((name, c_int64) for name in ("type", "head_dim", "rows", "group")),
        *(
            (name, c_void_p)
            for name in (
                "keys",
                "values",
                "key_scales",
                "value_scales",
                "visible",
                "queries",
                "peak",
                "total",
                "mixed",
            )
        ),
    ]


class _Table(ctypes.Structure):
    _fields_ = [
        ("name", c_char_p),
        ("code_bytes", c_int64),
        (
            "product",
            CFUNCTYPE(None, POINTER(c.Matrix), c_int64, c_int64, POINTER(_Input), c_int64, c_void_p, c_int64, c_int64),
        ),
        ("norm", CFUNCTYPE(None, c_void_p, c_void_p, c_float, c_int64, c_void_p)),
        ("quantise", CFUNCTYPE(c_float, c_void_p, c_int64, c_void_p, POINTER(c_int32))),
        ("gate", CFUNCTYPE(None, c_void_p, c_void_p, c_int64, c_void_p)),
        ("attend", CFUNCTYPE(None, POINTER(_Attention))),
        ("add_scaled", CFUNCTYPE(None, c_void_p, c_void_p, c_float, c_int64)),
        ("exponential", CFUNCTYPE(c_float, c_float)),
    ]


@dataclass(frozen=True, slots=True)
class Attended:
    """What `attend` leaves: peak and total `(rows, group)`, mixed `(rows, group, head_dim)`, not yet divided."""

    peak: Tensor
    total: Tensor
    mixed: Tensor


class KernelTable:
    """One instruction set's kernels on tensors."""

    def __init__(self, kernels: c.Kernels) -> None:
        self._table: Any = ctypes.cast(kernels.address, POINTER(_Table)).contents
        self.exponential: Callable[[float], float] = self._table.exponential

    def norm(self, x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
        y = torch.full_like(x, torch.nan)
        self._table.norm(x.data_ptr(), weight.data_ptr(), epsilon, len(x), y.data_ptr())
        return y

    def gate(self, gate: Tensor, up: Tensor) -> Tensor:
        y = torch.full_like(gate, torch.nan)
        self._table.gate(gate.data_ptr(), up.data_ptr(), len(gate), y.data_ptr())
        return y

    def add_scaled(self, y: Tensor, x: Tensor, factor: float) -> Tensor:
        y = y.clone()
        self._table.add_scaled(y.data_ptr(), x.data_ptr(), factor, len(x))
        return y

    def quantise(self, x: Tensor) -> tuple[Tensor, float, int]:
        """Codes padded to a multiple of PAD, as integers of the table's width; scale; sum."""
        width = self._table.code_bytes
        codes = torch.full((-(-len(x) // PAD) * PAD,), 99, dtype={1: torch.int8, 2: torch.int16}[width])
        total = c_int32()
        scale = self._table.quantise(x.data_ptr(), len(x), codes.data_ptr(), ctypes.byref(total))
        return codes, scale, total.value

    def product(
        self,
        weight: Tensor,
        scale: Tensor | None,
        x: Tensor,
        *,
        rows: tuple[int, int] | None = None,
        add_to: Tensor | None = None,
    ) -> Tensor:
        """`x @ weight.T` of `(out, in)` weights and float32 `(n, in)`; only of `rows` of the weights, the rest NaN."""
        out, columns = weight.shape
        y = torch.full((len(x), out), torch.nan) if add_to is None else add_to.clone()
        matrix = c.Matrix(
            weight.data_ptr(), None if scale is None else scale.data_ptr(), out, columns, TYPES[weight.dtype]
        )
        first, last = rows or (0, out)
        codes, scales, sums = zip(*(self.quantise(row) for row in x), strict=True)
        kept = (torch.stack(codes), torch.tensor(scales), torch.tensor(sums, dtype=torch.int32))
        stride = kept[0].shape[1] if weight.dtype == torch.int8 else columns
        source = _Input(x.data_ptr(), *(each.data_ptr() for each in kept), stride)
        self._table.product(
            ctypes.byref(matrix), first, last, ctypes.byref(source), len(x), y.data_ptr(), out, add_to is not None
        )
        return y

    def attend(
        self,
        queries: Tensor,
        keys: Tensor,
        values: Tensor,
        visible: Tensor,
        key_scales: Tensor | None = None,
        value_scales: Tensor | None = None,
    ) -> Attended:
        """Queries `(rows, group, head_dim)` against keys and values `(positions, head_dim)`."""
        rows, group, size = queries.shape
        got = Attended(torch.empty(rows, group), torch.empty(rows, group), torch.empty(rows, group, size))
        work = _Attention(
            TYPES[keys.dtype],
            size,
            rows,
            group,
            keys.data_ptr(),
            values.data_ptr(),
            None if key_scales is None else key_scales.data_ptr(),
            None if value_scales is None else value_scales.data_ptr(),
            visible.data_ptr(),
            queries.data_ptr(),
            got.peak.data_ptr(),
            got.total.data_ptr(),
            got.mixed.data_ptr(),
        )
        self._table.attend(ctypes.byref(work))
        return got


def kernels_named(name: str) -> c.Kernels:
    """The kernels of that name; the test is skipped where this processor cannot run them or none were built."""
    try:
        found = c.kernels(name)
    except OSError as error:
        pytest.skip(str(error))
    if found is None:
        pytest.skip(f"this processor cannot run {name}")
    return found
