"""What the generation loop needs of a model, whichever path runs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from torch import Tensor

from engine.cancel import CancelToken
from engine.types import Sampling


class SequenceCache(Protocol):
    """Whatever a model remembers of the tokens it has read."""

    @property
    def length(self) -> int: ...

    def truncate(self, length: int) -> int:
        """Cut back to at most `length` positions; returns what is left (0 where the model cannot cut back)."""

    def clear(self) -> None: ...

    @property
    def allocated_bytes(self) -> int:
        """What it takes now, on the model's device."""

    def bytes_for(self, positions: int) -> int:
        """What it would take with room for `positions`; never less than now."""

    def fork(self, length: int) -> SequenceCache:
        """Another cache with a copy of the first `length` positions, or of none where it cannot be cut back so."""


@runtime_checkable
class StorableCache(SequenceCache, Protocol):
    """A cache whose memory can be written down and filled again, see engine.prefix_disk."""

    length: int
    """May be set to so many positions as were filled from outside."""
    limit: int
    """The most positions it may ever hold."""

    @property
    def layout(self) -> str:
        """What the bytes of `stored` mean. Caches of the same layout take each other's."""

    def reserve(self, positions: int) -> None:
        """Make room for `positions` in all.

        Raises:
            ContextOverflow: they are more than the limit.
        """

    def stored(self, start: int, end: int) -> tuple[Tensor, ...]:
        """Where these positions lie in its memory, up to what there is room for: to be copied, or to be filled.

        A layout that groups positions gives the whole groups that they are in.
        """


class CausalModel(Protocol):
    """A causal language model over one sequence at a time."""

    @property
    def vocab_size(self) -> int: ...

    @property
    def prefill_chunk_tokens(self) -> int:
        """How many prompt tokens one prefill call should be given."""

    @property
    def weights_bytes(self) -> int: ...

    @property
    def verified_rows(self) -> int:
        """Up to how many tokens `prefill` reads for little more than it takes to read one; 1: it does not."""

    @property
    def device_decoder(self) -> DeviceDecoder | None:
        """Draws tokens where the model is, so that logits need not travel; None where that would gain nothing."""

    @property
    def caveat(self) -> str:
        """What does not run here as it should, and why, as a sentence for people; empty: everything does."""

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


class DeviceRun(Protocol):
    """The draws of one answer on the model's device. For the same seed, they are those of `engine.sampling.Sampler`.

    One run draws at a time; another may be begun whenever the one before it is not used any more.
    """

    def first(self, logits: Tensor) -> int:
        """Draw a token from what `prefill` returned: at the start, and after ids that were put in.

        Raises:
            NumericFailure: a logit is NaN or the best one is infinite.
        """

    def accept(self, token_id: int) -> None:
        """Count a drawn token for the penalties that the model's `decode` has read, not `next`. `first` must follow."""

    def next(self, token_id: int, cache: SequenceCache, cancel: CancelToken | None = None) -> int:
        """Read a token behind what the cache holds, count it for the penalties, and draw the one after it.

        Fastest where the token is the one drawn last: then it is being read already. What is read ahead in vain lies
        behind the cache's end.

        Raises:
            Cancelled: the token was set; nothing has changed.
            ContextOverflow: the cache has no room; nothing has changed.
            torch.OutOfMemoryError, RuntimeError: memory ran out; nothing has changed, and the call may be repeated.
            NumericFailure: as `first`; the cache is longer by the token.
        """


class DeviceDecoder(Protocol):
    """What draws tokens on the model's device."""

    def begin(self, sampling: Sampling, prompt_ids: Sequence[int], usable_ids: int, seed: int) -> DeviceRun:
        """Start an answer.

        Args:
            sampling: checked parameters.
            prompt_ids: seen by the repetition penalty.
            usable_ids: ids from here on are padding rows of the head and are never drawn.
            seed: of the random numbers.
        """
