"""The practice model's training network: a compact Qwen3 decoder in plain torch.

Its parameter names and arithmetic are those of transformers' Qwen3ForCausalLM with a tied head, so that the
state dict saved after training loads there unchanged. It is written out here because the library's own
forward builds masks and caches that training on a CPU has no use for: sequences are padded on the right, so a
plain causal mask is enough."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_FUSED_FROM = 400


@dataclass(frozen=True)
class Geometry:
    """The sizes of a dense Qwen3; the defaults are the practice model's."""

    vocab_size: int
    hidden_size: int = 192
    intermediate_size: int = 640
    num_hidden_layers: int = 6
    num_attention_heads: int = 6
    num_key_value_heads: int = 3
    head_dim: int = 32
    rms_norm_eps: float = 1e-6
    rope_theta: float = 10000.0
    max_position_embeddings: int = 2048
    initializer_range: float = 0.02


def rotary_tables(geometry: Geometry, length: int) -> tuple[Tensor, Tensor]:
    """cos and sin of shape (length, head_dim), the two halves alike (as in transformers)."""
    exponents = torch.arange(0, geometry.head_dim, 2, dtype=torch.float32) / geometry.head_dim
    angles = torch.outer(torch.arange(length, dtype=torch.float32), geometry.rope_theta**-exponents)
    both = torch.cat((angles, angles), dim=-1)
    return both.cos(), both.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Apply rotary position embedding to x of shape (batch, heads, seq, head_dim)."""
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


def causal_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention over (batch, heads, seq, head_dim).

    For the short sequences of training, two plain products are three to five times faster in BF16 on a CPU
    than the fused kernel, whose blocks are made for long ones."""
    length = q.shape[2]
    if length > _FUSED_FROM:
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    later = torch.ones(length, length, dtype=torch.bool).triu(1)
    scores = torch.matmul(q * q.shape[-1] ** -0.5, k.transpose(-1, -2)).masked_fill(later, float("-inf"))
    return torch.matmul(torch.softmax(scores, dim=-1).to(v.dtype), v)


class Attention(nn.Module):
    """Grouped-query causal attention with a norm per head on queries and keys, before the rotation."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        g = geometry
        self.heads, self.kv_heads, self.head_dim = g.num_attention_heads, g.num_key_value_heads, g.head_dim
        self.q_proj = nn.Linear(g.hidden_size, g.num_attention_heads * g.head_dim, bias=False)
        self.k_proj = nn.Linear(g.hidden_size, g.num_key_value_heads * g.head_dim, bias=False)
        self.v_proj = nn.Linear(g.hidden_size, g.num_key_value_heads * g.head_dim, bias=False)
        self.o_proj = nn.Linear(g.num_attention_heads * g.head_dim, g.hidden_size, bias=False)
        self.q_norm = nn.RMSNorm(g.head_dim, eps=g.rms_norm_eps)
        self.k_norm = nn.RMSNorm(g.head_dim, eps=g.rms_norm_eps)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, length, _ = x.shape
        q = self.q_norm(self.q_proj(x).float().view(batch, length, self.heads, self.head_dim)).transpose(1, 2)
        k = self.k_norm(self.k_proj(x).float().view(batch, length, self.kv_heads, self.head_dim)).transpose(1, 2)
        v = self.v_proj(x).view(batch, length, self.kv_heads, self.head_dim).transpose(1, 2)
        groups = self.heads // self.kv_heads
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        k, v = k.repeat_interleave(groups, dim=1), v.repeat_interleave(groups, dim=1)
        mixed = causal_attention(q.to(v.dtype), k.to(v.dtype), v)
        out: Tensor = self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))
        return out


class MLP(nn.Module):
    """The gated feed-forward layer."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(geometry.hidden_size, geometry.intermediate_size, bias=False)
        self.up_proj = nn.Linear(geometry.hidden_size, geometry.intermediate_size, bias=False)
        self.down_proj = nn.Linear(geometry.intermediate_size, geometry.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))
        return out


class Layer(nn.Module):
    """One pre-norm decoder layer."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        self.self_attn = Attention(geometry)
        self.mlp = MLP(geometry)
        self.input_layernorm = nn.RMSNorm(geometry.hidden_size, eps=geometry.rms_norm_eps)
        self.post_attention_layernorm = nn.RMSNorm(geometry.hidden_size, eps=geometry.rms_norm_eps)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        out: Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return out


class Decoder(nn.Module):
    """Embedding, layers and the last norm: the part transformers calls ``model``."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(geometry.vocab_size, geometry.hidden_size)
        self.layers = nn.ModuleList(Layer(geometry) for _ in range(geometry.num_hidden_layers))
        self.norm = nn.RMSNorm(geometry.hidden_size, eps=geometry.rms_norm_eps)


class PocketModel(nn.Module):
    """The whole network with a tied head; ``state_dict`` has transformers' names."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        self.geometry = geometry
        self.model = Decoder(geometry)
        cos, sin = rotary_tables(geometry, geometry.max_position_embeddings)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        residual_scale = (2 * geometry.num_hidden_layers) ** -0.5
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                last = name.endswith(("o_proj.weight", "down_proj.weight"))
                fan_in = parameter.shape[1] ** -0.5
                spread = geometry.initializer_range if "embed" in name else fan_in * (residual_scale if last else 1.0)
                nn.init.normal_(parameter, std=spread)

    def forward(self, ids: Tensor, positions: Tensor) -> Tensor:
        """Logits (n, vocab) at the flat ``positions`` (n,) of ids (batch, seq), which are those with loss."""
        length = ids.shape[1]
        cos, sin = self.get_buffer("cos")[:length], self.get_buffer("sin")[:length]
        x = self.model.embed_tokens(ids)
        for layer in self.model.layers:
            x = layer(x, cos, sin)
        chosen = self.model.norm(x.flatten(0, 1)[positions])
        return F.linear(chosen, self.model.embed_tokens.weight)
