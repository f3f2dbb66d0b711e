"""The general path: any other allow-listed causal language model, through transformers and accelerate.

Slower than the lean decoder and good for the same loop. Cancelling works by a hook before each layer, since a forward
pass of a whole chunk cannot be interrupted otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn

from engine.bitsandbytes_support import import_functional
from engine.cancel import CancelToken
from engine.checkpoint import Checkpoint
from engine.errors import UnsupportedModel
from engine.general_safety import prepare_environment, require_complete, safe_pretrained_kwargs
from engine.model.base import SequenceCache
from engine.model.load import prefill_chunk_tokens_for
from engine.types import Precision

DTYPES = {
    Precision.BF16: torch.bfloat16,
    Precision.FP16: torch.float16,
    Precision.FP32: torch.float32,
    Precision.INT8: torch.float16,
    Precision.NF4: torch.bfloat16,
}


class GeneralCache:
    """A transformers cache that can be cut back, where its kind allows it."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self.inner = make()
        self.length = 0

    def truncate(self, length: int) -> int:
        length = min(self.length, max(length, 0))
        if length < self.length:
            # Sliding windows and recurrent states have thrown the past away; such a model reads the prompt again.
            if any(getattr(layer, "is_sliding", False) for layer in self.inner.layers) or length == 0:
                self.inner = self._make()
                length = 0
            else:
                # Each layer by its own count: a cancelled pass has fed some layers and not others.
                for layer in self.inner.layers:
                    excess = layer.get_seq_length() - length
                    if excess > 0:
                        layer.crop(-excess)
        self.length = length
        return length

    def clear(self) -> None:
        self.inner = self._make()
        self.length = 0

    @property
    def allocated_bytes(self) -> int:
        held = [getattr(layer, name, None) for layer in self.inner.layers for name in ("keys", "values")]
        return sum(t.numel() * t.element_size() for t in held if isinstance(t, Tensor))

    def bytes_for(self, positions: int) -> int:
        """See SequenceCache.bytes_for; 0 as long as nothing was read, which tells what a position takes."""
        return self.allocated_bytes * max(positions, self.length) // self.length if self.length else 0

    def fork(self, length: int) -> GeneralCache:
        """See SequenceCache.fork."""
        other = GeneralCache(self._make)
        if length > 0 and not any(getattr(layer, "is_sliding", False) for layer in self.inner.layers):
            other.inner, other.length = deepcopy(self.inner), self.length
            other.truncate(length)
        return other


class GeneralModel:
    """An `AutoModelForCausalLM` behind the loop's interface."""

    def __init__(self, module: Any, *, context_tokens: int, prefill_chunk_tokens: int, weights_bytes: int) -> None:
        self._module: Any = module
        self.context_tokens = context_tokens
        self.prefill_chunk_tokens = prefill_chunk_tokens
        self.weights_bytes = weights_bytes
        self.caveat = ""
        self.vocab_size = int(module.get_output_embeddings().weight.shape[0])
        self._cancel: CancelToken | None = None
        for layer in _layers(module):
            layer.register_forward_pre_hook(self._check_cancelled)

    def _check_cancelled(self, module: nn.Module, inputs: object) -> None:
        if self._cancel is not None:
            self._cancel.raise_if_cancelled()

    @property
    def verified_rows(self) -> int:
        """See CausalModel.verified_rows: a pass of several tokens is as slow as transformers makes it."""
        return 1

    @property
    def device_decoder(self) -> None:
        """See CausalModel.device_decoder: transformers' step has no static shapes."""
        return None

    def new_cache(self) -> GeneralCache:
        from transformers import DynamicCache

        return GeneralCache(lambda: DynamicCache(config=self._module.config))

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
        if not isinstance(cache, GeneralCache):
            raise TypeError(f"the general path needs its own cache, not {type(cache).__name__}")
        before = cache.length
        self._cancel = cancel
        done = False
        try:
            output = self._module(
                input_ids=torch.tensor([ids], device=self._module.device),
                past_key_values=cache.inner,
                use_cache=True,
                logits_to_keep=0 if all_positions else 1,
            )
            done = True
        finally:
            self._cancel = None
            if not done:  # some layers have already written their part of the chunk
                cache.length = before + len(ids)
                cache.truncate(before)
        cache.length = before + len(ids)
        logits: Tensor = output.logits[0].float().cpu()
        return logits if all_positions else logits[-1]

    def decode(self, token_id: int, cache: SequenceCache, cancel: CancelToken | None = None) -> Tensor:
        """See CausalModel.decode."""
        return self.prefill([token_id], cache, cancel)

    def close(self) -> None:
        self._module = None


def _layers(module: Any) -> nn.ModuleList:
    """The stack of blocks: the longest list of modules in the model."""
    stacks = [child for child in module.modules() if isinstance(child, nn.ModuleList)]
    if not stacks:
        raise UnsupportedModel(f"{type(module).__name__} has no stack of layers that could be interrupted.")
    return max(stacks, key=len)


def load_general(
    checkpoint: Checkpoint, *, precision: Precision, device: torch.device, context_tokens: int
) -> GeneralModel:
    """Load through transformers with every door to code and network shut.

    Raises:
        DamagedModel: transformers found keys missing, left over or of the wrong shape.
        UnsupportedModel: the architecture cannot be run.
    """
    prepare_environment()
    if precision in (Precision.INT8, Precision.NF4):
        import_functional()  # transformers would import it too, but let it fetch code
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    options: dict[str, Any] = {**safe_pretrained_kwargs(checkpoint.architecture), "dtype": DTYPES[precision]}
    if precision is Precision.INT8:
        options["quantization_config"] = BitsAndBytesConfig(load_in_8bit=True)
    elif precision is Precision.NF4:
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
        )
    try:
        module, info = AutoModelForCausalLM.from_pretrained(
            str(checkpoint.folder), device_map={"": str(device)}, output_loading_info=True, **options
        )
    except (ValueError, KeyError, AttributeError, ImportError) as error:
        raise UnsupportedModel(f"transformers cannot load {checkpoint.name}: {error}") from error
    require_complete(info)
    module.eval()
    layers = _layers(module)
    parameters = sum(p.numel() for p in layers[0].parameters())
    return GeneralModel(
        module,
        context_tokens=context_tokens,
        prefill_chunk_tokens=prefill_chunk_tokens_for(parameters, Precision.FP32, device),
        weights_bytes=sum(p.numel() * p.element_size() for p in module.parameters()),
    )
