"""Linear layers of the lean decoder that compute through bitsandbytes: LLM.int8() and NF4.

They are to the decoder what `engine.model.linear`'s are. bitsandbytes is imported when the first is made or tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.bitsandbytes_support import import_functional
from engine.memory_errors import as_out_of_memory
from engine.memory_plan import WIDENED_BYTES
from engine.model.linear import (
    QUANTIZE_ROWS,
    QUANTIZE_ROWS_ELSEWHERE,
    DenseLinear,
    Matrix,
    stacked,
    stacked_rows,
    stacked_shape,
)
from engine.types import Precision

# LLM.int8()'s own default (arXiv:2208.07339, section 3.2): from this size on, an activation is multiplied in 16 or 32
# bits, so that a few large ones do not cost all others of their token their precision.
OUTLIER_THRESHOLD = 6.0
NF4_BLOCK = 64
# A product of random numbers in 8 or 4 bits is off by 1 or 9 percent; a kernel that fails is off by 100.
TRIAL_TOLERANCE = {Precision.INT8: 0.05, Precision.NF4: 0.3}


class BitsAndBytesInt8Linear:
    """8-bit weights with one scale per output row, multiplied as LLM.int8() does (arXiv:2208.07339).

    Activations are quantised per token, all but the outliers, whose columns of the weights are widened for them.
    bitsandbytes takes a column that holds an outlier out of the 8-bit product for all tokens of the batch. Here it is
    taken out for the tokens that hold one, as if each were multiplied alone, so that the result does not depend on how
    a prompt was cut into chunks. For a single token the two are the same.

    Args:
        codes: int8 `(out_features, in_features)`.
        absmax: float32 `(out_features,)`, the largest absolute weight of each row.
        threshold: an activation from here on is an outlier; 0: none is.
    """

    __slots__ = ("_mixed", "_quantize", "_scaled", "absmax", "codes", "threshold")

    def __init__(self, codes: Tensor, absmax: Tensor, threshold: float = OUTLIER_THRESHOLD) -> None:
        functional = import_functional()
        operators: Any = torch.ops.bitsandbytes
        self._quantize: Callable[[Tensor], tuple[Tensor, Tensor, Tensor | None]] = functional.int8_vectorwise_quant
        self._scaled: Callable[..., Tensor] = operators.int8_scaled_mm.default
        self._mixed: Callable[..., tuple[Tensor, Tensor | None]] = operators.int8_mixed_scaled_mm.default
        self.codes = codes
        self.absmax = absmax
        self.threshold = threshold

    @classmethod
    def from_weights(
        cls, weights: Sequence[Matrix], device: torch.device, threshold: float = OUTLIER_THRESHOLD
    ) -> BitsAndBytesInt8Linear:
        """Quantise `(rows, in_features)` matrices, stacked on one another, and keep them on `device`."""
        quantize = import_functional().int8_vectorwise_quant
        out_features, in_features = stacked_shape(weights)
        codes = torch.empty((out_features, in_features), dtype=torch.int8, device=device)
        absmax = torch.empty(out_features, dtype=torch.float32, device=device)
        for rows, part in stacked_rows(weights, QUANTIZE_ROWS.get(device.type, QUANTIZE_ROWS_ELSEWHERE)):
            codes[rows], absmax[rows], _ = quantize(part.to(device, torch.float16).contiguous())
        return cls(codes, absmax, threshold)

    @property
    def weights_bytes(self) -> int:
        return self.codes.numel() + self.absmax.numel() * self.absmax.element_size()

    def __call__(self, x: Tensor) -> Tensor:
        large = x.abs() >= self.threshold if self.threshold > 0 else None
        if large is None or not large.any():
            codes, absmax, _ = self._quantize(x.to(torch.float16).contiguous())
            parts = [self._scaled(codes, *rows, dtype=x.dtype) for rows in self._parts(absmax, 0)]
        else:
            outliers = x.masked_fill(~large, 0)
            codes, absmax, _ = self._quantize(x.masked_fill(large, 0).to(torch.float16))
            columns = large.any(dim=0).nonzero().view(-1)
            parts = [
                self._mixed(outliers, codes, weight, token_absmax, row_absmax, columns)[0]
                for weight, token_absmax, row_absmax in self._parts(absmax, columns.numel())
            ]
        return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)

    def _parts(self, absmax: Tensor, outlier_columns: int) -> list[tuple[Tensor, Tensor, Tensor]]:
        """The weights' rows in parts of which bitsandbytes widens at most WIDENED_BYTES at once."""
        widened = 9 * outlier_columns  # 1 byte gathered, 4 with its scale, up to 4 in the activations' dtype
        if self.codes.device.type == "cpu" and torch.backends.cpu.get_cpu_capability() != "AVX512":
            widened += 4 * self.codes.shape[1]  # it has no integer product there
        rows = self.codes.shape[0] if not widened else max(32, WIDENED_BYTES // widened // 32 * 32)
        starts = range(0, self.codes.shape[0], rows)
        return [(self.codes[at : at + rows], absmax, self.absmax[at : at + rows]) for at in starts]


class Nf4Linear:
    """4-bit NormalFloat weights (QLoRA, arXiv:2305.14314) in blocks of 64.

    The weights are expanded for each product. That is slow, but the point of 4 bits here is to fit at all; in main
    memory, which the model shares with everything else, at most WIDENED_BYTES of them are expanded at once.

    Args:
        weights: `(rows, in_features)` matrices, stacked on one another.
        dtype: what they are multiplied in, 16 bits wide.
    """

    __slots__ = ("_absmax", "_dequantize", "_dtype", "_packed", "_parts")

    def __init__(self, weights: Sequence[Matrix], device: torch.device, dtype: torch.dtype) -> None:
        functional = import_functional()
        self._dtype = dtype
        self._dequantize: Callable[..., Tensor] = functional.dequantize_4bit
        rows, columns = stacked_shape(weights)
        # A block of weights must not run over into rows that are quantised or expanded apart from it. Any NF4_BLOCK
        # rows are whole blocks, and all steps are multiples of that, but a matrix in the stack may end within one.
        if any(weight.shape[0] * columns % NF4_BLOCK for weight in weights[:-1]):
            weights = [stacked(weights, torch.device("cpu"), dtype)]
        self._packed = torch.empty((-(-rows * columns // 2), 1), dtype=torch.uint8, device=device)
        self._absmax = torch.empty(-(-rows * columns // NF4_BLOCK), dtype=torch.float32, device=device)
        for place, part in stacked_rows(weights, QUANTIZE_ROWS.get(device.type, QUANTIZE_ROWS_ELSEWHERE)):
            packed, state = functional.quantize_4bit(part.to(device, dtype), blocksize=NF4_BLOCK, quant_type="nf4")
            at, block = place.start * columns // 2, place.start * columns // NF4_BLOCK
            self._packed[at : at + len(packed)] = packed
            self._absmax[block : block + len(state.absmax)] = state.absmax
        step = max(WIDENED_BYTES // (2 * columns) // NF4_BLOCK, 1) * NF4_BLOCK if device.type == "cpu" else rows
        self._parts: list[tuple[Tensor, Any]] = []
        for start in range(0, rows, step):
            end = min(start + step, rows)
            expanded = functional.QuantState(
                absmax=self._absmax[start * columns // NF4_BLOCK : -(-end * columns // NF4_BLOCK)],
                shape=torch.Size((end - start, columns)),
                dtype=dtype,
                blocksize=NF4_BLOCK,
                code=state.code,
                quant_type="nf4",
            )
            self._parts.append((self._packed[start * columns // 2 : -(-end * columns // 2)], expanded))

    @property
    def weights_bytes(self) -> int:
        return self._packed.numel() + self._absmax.numel() * self._absmax.element_size()

    def __call__(self, x: Tensor) -> Tensor:
        narrow = x.to(self._dtype)
        parts = [F.linear(narrow, self._dequantize(packed, state)) for packed, state in self._parts]
        return (parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)).to(x.dtype)


@torch.inference_mode()
def trial(precision: Precision, device: torch.device) -> str:
    """Multiply a little on `device` in INT8 or NF4.

    Returns:
        What is wrong, as one sentence; empty if it works.

    Raises:
        RuntimeError, MemoryError: there was no memory for it.
    """
    generator = torch.Generator().manual_seed(0)
    weight, x = (torch.randn(rows, 64, generator=generator) for rows in (64, 3))
    x[1, 5] = 4 * OUTLIER_THRESHOLD
    try:
        exact = DenseLinear(weight)(x)
        layer: Callable[[Tensor], Tensor] = (
            BitsAndBytesInt8Linear.from_weights([weight], device)
            if precision is Precision.INT8
            else Nf4Linear([weight], device, torch.float16)
        )
        off = (layer(x.to(device, torch.float16)).float().cpu() - exact).norm() / exact.norm()
    except Exception as error:  # a library of machine code fails in ways that nobody can list
        if as_out_of_memory(error) is not None:
            raise
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return f"bitsandbytes does not work on {device}: {lines[0].strip().rstrip('.')[:200]}."
    return "" if off < TRIAL_TOLERANCE[precision] else f"bitsandbytes computes wrongly on {device}."
