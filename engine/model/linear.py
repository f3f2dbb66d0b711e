"""Linear layers of the lean decoder in torch's own operations: one class for each way of keeping the weights.

All map `(n, in_features) -> (n, out_features)` in the dtype of their input. They know nothing of attention or layers.
Those that compute through bitsandbytes are in `engine.model.bitsandbytes_linear`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.memory_plan import WIDENED_BYTES

INT8_MAX = 127.0
# How many rows are quantised at once, which takes several times their size. On a CPU, freed blocks of some MB between
# lasting ones can stay with the process, hundreds of MB in all.
QUANTIZE_ROWS = {"cpu": 64}
QUANTIZE_ROWS_ELSEWHERE = 4_096
# Below this many rows cuBLASLt's int8 product refuses to run; short inputs are padded up to it.
CUDA_INT8_MIN_ROWS = 32


class Linear(Protocol):
    """A matrix product with weights of some precision."""

    @property
    def weights_bytes(self) -> int: ...

    def __call__(self, x: Tensor) -> Tensor: ...


def stacked_rows(weights: Sequence[Tensor], rows: int) -> Iterator[tuple[slice, Tensor]]:
    """At most `rows` rows at a time of matrices stacked on one another, each with its place in the stack.

    To be copied from one by one: the stack itself would be as large again as what is made of it, and where it lay,
    between lasting blocks, a hole would stay with the process.
    """
    start = 0
    for weight in weights:
        for first in range(0, len(weight), rows):
            part = weight[first : first + rows]
            yield slice(start, start + len(part)), part
            start += len(part)


def stacked_shape(weights: Sequence[Tensor]) -> tuple[int, int]:
    """`(rows, columns)` of such a stack."""
    return sum(len(weight) for weight in weights), weights[0].shape[1]


class DenseLinear:
    """Weights in a floating-point dtype: `y = x @ weight.T`. `weight` is `(out_features, in_features)`."""

    __slots__ = ("weight",)

    def __init__(self, weight: Tensor) -> None:
        self.weight = weight

    @classmethod
    def from_weights(cls, weights: Sequence[Tensor], device: torch.device, dtype: torch.dtype) -> DenseLinear:
        """Of matrices stacked on one another.

        Always a copy: what a loader gives may be a view of a mapped file. Kept, it would hold the file open, and a
        file cut short while Ponder runs would end the process.
        """
        weight = torch.empty(stacked_shape(weights), dtype=dtype, device=device)
        for rows, part in stacked_rows(weights, len(weight)):
            weight[rows] = part
        return cls(weight)

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
    def from_weights(cls, weights: Sequence[Tensor], device: torch.device) -> Int8Linear:
        """Quantise `(rows, in_features)` matrices, stacked on one another, and keep them on `device`."""
        out_features, in_features = stacked_shape(weights)
        codes = torch.empty((out_features, in_features), dtype=torch.int8, device=device)
        scale = torch.empty((1, out_features), dtype=torch.float32, device=device)
        # A few rows at a time: a head of 150,000 rows in float32 would take as much again as the whole model.
        for rows, part in stacked_rows(weights, QUANTIZE_ROWS.get(device.type, QUANTIZE_ROWS_ELSEWHERE)):
            codes[rows], part_scale = quantize_rows(part)
            scale[0, rows] = part_scale[:, 0]
        return cls(codes, scale, integer_product_is_exact(device, out_features, in_features))

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
    if device.type not in ("cpu", "cuda"):
        return False
    columns = in_features
    weight = torch.full((8, columns), 127, dtype=torch.int8, device=device)
    try:
        for rows in (1, 4):
            x = torch.full((rows, columns), -127, dtype=torch.int8, device=device)
            if not bool((_int8_product(x, weight) == -127 * 127 * columns).all()):
                return False
    except RuntimeError:
        return False
    return True
