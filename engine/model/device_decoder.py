"""Decoding with the drawing of tokens inside the step, so that one token id is all that comes back from the device.

A step reads the token that the one before it drew. The next step is queued before the last one's token is looked at, so
the device never waits for Python; when that token turns out to be the last, what the step behind it wrote lies behind
the cache's end, where it is overwritten. Where a step comes that takes a while to be prepared, since the cache grows or
more of it is attended than ever before, several are queued up to and with it, and keep the device busy meanwhile.
"""

from __future__ import annotations

import weakref
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.cancel import CancelToken
from engine.errors import NumericFailure
from engine.memory_errors import give_back_freed_memory, is_out_of_memory
from engine.model.base import SequenceCache
from engine.model.cuda_graph import MOST_UNDER_WAY, EagerSteps, GraphSteps, StepRunner, first_line
from engine.model.decoder import Qwen3Decoder, own_cache
from engine.model.device_sampling import INVALID, DeviceSampler, DrawKind
from engine.model.kv_cache import KVCache
from engine.types import Sampling

# Random numbers that lie on the device at a time.
UNIFORMS = 1_024
FIRST_BUCKET = 512
COARSE = 1_024
# So many steps are queued at most. The last result that was handed out and one more need a place besides.
AHEAD = MOST_UNDER_WAY - 2
# In a trial, one step runs as it stands, one is captured, and the others are started again.
TRIAL_TOKENS = 4
# As good as everything that a step may do: few candidates, with penalties.
_TRIAL = Sampling(temperature=0.7, top_k=20, top_p=0.95, presence_penalty=0.5, repetition_penalty=1.1)


def bucket_for(positions: int, capacity: int) -> int:
    """The attended length for so many positions: 512, 1,024, 1,536, 2,048, 3,072, 4,096, 6,144 and so on.

    Each is captured once for a cache, which takes as long as many steps; so there are few, and the fewer the less a
    position more costs beside the weights. From COARSE on, what is attended in vain is a third of it at most.
    """
    power = max(FIRST_BUCKET, 1 << (positions - 1).bit_length())
    between = power // 4 * 3
    return min(between if COARSE < positions <= between else power, capacity)


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
        self._holder: weakref.ref[DeviceRun] | None = None  # weak: a run holds the cache that it last wrote into

    def begin(self, sampling: Sampling, prompt_ids: Sequence[int], usable_ids: int, seed: int) -> DeviceRun:
        """See engine.model.base.DeviceDecoder.begin."""
        return DeviceRun(self, sampling, prompt_ids, usable_ids, seed)

    def trial(self) -> str:
        """Draw a few tokens as steps stand and then as they are prepared, on a cache that is let go.

        Returns:
            What is wrong, in a few words; empty: nothing is, or nothing that is due to how steps are run.

        Raises:
            RuntimeError: there was no memory for it, or the device has no kernel for some of it.
        """
        cache, prepared = self._model.new_cache(), self._runner
        try:
            self._runner = EagerSteps()
            wanted = self._drawn_in_trial(cache)
        except NumericFailure:
            return ""
        finally:
            self._runner = prepared
        try:
            same = self._drawn_in_trial(cache) == wanted
        except NumericFailure:
            same = False
        return prepared.problem or ("" if same else "it did not draw the same tokens with them")

    def _drawn_in_trial(self, cache: KVCache) -> list[int]:
        cache.truncate(0)
        run, drawn = self.begin(_TRIAL, (), self._model.vocab_size, seed=0), [0]
        while len(drawn) <= TRIAL_TOKENS:
            drawn.append(run.next(drawn[-1], cache))
        return drawn

    # -- for DeviceRun --

    def take_over(self, run: DeviceRun) -> bool:
        """Whether the state on the device is another run's; from now on it is this one's."""
        other = self._holder is None or self._holder() is not run
        if other:
            self._holder = weakref.ref(run)
        return other

    def fill_uniforms(self, numbers: Tensor) -> None:
        """Random numbers for the next draws, behind whatever is queued."""
        self._uniforms[: len(numbers)].copy_(numbers)
        self._cursor.zero_()

    def place(self, token_id: int, position: int) -> None:
        """What the next step reads, and where."""
        self._token.fill_(token_id)
        self._position.fill_(position)

    def is_prepared(self, cache: KVCache, position: int, kind: DrawKind) -> bool:
        """Whether a step at `position` would be queued in next to no time."""
        capacity = cache.capacity
        key = (bucket_for(position + 1, capacity), kind)
        return position < capacity and self._runner.is_prepared(cache, capacity, key)

    @torch.inference_mode()
    def launch(self, cache: KVCache, position: int, kind: DrawKind) -> Callable[[], int]:
        """Queue one step at `position`; the function returned waits for what it drew.

        Raises:
            ContextOverflow: the cache has no room.
        """
        self._make_room(cache, position)
        capacity = cache.capacity
        bucket = bucket_for(position + 1, capacity)
        self._runner.run(cache, capacity, (bucket, kind), lambda: self._step(cache, bucket, kind))
        return self._runner.fetch(self._drawn)

    @torch.inference_mode()
    def draw_from(self, logits: Tensor, kind: DrawKind) -> int:
        """Draw a token from logits that a prefill gave."""
        logits = logits.to(self._drawn.device)
        return int(self.sampler.draw(logits, self._next_uniform(), kind))

    def _make_room(self, cache: KVCache, position: int) -> None:
        length, cache.length = cache.length, position  # growing must keep what steps under way have written
        try:
            cache.reserve(position + 1)
        except Exception:
            self._runner.forget(cache)  # part of it may have moved
            raise
        finally:
            cache.length = length

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
        self._ahead: deque[_Ahead] = deque()
        self._broken = False  # a step failed on the way: the device's state is no longer that behind the last one

    def first(self, logits: Tensor) -> int:
        """See engine.model.base.DeviceRun.first."""
        self._decoder.take_over(self)
        self._synchronise()
        self._provide_uniform()
        return self._handed_out(self._decoder.draw_from(logits, self._kind))

    def accept(self, token_id: int) -> None:
        """See engine.model.base.DeviceRun.accept."""
        self._counts[token_id] += 1

    def next(self, token_id: int, cache: SequenceCache, cancel: CancelToken | None = None) -> int:
        """See engine.model.base.DeviceRun.next."""
        if cancel is not None:
            cancel.raise_if_cancelled()
        own = own_cache(cache)
        other = self._decoder.take_over(self)
        if other or not self._is_under_way(token_id, own):
            self._synchronise()
            self._decoder.place(token_id, own.length)
            self._launch(own, own.length)
        step = self._ahead.popleft()
        self._counts[token_id] += 1
        own.length += 1
        self._keep_busy(own)
        return self._handed_out(step.result())

    def _is_under_way(self, token_id: int, cache: KVCache) -> bool:
        """Whether this token is being read already, at the cache's end."""
        if not self._ahead:
            return False
        step = self._ahead[0]
        return step.cache is cache and step.position == cache.length and token_id == self._last

    def _keep_busy(self, cache: KVCache) -> None:
        """See that a step is under way behind the one just taken, or several, where one comes that takes its time."""
        if self._broken:
            return
        start = cache.length + len(self._ahead)
        end = min(cache.length + AHEAD, cache.limit)
        last = min(cache.length, cache.limit - 1)
        if not self._is_prepared(cache, end - 1):
            last = next((at for at in range(start, end) if not self._is_prepared(cache, at)), last)
        try:
            for position in range(start, last + 1):
                self._launch(cache, position)
        except Exception as error:
            # It is not needed yet, and maybe never. Should it be, then whoever asks for it learns of it, and may
            # make room and ask again.
            if not is_out_of_memory(error):
                raise
            self._broken = True

    def _is_prepared(self, cache: KVCache, position: int) -> bool:
        return self._decoder.is_prepared(cache, position, self._kind)

    def _launch(self, cache: KVCache, position: int) -> None:
        self._provide_uniform()
        self._ahead.append(_Ahead(cache, position, self._decoder.launch(cache, position, self._kind)))

    def _synchronise(self) -> None:
        """Put the device where this run stands, whatever was drawn in vain or by another run."""
        self._ahead.clear()
        self._broken = False
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


def tried_decoder(model: Qwen3Decoder) -> tuple[DeviceDecoder | None, str]:
    """What draws tokens on the model's device, once it has shown that it works there; else None.

    Returns:
        It, and why it is not there, as a sentence for people; empty where it is.
    """
    decoder: DeviceDecoder | None = None
    try:
        decoder = DeviceDecoder(model)
        problem = decoder.trial()
    except RuntimeError as error:  # whatever it is, the ordinary way may still work
        problem = "there was not enough memory" if is_out_of_memory(error) else first_line(error)
    if not problem:
        return decoder, ""
    decoder = None  # and out of the handler, whose traceback holds its tensors
    give_back_freed_memory()
    return None, f"Answers are written more slowly than this GPU could, without CUDA graphs: {problem.rstrip('.')}."
