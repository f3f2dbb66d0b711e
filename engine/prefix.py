"""The token ids that stand in a model's cache, kept in step with it, so that the next prompt can reuse what it shares.

Any prompt may follow any other: what counts is the longest common prefix, whichever conversation it came from.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from engine.cancel import CancelToken
from engine.model.base import CausalModel, SequenceCache


def common_prefix_length(first: Sequence[int], second: Sequence[int]) -> int:
    """How many leading ids two sequences share."""
    for index, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            return index
    return min(len(first), len(second))


class PrefixCache:
    """A model's cache together with the ids in it."""

    def __init__(self, model: CausalModel) -> None:
        self._parts: tuple[CausalModel, SequenceCache] | None = (model, model.new_cache())
        self._ids: list[int] = []

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(self._ids)

    @property
    def length(self) -> int:
        """How many ids are in it."""
        return len(self._ids)

    def begin(self, prompt_ids: Sequence[int]) -> int:
        """Keep what the prompt shares with the cache and forget the rest. Returns the number of reused tokens.

        At least the prompt's last token is always read anew: its logits are needed and are not kept.
        """
        _, cache = self._open_parts()
        shared = min(common_prefix_length(self._ids, prompt_ids), len(prompt_ids) - 1)
        kept = cache.truncate(shared)
        del self._ids[kept:]
        return kept

    def read(self, ids: Sequence[int], cancel: CancelToken | None = None) -> Tensor:
        """Prefill `ids` behind what is there; float32 logits `(vocab,)` of the last. On Cancelled nothing was added."""
        model, cache = self._open_parts()
        logits = model.prefill(list(ids), cache, cancel)
        self._ids.extend(ids)
        return logits

    def step(self, token_id: int, cancel: CancelToken | None = None) -> Tensor:
        """Decode one token; float32 logits `(vocab,)`. On Cancelled nothing was added."""
        model, cache = self._open_parts()
        logits = model.decode(token_id, cache, cancel)
        self._ids.append(token_id)
        return logits

    def clear(self) -> None:
        """Forget everything, after a failure that may have left NaN in the cache."""
        _, cache = self._open_parts()
        self._ids.clear()
        cache.clear()

    def close(self) -> None:
        """Let the cache's memory and the model go, whoever still holds this object."""
        self._parts = None
        self._ids.clear()

    def _open_parts(self) -> tuple[CausalModel, SequenceCache]:
        if self._parts is None:
            raise RuntimeError("the cache was closed")
        return self._parts
