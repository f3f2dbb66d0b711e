"""Linear layers of the lean decoder in torch's own operations: one class for each way of keeping the weights.

All map `(n, in_features) -> (n, out_features)` in the dtype of their input. They know nothing of attention or layers.
Those that compute through bitsandbytes are in `engine.model.bitsandbytes_linear`.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

INT8_MAX = 127.0
QUANTIZE_ROWS = 4_096
# Below this many rows cuBLASLt's int8 product refuses to run; short inputs are padded up to it.
CUDA_INT8_MIN_ROWS = 32
# Where 8-bit weights must be widened for a product, no more than this at a time: a head of 150,000 rows widened at once
# would take more memory than the model.
WIDENED_BYTES = 64 << 20


class Linear(Protocol):
    """A matrix product with weights of some precision."""

    @property
    def weights_bytes(self) -> int: ...

    def __call__(self, x: Tensor) -> Tensor: ...


class DenseLinear:
    """Weights in a floating-point dtype: `y = x @ weight.T`. `weight` is `(out_features, in_features)`."""

    __slots__ = ("weight",)

    def __init__(self, weight: Tensor) -> None:
        self.weight = weight

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
    def from_weight(cls, weight: Tensor, device: torch.device) -> Int8Linear:
        """Quantise `(out_features, in_features)` weights and keep them on `device`."""
        codes = torch.empty(weight.shape, dtype=torch.int8, device=device)
        scale = torch.empty((1, weight.shape[0]), dtype=torch.float32, device=device)
        # A few rows at a time: a head of 150,000 rows in float32 would take as much again as the whole model.
        for start in range(0, weight.shape[0], QUANTIZE_ROWS):
            part, part_scale = quantize_rows(weight[start : start + QUANTIZE_ROWS])
            codes[start : start + QUANTIZE_ROWS] = part
            scale[0, start : start + QUANTIZE_ROWS] = part_scale[:, 0]
        return cls(codes, scale, integer_product_is_exact(device, weight.shape[0], weight.shape[1]))

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
