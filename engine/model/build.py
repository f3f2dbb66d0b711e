"""The weights of a lean decoder out of those of a checkpoint: fused, converted, placed, in this order.

Matrices are read a few rows at a time straight into what is made of them: the weights are never there twice. On a CPU
the native library does that where there is one (engine.native.reading), and matrices are filled only later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor

from engine.cancel import CancelToken
from engine.model.bitsandbytes_linear import BitsAndBytesInt8Linear, Nf4Linear
from engine.model.geometry import Qwen3Geometry
from engine.model.linear import DenseLinear, Int8Linear, Linear, Matrix, stacked
from engine.model.weight_only import Product, WeightOnlyInt8Linear
from engine.model.weights import DecoderWeights, LayerWeights
from engine.native.reading import NativeReading
from engine.types import Int8Kernel, LoadProgress, Precision

Progress = Callable[[LoadProgress], None]


class TensorSource(Protocol):
    """Where named tensors come from (engine.tensor_reader)."""

    def get(self, name: str) -> Tensor: ...

    def matrix(self, name: str) -> Matrix:
        """A tensor of rank 2, to be read by rows."""


class Progressing:
    """Counts the bytes that were read, tells of them, and stops where that was asked for."""

    def __init__(self, total_bytes: int, progress: Progress | None, cancel: CancelToken | None) -> None:
        self._done_bytes = 0
        self._total_bytes = total_bytes
        self._progress = progress
        self._cancel = cancel

    def look(self) -> None:
        """Raises Cancelled when the token is set."""
        if self._cancel is not None:
            self._cancel.raise_if_cancelled()

    def count(self, size_bytes: int) -> None:
        self._done_bytes += size_bytes
        self.tell(0)

    def tell(self, more_bytes: int) -> None:
        """That so many bytes were read besides those that were counted. Raises Cancelled."""
        self.look()
        if self._progress is not None:
            done_bytes = min(self._done_bytes + more_bytes, self._total_bytes)
            self._progress(LoadProgress(done_bytes, self._total_bytes))


class Builder:
    """Reads what it is asked for, in the order of the calls.

    Args:
        dtype: of norms and of matrices that are not quantised.
        reading: what reads matrices instead, and later; for a CPU and Ponder's own kernels only.
    """

    def __init__(
        self,
        source: TensorSource,
        precision: Precision,
        int8_kernel: Int8Kernel,
        device: torch.device,
        dtype: torch.dtype,
        progressing: Progressing,
        reading: NativeReading | None = None,
    ) -> None:
        self._source = source
        self._precision = precision
        self._int8_kernel = int8_kernel
        self._device = device
        self._dtype = dtype
        self._progressing = progressing
        self._reading = reading
        self._products: dict[torch.Size, Product] = {}

    def vector(self, name: str) -> Tensor:
        self._progressing.look()
        tensor = self._source.get(name)
        self._progressing.count(tensor.numel() * tensor.element_size())
        return tensor.to(self._device, self._dtype, copy=True)

    def matrix(self, name: str) -> Matrix:
        self._progressing.look()
        matrix = self._source.matrix(name)
        if self._reading is None:
            self._progressing.count(matrix.shape[0] * matrix.shape[1] * matrix.dtype.itemsize)
        return matrix

    def linear(self, *names: str) -> Linear:
        """One layer out of the rows of several."""
        return self.place([self.matrix(name) for name in names])

    def place(self, weights: Sequence[Matrix]) -> Linear:
        if self._precision is Precision.INT8:
            if self._int8_kernel is Int8Kernel.BITSANDBYTES:
                return BitsAndBytesInt8Linear.from_weights(weights, self._device)
            return self._lean_int8(weights)
        if self._precision is Precision.NF4:
            return Nf4Linear(weights, self._device, self._dtype)
        return self._dense(weights)

    def _dense(self, weights: Sequence[Matrix]) -> DenseLinear:
        if self._reading is not None:
            return DenseLinear(self._reading.stacked(weights, self._dtype))
        return DenseLinear.from_weights(weights, self._device, self._dtype)

    def vocabulary(self, geometry: Qwen3Geometry) -> tuple[Tensor, Linear]:
        """The embedding and the head."""
        weight = self.matrix("model.embed_tokens.weight")
        if self._precision is not Precision.INT8:
            # Four bits cost the head most of all: with NF4 it stays 16-bit.
            embedding = self._dense([weight])
            return embedding.weight, embedding if geometry.tied_head else self._dense([self.matrix("lm_head.weight")])
        # Only looked up, one row a token: 16 bits lose nothing that 8 would keep.
        dtype = torch.bfloat16 if weight.dtype == torch.float32 else weight.dtype
        if self._reading is not None:
            if geometry.tied_head:
                plain, coded = self._reading.both(weight, dtype)
                return plain, Int8Linear.of_codes(*coded)
            return self._reading.stacked([weight], dtype), self._lean_int8([self.matrix("lm_head.weight")])
        plain = stacked([weight], self._device, dtype)
        head = plain if geometry.tied_head else self.matrix("lm_head.weight")
        if self._int8_kernel is Int8Kernel.BITSANDBYTES:
            # Nearly everything that the final norm puts out may be an outlier, and each would cost a column of the
            # largest matrix, widened for every token.
            return plain, BitsAndBytesInt8Linear.from_weights([head], self._device, threshold=0.0)
        return plain, self._lean_int8([head])

    def _lean_int8(self, weights: Sequence[Matrix]) -> Linear:
        """On a CPU activations are 8-bit too, which is where its speed comes from; a GPU's comes from reading less."""
        if self._reading is not None:
            return Int8Linear.of_codes(*self._reading.quantized(weights))
        if self._device.type == "cpu":
            return Int8Linear.from_weights(weights, self._device)
        return WeightOnlyInt8Linear.from_weights(weights, self._device, self._dtype, self._products)

    def layer(self, index: int) -> LayerWeights:
        prefix = f"model.layers.{index}."
        attention, mlp = prefix + "self_attn.", prefix + "mlp."
        return LayerWeights(
            attention_norm=self.vector(prefix + "input_layernorm.weight"),
            qkv=self.linear(*(f"{attention}{part}_proj.weight" for part in "qkv")),
            query_norm=self.vector(attention + "q_norm.weight"),
            key_norm=self.vector(attention + "k_norm.weight"),
            output=self.linear(attention + "o_proj.weight"),
            mlp_norm=self.vector(prefix + "post_attention_layernorm.weight"),
            gate_up=self.linear(mlp + "gate_proj.weight", mlp + "up_proj.weight"),
            down=self.linear(mlp + "down_proj.weight"),
        )

    def all(self, geometry: Qwen3Geometry) -> DecoderWeights:
        """Everything that a decoder needs."""
        embedding, head = self.vocabulary(geometry)
        layers = tuple(self.layer(index) for index in range(geometry.layers))
        return DecoderWeights(embedding, layers, self.vector("model.norm.weight"), head)
