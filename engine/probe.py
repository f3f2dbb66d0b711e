"""A short measurement of this CPU: native kernels against torch, for one token and for more and more of a prompt.

It runs two layers of Qwen3-0.6B's sizes, whose speed does not depend on the numbers in them, and takes under a second
for a precision. Each comparison alternates between the two, so that another program's work meets both. On a machine
that is too busy to tell anything within BUDGET_S, or has no room for it, the defaults hold for this time and nothing is
kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from engine.hardware import CpuInfo, Machine
from engine.kernel_choice import KernelChoice, KernelChoices
from engine.memory_errors import as_out_of_memory
from engine.model.decoder import Qwen3Decoder, default_native_tokens
from engine.model.geometry import Qwen3Geometry
from engine.model.linear import DenseLinear, Int8Linear, Linear, integer_product_is_exact
from engine.model.weights import DecoderWeights, LayerWeights
from engine.native.library import ABI, MAX_ROWS, Kernels, native
from engine.precision import Decision
from engine.types import Precision

VERSION = 1
MEASURED = (Precision.INT8, Precision.BF16)

LAYERS, HIDDEN, INTERMEDIATE, HEADS, KV_HEADS, HEAD_DIM, VOCABULARY = 2, 1_024, 3_072, 16, 8, 128, 512
CACHED_TOKENS = 64
PROMPTS = (32, 96, 256)
ANY_LENGTH = 1 << 20  # with as many rows as the longest of PROMPTS has, torch's products are as quick as they get
BUDGET_S = 2.5
AGAIN_AFTER_S = 600.0
_FAILED: dict[tuple[str, Precision], float] = {}  # when measuring did, in this process
DECODE_TRIALS, PREFILL_TRIALS = 9, 3
# The native kernels stay unless torch is clearly faster: results must not change with the weather.
CLEARLY = 0.9

Work = Callable[[], object]


class _TooBusyError(Exception):
    """The measurement took so long that it would tell nothing."""


def choices_for(machine: Machine, folder: Path) -> KernelChoices:
    """What is known and will be measured of this machine, kept in `folder`."""
    cpu, kernels = machine.cpu, native().kernels
    name = "none" if kernels is None else kernels.name
    words = f"{cpu.name}, {cpu.usable_cores} cores, torch {torch.__version__}, kernels {name} {ABI}, probe {VERSION}"
    return KernelChoices(folder, words, partial(_measure_in_time, words=words, cpu=cpu, kernels=kernels))


def default_choice(precision: Precision) -> KernelChoice:
    """What holds where nothing was measured."""
    return KernelChoice(native_prefill_tokens=default_native_tokens(precision is Precision.BF16))


def choice_for(machine: Machine, cache_folder: str | None, decision: Decision) -> KernelChoice:
    """What to run a model with that goes where it was decided."""
    if cache_folder is None or decision.device != "cpu" or decision.precision not in MEASURED:
        return default_choice(decision.precision)
    return choices_for(machine, Path(cache_folder)).of(decision.precision)


def _measure_in_time(precision: Precision, *, words: str, cpu: CpuInfo, kernels: Kernels | None) -> KernelChoice:
    """`measure`, unless that failed a short while ago: a machine that is busy need not wait for it at each load."""
    failed_s = _FAILED.get((words, precision))
    if failed_s is not None and time.monotonic() - failed_s < AGAIN_AFTER_S:
        return default_choice(precision)
    choice = measure(precision, cpu=cpu, kernels=kernels)
    if choice.token_s == 0:
        _FAILED[words, precision] = time.monotonic()
    return choice


@torch.inference_mode()
def measure(precision: Precision, *, cpu: CpuInfo, kernels: Kernels | None) -> KernelChoice:
    """The choice for a precision; the default for one that is not among MEASURED, or when the machine is too busy."""
    if precision not in MEASURED:
        return default_choice(precision)
    with _same_threads_after():
        try:
            return _measured(precision, cpu, kernels, time.perf_counter() + BUDGET_S)
        except _TooBusyError:
            return default_choice(precision)
        except Exception as error:
            if as_out_of_memory(error) is None:
                raise
            return default_choice(precision)


def _measured(precision: Precision, cpu: CpuInfo, kernels: Kernels | None, deadline: float) -> KernelChoice:
    plain = _decoder(precision, None)
    fast = None if kernels is None else _decoder(precision, kernels)
    threads = _best_threads(plain if fast is None else fast, cpu, deadline)
    decoders = [each for each in (fast, plain) if each is not None]
    times = _best_times([_decoding(each) for each in decoders], DECODE_TRIALS, deadline)
    if fast is None or times[1] < CLEARLY * times[0]:
        return KernelChoice(False, 0, threads, times[-1])
    return KernelChoice(True, _native_prompt(fast, plain, deadline), threads, times[0])


def _best_threads(decoder: Qwen3Decoder, cpu: CpuInfo, deadline: float) -> int:
    """0 for all usable cores, unless one thread for each core that is more than a thread is clearly faster."""
    if not 1 < cpu.physical_cores < cpu.usable_cores:
        return 0
    times = _best_times(
        [_decoding(decoder, threads) for threads in (cpu.usable_cores, cpu.physical_cores)], DECODE_TRIALS, deadline
    )
    torch.set_num_threads(cpu.usable_cores)
    return cpu.physical_cores if times[1] < CLEARLY * times[0] else 0


def _native_prompt(fast: Qwen3Decoder, plain: Qwen3Decoder, deadline: float) -> int:
    """The longest of PROMPTS up to which torch is never clearly faster; ANY_LENGTH where that is all of them.

    What one native step takes is left to it in any case: its rows cost little more than one.
    """
    longest = MAX_ROWS
    for tokens in PROMPTS:
        times = _best_times([_reading(each, tokens) for each in (fast, plain)], PREFILL_TRIALS, deadline)
        if times[1] < CLEARLY * times[0]:
            return longest
        longest = tokens
    return ANY_LENGTH


def _decoding(decoder: Qwen3Decoder, threads: int = 0) -> Work:
    cache = decoder.new_cache()
    decoder.prefill(list(range(CACHED_TOKENS)), cache)

    def work() -> None:
        if threads:
            torch.set_num_threads(threads)
        cache.truncate(CACHED_TOKENS)
        decoder.decode(1, cache)

    return work


def _reading(decoder: Qwen3Decoder, tokens: int) -> Work:
    cache, ids = decoder.new_cache(), [each % VOCABULARY for each in range(tokens)]

    def work() -> None:
        cache.truncate(0)
        decoder.prefill(ids, cache)

    return work


def _best_times(works: Sequence[Work], trials: int, deadline: float = float("inf")) -> list[float]:
    """The least seconds of each; all are done once before, and then in turn."""
    best = [float("inf")] * len(works)
    for trial in range(trials + 1):
        for index, work in enumerate(works):
            if time.perf_counter() > deadline:
                raise _TooBusyError
            taken = _seconds(work)
            if trial:
                best[index] = min(best[index], taken)
    return best


def _seconds(work: Work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def _same_threads_after() -> Iterator[None]:
    threads = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _decoder(precision: Precision, kernels: Kernels | None) -> Qwen3Decoder:
    geometry = Qwen3Geometry.from_config(
        {
            "architectures": ["Qwen3ForCausalLM"],
            "model_type": "qwen3",
            "vocab_size": VOCABULARY,
            "hidden_size": HIDDEN,
            "intermediate_size": INTERMEDIATE,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS,
            "num_key_value_heads": KV_HEADS,
            "head_dim": HEAD_DIM,
            "max_position_embeddings": 1_024,
            "rms_norm_eps": 1e-6,
            "rope_theta": 1_000_000.0,
            "tie_word_embeddings": False,
            "hidden_act": "silu",
        },
        "probe",
    )
    eight = precision is Precision.INT8
    dtype = torch.float32 if eight else torch.bfloat16
    make = _eight_bits if eight else _sixteen_bits
    layers = tuple(
        LayerWeights(
            attention_norm=torch.ones(HIDDEN, dtype=dtype),
            qkv=make((HEADS + 2 * KV_HEADS) * HEAD_DIM, HIDDEN),
            query_norm=torch.ones(HEAD_DIM, dtype=dtype),
            key_norm=torch.ones(HEAD_DIM, dtype=dtype),
            output=make(HIDDEN, HEADS * HEAD_DIM),
            mlp_norm=torch.ones(HIDDEN, dtype=dtype),
            gate_up=make(2 * INTERMEDIATE, HIDDEN),
            down=make(HIDDEN, INTERMEDIATE),
        )
        for _ in range(LAYERS)
    )
    embedding = _ramp(VOCABULARY, HIDDEN).to(torch.bfloat16)
    weights = DecoderWeights(embedding, layers, torch.ones(HIDDEN, dtype=dtype), make(VOCABULARY, HIDDEN))
    return Qwen3Decoder(
        geometry,
        weights,
        device=torch.device("cpu"),
        context_tokens=1_024,
        compute_dtype=dtype,
        cache_dtype=torch.bfloat16,
        prefill_chunk_tokens=PROMPTS[-1],
        kernels=kernels,
        native_prefill_tokens=PROMPTS[-1],
    )


def _ramp(rows: int, columns: int) -> Tensor:
    """Small numbers of both signs that are not all alike."""
    return (torch.arange(rows * columns, dtype=torch.float32).remainder_(251).sub_(125).div_(4_096)).view(rows, columns)


def _eight_bits(rows: int, columns: int) -> Linear:
    codes = torch.arange(rows * columns, dtype=torch.int32).remainder_(251).sub_(125).to(torch.int8)
    exact = integer_product_is_exact(torch.device("cpu"), rows, columns)
    return Int8Linear(codes.view(rows, columns), torch.full((1, rows), 1e-3), exact)


def _sixteen_bits(rows: int, columns: int) -> Linear:
    return DenseLinear(_ramp(rows, columns).to(torch.bfloat16))
