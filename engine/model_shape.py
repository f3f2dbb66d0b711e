"""The sizes of a checkpoint that memory planning needs, read from its files' headers and config."""

from __future__ import annotations

import math
from collections.abc import Mapping

from engine.checkpoint import Checkpoint
from engine.memory_plan import ModelShape
from engine.model.geometry import Qwen3Geometry
from engine.types import JsonValue


def model_shape(checkpoint: Checkpoint) -> ModelShape:
    """Sizes of either path's model. A general model's are read under the names that its family uses."""
    geometry = checkpoint.geometry
    if geometry is not None:
        return ModelShape(
            parameters=geometry.parameter_count,
            embedding_parameters=geometry.vocab_size * geometry.hidden_size,
            tied_head=geometry.tied_head,
            layers=geometry.layers,
            kv_heads=geometry.kv_heads,
            head_dim=geometry.head_dim,
            hidden=geometry.hidden_size,
            vocab=geometry.vocab_size,
            max_context_tokens=checkpoint.max_context_tokens,
            native_context_tokens=_native_context_tokens(geometry),
        )
    config = checkpoint.config
    hidden = _size(config, "hidden_size", "n_embd", "d_model")
    vocab = _size(config, "vocab_size")
    heads = _size(config, "num_attention_heads", "n_head")
    return ModelShape(
        parameters=sum(math.prod(info.shape) for info in checkpoint.tensors.values()),
        embedding_parameters=vocab * hidden,
        tied_head=config.get("tie_word_embeddings") is not False,
        layers=_size(config, "num_hidden_layers", "n_layer"),
        kv_heads=_size(config, "num_key_value_heads", default=heads),
        head_dim=_size(config, "head_dim", default=max(hidden // heads, 1)),
        hidden=hidden,
        vocab=vocab,
        max_context_tokens=checkpoint.max_context_tokens,
        lean=False,
    )


def _native_context_tokens(geometry: Qwen3Geometry) -> int | None:
    """Qwen3 was trained on 32,768 tokens; its 40,960 positions leave room for a long prompt before a long output.

    No file says so (model card, "Processing Long Texts"), hence the number.
    """
    published = geometry.max_position_embeddings == 40_960 and geometry.rope_scaling is None
    return 32_768 if published else None


def _size(config: Mapping[str, JsonValue], *names: str, default: int = 1) -> int:
    for name in names:
        value = config.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return default
