"""The token ids that stand in a model's caches, kept in step with them, so that a prompt can reuse what it shares.

Any prompt may follow any other: what counts is the longest common prefix, whichever conversation it came from. A prompt
that goes on behind an earlier one takes over its cache. One that turns off within it leaves that cache as it is, for
the conversation to come back to, and starts another one with a copy of what they share. Those that are not in use are
kept within a budget, and the one that was not used for longest goes first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from torch import Tensor

from engine.cancel import CancelToken
from engine.memory_errors import give_back_freed_memory, is_out_of_memory
from engine.model.base import CausalModel, DeviceRun, SequenceCache, StorableCache
from engine.types import KeptPrefix

_Result = TypeVar("_Result")

# The next turn of a conversation may differ from its last prompt in so many ids at the end: what a template puts before
# an answer (an empty thinking block) is not in its history.
TURN_TAIL_TOKENS = 16


def common_prefix_length(first: Sequence[int], second: Sequence[int]) -> int:
    """How many leading ids two sequences share."""
    for index, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            return index
    return min(len(first), len(second))


@dataclass(slots=True)
class _Sequence:
    """A cache and the ids in it, of which the first `prompt_tokens` were read as a prompt. keep: see `label`."""

    cache: SequenceCache
    ids: list[int] = field(default_factory=list)
    prompt_tokens: int = 0
    keep: KeptPrefix | None = None

    def truncate(self, length: int) -> int:
        kept = self.cache.truncate(length)
        del self.ids[kept:]
        return kept


class PrefixCache:
    """A model's caches together with the ids in them. All but `begin` and `close` concern the one in use.

    Args:
        budget_bytes: what all caches together may take. The one in use may take more, and is then alone.
    """

    def __init__(self, model: CausalModel, budget_bytes: int = 0) -> None:
        self._model: CausalModel | None = model
        self._budget_bytes = budget_bytes
        self._kept: list[_Sequence] = [_Sequence(model.new_cache())]  # the one in use is the last, before it the newest
        self._others_bytes = 0

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(self._current.ids)

    @property
    def length(self) -> int:
        """How many ids are in it."""
        return len(self._current.ids)

    @property
    def sequences(self) -> tuple[tuple[int, ...], ...]:
        """The ids of all that are kept, the one that goes first coming first and the one in use last."""
        return tuple(tuple(each.ids) for each in self._kept)

    @property
    def allocated_bytes(self) -> int:
        return sum(each.cache.allocated_bytes for each in self._kept)

    def begin(self, prompt_ids: Sequence[int]) -> int:
        """Choose the cache that shares most with the prompt and keep what it shares. Returns the reused tokens.

        At least the prompt's last token is always read anew: its logits are needed and are not kept.
        """
        self._settle()
        shares = [common_prefix_length(each.ids, prompt_ids) for each in self._kept]
        best = max(range(len(shares)), key=lambda at: (shares[at], at))
        source = self._kept.pop(best)
        self._kept.append(source)
        shared = min(shares[best], len(prompt_ids) - 1)
        goes_on = shared >= min(len(source.ids), source.prompt_tokens - TURN_TAIL_TOKENS)
        if not goes_on and self._has_room_beside(source, len(prompt_ids)):
            source = self._forked(source, shared)
        kept = source.truncate(shared)
        source.prompt_tokens = len(prompt_ids)
        source.keep = None
        self._others_bytes = sum(each.cache.allocated_bytes for each in self._kept[:-1])
        return kept

    def read(self, ids: Sequence[int], cancel: CancelToken | None = None) -> Tensor:
        """Prefill `ids` behind what is there; float32 logits `(vocab,)` of the last. On Cancelled nothing was added."""
        wanted = list(ids)
        logits = self._with_room(len(wanted), lambda model, cache: model.prefill(wanted, cache, cancel))
        self._current.ids.extend(wanted)
        return logits

    def step(self, token_id: int, cancel: CancelToken | None = None) -> Tensor:
        """Decode one token; float32 logits `(vocab,)`. On Cancelled nothing was added."""
        logits = self._with_room(1, lambda model, cache: model.decode(token_id, cache, cancel))
        self._current.ids.append(token_id)
        return logits

    def draw(self, token_id: int, run: DeviceRun, cancel: CancelToken | None = None) -> int:
        """Decode one token and draw the next one where the model is. On Cancelled nothing was added.

        Raises:
            NumericFailure: as DeviceRun.next; the token was not added then either.
        """
        # The step behind it is begun too, which may be in vain.
        drawn = self._with_room(2, lambda _, cache: run.next(token_id, cache, cancel))
        self._current.ids.append(token_id)
        return drawn

    def step_ahead(self, token_id: int, guesses: Sequence[int], cancel: CancelToken | None = None) -> Tensor:
        """Decode one token and guesses behind it; float32 logits `(1 + len(guesses), vocab)`. On Cancelled nothing was
        added.

        The guesses are no part of it until each is confirmed in turn; whatever else is read first forgets the rest.
        """
        wanted = [token_id, *guesses]
        rows = self._with_room(
            len(wanted), lambda model, cache: model.prefill(wanted, cache, cancel, all_positions=True)
        )
        self._current.ids.append(token_id)
        return rows

    def confirm(self, token_id: int) -> None:
        """The next guess of `step_ahead`, which was this token, was right."""
        current = self._current
        if len(current.ids) >= current.cache.length:
            raise ValueError("there is no guess left to confirm")
        current.ids.append(token_id)

    def clear(self) -> None:
        """Forget everything in the one in use, after a failure that may have left NaN in its cache."""
        current = self._current
        current.ids.clear()
        current.prompt_tokens = 0
        current.cache.clear()

    def close(self) -> None:
        """Let the caches' memory and the model go, whoever still holds this object."""
        self._model = None
        self._kept.clear()

    # -- to and from the disk --

    @property
    def layout(self) -> str:
        """Of its caches; empty where they are of no kind that can be kept."""
        cache = self._current.cache
        return cache.layout if isinstance(cache, StorableCache) else ""

    def label(self, keep: KeptPrefix) -> None:
        """The one in use is to be written down as it is now. The next prompt that takes it over ends that."""
        self._current.keep = keep

    def to_keep(self) -> tuple[tuple[KeptPrefix, SequenceCache, list[int]], ...]:
        """What is to be written down, the one used last coming first. Caches may hold more than their ids."""
        return tuple((each.keep, each.cache, each.ids) for each in reversed(self._kept) if each.keep is not None)

    def settle(self, keep: KeptPrefix) -> None:
        """What was labelled so is written down, or will never be."""
        for each in self._kept:
            if each.keep is keep:
                each.keep = None

    def shared_with(self, prompt_ids: Sequence[int]) -> int:
        """How many leading tokens of a prompt `begin` would find."""
        return max(common_prefix_length(each.ids, prompt_ids) for each in self._kept)

    def make_room(self, needed_bytes: int) -> None:
        """Let others go until a cache of that size fits, or none is left but an empty one."""
        while self._kept and self.allocated_bytes + needed_bytes > self._budget_bytes:
            del self._kept[0]
        if not self._kept and self._model is not None:
            self._kept.append(_Sequence(self._model.new_cache()))
        give_back_freed_memory()

    def adopt(self, cache: SequenceCache, ids: Sequence[int]) -> None:
        """Take in a cache that was filled elsewhere, for `begin` to find."""
        self._settle()
        self._kept = [*(each for each in self._kept if each.ids), _Sequence(cache, list(ids))]

    # -- room --

    @property
    def _current(self) -> _Sequence:
        if not self._kept:
            raise RuntimeError("the cache was closed")
        return self._kept[-1]

    def _settle(self) -> None:
        """Forget the guesses that were not confirmed."""
        current = self._current
        current.cache.truncate(len(current.ids))

    def _has_room_beside(self, source: _Sequence, positions: int) -> bool:
        """Let others go until a cache of so many positions fits beside `source`, which is the last; false where none
        does."""
        needed = source.cache.bytes_for(positions)
        if source.cache.allocated_bytes + needed > self._budget_bytes:
            return False
        while self.allocated_bytes + needed > self._budget_bytes:
            del self._kept[0]
        return True

    def _forked(self, source: _Sequence, shared: int) -> _Sequence:
        """A new sequence with a copy of what is shared; `source` itself where memory runs out over it."""
        try:
            cache = source.cache.fork(shared)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        else:
            self._kept.append(_Sequence(cache, source.ids[: cache.length]))
            return self._kept[-1]
        self._let_others_go()
        return source

    def _with_room(self, more: int, read: Callable[[CausalModel, SequenceCache], _Result]) -> _Result:
        """`read` with the model and the cache in use, which is to take so many positions more.

        Other caches go where the budget asks for it, and all of them before memory that ran out is told of.
        """
        if self._model is None:
            raise RuntimeError("the cache was closed")
        self._settle()
        if len(self._kept) == 1:
            return read(self._model, self._current.cache)
        needed = self._current.cache.bytes_for(self.length + more)
        while len(self._kept) > 1 and self._others_bytes + needed > self._budget_bytes:
            self._others_bytes -= self._kept.pop(0).cache.allocated_bytes
        try:
            return read(self._model, self._current.cache)
        except Exception as error:
            if len(self._kept) == 1 or not is_out_of_memory(error):
                raise
        self._let_others_go()  # out of the handler, whose traceback holds the tensors of the frames that failed
        return read(self._model, self._current.cache)

    def _let_others_go(self) -> None:
        del self._kept[:-1]
        self._others_bytes = 0
        give_back_freed_memory()
