"""Linear layers of the lean decoder in torch's own operations: one class for each way of keeping the weights.

All map `(n, in_features) -> (n, out_features)` in the dtype of their input. They know nothing of attention or layers.
Those that compute through bitsandbytes are in `engine.model.bitsandbytes_linear`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.memory_plan import WIDENED_BYTES

INT8_MAX = 127.0
# How many rows are quantised at once, which takes several times their size. On a CPU, freed blocks of some MB between
# lasting ones can stay with the process, hundreds of MB in all.
QUANTIZE_ROWS = {"cpu": 64}
QUANTIZE_ROWS_ELSEWHERE = 4_096
# In pieces of this size, which stay in a core's cache from one operation to the next, one thread converts a model as
# fast as memory is read. More threads would wait for each other after every operation, and for minutes in all where
# another program keeps a core busy: see `one_thread`.
SERIAL_ELEMENTS = (1 << 15) - 1
# Below this many rows cuBLASLt's int8 product refuses to run; short inputs are padded up to it.
CUDA_INT8_MIN_ROWS = 32


class Linear(Protocol):
    """A matrix product with weights of some precision."""

    @property
    def weights_bytes(self) -> int: ...

    def __call__(self, x: Tensor) -> Tensor: ...


class StoredRows(Protocol):
    """A matrix that lies elsewhere and is read a few rows at a time (engine.tensor_reader)."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def dtype(self) -> torch.dtype: ...

    def blocks(self, rows: int) -> Iterator[Tensor]:
        """At most `rows` rows at a time, from the first on; each is gone once the next is asked for."""


Matrix: TypeAlias = Tensor | StoredRows


def rows_at_once(columns: int, device: torch.device) -> int:
    """How many rows to convert in one go; see SERIAL_ELEMENTS. Copies to a GPU had better be large."""
    return max(1, SERIAL_ELEMENTS // columns) if device.type == "cpu" else QUANTIZE_ROWS_ELSEWHERE


def stacked_rows(weights: Sequence[Matrix], rows: int) -> Iterator[tuple[slice, Tensor]]:
    """At most `rows` rows at a time of matrices stacked on one another, each with its place in the stack.

    To be copied from one by one: the stack itself would be as large again as what is made of it, and where it lay,
    between lasting blocks, a hole would stay with the process.
    """
    start = 0
    for weight in weights:
        for part in torch.split(weight, rows) if isinstance(weight, Tensor) else weight.blocks(rows):
            yield slice(start, start + len(part)), part
            start += len(part)


def stacked_shape(weights: Sequence[Matrix]) -> tuple[int, int]:
    """`(rows, columns)` of such a stack."""
    return sum(weight.shape[0] for weight in weights), weights[0].shape[1]


@contextmanager
def one_thread() -> Iterator[None]:
    """torch's operations stay on the thread that calls them; see SERIAL_ELEMENTS."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def stacked(weights: Sequence[Matrix], device: torch.device, dtype: torch.dtype) -> Tensor:
    """The stack in memory of its own, on `device` and in `dtype`."""
    shape = stacked_shape(weights)
    whole = torch.empty(shape, dtype=dtype, device=device)
    for rows, part in stacked_rows(weights, rows_at_once(shape[1], device)):
        whole[rows].copy_(part)
    return whole


class DenseLinear:
    """Weights in a floating-point dtype: `y = x @ weight.T`. `weight` is `(out_features, in_features)`."""

    __slots__ = ("weight",)

    def __init__(self, weight: Tensor) -> None:
        self.weight = weight

    @classmethod
    def from_weights(cls, weights: Sequence[Matrix], device: torch.device, dtype: torch.dtype) -> DenseLinear:
        """Of matrices stacked on one another. Always a copy, even of a single one."""
        return cls(stacked(weights, device, dtype))

    @property
    def weights_bytes(self) -> int:
        return self.weight.numel() * self.weight.element_size()

    def __call__(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight)


def quantize_rows(x: Tensor) -> tuple[Tensor, Tensor]:
    """Symmetric 8-bit quantisation of each row: `x ~ codes * scale`.

    Args:
        x: `(rows, columns)`, any float dtype.

    Returns:
        codes int8 `(rows, columns)` in -127..127 and scale float32 `(rows, 1)`. A row of zeros has scale 1.
    """
    wide = x.float()
    scale = wide.abs().amax(dim=1, keepdim=True) / INT8_MAX
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))
    return torch.round(wide / scale).to(torch.int8), scale


class _Quantizer:
    """`quantize_rows` for one block after another of a CPU's, without new memory for each."""

    def __init__(self, rows: int, columns: int) -> None:
        self._wide = torch.empty((rows, columns), dtype=torch.float32)

    def __call__(self, part: Tensor, codes: Tensor, scale: Tensor) -> None:
        """Write the codes `(rows, columns)` and scales `(rows,)` of `part`."""
        wide = self._wide[: len(part)].copy_(part)
        largest = torch.maximum(wide.amax(dim=1), wide.amin(dim=1).neg_())
        largest.div_(INT8_MAX)
        scale.copy_(largest.masked_fill_(largest == 0, 1.0))
        codes.copy_(wide.div_(scale.unsqueeze(1)).round_())


def quantized_stack(weights: Sequence[Matrix], device: torch.device) -> tuple[Tensor, Tensor]:
    """Codes `(out_features, in_features)` and scales `(1, out_features)` of matrices stacked on one another.

    A few rows at a time: a head of 150,000 rows in float32 would take as much again as the whole model.
    """
    out_features, in_features = stacked_shape(weights)
    codes = torch.empty((out_features, in_features), dtype=torch.int8, device=device)
    scale = torch.empty((1, out_features), dtype=torch.float32, device=device)
    step = rows_at_once(in_features, device)
    quantize = _Quantizer(step, in_features) if device.type == "cpu" else None
    for rows, part in stacked_rows(weights, step):
        if quantize is not None:
            quantize(part, codes[rows], scale[0, rows])
        else:
            codes[rows], part_scale = quantize_rows(part.to(device))
            scale[0, rows] = part_scale[:, 0]
    return codes, scale


class Int8Linear:
    """8-bit weights with one scale per output row; activations are quantised per token (W8A8, dynamic).

    Per-token scales keep every row of a batch independent of the others, so that the result does not depend on how
    a prompt was cut into chunks. The integer product is exact; only the two roundings lose anything.
    """

    __slots__ = ("_integer_product", "codes", "scale")

    def __init__(self, codes: Tensor, scale: Tensor, integer_product: bool) -> None:
        self.codes = codes
        self.scale = scale
        self._integer_product = integer_product

    @classmethod
    def from_weights(cls, weights: Sequence[Matrix], device: torch.device) -> Int8Linear:
        """Quantise `(rows, in_features)` matrices, stacked on one another, and keep them on `device`."""
        return cls.of_codes(*quantized_stack(weights, device))

    @classmethod
    def of_codes(cls, codes: Tensor, scale: Tensor) -> Int8Linear:
        """Of what `quantized_stack` gives, or will have given once it is used."""
        return cls(codes, scale, integer_product_is_exact(codes.device, *codes.shape))

    @property
    def weights_bytes(self) -> int:
        return self.codes.numel() + self.scale.numel() * self.scale.element_size()

    def __call__(self, x: Tensor) -> Tensor:
        codes, scale = quantize_rows(x)
        if self._integer_product:
            product = _int8_product(codes, self.codes).float()
        else:
            # Exact as well: int8 products summed in float32 stay below 2**24 up to 1,040 columns, and beyond that
            # the rounding is far below the quantisation's own.
            wide = codes.float()
            rows = max(1, WIDENED_BYTES // (4 * self.codes.shape[1]))
            parts = [self.codes[at : at + rows] for at in range(0, self.codes.shape[0], rows)]
            product = torch.cat([F.linear(wide, part.float()) for part in parts], dim=1)
        return (product * scale * self.scale).to(x.dtype)


def _int8_product(x: Tensor, weight: Tensor) -> Tensor:
    """`x @ weight.T` of int8 `(n, in)` and `(out, in)` as int32 `(n, out)`."""
    rows = x.shape[0]
    if x.is_cuda and rows < CUDA_INT8_MIN_ROWS:
        x = F.pad(x, (0, 0, 0, CUDA_INT8_MIN_ROWS - rows))
    product: Tensor = torch._int_mm(x, weight.t())
    return product[:rows]


def integer_product_is_exact(device: torch.device, out_features: int, in_features: int) -> bool:
    """Whether this machine multiplies int8 matrices of these sizes, and without overflow.

    Old x86 kernels (AVX2 without VNNI) may saturate 16-bit partial sums, and some devices have no kernel at all, so
    the extreme case is tried once on a small slice: every operand at its largest.
    """
    if device.type == "cuda" and (out_features % 8 or in_features % 8):
        return False
    return device.type in ("cpu", "cuda") and _is_exact(device, in_features)


@functools.cache
def _is_exact(device: torch.device, columns: int) -> bool:
    """Tried once for a number of columns: the threads that it takes are dear on a machine that has others to run."""
    weight = torch.full((8, columns), 127, dtype=torch.int8, device=device)
    try:
        for rows in (1, 4):
            x = torch.full((rows, columns), -127, dtype=torch.int8, device=device)
            if not bool((_int8_product(x, weight) == -127 * 127 * columns).all()):
                return False
    except RuntimeError:
        return False
    return True
