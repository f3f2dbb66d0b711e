"""The weights of a lean decoder, fused and placed. What is computed with them is in `engine.model.decoder`."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from engine.model.linear import Linear


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """One block. Norm weights are `(hidden,)` or `(head_dim,)`; `qkv` stacks q, k, v rows, `gate_up` gate and up."""

    attention_norm: Tensor
    qkv: Linear
    query_norm: Tensor
    key_norm: Tensor
    output: Linear
    mlp_norm: Tensor
    gate_up: Linear
    down: Linear


@dataclass(frozen=True, slots=True)
class DecoderWeights:
    """All weights of a model. `embedding` is `(vocab, hidden)`."""

    embedding: Tensor
    layers: tuple[LayerWeights, ...]
    final_norm: Tensor
    head: Linear

    @property
    def total_bytes(self) -> int:
        shared = getattr(self.head, "weight", None) is self.embedding
        total = 0 if shared else self.embedding.numel() * self.embedding.element_size()
        for layer in self.layers:
            total += sum(p.weights_bytes for p in (layer.qkv, layer.output, layer.gate_up, layer.down))
        return total + self.head.weights_bytes
