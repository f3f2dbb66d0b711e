"""The native step of a loaded decoder: its weights handed over by address, tokens in, logits out.

The weights stay torch's; this keeps them alive for as long as the library holds their addresses.
"""

from __future__ import annotations

import ctypes
import threading
import weakref
from collections.abc import Sequence
from ctypes import byref, c_int64, c_void_p

import torch
from torch import Tensor

from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.model.geometry import Qwen3Geometry
from engine.model.kv_cache import KVCache
from engine.model.linear import DenseLinear, Int8Linear, Linear
from engine.model.rope import RotaryTable
from engine.model.weights import DecoderWeights
from engine.native import library as c
from engine.native.library import MAX_ROWS, Kernels
from engine.native.threads import runtime

_TYPES = {torch.float32: c.F32, torch.bfloat16: c.BF16, torch.int8: c.I8, torch.float16: c.F16}
_COMPUTED = (torch.float32, torch.bfloat16)
_CACHED = (torch.float32, torch.bfloat16, torch.int8)
# Up to here the integers of a product fit in 32 bits whatever the weights are.
_MOST_COLUMNS = 65_536


def supports(weights: DecoderWeights, device: torch.device, cache_dtype: torch.dtype) -> bool:
    """Whether the native step can take these weights and such a cache."""
    if device.type != "cpu" or cache_dtype not in _CACHED:
        return False
    products = [weights.head]
    for layer in weights.layers:
        products += (layer.qkv, layer.output, layer.gate_up, layer.down)
    return all(_supports_product(product) for product in products)


def _supports_product(product: Linear) -> bool:
    if isinstance(product, Int8Linear):
        return product.codes.shape[1] <= _MOST_COLUMNS
    return isinstance(product, DenseLinear) and product.weight.dtype in _COMPUTED


class NativeStep:
    """Reads up to `MAX_ROWS` tokens at once, every layer in one call of the library.

    A row's result is the same to the last bit whatever the number of rows or threads.

    Args:
        weights: for which `supports` holds.
        rotary: tables in float32 or bfloat16.
        kernels: which kernels to use.

    Raises:
        MemoryError: no room for the workspace.
    """

    def __init__(self, geometry: Qwen3Geometry, weights: DecoderWeights, rotary: RotaryTable, kernels: Kernels) -> None:
        self.kernels = kernels
        self._library = c.open_library()
        self._vocab_size = geometry.vocab_size
        self._kept: list[object] = []
        layers = (c.Layer * geometry.layers)()
        for native, layer in zip(layers, weights.layers, strict=True):
            for norm in ("attention_norm", "query_norm", "key_norm", "mlp_norm"):
                setattr(native, norm, self._vector(getattr(layer, norm)))
            for product in ("qkv", "output", "gate_up", "down"):
                setattr(native, product, self._product(getattr(layer, product)))
        self._model = c.Model(
            hidden=geometry.hidden_size,
            intermediate=geometry.intermediate_size,
            heads=geometry.heads,
            kv_heads=geometry.kv_heads,
            head_dim=geometry.head_dim,
            layers=geometry.layers,
            epsilon=geometry.rms_norm_eps,
            layer=layers,
            embedding=self._matrix(weights.embedding, None),
            head=self._product(weights.head),
            final_norm=self._vector(weights.final_norm),
            cosine=self._address(rotary.cos),
            sine=self._address(rotary.sin),
            rotary_type=_TYPES[rotary.cos.dtype],
        )
        self._session = self._library.ponder_open(byref(self._model), kernels.address)
        if not self._session:
            raise MemoryError("no room for the workspace of the native kernels")
        # What the library reads lives as long as the session: the finaliser holds it.
        self._close = weakref.finalize(self, _close, self._library, self._session, self._model, self._kept)
        self._close.atexit = False  # a thread may still be in a step then, and the memory goes anyway
        self._busy = threading.Lock()
        self._cache: weakref.ref[KVCache] | None = None
        self._buffers = c.Cache()

    def close(self) -> None:
        """Give the workspace back and let the weights go, after the step that another thread may be in."""
        with self._busy:
            self._close()
        self._kept = []

    def run(
        self, ids: Sequence[int], cache: KVCache, cancel: CancelToken | None = None, *, logit_rows: int = 1
    ) -> Tensor:
        """Read `ids`, at most MAX_ROWS, behind what the cache holds; it has room for them. Its length stays as it is.

        Returns:
            float32 logits `(logit_rows, vocab)` of the last so many ids. Where none are wanted, the head is not read.

        Raises:
            Cancelled: the token was set.
            IndexError: an id is not in the vocabulary.
            MemoryError: no room for the workspace, which grows with the text.
            RuntimeError: it was closed.
        """
        count = len(ids)
        if not 0 <= logit_rows <= count <= MAX_ROWS or count == 0 or cache.length + count > cache.capacity:
            raise ValueError(f"{count} ids and {logit_rows} rows of logits do not fit")
        if cancel is not None:
            cancel.raise_if_cancelled()
        logits = torch.empty((logit_rows, self._vocab_size), dtype=torch.float32)
        with self._busy:
            if not self._close.alive:
                raise RuntimeError("the model was closed")
            result = self._library.ponder_step(
                self._session,
                byref(self._buffers_of(cache)),
                byref(runtime()),
                torch.get_num_threads(),
                (c_int64 * count)(*ids),
                count,
                cache.length,
                logit_rows,
                logits.data_ptr(),
                None if cancel is None else cancel.flag_address,
            )
        match result:
            case c.OK:
                return logits
            case c.CANCELLED:
                raise Cancelled
            case c.BAD_TOKEN:
                raise IndexError(f"the vocabulary has {self._vocab_size:,} tokens; not all of {list(ids)} are in it")
            case _:
                raise MemoryError("no room for the workspace of the native kernels")

    def _buffers_of(self, cache: KVCache) -> c.Cache:
        """The cache's buffers by address; asked for anew only where it has grown or is another one."""
        known = self._cache is not None and self._cache() is cache
        if not known or self._buffers.capacity != cache.capacity:
            codes, scales = cache.buffers()
            self._buffers = c.Cache(
                type=_TYPES[codes[0].dtype],
                capacity=cache.capacity,
                codes=(c_void_p * len(codes))(*(each.data_ptr() for each in codes)),
                scales=(c_void_p * len(scales))(*(each.data_ptr() for each in scales)),
            )
            self._cache = weakref.ref(cache)
        return self._buffers

    def _address(self, tensor: Tensor) -> int:
        tensor = tensor.contiguous()
        self._kept.append(tensor)
        return tensor.data_ptr()

    def _vector(self, tensor: Tensor) -> int:
        return self._address(tensor.float())

    def _matrix(self, data: Tensor, scale: Tensor | None) -> c.Matrix:
        return c.Matrix(
            data=self._address(data),
            scale=None if scale is None else self._address(scale),
            rows=data.shape[0],
            columns=data.shape[1],
            type=_TYPES[data.dtype],
        )

    def _product(self, product: Linear) -> c.Matrix:
        if isinstance(product, Int8Linear):
            return self._matrix(product.codes, product.scale)
        if isinstance(product, DenseLinear):
            return self._matrix(product.weight, None)
        raise TypeError(f"no native product for {type(product).__name__}")


def _close(library: ctypes.CDLL, session: int, _model: c.Model, kept: list[object]) -> None:
    library.ponder_close(session)
    kept.clear()
