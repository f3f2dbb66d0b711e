"""What is measured and what came of it: plain data that crosses processes, and the same as JSON. Measures nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import median
from typing import Self, TypeAlias

from engine.types import JsonObject, JsonValue, KVCachePrecision, Precision

PREFILL_TOKENS = 512
READ_BYTES = 1 << 30
"""Of memory, to time it: far more than any cache holds."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several runs, and the lowest and highest of them."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Self:
        """Raises ValueError: there are none."""
        if not values:
            raise ValueError("nothing was measured")
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class MakeCase:
    """Write a model of full size with random weights; see engine.random_checkpoint."""

    folder: str
    tokenizer: str


@dataclass(frozen=True, slots=True)
class MemoryCase:
    """Read `read_bytes` of the memory of the device that the model would be loaded into, less where it is short."""

    model: str
    device: str
    kv_cache: KVCachePrecision
    read_bytes: int


@dataclass(frozen=True, slots=True)
class ModelCase:
    """Load a model in one precision and time it.

    depths: how many tokens the cache holds when decoding begins, each measured by itself. tokens: how many are
    decoded in a run. runs: how often each figure is measured. cache_folder: as in LoadRequest.
    """

    model: str
    device: str
    precision: Precision
    kv_cache: KVCachePrecision
    depths: tuple[int, ...]
    tokens: int
    runs: int
    cache_folder: str | None = None


Case: TypeAlias = MakeCase | MemoryCase | ModelCase


@dataclass(frozen=True, slots=True)
class Made:
    """The model was written."""


@dataclass(frozen=True, slots=True)
class Memory:
    """bytes_per_s: the best of several reads of read_bytes by `threads` threads (0 on a GPU).

    precisions: what is measured where nothing else is asked for: 16-bit and 8-bit, as far as the device runs them.
    """

    device: str
    device_name: str
    threads: int
    read_bytes: int
    bytes_per_s: float
    precisions: tuple[Precision, ...]


@dataclass(frozen=True, slots=True)
class Decoded:
    """bytes_per_token: what a token costs to read, weights and cache together, on average over a run; None where that
    is not known.
    """

    depth_tokens: int
    tokens_per_s: Spread
    bytes_per_token: int | None

    @property
    def ms_per_token(self) -> Spread:
        speed = self.tokens_per_s
        return Spread(1000 / speed.median, 1000 / speed.high, 1000 / speed.low)

    def limit_tokens_per_s(self, bytes_per_s: float) -> float | None:
        """As fast as memory that gives so many bytes a second allows."""
        return None if self.bytes_per_token is None else bytes_per_s / self.bytes_per_token

    def share_of_limit(self, bytes_per_s: float) -> float | None:
        """Of the median; 1.0 is the limit."""
        limit = self.limit_tokens_per_s(bytes_per_s)
        return None if limit is None else self.tokens_per_s.median / limit


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation through the whole engine, up to its first token."""

    prompt_tokens: int
    reused_tokens: int
    first_token_s: Spread


@dataclass(frozen=True, slots=True)
class Measured:
    """A model in one precision. reason: the engine's own words on how it was loaded.

    peak_memory_bytes: of the whole process. own_memory_bytes: the most that was seen without pages of the model's file,
    which the system takes back when it needs them; None where the system does not tell. device_memory_bytes: what was
    taken of a GPU, 0 on the CPU. reply_tokens_per_s: sampling, text and everything else included.
    """

    precision: Precision
    kv_cache: KVCachePrecision
    device: str
    context_tokens: int
    reason: str
    kernels: str
    load_s: Spread
    weights_bytes: int
    peak_memory_bytes: int
    own_memory_bytes: int | None
    device_memory_bytes: int
    prefill_tokens: int
    prefill_tokens_per_s: Spread
    decode: tuple[Decoded, ...]
    first_turn: Turn
    follow_up: Turn
    reply_tokens_per_s: Spread


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """precision: as asked for."""

    precision: Precision
    kind: str
    message: str


Outcome: TypeAlias = Measured | NotMeasured


@dataclass(frozen=True, slots=True)
class Report:
    """memory: the best of the reads before, between and after. notes: what was left out or put in, in words."""

    model: str
    parameters: int
    tokens: int
    runs: int
    memory: Memory
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()

    @property
    def measured(self) -> tuple[Measured, ...]:
        return tuple(each for each in self.outcomes if isinstance(each, Measured))

    @property
    def failures(self) -> tuple[NotMeasured, ...]:
        return tuple(each for each in self.outcomes if isinstance(each, NotMeasured))


def report_json(report: Report) -> JsonObject:
    """Ready for `json.dumps`. Every spread is {"median", "low", "high"}; sizes are bytes, times seconds."""
    memory = report.memory
    results: list[JsonValue] = [_measured_json(each, memory.bytes_per_s) for each in report.measured]
    failures: list[JsonValue] = [
        {"precision": each.precision.value, "kind": each.kind, "message": each.message} for each in report.failures
    ]
    return {
        "model": report.model,
        "parameters": report.parameters,
        "device": memory.device,
        "device_name": memory.device_name,
        "threads": memory.threads,
        "memory_bytes_per_s": memory.bytes_per_s,
        "memory_read_bytes": memory.read_bytes,
        "tokens": report.tokens,
        "runs": report.runs,
        "results": results,
        "failures": failures,
        "notes": list(report.notes),
    }


def _measured_json(measured: Measured, bytes_per_s: float) -> JsonObject:
    decode: list[JsonValue] = []
    for each in measured.decode:
        share = each.share_of_limit(bytes_per_s)
        decode.append(
            {
                "depth_tokens": each.depth_tokens,
                "tokens_per_s": spread_json(each.tokens_per_s),
                "ms_per_token": spread_json(each.ms_per_token),
                "bytes_per_token": each.bytes_per_token,
                "limit_tokens_per_s": each.limit_tokens_per_s(bytes_per_s),
                "percent_of_limit": None if share is None else 100 * share,
            }
        )
    return {
        "precision": measured.precision.value,
        "kv_cache": measured.kv_cache.value,
        "device": measured.device,
        "context_tokens": measured.context_tokens,
        "reason": measured.reason,
        "kernels": measured.kernels,
        "load_s": spread_json(measured.load_s),
        "weights_bytes": measured.weights_bytes,
        "peak_memory_bytes": measured.peak_memory_bytes,
        "own_memory_bytes": measured.own_memory_bytes,
        "device_memory_bytes": measured.device_memory_bytes,
        "prefill": {
            "tokens": measured.prefill_tokens,
            "tokens_per_s": spread_json(measured.prefill_tokens_per_s),
        },
        "decode": decode,
        "first_turn": _turn_json(measured.first_turn),
        "follow_up": _turn_json(measured.follow_up),
        "reply_tokens_per_s": spread_json(measured.reply_tokens_per_s),
    }


def _turn_json(turn: Turn) -> JsonObject:
    return {
        "prompt_tokens": turn.prompt_tokens,
        "reused_tokens": turn.reused_tokens,
        "first_token_s": spread_json(turn.first_token_s),
    }


def spread_json(spread: Spread) -> JsonObject:
    return dict(asdict(spread))
