"""From an opened checkpoint to a running lean decoder."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

import torch

from engine.cancel import CancelToken
from engine.kernel_choice import KernelChoice
from engine.model.bitsandbytes_linear import BitsAndBytesInt8Linear
from engine.model.build import Builder, Progress, Progressing, TensorSource
from engine.model.decoder import Qwen3Decoder
from engine.model.device_decoder import tried_decoder
from engine.model.geometry import Qwen3Geometry
from engine.model.linear import one_thread
from engine.native.library import native
from engine.native.reading import NativeReading
from engine.types import Int8Kernel, KVCachePrecision, Precision

# How long one layer may keep Stop waiting while a prompt is read, and cautious speeds (multiply-adds a second) to turn
# that into a chunk size. Fixed numbers rather than a measurement: chunking changes the last bits of a sum, and the same
# seed must give the same text every time.
LAYER_BUDGET_S = 0.08
MULTIPLY_ADDS_PER_S = {"float": 2.5e10, "int8": 1.0e11, "gpu": 5.0e12}
CHUNK_TOKENS_RANGE = (16, 512)  # the upper end is what engine.memory_plan counts with


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
    meanwhile: Callable[[], object] = lambda: None,
) -> Qwen3Decoder:
    """Build the decoder.

    Args:
        precision: anything but AUTO, which the policy has resolved by now.
        int8_kernel: LEAN or BITSANDBYTES; of no meaning unless the precision is INT8.
        kernel_choice: what was measured of this CPU; None: the defaults.
        total_bytes: what the weights' files hold, for progress.
        meanwhile: other work to be done, while threads of their own read the weights where they do.

    Raises:
        Cancelled: the token was set.
        DamagedModel: a tensor is missing or implausible (raised by the source).
        torch.OutOfMemoryError, RuntimeError: no room; the engine turns these into OutOfMemory.
        Whatever `meanwhile` does.
    """
    dtype = compute_dtype_for(precision, device)
    progressing = Progressing(total_bytes, progress, cancel)
    # bitsandbytes converts larger pieces, and knows how to share them out.
    theirs = precision is Precision.NF4 or (precision is Precision.INT8 and int8_kernel is Int8Kernel.BITSANDBYTES)
    kernels = native().kernels
    reading = NativeReading(kernels) if kernels is not None and device.type == "cpu" and not theirs else None
    builder = Builder(source, precision, int8_kernel, device, dtype, progressing, reading)
    threads = torch.get_num_threads()
    if reading is None:
        meanwhile()
    with nullcontext() if theirs else one_thread():
        weights = builder.all(geometry)
    layer_parameters = geometry.hidden_size * (
        (geometry.heads * 2 + geometry.kv_heads * 2) * geometry.head_dim + 3 * geometry.intermediate_size
    )
    with nullcontext() if reading is None else reading:
        if reading is not None:
            reading.start(threads)
            meanwhile()
        with one_thread():  # the others are reading
            model = Qwen3Decoder(  # looks at norms, but at no matrix
                geometry,
                weights,
                device=device,
                context_tokens=context_tokens,
                compute_dtype=dtype,
                cache_dtype=cache_dtype_for(kv_cache, dtype, precision),
                prefill_chunk_tokens=prefill_chunk_tokens_for(layer_parameters, precision, device, int8_kernel),
                kernels=kernels if kernel_choice is None or kernel_choice.native else None,
                native_prefill_tokens=None if kernel_choice is None else kernel_choice.native_prefill_tokens,
            )
        if reading is not None:
            reading.finish(progressing.tell)
    if device.type == "cuda" and not isinstance(weights.layers[0].qkv, BitsAndBytesInt8Linear):
        # bitsandbytes' 8-bit product looks at its input, which a captured step cannot do.
        model.device_decoder, model.caveat = tried_decoder(model)
    return model
