"""How many bytes a model takes on a device: weights, KV cache, workspace and the device's own share.

Pure arithmetic on a `ModelShape`; it knows no machine and chooses nothing (see `engine.precision`). Estimates
are upper bounds where the exact figure depends on a kernel, because a model that is loaded and then runs out
of memory is worse than a slightly shorter context.

How weights are held:
- BF16, FP16, FP32: every parameter in that width, a tied head shares the embedding.
- INT8: all linear layers and the head in 8 bits with one FP32 scale an output row. Looking up an embedding
  wants exact rows, so one 16-bit copy of the embedding stays beside a tied head's 8-bit one. Both 8-bit kernels
  keep them so; what they widen for a product, they widen a few MB at a time. Outside the lean decoder, embedding
  and head stay 16-bit.
- NF4 (bitsandbytes): linear layers in 4 bits with one FP32 scale for 64 weights; embedding and head stay
  16-bit.

What a loader must do for the figures to hold: read the file by memory mapping and quantise a few rows at a
time, so that nothing bigger than the workspace lives beside the weights.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.hardware import DeviceKind
from engine.types import Int8Kernel, KVCachePrecision, Precision

PREFILL_CHUNK_TOKENS = 512
CONTEXT_STEP_TOKENS = 256  # a shortened context is a multiple of this
# Where weights must be widened for a product in main memory, no more than this at a time: a head of 150,000 rows
# widened at once would take more memory than the model.
WIDENED_BYTES = 64 << 20
NF4_BLOCK = 64  # weights that share a scale: bitsandbytes' default
SCALE_BYTES = 4
# For one vocabulary entry: logits, probabilities, sorted copy and mask in FP32, indices in int64.
LOGIT_BYTES = 24

MIB = 1 << 20
OVERHEAD_BYTES: dict[DeviceKind, int] = {
    # Code, library workspaces and allocator slack that appear only once the model runs.
    DeviceKind.CUDA: 450 * MIB,  # context, cuBLAS workspace, CUDA graph pool
    DeviceKind.ROCM: 550 * MIB,  # HIP's context and hipBLASLt's workspace are larger
    DeviceKind.MPS: 300 * MIB,
    # The tokenizer is 50 once the engine has given back what building it took; the libraries' first products; freed
    # blocks that malloc keeps while the model runs (tests/benchmarks/memory_bench.py).
    DeviceKind.CPU: 100 * MIB,
}


# Main memory that importing bitsandbytes and its first product take: it brings PyTorch's compiler along.
BITSANDBYTES_BYTES = 130 * MIB


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The numbers that decide a model's size.

    parameters: unique ones (a tied head counted once). embedding_parameters: one table, vocab x hidden; an
    untied head is a second table of the same size, already inside `parameters`.

    lean: Ponder's own decoder runs it; otherwise transformers does, which keeps other layers in 16 bits.

    max_context_tokens is what the positions allow; native_context_tokens what the model was trained on, and
    used unless somebody asks for more (None: the same).
    """

    parameters: int
    embedding_parameters: int
    tied_head: bool
    layers: int
    kv_heads: int
    head_dim: int
    hidden: int
    vocab: int
    max_context_tokens: int
    native_context_tokens: int | None = None
    lean: bool = True

    @property
    def linear_parameters(self) -> int:
        """All but the embedding and the head (norms included: they are too few to matter)."""
        return max(0, self.parameters - self.embedding_parameters * (1 if self.tied_head else 2))

    @property
    def layer_width(self) -> int:
        """Inputs and outputs of one layer's matrices added up: each matrix has `hidden` as its other side."""
        return self.linear_parameters // max(1, self.layers * self.hidden) + 2 * self.hidden


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    weights_bytes: int
    kv_cache_bytes: int
    workspace_bytes: int
    overhead_bytes: int

    @property
    def needed_bytes(self) -> int:
        return self.weights_bytes + self.kv_cache_bytes + self.workspace_bytes + self.overhead_bytes


def weights_bytes(shape: ModelShape, precision: Precision) -> int:
    """Bytes of the weights as the module docstring describes.

    Raises:
        ValueError: `precision` is AUTO, which has no width.
    """
    embedding = shape.embedding_parameters
    head_table = embedding if shape.tied_head else 2 * embedding
    match precision:
        case Precision.BF16 | Precision.FP16:
            return 2 * (shape.linear_parameters + head_table)
        case Precision.FP32:
            return 4 * (shape.linear_parameters + head_table)
        case Precision.INT8:
            rows = shape.layers * shape.layer_width + shape.vocab
            if not shape.lean:
                return shape.linear_parameters + 2 * head_table + SCALE_BYTES * rows
            return shape.linear_parameters + embedding + 2 * embedding + SCALE_BYTES * rows
        case Precision.NF4:
            scales = SCALE_BYTES * (shape.linear_parameters // NF4_BLOCK + 1)
            return shape.linear_parameters // 2 + scales + 2 * head_table
        case Precision.AUTO:
            raise ValueError("a width is only known once the precision is chosen")


def kv_bytes_per_token(shape: ModelShape, precision: Precision, kv_cache: KVCachePrecision) -> int:
    """Bytes that one cached token takes over all layers.

    AUTO is 32 bits for FP32 and 16 for everything else. 8 bits carry one FP32 scale a head and token.
    """
    rows = shape.layers * 2 * shape.kv_heads
    match kv_cache:
        case KVCachePrecision.BITS8:
            return rows * (shape.head_dim + SCALE_BYTES)
        case KVCachePrecision.BITS16:
            return rows * shape.head_dim * 2
        case KVCachePrecision.AUTO:
            return rows * shape.head_dim * (4 if precision is Precision.FP32 else 2)


def workspace_bytes(
    shape: ModelShape,
    kind: DeviceKind,
    precision: Precision,
    context_tokens: int,
    kv_cache: KVCachePrecision = KVCachePrecision.AUTO,
) -> int:
    """Bytes of one prefill chunk's activations in FP32, its attention mask, one row of logits and sampling.

    On a GPU, 8- and 4-bit matrices may be widened to 16 bits for prefill, at most a layer at a time. In main memory,
    4-bit ones are widened for every product, one at a time and in parts of WIDENED_BYTES; but what is freed of one
    does not fit the next, which is of another size, so that malloc ends up holding a layer's side by side. An 8-bit
    cache is widened for attention, a layer at a time.
    Attention is taken to be fused (no chunk x context scores for each head), as PyTorch's kernels are.
    """
    activations = PREFILL_CHUNK_TOKENS * (shape.layer_width + 4 * shape.hidden) * 4
    layer = 2 * shape.linear_parameters // max(1, shape.layers)
    widened = 0
    if kind is not DeviceKind.CPU and precision in (Precision.INT8, Precision.NF4):
        widened = layer
    elif precision is Precision.NF4:
        widened = min(layer, WIDENED_BYTES) if shape.lean else layer
    per_token = context_bytes_per_token(shape, kv_cache)
    return activations + widened + LOGIT_BYTES * shape.vocab + per_token * context_tokens


def context_bytes_per_token(shape: ModelShape, kv_cache: KVCachePrecision) -> int:
    """The part of the workspace that grows with the context: the mask, and an 8-bit cache's keys and values widened.

    Of one layer, the keys stand ready (2 or 4 bytes each) while the values are multiplied by their scales (4 bytes
    before and 4 after, and 2 where they are then made 16-bit): 12 bytes for each number of the keys.
    """
    widened = 12 * shape.kv_heads * shape.head_dim if kv_cache is KVCachePrecision.BITS8 else 0
    return PREFILL_CHUNK_TOKENS * 4 + widened


def overhead_bytes(
    shape: ModelShape, kind: DeviceKind, precision: Precision, int8_kernel: Int8Kernel | None = None
) -> int:
    """What the device loses besides the model. int8_kernel: None for the one that the device has by default."""
    theirs = int8_kernel is Int8Kernel.BITSANDBYTES or not shape.lean
    imported = precision is Precision.NF4 or (precision is Precision.INT8 and theirs)
    return OVERHEAD_BYTES[kind] + (BITSANDBYTES_BYTES if imported and kind is DeviceKind.CPU else 0)


def plan(
    shape: ModelShape,
    kind: DeviceKind,
    precision: Precision,
    kv_cache: KVCachePrecision,
    context_tokens: int,
    int8_kernel: Int8Kernel | None = None,
) -> MemoryPlan:
    """Everything that running `shape` with a full context of `context_tokens` takes. int8_kernel: as above."""
    return MemoryPlan(
        weights_bytes=weights_bytes(shape, precision),
        kv_cache_bytes=kv_bytes_per_token(shape, precision, kv_cache) * context_tokens,
        workspace_bytes=workspace_bytes(shape, kind, precision, context_tokens, kv_cache),
        overhead_bytes=overhead_bytes(shape, kind, precision, int8_kernel),
    )


def largest_context_tokens(
    shape: ModelShape,
    kind: DeviceKind,
    precision: Precision,
    kv_cache: KVCachePrecision,
    budget_bytes: int,
    int8_kernel: Int8Kernel | None = None,
) -> int:
    """The longest context whose plan fits `budget_bytes`: the model's own, else a multiple of
    CONTEXT_STEP_TOKENS; 0: none.

    Exact, because everything in a plan that depends on the context is proportional to it.
    """
    left = budget_bytes - plan(shape, kind, precision, kv_cache, 0, int8_kernel).needed_bytes
    tokens = left // (kv_bytes_per_token(shape, precision, kv_cache) + context_bytes_per_token(shape, kv_cache))
    if tokens >= shape.max_context_tokens:
        return shape.max_context_tokens
    return max(0, tokens // CONTEXT_STEP_TOKENS * CONTEXT_STEP_TOKENS)
