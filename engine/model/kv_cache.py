"""The lean decoder's KV cache: preallocated per layer, written in place, cut back to any prefix.

The cache grows in steps up to the context length, since reserving 32K positions of Qwen3-0.6B at once would cost more
memory than its weights. Token ids are not kept here; see engine.prefix.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.errors import ContextOverflow

FIRST_STEP = 1024
# To be raised where the bytes of `KVCache.stored` come to mean something else.
LAYOUT = 1


class KVCache:
    """Keys and values of one sequence.

    Args:
        layers, kv_heads, head_dim: the model's.
        limit: the most positions it may ever hold (the context length).
        dtype: what keys and values are stored in; int8 keeps one float32 scale for each head and position beside.
        compute_dtype: what `view` returns.
    """

    def __init__(
        self,
        *,
        layers: int,
        kv_heads: int,
        head_dim: int,
        limit: int,
        dtype: torch.dtype,
        compute_dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        self.length = 0
        self.limit = limit
        self.capacity = 0
        self.compute_dtype = compute_dtype
        self._kv_heads = kv_heads
        self._head_dim = head_dim
        self._dtype = dtype
        self._device = device
        self._layers = layers
        self._codes: list[Tensor] = []  # two for each layer: keys, then values; (kv_heads, capacity, head_dim)
        self._scales: list[Tensor] = []  # the same for int8, (kv_heads, capacity, 1); else empty
        self.reserve(min(FIRST_STEP, limit))

    @property
    def quantized(self) -> bool:
        return self._dtype == torch.int8

    @property
    def allocated_bytes(self) -> int:
        return sum(t.numel() * t.element_size() for t in (*self._codes, *self._scales))

    def reserve(self, positions: int) -> None:
        """Make room for `positions` in all, doubling so that growing costs amortised constant time.

        Raises:
            ContextOverflow: more than the context length was asked for.
        """
        if positions <= self.capacity:
            return
        if positions > self.limit:
            raise ContextOverflow(
                f"The text needs {positions:,} positions, but the context holds {self.limit:,} tokens.",
                "Start a new chat, or choose a longer context.",
            )
        capacity = self._capacity_for(positions)
        # Zeroed, because masked attention multiplies what lies behind the end by 0, and 0 * NaN is NaN.
        self._codes = self._grown(self._codes, capacity, self._head_dim, self._dtype)
        if self.quantized:
            self._scales = self._grown(self._scales, capacity, 1, torch.float32)
        self.capacity = capacity

    def _capacity_for(self, positions: int) -> int:
        return self.capacity if positions <= self.capacity else min(max(positions, 2 * self.capacity), self.limit)

    def bytes_for(self, positions: int) -> int:
        """What it would take with room for `positions`; never less than now."""
        row_bytes = self._head_dim * self._dtype.itemsize + (torch.float32.itemsize if self.quantized else 0)
        return 2 * self._layers * self._kv_heads * row_bytes * self._capacity_for(positions)

    def fork(self, length: int) -> KVCache:
        """Another cache of the same kind with a copy of the first `length` positions."""
        other = KVCache(
            layers=self._layers,
            kv_heads=self._kv_heads,
            head_dim=self._head_dim,
            limit=self.limit,
            dtype=self._dtype,
            compute_dtype=self.compute_dtype,
            device=self._device,
        )
        length = min(length, self.length)
        other.reserve(length)
        for mine, theirs in zip((*self._codes, *self._scales), (*other._codes, *other._scales), strict=True):
            theirs[:, :length] = mine[:, :length]
        other.length = length
        return other

    def _grown(self, old: list[Tensor], capacity: int, width: int, dtype: torch.dtype) -> list[Tensor]:
        grown = []
        for index in range(2 * self._layers):
            fresh = torch.zeros((self._kv_heads, capacity, width), dtype=dtype, device=self._device)
            if old:
                fresh[:, : self.length] = old[index][:, : self.length]
                old[index] = fresh  # lets the old one go at once, so that growing peaks at one layer over
            grown.append(fresh)
        return grown

    def write(self, layer: int, positions: Tensor, keys: Tensor, values: Tensor) -> None:
        """Store keys and values `(n, kv_heads, head_dim)` of one layer at `positions` `(n,)`."""
        for index, rows in ((2 * layer, keys), (2 * layer + 1, values)):
            rows = rows.transpose(0, 1)
            if self.quantized:
                scale = rows.abs().amax(dim=-1, keepdim=True).float() / 127.0
                scale = torch.where(scale > 0, scale, torch.ones_like(scale))
                self._scales[index].index_copy_(1, positions, scale)
                rows = torch.round(rows.float() / scale)
            self._codes[index].index_copy_(1, positions, rows.to(self._dtype))

    def view(self, layer: int, length: int) -> tuple[Tensor, Tensor]:
        """Keys and values of one layer, `(kv_heads, length, head_dim)` each, in the compute dtype."""
        return self._view(2 * layer, length), self._view(2 * layer + 1, length)

    def _view(self, index: int, length: int) -> Tensor:
        codes = self._codes[index][:, :length]
        if self.quantized:
            return (codes.float() * self._scales[index][:, :length]).to(self.compute_dtype)
        return codes if codes.dtype == self.compute_dtype else codes.to(self.compute_dtype)

    def buffers(self) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """Codes and scales as they lie in memory, keys and values of each layer in turn; others once it has grown.

        Codes are `(kv_heads, capacity, head_dim)`, scales `(kv_heads, capacity, 1)`; none unless quantised.
        """
        return tuple(self._codes), tuple(self._scales)

    @property
    def layout(self) -> str:
        """See engine.model.base.StorableCache."""
        return f"{LAYOUT} {self._dtype} {self._layers} {self._kv_heads} {self._head_dim}"

    def stored(self, start: int, end: int) -> tuple[Tensor, ...]:
        """See engine.model.base.StorableCache."""
        return tuple(tensor[:, start:end] for tensor in (*self._codes, *self._scales))

    def truncate(self, length: int) -> int:
        """Forget everything from position `length` on. Returns the length kept."""
        self.length = min(self.length, max(length, 0))
        return self.length

    @torch.inference_mode()  # what grew in it cannot be written outside
    def clear(self) -> None:
        """Forget everything and wipe it, so that no NaN of a failed run is left behind the end."""
        self.length = 0
        for tensor in (*self._codes, *self._scales):
            tensor.zero_()
