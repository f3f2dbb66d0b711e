"""What the generation loop needs of a model, whichever path runs it."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from engine.cancel import CancelToken


class SequenceCache(Protocol):
    """Whatever a model remembers of the tokens it has read."""

    @property
    def length(self) -> int: ...

    def truncate(self, length: int) -> int:
        """Cut back to at most `length` positions; returns what is left (0 where the model cannot cut back)."""

    def clear(self) -> None: ...


class CausalModel(Protocol):
    """A causal language model over one sequence at a time."""

    @property
    def vocab_size(self) -> int: ...

    @property
    def prefill_chunk_tokens(self) -> int:
        """How many prompt tokens one prefill call should be given."""

    @property
    def weights_bytes(self) -> int: ...

    def new_cache(self) -> SequenceCache: ...

    def prefill(
        self,
        ids: list[int],
        cache: SequenceCache,
        cancel: CancelToken | None = None,
        *,
        all_positions: bool = False,
    ) -> Tensor:
        """Read `ids` after what the cache holds.

        Returns:
            float32 logits on the CPU: `(vocab,)` of the last position, or `(len(ids), vocab)` of all of them.

        Raises:
            Cancelled: the token was set; the cache is as before the call.
            ContextOverflow: the cache has no room.
        """

    def decode(self, token_id: int, cache: SequenceCache, cancel: CancelToken | None = None) -> Tensor:
        """Read one token; the same as a prefill of one, by the faster static-shape step. Logits `(vocab,)`.

        Raises:
            Cancelled: as `prefill`.
            ContextOverflow: as `prefill`.
        """

    def close(self) -> None:
        """Let the weights go."""
