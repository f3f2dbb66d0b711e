"""Rotary position embedding (RoFormer, arXiv:2104.09864), with YaRN scaling (arXiv:2309.00071) where a config asks.

Only the tables and the rotation: which positions there are is the caller's affair.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.model.geometry import Qwen3Geometry, YarnScaling


def inverse_frequencies(geometry: Qwen3Geometry) -> tuple[Tensor, float]:
    """The rotation speed of each pair of channels, and the factor by which YaRN scales cos and sin.

    Returns:
        float32 `(head_dim / 2,)` radians per position, and 1.0 where there is no scaling.
    """
    exponents = torch.arange(0, geometry.head_dim, 2, dtype=torch.float32) / geometry.head_dim
    plain = 1.0 / (geometry.rope_theta**exponents)
    scaling = geometry.rope_scaling
    if scaling is None:
        return plain, 1.0
    return _yarn(plain, geometry, scaling)


def _yarn(plain: Tensor, geometry: Qwen3Geometry, scaling: YarnScaling) -> tuple[Tensor, float]:
    """Slow channels are interpolated by the factor, fast ones kept, with a linear ramp between (YaRN, section 3.2)."""

    def channel_turning(rotations: float) -> float:
        span = scaling.original_max_position_embeddings / (rotations * 2 * math.pi)
        return geometry.head_dim * math.log(span) / (2 * math.log(geometry.rope_theta))

    low = max(math.floor(channel_turning(scaling.beta_fast)), 0)
    high = min(math.ceil(channel_turning(scaling.beta_slow)), geometry.head_dim - 1)
    width = max(high - low, 0.001)
    ramp = ((torch.arange(geometry.head_dim // 2, dtype=torch.float32) - low) / width).clamp(0, 1)
    frequencies = plain / scaling.factor * ramp + plain * (1 - ramp)
    attention_factor = scaling.attention_factor
    if attention_factor is None:
        attention_factor = 0.1 * math.log(scaling.factor) + 1.0 if scaling.factor > 1 else 1.0
    return frequencies, attention_factor


class RotaryTable:
    """cos and sin for every position of the context, computed once in float32."""

    __slots__ = ("cos", "sin")

    def __init__(self, geometry: Qwen3Geometry, positions: int, device: torch.device, dtype: torch.dtype) -> None:
        """Tables of `(positions, head_dim)` in `dtype`; both halves of a row are equal (the rotate-half form)."""
        frequencies, factor = inverse_frequencies(geometry)
        angles = torch.outer(torch.arange(positions, dtype=torch.float32), frequencies)
        cos, sin = ((each * factor).to(dtype) for each in (angles.cos(), angles.sin()))
        self.cos = torch.cat((cos, cos), dim=1).to(device)
        self.sin = torch.cat((sin, sin), dim=1).to(device)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate `(n, heads, head_dim)` by tables of `(n, head_dim)`."""
    half = x.shape[-1] // 2
    turned = torch.cat((-x[..., half:], x[..., :half]), dim=-1)
    return x * cos.unsqueeze(1) + turned * sin.unsqueeze(1)
