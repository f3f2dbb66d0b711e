"""8-bit weights multiplied with activations as they are (W8A16), for GPUs: half the bytes of 16 bits to read a token.

torch has several ways to such a product, and which is the fastest depends on the GPU, the version and the sizes: it is
measured where the layer is made. All give the same numbers but for rounding, and all can be captured in a CUDA graph.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.memory_errors import as_out_of_memory
from engine.model.bitsandbytes_linear import BitsAndBytesInt8Linear
from engine.model.linear import Int8Linear, Matrix, integer_product_is_exact, quantized_stack

Product = Callable[[Tensor, Tensor, Tensor], Tensor]

# A kernel made for single tokens loses against a widened matrix from some number of rows on.
FEW_ROWS = 8
TRIALS = 5
REPEATS = 10
# Codes and scales lose nothing more; a product in 16 bits is off by well under this, one that fails by 100 percent.
TOLERANCE = 0.03


def widened(x: Tensor, codes: Tensor, scale: Tensor) -> Tensor:
    """Weights made as wide as the activations, then an ordinary product. Runs everywhere.

    Scaled before the product, not after it: the sums of unscaled ones would not fit FP16.
    """
    return F.linear(x, codes.to(x.dtype) * scale.unsqueeze(1))


def packed(x: Tensor, codes: Tensor, scale: Tensor) -> Tensor:
    """torch's own product of 16-bit activations and 8-bit weights, where this build has it for the device."""
    operator: Any = torch.ops.aten._weight_int8pack_mm
    product: Tensor = operator(x, codes, scale)
    return product


def quantised(x: Tensor, codes: Tensor, scale: Tensor) -> Tensor:
    """Activations made 8-bit as well, one scale a token, and an integer product."""
    return Int8Linear(codes, scale.float().view(1, -1), integer_product=True)(x)


class WeightOnlyInt8Linear:
    """8-bit weights with one scale per output row.

    Args:
        codes: int8 `(out_features, in_features)`.
        scale: `(out_features,)` in the activations' dtype.
        single: how a few rows are multiplied. Many are multiplied by `widened`.
    """

    __slots__ = ("codes", "scale", "single")

    def __init__(self, codes: Tensor, scale: Tensor, single: Product = widened) -> None:
        self.codes = codes
        self.scale = scale
        self.single = single

    @classmethod
    def from_weights(
        cls, weights: Sequence[Matrix], device: torch.device, dtype: torch.dtype, choice: dict[torch.Size, Product]
    ) -> WeightOnlyInt8Linear:
        """Quantise `(rows, in_features)` matrices, stacked on one another, and keep them on `device`.

        Args:
            dtype: of the activations, 16 bits wide.
            choice: the fastest way for each size, filled as sizes come up.
        """
        codes, scale = quantized_stack(weights, device)
        narrow = scale.view(-1).to(dtype)
        if codes.shape not in choice:
            choice[codes.shape] = fastest(codes, narrow)
        return cls(codes, narrow, choice[codes.shape])

    @property
    def weights_bytes(self) -> int:
        return self.codes.numel() + self.scale.numel() * self.scale.element_size()

    def __call__(self, x: Tensor) -> Tensor:
        return (self.single if len(x) <= FEW_ROWS else widened)(x, self.codes, self.scale)


@torch.inference_mode()
def fastest(codes: Tensor, scale: Tensor) -> Product:
    """The way that multiplies one row by these weights in the least time, of those that work here."""
    device = codes.device
    x = torch.randn(1, codes.shape[1], generator=torch.Generator().manual_seed(0)).to(device, scale.dtype)
    exact = widened(x, codes, scale).float()
    ways = [widened, packed]
    if integer_product_is_exact(device, *codes.shape):
        ways.append(quantised)
    times = {way: seconds(partial(way, x, codes, scale), device) for way in ways if _works(way, x, codes, scale, exact)}
    return min(times, key=lambda way: times[way], default=widened)


@torch.inference_mode()
def beats_bitsandbytes(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether one row is multiplied in less time this way than by LLM.int8(), by a matrix of Qwen3-0.6B's size.

    Args:
        dtype: of the activations; not every way takes every one.
    """
    weights = [torch.randn(2_048, 1_024, generator=torch.Generator().manual_seed(0))]
    x = torch.randn(1, 1_024, generator=torch.Generator().manual_seed(1)).to(device, dtype)
    own = WeightOnlyInt8Linear.from_weights(weights, device, dtype, {})
    theirs = BitsAndBytesInt8Linear.from_weights(weights, device)
    return seconds(lambda: own(x), device) < seconds(lambda: theirs(x), device)


def _works(way: Product, x: Tensor, codes: Tensor, scale: Tensor, exact: Tensor) -> bool:
    try:
        off = (way(x, codes, scale).float() - exact).norm() / exact.norm()
    except RuntimeError as error:  # NotImplementedError, where the device has no such kernel, is one too
        if as_out_of_memory(error) is not None:
            raise
        return False
    return bool(off < TOLERANCE)


def seconds(work: Callable[[], object], device: torch.device) -> float:
    """The best time of several, each of enough products that starting and waiting do not count."""
    best = float("inf")
    for trial in range(TRIALS + 1):
        _wait(device)
        started = time.perf_counter()
        for _ in range(REPEATS):
            work()
        _wait(device)
        if trial == 0:
            continue  # what libraries put off until first use
        best = min(best, time.perf_counter() - started)
    return best


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
