"""The memory calculator as people use it: a model of the catalogue, how its weights are held, and a context.

Joins the engine's calculator and catalogue for the command line and the window; holds no formula of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.calculator import Estimate, FileFormat, GpuFit, Weights, estimate, gpu_fits
from engine.catalog import CatalogEntry
from engine.errors import InvalidRequest
from engine.hardware import DeviceKind
from engine.types import JsonObject, JsonValue, KVCachePrecision, Precision

ALL_WEIGHTS: tuple[Weights, ...] = (
    Precision.FP32,
    Precision.BF16,
    Precision.FP16,
    Precision.INT8,
    Precision.NF4,
    *reversed(FileFormat),
)
"""From the largest to the smallest, what Ponder runs before the formats of GGUF files."""


@dataclass(frozen=True, slots=True)
class Calculation:
    """What a model takes with a full context: here, on a device of the `kind` asked about, and on common GPUs."""

    weights: Weights
    context_tokens: int
    kv_cache: KVCachePrecision
    kind: DeviceKind
    here: Estimate
    gpus: tuple[GpuFit, ...]

    @property
    def is_file(self) -> bool:
        """Whether it is a GGUF file as llama.cpp runs it; Ponder converts such a file when it is imported."""
        return isinstance(self.weights, FileFormat)


def weights_named(text: str) -> Weights:
    """ "q4_k_m" or "bf16", in any case.

    Raises:
        InvalidRequest: naming what there is.
    """
    for each in ALL_WEIGHTS:
        if each.value.casefold() == text.casefold():
            return each
    names = ", ".join(each.value for each in ALL_WEIGHTS)
    raise InvalidRequest(f"There is no precision {text!r}.", f"It is one of {names}.")


def calculate(
    entry: CatalogEntry,
    weights: Weights,
    context_tokens: int,
    kind: DeviceKind,
    kv_cache: KVCachePrecision = KVCachePrecision.AUTO,
) -> Calculation:
    """Memory on a kind of device and on every common GPU. Any context can be asked about (see `beyond`)."""
    shape = entry.shape
    here = estimate(shape, weights, kv_cache, context_tokens, kind)
    gpus = gpu_fits(shape, weights, context_tokens, kv_cache)
    return Calculation(weights, context_tokens, kv_cache, kind, here, gpus)


def beyond(entry: CatalogEntry, context_tokens: int) -> str:
    """What there is to say about a context that the model was not trained on; empty within its training."""
    if context_tokens <= entry.native_context_tokens:
        return ""
    trained = f"{entry.name} was trained on {entry.native_context_tokens:,} tokens"
    if context_tokens <= entry.position_context_tokens:
        return f"{trained}; up to {entry.position_context_tokens:,} leave room for the prompt before an answer."
    if entry.yarn_context_tokens is not None and context_tokens <= entry.yarn_context_tokens:
        return (
            f"{trained}; as many as {context_tokens:,} need YaRN in its config, which costs short texts some quality."
        )
    return f"{trained} and does not work with {context_tokens:,}, whatever the memory."


def calculation_json(calculation: Calculation) -> JsonObject:
    """Bytes throughout."""
    gpus: list[JsonValue] = [
        {
            "name": each.gpu.name,
            "memory_bytes": each.gpu.memory_bytes,
            "needed_bytes": each.needed.needed_bytes,
            "computes": each.computes,
            "fits": each.fits,
        }
        for each in calculation.gpus
    ]
    return {
        "weights": calculation.weights.value,
        "is_file_format": calculation.is_file,
        "context_tokens": calculation.context_tokens,
        "kv_cache": calculation.kv_cache.value,
        "device": calculation.kind.value,
        "weights_bytes": calculation.here.weights_bytes,
        "kv_cache_bytes": calculation.here.kv_cache_bytes,
        "workspace_bytes": calculation.here.workspace_bytes,
        "overhead_bytes": calculation.here.overhead_bytes,
        "needed_bytes": calculation.here.needed_bytes,
        "gpus": gpus,
    }
