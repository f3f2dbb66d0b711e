"""From an opened checkpoint to a running lean decoder: read, fuse, convert, place.

Matrices are read a few rows at a time straight into what is made of them: the weights are never there twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Protocol

import torch
from torch import Tensor

from engine.cancel import CancelToken
from engine.kernel_choice import KernelChoice
from engine.model.bitsandbytes_linear import BitsAndBytesInt8Linear, Nf4Linear
from engine.model.decoder import Qwen3Decoder
from engine.model.device_decoder import DeviceDecoder
from engine.model.geometry import Qwen3Geometry
from engine.model.linear import DenseLinear, Int8Linear, Linear, Matrix, one_thread, stacked
from engine.model.weight_only import Product, WeightOnlyInt8Linear
from engine.model.weights import DecoderWeights, LayerWeights
from engine.native.library import native
from engine.types import Int8Kernel, KVCachePrecision, LoadProgress, Precision

Progress = Callable[[LoadProgress], None]

# How long one layer may keep Stop waiting while a prompt is read, and cautious speeds (multiply-adds a second) to turn
# that into a chunk size. Fixed numbers rather than a measurement: chunking changes the last bits of a sum, and the same
# seed must give the same text every time.
LAYER_BUDGET_S = 0.08
MULTIPLY_ADDS_PER_S = {"float": 2.5e10, "int8": 1.0e11, "gpu": 5.0e12}
CHUNK_TOKENS_RANGE = (16, 512)  # the upper end is what engine.memory_plan counts with


class TensorSource(Protocol):
    """Where named tensors come from (engine.tensor_reader)."""

    def get(self, name: str) -> Tensor: ...

    def matrix(self, name: str) -> Matrix:
        """A tensor of rank 2, to be read by rows."""


def compute_dtype_for(precision: Precision, device: torch.device) -> torch.dtype:
    """The dtype of activations. On a CPU, 8-bit weights are multiplied into float32."""
    if precision is Precision.FP32 or (precision is Precision.INT8 and device.type == "cpu"):
        return torch.float32
    if precision is Precision.FP16:
        return torch.float16
    if precision is not Precision.BF16 and device.type == "cuda" and not _computes_in_bf16(device):
        return torch.float16
    return torch.bfloat16


def _computes_in_bf16(device: torch.device) -> bool:
    """Before Ampere, CUDA only emulates BF16, slowly. All GPUs that ROCm supports have it."""
    return torch.version.hip is not None or torch.cuda.get_device_capability(device)[0] >= 8


def cache_dtype_for(kv_cache: KVCachePrecision, compute_dtype: torch.dtype, precision: Precision) -> torch.dtype:
    """The dtype of cached keys and values."""
    if kv_cache is KVCachePrecision.BITS8:
        return torch.int8
    sixteen = torch.float16 if compute_dtype == torch.float16 else torch.bfloat16
    if kv_cache is KVCachePrecision.BITS16:
        return sixteen
    return compute_dtype if precision is Precision.FP32 else sixteen


def prefill_chunk_tokens_for(
    layer_parameters: int, precision: Precision, device: torch.device, int8_kernel: Int8Kernel = Int8Kernel.LEAN
) -> int:
    """The largest power of two of prompt tokens that one layer reads within LAYER_BUDGET_S at a cautious speed."""
    # bitsandbytes has no integer product on CPUs without AVX-512.
    fast = precision is Precision.INT8 and int8_kernel is Int8Kernel.LEAN
    kind = "gpu" if device.type != "cpu" else "int8" if fast else "float"
    tokens = LAYER_BUDGET_S * MULTIPLY_ADDS_PER_S[kind] / max(layer_parameters, 1)
    low, high = CHUNK_TOKENS_RANGE
    return max(low, min(high, 1 << max(int(tokens).bit_length() - 1, 0)))


class _Builder:
    def __init__(
        self,
        source: TensorSource,
        precision: Precision,
        int8_kernel: Int8Kernel,
        device: torch.device,
        total_bytes: int,
        progress: Progress | None,
        cancel: CancelToken | None,
    ) -> None:
        self._source = source
        self._precision = precision
        self._int8_kernel = int8_kernel
        self._device = device
        self._dtype = compute_dtype_for(precision, device)
        self._done_bytes = 0
        self._total_bytes = total_bytes
        self._progress = progress
        self._cancel = cancel
        self._products: dict[torch.Size, Product] = {}

    def _count(self, size_bytes: int) -> None:
        self._done_bytes += size_bytes
        if self._progress is not None:
            self._progress(LoadProgress(min(self._done_bytes, self._total_bytes), self._total_bytes))

    def vector(self, name: str) -> Tensor:
        self._look()
        tensor = self._source.get(name)
        self._count(tensor.numel() * tensor.element_size())
        return tensor.to(self._device, self._dtype, copy=True)

    def matrix(self, name: str) -> Matrix:
        self._look()
        matrix = self._source.matrix(name)
        self._count(matrix.shape[0] * matrix.shape[1] * matrix.dtype.itemsize)
        return matrix

    def _look(self) -> None:
        if self._cancel is not None:
            self._cancel.raise_if_cancelled()

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
        return DenseLinear.from_weights(weights, self._device, self._dtype)

    def embedding(self) -> Tensor:
        weight = self.matrix("model.embed_tokens.weight")
        dtype = self._dtype
        if self._precision is Precision.INT8:
            # Only looked up, one row a token: 16 bits lose nothing that 8 would keep.
            dtype = torch.bfloat16 if weight.dtype == torch.float32 else weight.dtype
        return stacked([weight], self._device, dtype)

    def head(self, geometry: Qwen3Geometry, embedding: Tensor) -> Linear:
        if self._precision is not Precision.INT8:
            # Four bits cost the head most of all: with NF4 it stays 16-bit.
            if geometry.tied_head:
                return DenseLinear(embedding)
            return DenseLinear.from_weights([self.matrix("lm_head.weight")], self._device, self._dtype)
        weight = embedding if geometry.tied_head else self.matrix("lm_head.weight")
        if self._int8_kernel is Int8Kernel.BITSANDBYTES:
            # Nearly everything that the final norm puts out may be an outlier, and each would cost a column of the
            # largest matrix, widened for every token.
            return BitsAndBytesInt8Linear.from_weights([weight], self._device, threshold=0.0)
        return self._lean_int8([weight])

    def _lean_int8(self, weights: Sequence[Matrix]) -> Linear:
        """On a CPU activations are 8-bit too, which is where its speed comes from; a GPU's comes from reading less."""
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


def load_decoder(
    source: TensorSource,
    geometry: Qwen3Geometry,
    *,
    precision: Precision,
    kv_cache: KVCachePrecision,
    device: torch.device,
    context_tokens: int,
    total_bytes: int,
    int8_kernel: Int8Kernel = Int8Kernel.LEAN,
    kernel_choice: KernelChoice | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Qwen3Decoder:
    """Build the decoder.

    Args:
        precision: anything but AUTO, which the policy has resolved by now.
        int8_kernel: LEAN or BITSANDBYTES; of no meaning unless the precision is INT8.
        kernel_choice: what was measured of this CPU; None: the defaults.
        total_bytes: what the weights' files hold, for progress.

    Raises:
        Cancelled: the token was set.
        DamagedModel: a tensor is missing or implausible (raised by the source).
        torch.OutOfMemoryError, RuntimeError: no room; the engine turns these into OutOfMemory.
    """
    builder = _Builder(source, precision, int8_kernel, device, total_bytes, progress, cancel)
    # bitsandbytes converts larger pieces, and knows how to share them out.
    theirs = precision is Precision.NF4 or (precision is Precision.INT8 and int8_kernel is Int8Kernel.BITSANDBYTES)
    with nullcontext() if theirs else one_thread():
        embedding = builder.embedding()
        layers = tuple(builder.layer(index) for index in range(geometry.layers))
        weights = DecoderWeights(
            embedding=embedding,
            layers=layers,
            final_norm=builder.vector("model.norm.weight"),
            head=builder.head(geometry, embedding),
        )
    compute_dtype = compute_dtype_for(precision, device)
    layer_parameters = geometry.hidden_size * (
        (geometry.heads * 2 + geometry.kv_heads * 2) * geometry.head_dim + 3 * geometry.intermediate_size
    )
    model = Qwen3Decoder(
        geometry,
        weights,
        device=device,
        context_tokens=context_tokens,
        compute_dtype=compute_dtype,
        cache_dtype=cache_dtype_for(kv_cache, compute_dtype, precision),
        prefill_chunk_tokens=prefill_chunk_tokens_for(layer_parameters, precision, device, int8_kernel),
        kernels=native().kernels if kernel_choice is None or kernel_choice.native else None,
        native_prefill_tokens=None if kernel_choice is None else kernel_choice.native_prefill_tokens,
    )
    if device.type == "cuda" and not isinstance(layers[0].qkv, BitsAndBytesInt8Linear):
        # bitsandbytes' 8-bit product looks at its input, which a captured step cannot do.
        model.device_decoder = DeviceDecoder(model)
    return model
