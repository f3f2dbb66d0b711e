"""Ponder's lean decoder for dense Qwen3: the forward pass and nothing else.

The architecture is the Qwen3 technical report's (arXiv:2505.09388, section 2): pre-norm blocks, grouped-query attention
with an RMSNorm on each query and key head before RoPE, and a SwiGLU feed-forward. Query, key and value projections are
one product, gate and up another. Decoding one token has static shapes (the token and its position are tensors, the
attended length is rounded up and masked), so that the same step runs eagerly on a CPU and can be captured as a CUDA
graph on a GPU. On a CPU, where the native kernels are there, they read one token or a few instead (engine.native).

transformers' Qwen3ForCausalLM in float32 is the reference; tests compare every position.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.cancel import CancelToken
from engine.model.base import DeviceDecoder, SequenceCache
from engine.model.geometry import Qwen3Geometry
from engine.model.kv_cache import KVCache
from engine.model.rope import RotaryTable, rotate
from engine.model.weights import DecoderWeights, LayerWeights
from engine.native.library import MAX_ROWS, Kernels
from engine.native.step import NativeStep, supports

# Up to so many tokens, several native steps read a prompt more quickly than torch, whose products need many rows to be
# quick; in BF16, where processors have products of their own for it, only as many as one step takes.
NATIVE_PREFILL_TOKENS = 4 * MAX_ROWS
# Attended lengths in decode are rounded up to this, so that few different shapes occur.
DECODE_BUCKET = 64


def default_native_tokens(bf16: bool) -> int:
    """Up to how many tokens of a prompt the native kernels read where nothing was measured (see engine.probe)."""
    return MAX_ROWS if bf16 else NATIVE_PREFILL_TOKENS


def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    """RMSNorm (arXiv:1910.07467) over the last axis, computed in float32 whatever the dtype of `x`."""
    wide = x.float()
    wide = wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + eps)
    return weight * wide.to(x.dtype)


def fused_rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    """The same in one kernel where torch has one, which is on GPUs; elsewhere it would be slower."""
    if not x.is_cuda:
        return rms_norm(x, weight, eps)
    if weight.dim() == 1:
        return F.rms_norm(x, weight.shape, weight, eps)
    return weight * F.rms_norm(x, weight.shape[-1:], None, eps)


def has_flash_attention(device: torch.device) -> bool:
    """Whether this GPU and this build of torch have it. Without it, attention asked for in flash attention's way would
    keep the scores of every pair of tokens.
    """
    if device.type != "cuda" or not torch.backends.cuda.is_flash_attention_available():
        return False
    return torch.version.hip is not None or torch.cuda.get_device_capability(device)[0] >= 8


class Qwen3Decoder:
    """A dense Qwen3 model with its weights on one device.

    Args:
        geometry: sizes of the model.
        weights: fused weights, already on the device.
        context_tokens: the most positions a sequence may have.
        compute_dtype: dtype of activations.
        cache_dtype: dtype of cached keys and values (int8: quantised).
        prefill_chunk_tokens: prompt tokens to give to one call of `prefill`.
        kernels: native kernels to read few tokens with, where they can take these weights; None: torch alone.
        native_prefill_tokens: up to how many tokens of a prompt they read; None: what is mostly right.
    """

    def __init__(
        self,
        geometry: Qwen3Geometry,
        weights: DecoderWeights,
        *,
        device: torch.device,
        context_tokens: int,
        compute_dtype: torch.dtype,
        cache_dtype: torch.dtype,
        prefill_chunk_tokens: int,
        kernels: Kernels | None = None,
        native_prefill_tokens: int | None = None,
    ) -> None:
        self.geometry = geometry
        self.device = device
        self.context_tokens = context_tokens
        self.prefill_chunk_tokens = prefill_chunk_tokens
        self._weights: DecoderWeights | None = weights
        self._compute_dtype = compute_dtype
        self._cache_dtype = cache_dtype
        self.rotary = RotaryTable(geometry, context_tokens, device, compute_dtype)
        self._positions = torch.arange(context_tokens, device=device)
        self._group = geometry.heads // geometry.kv_heads
        # One row for each head of queries and keys, which are normalised and rotated together.
        self._head_norms = tuple(
            torch.cat((each.query_norm.expand(geometry.heads, -1), each.key_norm.expand(geometry.kv_heads, -1)))
            for each in weights.layers
        )
        half = torch.ones(geometry.head_dim // 2, dtype=compute_dtype, device=device)
        self._turn = torch.cat((-half, half))
        # Flash attention takes 16-bit keys, and no mask but the causal one.
        sixteen = self._compute_dtype in (torch.float16, torch.bfloat16) and cache_dtype != torch.float32
        self.flash_prefill = sixteen and has_flash_attention(device)
        self.device_decoder: DeviceDecoder | None = None
        self.caveat = ""
        self._native: NativeStep | None = None
        self._native_tokens = (
            default_native_tokens(compute_dtype == torch.bfloat16)
            if native_prefill_tokens is None
            else native_prefill_tokens
        )
        if kernels is not None and supports(weights, device, cache_dtype):
            self._native = NativeStep(geometry, weights, self.rotary, kernels)

    @property
    def weights(self) -> DecoderWeights:
        if self._weights is None:
            raise RuntimeError("the model was closed")
        return self._weights

    @property
    def vocab_size(self) -> int:
        return self.geometry.vocab_size

    @property
    def weights_bytes(self) -> int:
        return self.weights.total_bytes

    @property
    def kernels(self) -> str | None:
        """The instruction set of the native kernels in use; None where torch decodes."""
        return None if self._native is None else self._native.kernels.name

    @property
    def verified_rows(self) -> int:
        """See CausalModel.verified_rows: the weights are read once for all rows by the native kernels, and by a GPU."""
        on_gpu = self.device.type == "cuda" and self.device_decoder is None  # whose steps are far quicker than these
        return MAX_ROWS if self._native is not None or on_gpu else 1

    def close(self) -> None:
        self._weights = None
        self.device_decoder = None
        if self._native is not None:
            self._native.close()
            self._native = None

    def new_cache(self) -> KVCache:
        # An 8-bit cache is expanded to the compute dtype; otherwise attention runs in the cache's own dtype.
        attention_dtype = self._compute_dtype if self._cache_dtype == torch.int8 else self._cache_dtype
        return KVCache(
            layers=self.geometry.layers,
            kv_heads=self.geometry.kv_heads,
            head_dim=self.geometry.head_dim,
            limit=self.context_tokens,
            dtype=self._cache_dtype,
            compute_dtype=attention_dtype,
            device=self.device,
        )

    @torch.inference_mode()
    def prefill(
        self,
        ids: list[int],
        cache: SequenceCache,
        cancel: CancelToken | None = None,
        *,
        all_positions: bool = False,
    ) -> Tensor:
        """See CausalModel.prefill."""
        cache = own_cache(cache)
        start, end = cache.length, cache.length + len(ids)
        cache.reserve(end)
        # Whoever asks for every position compares it with what single steps give: the same kernels, the same bits.
        native_tokens = max(self._native_tokens, MAX_ROWS) if all_positions else self._native_tokens
        if self._native is not None and 0 < len(ids) <= native_tokens:
            return self._read_natively(self._native, ids, cache, cancel, all_positions=all_positions)
        positions = self._positions[start:end]
        mask = self._causal_mask(start, end)
        x = self.weights.embedding[torch.tensor(ids, device=self.device)].to(self._compute_dtype)
        for index, layer in enumerate(self.weights.layers):
            if cancel is not None:
                cancel.raise_if_cancelled()
            x = x + self._prefill_attention(index, layer, x, positions, cache, end, mask)
            if cancel is not None:
                cancel.raise_if_cancelled()
            x = x + self._feed_forward(layer, x)
        cache.length = end
        return self._logits(x if all_positions else x[-1:], squeeze=not all_positions)

    def _read_natively(
        self,
        native: NativeStep,
        ids: list[int],
        cache: KVCache,
        cancel: CancelToken | None,
        *,
        all_positions: bool,
    ) -> Tensor:
        """`prefill` by native steps of a few tokens each."""
        before, logits = cache.length, []
        try:
            for at in range(0, len(ids), MAX_ROWS):
                part = ids[at : at + MAX_ROWS]
                wanted = len(part) if all_positions else int(at + len(part) == len(ids))
                logits.append(native.run(part, cache, cancel, logit_rows=wanted))
                cache.length += len(part)
        except BaseException:
            cache.length = before
            raise
        return torch.cat(logits) if all_positions else logits[-1][0]

    def decode(self, token_id: int, cache: SequenceCache, cancel: CancelToken | None = None) -> Tensor:
        """See CausalModel.decode."""
        cache = own_cache(cache)
        position = cache.length
        cache.reserve(position + 1)
        if self._native is not None:
            logits = self._native.run([token_id], cache, cancel)
            cache.length = position + 1
            return logits[0]
        bucket = min(-(-(position + 1) // DECODE_BUCKET) * DECODE_BUCKET, cache.capacity)
        with torch.inference_mode():
            token = torch.tensor([token_id], device=self.device)
            logits = self.decode_step(token, self._positions[position : position + 1], cache, bucket, cancel)
        cache.length = position + 1
        return logits.cpu()

    def decode_step(
        self, token: Tensor, position: Tensor, cache: KVCache, bucket: int, cancel: CancelToken | None = None
    ) -> Tensor:
        """The static-shape step: no Python value in it depends on the token or its position.

        Args:
            token: int64 `(1,)`.
            position: int64 `(1,)`, where the token is written.
            bucket: how many cached positions are attended; those after `position` are masked.
            cancel: looked at between layers; None while a graph is captured.

        Returns:
            float32 logits `(vocab,)` on the device.
        """
        g = self.geometry
        cos = self.rotary.cos.index_select(0, position)
        sin = self.rotary.sin.index_select(0, position) * self._turn
        # torch.where would bring its numbers to the device, which a capture does not allow.
        bias = torch.zeros(bucket, device=self.device).masked_fill_(self._positions[:bucket] > position, float("-inf"))
        x = self.weights.embedding.index_select(0, token).to(self._compute_dtype)
        for index, layer in enumerate(self.weights.layers):
            if cancel is not None:
                cancel.raise_if_cancelled()
            qkv = layer.qkv(fused_rms_norm(x, layer.attention_norm, g.rms_norm_eps)).view(-1, g.head_dim)
            turned, value = torch.split(qkv, [g.heads + g.kv_heads, g.kv_heads])
            turned = fused_rms_norm(turned, self._head_norms[index], g.rms_norm_eps)
            turned = turned * cos + turned.roll(g.head_dim // 2, -1) * sin
            query, key = torch.split(turned, [g.heads, g.kv_heads])
            cache.write(index, position, key.unsqueeze(0), value.unsqueeze(0))
            keys, values = cache.view(index, bucket)
            # The query heads that share a KV head become the rows of one small product.
            rows = query.view(g.kv_heads, self._group, -1).to(keys.dtype)
            scores = torch.add(bias, torch.matmul(rows, keys.transpose(1, 2)), alpha=g.head_dim**-0.5)
            mixed = torch.matmul(scores.softmax(-1).to(values.dtype), values)
            x = x + layer.output(mixed.reshape(1, -1).to(x.dtype))
            x = x + self._feed_forward(layer, x)
        return self._head(x)[0]

    def _project(self, layer: LayerWeights, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Normalised and rotated queries `(n, heads, head_dim)`, keys and values `(n, kv_heads, head_dim)`."""
        g = self.geometry
        qkv = layer.qkv(fused_rms_norm(x, layer.attention_norm, g.rms_norm_eps)).view(len(x), -1, g.head_dim)
        query, key, value = torch.split(qkv, [g.heads, g.kv_heads, g.kv_heads], dim=1)
        query = rotate(fused_rms_norm(query, layer.query_norm, g.rms_norm_eps), cos, sin)
        key = rotate(fused_rms_norm(key, layer.key_norm, g.rms_norm_eps), cos, sin)
        return query, key, value

    def _prefill_attention(
        self,
        index: int,
        layer: LayerWeights,
        x: Tensor,
        positions: Tensor,
        cache: KVCache,
        end: int,
        mask: Tensor | None,
    ) -> Tensor:
        g = self.geometry
        start = end - len(x)
        query, key, value = self._project(layer, x, self.rotary.cos[start:end], self.rotary.sin[start:end])
        cache.write(index, positions, key, value)
        keys, values = cache.view(index, end)
        if self.flash_prefill:
            # As many queries as keys: the plain causal mask. Fewer: they are the last ones.
            bias = None if start == 0 else _last_of(len(x), end)
            mixed = F.scaled_dot_product_attention(
                query.to(keys.dtype).transpose(0, 1).unsqueeze(0),
                keys.unsqueeze(0),
                values.unsqueeze(0),
                attn_mask=bias,
                is_causal=bias is None,
                enable_gqa=True,
            )
            return layer.output(mixed[0].transpose(0, 1).reshape(len(x), -1).to(x.dtype))
        # (kv_heads, group * n, head_dim): one KV head serves its whole group without being copied.
        rows = query.to(keys.dtype).view(len(x), g.kv_heads, self._group, g.head_dim)
        rows = rows.permute(1, 2, 0, 3).reshape(1, g.kv_heads, self._group * len(x), g.head_dim)
        mixed = F.scaled_dot_product_attention(rows, keys.unsqueeze(0), values.unsqueeze(0), attn_mask=mask)
        mixed = mixed.view(g.kv_heads, self._group, len(x), g.head_dim).permute(2, 0, 1, 3)
        return layer.output(mixed.reshape(len(x), -1).to(x.dtype))

    def _causal_mask(self, start: int, end: int) -> Tensor | None:
        """Which cached positions each grouped row may see: bool `(group * n, end)`; None where all are visible."""
        if end - start == 1 or self.flash_prefill:
            return None
        visible = self._positions[:end].unsqueeze(0) <= self._positions[start:end].unsqueeze(1)
        return visible.repeat(self._group, 1)

    def _feed_forward(self, layer: LayerWeights, x: Tensor) -> Tensor:
        gate, up = layer.gate_up(fused_rms_norm(x, layer.mlp_norm, self.geometry.rms_norm_eps)).chunk(2, dim=-1)
        return layer.down(F.silu(gate) * up)

    def _head(self, x: Tensor) -> Tensor:
        return self.weights.head(fused_rms_norm(x, self.weights.final_norm, self.geometry.rms_norm_eps)).float()

    def _logits(self, x: Tensor, *, squeeze: bool) -> Tensor:
        logits = self._head(x).cpu()
        return logits[0] if squeeze else logits


def _last_of(queries: int, keys: int) -> Tensor:
    """The causal mask of the last so many positions, in a form that flash attention takes."""
    from torch.nn.attention.bias import causal_lower_right  # 70 MB of PyTorch's compiler come with it

    mask: Tensor = causal_lower_right(queries, keys)
    return mask


def own_cache(cache: SequenceCache) -> KVCache:
    """The cache as the lean decoder's own. Raises TypeError for another model's."""
    if not isinstance(cache, KVCache):
        raise TypeError(f"the lean decoder needs its own cache, not {type(cache).__name__}")
    return cache
