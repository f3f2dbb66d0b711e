"""One model in one precision: how long it takes to load, to read, to write and to answer again.

Prefill and decoding are timed on the model alone, with a greedy choice of the next token and nothing else, on the
device where that is how the engine draws. Turns go through the whole engine: chat template, prefix reuse, sampling.

A cache is brought to its depth by writing keys and values of the right size into it: reading 16,000 tokens would take
minutes for the same bytes, and speed does not depend on the values. A model that does not run on Ponder's own decoder
keeps its cache in a form of its own and reads them after all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.bench.bandwidth import wait_for
from engine.bench.limit import bytes_per_token
from engine.bench.process_memory import device_bytes, own_bytes, peak_bytes
from engine.bench.report import PREFILL_TOKENS, Decoded, Measured, ModelCase, Spread, Turn
from engine.bench.turns import Conversation, OneTurn
from engine.checkpoint import open_checkpoint
from engine.engine import Engine
from engine.memory_plan import ModelShape
from engine.model.base import CausalModel, SequenceCache
from engine.model.decoder import Qwen3Decoder
from engine.model.kv_cache import KVCache
from engine.model_shape import model_shape
from engine.types import Loaded, LoadRequest, Sampling

Say = Callable[[str], None]
WARM_UP_TOKENS = 4
GREEDY = Sampling(temperature=0.0)
ROWS_AT_ONCE = 256
TURNS_TOKENS = 1024  # the least context that the turns are tried in


def measure(case: ModelCase, say: Say) -> Measured:
    """Everything about the case, in this process, which should do nothing else before or after.

    Raises:
        PonderError: the model cannot be loaded so, or runs out of memory or context.
    """
    checkpoint = open_checkpoint(Path(case.model))
    shape = model_shape(checkpoint)
    prefill_tokens = min(PREFILL_TOKENS, shape.max_context_tokens // 2)
    deepest = max(case.depths, default=0)
    wanted = max(deepest + case.tokens, prefill_tokens + case.tokens, TURNS_TOKENS)
    request = LoadRequest(
        case.model,
        device=case.device,
        precision=case.precision,
        kv_cache=case.kv_cache,
        context_tokens=min(wanted, shape.max_context_tokens),
        cache_folder=case.cache_folder,
    )
    engine = Engine()
    try:
        say("loading")
        loaded = engine.load(request)
        device = torch.device(loaded.device)
        with engine.borrowed_model() as model:
            kernels = _kernels(model)
            speeds = _Speeds(model, shape, loaded, case, prefill_tokens, say)
            prefill = speeds.prefill()
            decode, own = speeds.decode()
            del speeds, model
        say("turns of a conversation")
        talk = Conversation(engine, raw=checkpoint.is_base, context_tokens=loaded.context_tokens, tokens=case.tokens)
        turns = [talk.run(index) for index in range(case.runs)]
        peak, on_device = peak_bytes(), device_bytes(device)
        loads = [loaded.load_s]
        for _ in range(case.runs - 1):
            say("loading again")
            loads.append(engine.load(request).load_s)
    finally:
        engine.close()
    return Measured(
        precision=loaded.precision,
        kv_cache=loaded.kv_cache,
        device=loaded.device,
        context_tokens=loaded.context_tokens,
        reason=loaded.reason,
        kernels=kernels,
        load_s=Spread.of(loads),
        weights_bytes=loaded.weights_bytes,
        peak_memory_bytes=peak,
        own_memory_bytes=own,
        device_memory_bytes=on_device,
        prefill_tokens=prefill_tokens,
        prefill_tokens_per_s=prefill,
        decode=decode,
        first_turn=_turn([each.first for each in turns]),
        follow_up=_turn([each.follow_up for each in turns]),
        reply_tokens_per_s=Spread.of([each.reply_tokens_per_s for each in turns]),
    )


def _turn(runs: list[OneTurn]) -> Turn:
    return Turn(runs[-1].prompt_tokens, runs[-1].reused_tokens, Spread.of([each.first_token_s for each in runs]))


def _kernels(model: CausalModel) -> str:
    """What does the arithmetic, for people."""
    if not isinstance(model, Qwen3Decoder):
        return "transformers"
    return model.kernels or "torch"


@dataclass(frozen=True, slots=True)
class _Speeds:
    """Times a model without an engine around it."""

    model: CausalModel
    shape: ModelShape
    loaded: Loaded
    case: ModelCase
    prefill_tokens: int
    say: Say

    def prefill(self) -> Spread:
        """Tokens per second into an empty cache."""
        self.say(f"prefill of {self.prefill_tokens:,} tokens")
        cache = self.model.new_cache()
        seconds: list[float] = []
        for run in range(-1, self.case.runs):  # the first one is not counted: it prepares things
            cache.truncate(0)
            started = time.perf_counter()
            self._read(self.prefill_tokens, cache)
            if run >= 0:
                seconds.append(time.perf_counter() - started)
        return Spread.of([self.prefill_tokens / each for each in seconds])

    def decode(self) -> tuple[tuple[Decoded, ...], int | None]:
        """At every depth, the shallow ones first; and what the process had taken with the deepest cache."""
        cache = self.model.new_cache()
        found: list[Decoded] = []
        for depth in sorted(set(self.case.depths)):
            self.say(f"decode with {depth:,} tokens cached")
            self._deepen(cache, depth)
            self._decode(cache, min(WARM_UP_TOKENS, self.case.tokens))
            speeds: list[float] = []
            for _ in range(self.case.runs):
                self._deepen(cache, depth)
                started = time.perf_counter()
                self._decode(cache, self.case.tokens)
                speeds.append(self.case.tokens / (time.perf_counter() - started))
            found.append(Decoded(depth, Spread.of(speeds), self._bytes_per_token(depth + self.case.tokens // 2)))
        return tuple(found), own_bytes()

    def _bytes_per_token(self, cached_tokens: int) -> int | None:
        return bytes_per_token(self.shape, self.loaded.precision, self.loaded.kv_cache, cached_tokens)

    def _decode(self, cache: SequenceCache, tokens: int) -> None:
        token = 1
        on_device = self.model.device_decoder
        if on_device is not None:
            run = on_device.begin(GREEDY, [token], self.shape.vocab, seed=0)
            for _ in range(tokens):
                token = run.next(token, cache)
            return
        for _ in range(tokens):
            token = int(self.model.decode(token, cache).argmax())

    def _read(self, tokens: int, cache: SequenceCache) -> None:
        step = self.model.prefill_chunk_tokens
        for start in range(0, tokens, step):
            ids = [(7 * position + 1) % self.shape.vocab for position in range(start, min(start + step, tokens))]
            self.model.prefill(ids, cache)

    def _deepen(self, cache: SequenceCache, depth: int) -> None:
        """Cut the cache back to `depth` positions, or fill it up to them."""
        there = cache.truncate(depth)
        if isinstance(cache, KVCache):
            cache.reserve(min(depth + self.case.tokens, cache.limit))
            fill(cache, depth)
            wait_for(torch.device(self.loaded.device))
        elif there < depth:
            self._read(depth - there, cache)


@torch.inference_mode()
def fill(cache: KVCache, length: int) -> None:
    """Write noise of a sane size behind what the cache holds, until it holds `length` positions; it has room."""
    codes, _ = cache.buffers()
    heads, _, width = codes[0].shape
    device = codes[0].device
    noise = torch.randn((ROWS_AT_ONCE, heads, width), device=device).to(cache.compute_dtype)
    for start in range(cache.length, length, ROWS_AT_ONCE):
        positions = torch.arange(start, min(start + ROWS_AT_ONCE, length), device=device)
        rows = noise[: len(positions)]
        for layer in range(len(codes) // 2):
            cache.write(layer, positions, rows, rows)
    cache.length = max(cache.length, length)
