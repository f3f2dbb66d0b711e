"""Decoding with the drawing of tokens inside the step, so that one token id is all that comes back from the device.

A step reads the token that the one before it drew. The next step is queued before the last one's token is looked at, so
the device never waits for Python; when that token turns out to be the last, what the step behind it wrote lies behind
the cache's end, where it is overwritten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.cancel import CancelToken
from engine.errors import NumericFailure
from engine.model.base import SequenceCache
from engine.model.cuda_graph import EagerSteps, GraphSteps, StepRunner
from engine.model.decoder import Qwen3Decoder, own_cache
from engine.model.device_sampling import INVALID, DeviceSampler, DrawKind
from engine.model.kv_cache import KVCache
from engine.types import Sampling

# Random numbers that lie on the device at a time.
UNIFORMS = 1_024
FIRST_BUCKET = 256


def bucket_for(positions: int, capacity: int) -> int:
    """The attended length for so many positions: 256, 384, 512, 768, 1,024, 1,536, 2,048, 3,072 and so on.

    Each is captured once. What is attended in vain is a third of it at most, and costs far less than the weights.
    """
    power = max(FIRST_BUCKET, 1 << (positions - 1).bit_length())
    between = power // 4 * 3
    return min(between if FIRST_BUCKET < positions <= between else power, capacity)


def uniforms_from(seed: int, start: int, count: int) -> Tensor:
    """float64 `(count,)` in [0, 1): what torch's generator gives from its `start`-th number on."""
    return torch.rand(start + count, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)[start:]


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A step that is under way: it reads the token drawn last, at this position of this cache."""

    cache: KVCache
    position: int
    result: Callable[[], int]


class DeviceDecoder:
    """Implements engine.model.base.DeviceDecoder for the lean decoder.

    Args:
        runner: None: CUDA graphs on a CUDA device, steps as they stand elsewhere.
    """

    def __init__(self, model: Qwen3Decoder, runner: StepRunner | None = None) -> None:
        device = model.device
        if runner is None:
            runner = GraphSteps(device) if device.type == "cuda" else EagerSteps()
        self._model = model
        self._runner = runner
        self.sampler = DeviceSampler(model.vocab_size, device)
        self._token = torch.zeros(1, dtype=torch.int64, device=device)
        self._position = torch.zeros(1, dtype=torch.int64, device=device)
        self._cursor = torch.zeros(1, dtype=torch.int64, device=device)
        self._uniforms = torch.zeros(UNIFORMS, dtype=torch.float64, device=device)
        self._drawn = torch.zeros(1, dtype=torch.int64, device=device)
        self._holder: DeviceRun | None = None

    def begin(self, sampling: Sampling, prompt_ids: Sequence[int], usable_ids: int, seed: int) -> DeviceRun:
        """See engine.model.base.DeviceDecoder.begin."""
        return DeviceRun(self, sampling, prompt_ids, usable_ids, seed)

    # -- for DeviceRun --

    def take_over(self, run: DeviceRun) -> bool:
        """Whether the state on the device is another run's; from now on it is this one's."""
        other, self._holder = self._holder is not run, run
        return other

    def fill_uniforms(self, numbers: Tensor) -> None:
        """Random numbers for the next draws, behind whatever is queued."""
        self._uniforms[: len(numbers)].copy_(numbers)
        self._cursor.zero_()

    def place(self, token_id: int, position: int) -> None:
        """What the next step reads, and where."""
        self._token.fill_(token_id)
        self._position.fill_(position)

    @torch.inference_mode()
    def launch(self, cache: KVCache, position: int, kind: DrawKind) -> Callable[[], int]:
        """Queue one step at `position`; the function returned waits for what it drew.

        Raises:
            ContextOverflow: the cache has no room.
        """
        capacity = cache.capacity
        cache.reserve(position + 1)
        if cache.capacity != capacity and isinstance(self._runner, GraphSteps):
            self._runner.forget(cache)  # its buffers are elsewhere now
        bucket = bucket_for(position + 1, cache.capacity)
        key = (cache.capacity, bucket, kind)
        self._runner.run(cache, key, lambda: self._step(cache, bucket, kind))
        return self._runner.fetch(self._drawn)

    @torch.inference_mode()
    def draw_from(self, logits: Tensor, kind: DrawKind) -> int:
        """Draw a token from logits that a prefill gave."""
        logits = logits.to(self._drawn.device)
        return int(self.sampler.draw(logits, self._next_uniform(), kind))

    def _step(self, cache: KVCache, bucket: int, kind: DrawKind) -> None:
        if kind.penalized:
            self.sampler.accept(self._token)
        logits = self._model.decode_step(self._token, self._position, cache, bucket)
        self._drawn.copy_(self.sampler.draw(logits, self._next_uniform(), kind))
        self._token.copy_(self._drawn.clamp(min=0))
        self._position.add_(1)

    def _next_uniform(self) -> Tensor:
        uniform = self._uniforms.index_select(0, self._cursor)
        self._cursor.add_(1).remainder_(UNIFORMS)
        return uniform


class DeviceRun:
    """Implements engine.model.base.DeviceRun."""

    def __init__(
        self, decoder: DeviceDecoder, sampling: Sampling, prompt_ids: Sequence[int], usable_ids: int, seed: int
    ) -> None:
        self._decoder = decoder
        self._sampling = sampling
        self._kind = DrawKind.of(sampling)
        self._seen = set(prompt_ids) if sampling.repetition_penalty != 1.0 else set[int]()
        self._usable_ids = usable_ids
        self._seed = seed
        self._counts: Counter[int] = Counter()
        self._draws = 0  # that were handed out
        self._asked = 0  # draws that were asked of the device, those under way and those in vain included
        self._filled = 0  # up to which draw the device has its random numbers
        self._last = INVALID
        self._ahead: _Ahead | None = None

    def first(self, logits: Tensor) -> int:
        """See engine.model.base.DeviceRun.first."""
        self._decoder.take_over(self)
        self._synchronise()
        self._provide_uniform()
        return self._handed_out(self._decoder.draw_from(logits, self._kind))

    def next(self, token_id: int, cache: SequenceCache, cancel: CancelToken | None = None) -> int:
        """See engine.model.base.DeviceRun.next."""
        if cancel is not None:
            cancel.raise_if_cancelled()
        own = own_cache(cache)
        ahead, position = self._ahead, own.length
        other = self._decoder.take_over(self)
        if other or ahead is None or ahead.cache is not own or ahead.position != position or token_id != self._last:
            self._synchronise()
            self._decoder.place(token_id, position)
            ahead = self._launch(own, position)
        self._ahead = None
        self._counts[token_id] += 1
        own.length = position + 1
        if position + 1 < own.limit:
            self._ahead = self._launch(own, position + 1)
        return self._handed_out(ahead.result())

    def _launch(self, cache: KVCache, position: int) -> _Ahead:
        self._provide_uniform()
        return _Ahead(cache, position, self._decoder.launch(cache, position, self._kind))

    def _synchronise(self) -> None:
        """Put the device where this run stands, whatever was drawn in vain or by another run."""
        self._ahead = None
        self._asked = self._filled = self._draws
        self._decoder.sampler.begin(self._sampling, self._usable_ids, self._seen, self._counts)

    def _provide_uniform(self) -> None:
        """See that the device has a random number for one more draw."""
        if self._asked == self._filled:
            self._decoder.fill_uniforms(uniforms_from(self._seed, self._asked, UNIFORMS))
            self._filled += UNIFORMS
        self._asked += 1

    def _handed_out(self, token_id: int) -> int:
        if token_id == INVALID:
            raise NumericFailure(
                "The model computed an invalid number (NaN or infinity) and was stopped.",
                "Choose the BF16 or FP32 precision, or verify the model's files.",
            )
        self._draws += 1
        self._last = token_id
        return token_id
