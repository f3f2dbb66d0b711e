"""The memory calculator: what a model takes at a precision or in a file format, and which common GPUs hold it.

It has no formula of its own for what runs: precisions go straight to `engine.memory_plan`, which the policy and the
doctor use too. It adds the GGUF formats that people know from elsewhere, so that their sizes can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from engine.hardware import DeviceKind, GpuInfo
from engine.memory_plan import MemoryPlan, ModelShape, plan
from engine.precision import Target, runs
from engine.types import KVCachePrecision, Precision

Estimate: TypeAlias = MemoryPlan
"""weights_bytes, kv_cache_bytes, workspace_bytes, overhead_bytes and their sum, needed_bytes."""


class FileFormat(StrEnum):
    """How llama.cpp's GGUF files store weights, by the names in their file names."""

    Q4_K_M = "Q4_K_M"
    Q6_K = "Q6_K"
    Q8_0 = "Q8_0"
    F16 = "F16"


Weights: TypeAlias = Precision | FileFormat
"""How weights are held: a precision that Ponder runs, or a GGUF file's format as llama.cpp runs it."""

# Bytes and weights of one block: ggml-common.h's block_q4_K, block_q6_K, block_q8_0 (scales included) and ggml_half.
_BLOCKS: dict[str, tuple[int, int]] = {"Q4_K": (144, 256), "Q6_K": (210, 256), "Q8_0": (34, 32), "F16": (2, 1)}

# Of a layer's weights, those of attn_v and ffn_down: 26.7% (0.6B) to 29.2% (1.7B) in the six dense Qwen3. The mean is
# within 0.5% of each model's size.
_VALUE_AND_DOWN_SHARE = 0.28


def file_weights_bytes(shape: ModelShape, file_format: FileFormat) -> int:
    """Bytes of the tensors in such a file, without its few MB of header and vocabulary.

    A tied head is stored once. Q4_K_M is a mixture (llama.cpp's llama_tensor_get_type): the head, or a tied
    embedding, in Q6_K; attn_v and ffn_down of half of the layers in Q6_K; everything else in Q4_K.
    """
    if file_format is not FileFormat.Q4_K_M:
        return _blocks_bytes(shape.parameters, file_format.value)
    better = round(shape.linear_parameters * _VALUE_AND_DOWN_SHARE * _more_bits_layers(shape.layers) / shape.layers)
    better += shape.embedding_parameters
    return _blocks_bytes(better, "Q6_K") + _blocks_bytes(shape.parameters - better, "Q4_K")


def _blocks_bytes(weights: int, kind: str) -> int:
    block_bytes, block_weights = _BLOCKS[kind]
    return -(-weights // block_weights) * block_bytes


def _more_bits_layers(layers: int) -> int:
    """How many layers llama.cpp's use_more_bits picks: the first and last eighth and every third between."""
    eighth = layers // 8
    return sum(layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2 for layer in range(layers))


def estimate(
    shape: ModelShape,
    weights: Weights,
    kv_cache: KVCachePrecision,
    context_tokens: int,
    device: DeviceKind,
) -> Estimate:
    """Everything that running `shape` with a full context of `context_tokens` takes, in bytes.

    Args:
        weights: a precision that Ponder runs, or a file format as llama.cpp would run it: weights as in the file,
            16-bit arithmetic. Ponder itself converts such a file when it is imported and then runs a precision.
        kv_cache: AUTO is 32 bits for FP32 and 16 for everything else.

    Raises:
        ValueError: `weights` is AUTO, or the context is negative.
    """
    if context_tokens < 0:
        raise ValueError(f"a context of {context_tokens} tokens")
    if isinstance(weights, Precision):
        return plan(shape, device, weights, kv_cache, context_tokens)
    sixteen = plan(shape, device, Precision.FP16, kv_cache, context_tokens)
    return replace(sixteen, weights_bytes=file_weights_bytes(shape, weights))


@dataclass(frozen=True, slots=True)
class CommonGpu:
    """A graphics card as sold. On Apple chips, memory_bytes is the whole machine's.

    usable_share: of memory_bytes. Metal recommends about two thirds of unified memory up to 36 GB, three quarters
    beyond; 1 for a card of its own, with nothing else on it.
    """

    name: str
    memory_bytes: int
    kind: DeviceKind = DeviceKind.CUDA
    supports_bf16: bool = True
    usable_share: float = 1.0

    @property
    def target(self) -> Target:
        """The card as the policy sees it, so that both leave the same margin."""
        free = int(self.memory_bytes * self.usable_share)
        apple = self.kind is DeviceKind.MPS
        gpu = GpuInfo(self.kind, 0, self.name, free, free, self.supports_bf16, bitsandbytes=not apple)
        return Target(gpu.device, self.kind, self.name, free, gpu, gpu.bitsandbytes)

    @property
    def sixteen_bits(self) -> Precision:
        """BF16 where the card has it, else FP16."""
        return Precision.BF16 if self.supports_bf16 else Precision.FP16


def fits(needed: Estimate, gpu: CommonGpu) -> bool:
    """Whether it fits the card with the margin that the policy leaves."""
    return needed.needed_bytes <= gpu.target.budget_bytes


@dataclass(frozen=True, slots=True)
class GpuFit:
    """A card and what it would take on it. computes: whether the card can run such weights at all; a card that
    cannot fits nothing.
    """

    gpu: CommonGpu
    needed: Estimate
    computes: bool
    fits: bool


def gpu_fits(
    shape: ModelShape, weights: Weights, context_tokens: int, kv_cache: KVCachePrecision = KVCachePrecision.AUTO
) -> tuple[GpuFit, ...]:
    """Every common GPU, in the order of COMMON_GPUS. Raises ValueError as `estimate` does."""
    found = []
    for gpu in COMMON_GPUS:
        needed = estimate(shape, weights, kv_cache, context_tokens, gpu.kind)
        computes = not isinstance(weights, Precision) or runs(gpu.target, weights)
        found.append(GpuFit(gpu, needed, computes, computes and fits(needed, gpu)))
    return tuple(found)


def fitting_precisions(
    shape: ModelShape, gpu: CommonGpu, context_tokens: int, kv_cache: KVCachePrecision = KVCachePrecision.AUTO
) -> tuple[Precision, ...]:
    """Of 16, 8 and 4 bits those that the card computes with and has room for, best first; empty: none."""
    return tuple(
        precision
        for precision in (gpu.sixteen_bits, Precision.INT8, Precision.NF4)
        if runs(gpu.target, precision) and fits(estimate(shape, precision, kv_cache, context_tokens, gpu.kind), gpu)
    )


def _card(name: str, gib: int, kind: DeviceKind = DeviceKind.CUDA, *, bf16: bool = True) -> CommonGpu:
    return CommonGpu(f"{name} {gib} GB", gib << 30, kind, bf16)


def _apple(name: str, gib: int) -> CommonGpu:
    return CommonGpu(f"Apple {name} {gib} GB", gib << 30, DeviceKind.MPS, True, 2 / 3 if gib <= 36 else 3 / 4)


# Memory in 2**30 bytes as the makers' data sheets give it, smallest first within each maker.
COMMON_GPUS: tuple[CommonGpu, ...] = (
    _card("GTX 1650", 4, bf16=False),
    _card("GTX 1660 Super", 6, bf16=False),
    _card("RTX 2060", 6, bf16=False),
    _card("RTX 2070", 8, bf16=False),
    _card("RTX 3050", 8),
    _card("RTX 3060 Ti", 8),
    _card("RTX 4060", 8),
    _card("RTX 3080", 10),
    _card("GTX 1080 Ti", 11, bf16=False),
    _card("RTX 3060", 12),
    _card("RTX 4070", 12),
    _card("Tesla T4", 16, bf16=False),
    _card("RTX 4060 Ti", 16),
    _card("RTX 4080", 16),
    _card("RTX 5080", 16),
    _card("RTX 3090", 24),
    _card("RTX 4090", 24),
    _card("L4", 24),
    _card("RTX 5090", 32),
    _card("A100", 40),
    _card("RTX A6000", 48),
    _card("L40S", 48),
    _card("A100", 80),
    _card("H100", 80),
    _card("H200", 141),
    _card("Radeon RX 7600", 8, DeviceKind.ROCM),
    _card("Radeon RX 7800 XT", 16, DeviceKind.ROCM),
    _card("Radeon RX 7900 XTX", 24, DeviceKind.ROCM),
    _apple("M1", 8),
    _apple("M2", 16),
    _apple("M3 Pro", 36),
    _apple("M4 Max", 64),
)
