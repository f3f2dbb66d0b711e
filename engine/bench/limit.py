"""How many bytes decoding one token has to read: the limit that the memory's speed sets. Pure arithmetic."""

from __future__ import annotations

from engine.memory_plan import ModelShape, kv_bytes_per_token, weights_bytes
from engine.types import KVCachePrecision, Precision

_LOOKED_UP_BYTES = {Precision.FP32: 4}


def bytes_per_token(
    shape: ModelShape, precision: Precision, kv_cache: KVCachePrecision, cached_tokens: int
) -> int | None:
    """Every matrix once, the head's included, and the whole cache.

    The embedding is looked up, one row a token, and counts only where it is the head as well.

    Returns:
        None for a model that does not run on Ponder's own decoder: how much of it a token needs is not known.

    Raises:
        ValueError: `precision` is AUTO.
    """
    if not shape.lean:
        return None
    # 8-bit weights have a copy of the embedding beside a tied head as well (engine.memory_plan).
    apart = precision is Precision.INT8 or not shape.tied_head
    looked_up = shape.embedding_parameters * _LOOKED_UP_BYTES.get(precision, 2) if apart else 0
    weights = weights_bytes(shape, precision) - looked_up
    return weights + cached_tokens * kv_bytes_per_token(shape, precision, kv_cache)
