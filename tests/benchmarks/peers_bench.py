"""Ponder beside transformers and llama.cpp in one run on the CPU, as a table for the README.

    python -m tests.benchmarks.peers_bench MODEL [--llama-bench PROGRAM --llama-bf16 FILE --llama-q8 FILE]
        [--depth N ...] [--tokens 32] [--rounds 3] [--deep-rounds N] [--only NAME ...] [--json FILE]

MODEL is a checkpoint of full size (`python -m tests.support.full_size FOLDER` writes one); llama.cpp's part is made by
`python -m tests.benchmarks.llama_cpp`, and left out where it is not given.

The peers take turns: in every round each of them loads the model in a process of its own and is measured once, so that
whatever else the machine does hits all of them. Figures are medians over the rounds. Before the first round llama.cpp
is tried with and without flash attention, with a 16-bit and with an 8-bit cache, and with each number of threads; the
quickest way of reading a prompt, of writing at depth 0 and of writing at --try-depth (for that and everything deeper)
is what it is measured with.

transformers and Ponder begin to write with a cache that was filled without reading; llama-bench reads a prompt that
long, which at 32,000 tokens takes minutes a round and file: --deep-rounds sets how many of the rounds go beyond
--try-depth. The memory's speed is read before every round and after the last one; the median counts, and since it moves
on a shared machine, the lowest and the highest are told. Percentages are of what that speed allows for the bytes that a
token costs: all matrices and the cache, as each engine keeps them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from engine.bench.limit import bytes_per_token
from engine.bench.report import PREFILL_TOKENS, READ_BYTES, Measured, Memory, MemoryCase, ModelCase
from engine.bench.runner import measure_case, run_case
from engine.checkpoint import open_checkpoint
from engine.memory_plan import ModelShape, kv_bytes_per_token
from engine.model_shape import model_shape
from engine.types import KVCachePrecision, Precision
from tests.benchmarks.llama_cpp import Settings, run, run_bench

DEPTHS = (0, 4_096, 16_384, 32_000)
AUTO = KVCachePrecision.AUTO
# Who is compared with whom, for the second table.
RATIOS = (
    ("Ponder int8", "llama.cpp Q8_0"),
    ("Ponder int8, 8-bit cache", "llama.cpp Q8_0"),
    ("Ponder bf16", "llama.cpp BF16"),
    ("Ponder int8", "transformers bf16"),
    ("Ponder bf16", "transformers bf16"),
    ("Ponder fp32", "transformers fp32"),
)


@dataclass(frozen=True, slots=True)
class Round:
    """Tokens per second of one peer in one round."""

    prefill: float | None
    decode: dict[int, float]


@dataclass(slots=True)
class Peer:
    """measure: one round at the given depths. bytes_of: what a token costs at a depth. how: its settings, in words."""

    name: str
    measure: Callable[[list[int]], Round]
    bytes_of: Callable[[int], int | None]
    how: str = ""
    rounds: list[Round] = field(default_factory=list)

    @property
    def prefill(self) -> float | None:
        found = [each.prefill for each in self.rounds if each.prefill is not None]
        return median(found) if found else None

    def decode(self, depth: int) -> float | None:
        found = [each.decode[depth] for each in self.rounds if depth in each.decode]
        return median(found) if found else None

    def share(self, depth: int, bytes_per_s: float) -> float | None:
        speed, cost = self.decode(depth), self.bytes_of(depth)
        return None if speed is None or cost is None else speed * cost / bytes_per_s


def main() -> None:
    options = _options()
    shape = model_shape(open_checkpoint(options.model))
    depths = sorted(set(options.depth or DEPTHS))
    peers = [each for each in _peers(options, shape) if not options.only or each.name in options.only]
    if not peers:
        raise SystemExit("none of the peers is left to be measured")
    _say(f"rounds of {', '.join(each.name for each in peers)}")
    deep_rounds = options.rounds if options.deep_rounds is None else options.deep_rounds
    reads: list[Memory] = []
    for index in range(options.rounds):
        reads.append(_memory(options.model))
        wanted = [each for each in depths if index < deep_rounds or each <= options.try_depth]
        for peer in peers:
            peer.rounds.append(peer.measure(wanted))
            _say(f"round {index + 1}: {peer.name} {_in_words(peer.rounds[-1])}")
    reads.append(_memory(options.model))
    print("\n".join(_tables(peers, depths, reads, options)))
    usual = median(each.bytes_per_s for each in reads)
    if options.json is not None:
        report = {
            "memory_bytes_per_s": [each.bytes_per_s for each in reads],
            "device_name": reads[0].device_name,
            "threads": reads[0].threads,
            "tokens": options.tokens,
            "peers": [
                {
                    "name": each.name,
                    "how": each.how,
                    "prefill_tokens_per_s": each.prefill,
                    "decode_tokens_per_s": {depth: each.decode(depth) for depth in depths},
                    "share_of_limit": {depth: each.share(depth, usual) for depth in depths},
                    "rounds": [asdict(one) for one in each.rounds],
                }
                for each in peers
            ],
        }
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--llama-bench", type=Path)
    parser.add_argument("--llama-bf16", type=Path)
    parser.add_argument("--llama-q8", type=Path)
    parser.add_argument("--threads", type=int, action="append", help="for llama.cpp to try (default: all and half)")
    parser.add_argument("--try-depth", type=int, default=4_096, help="default: 4096")
    parser.add_argument("--depth", type=int, action="append", help=f"default: {', '.join(map(str, DEPTHS))}")
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--deep-rounds", type=int, help="rounds that go beyond --try-depth (default: all)")
    parser.add_argument("--only", action="append", metavar="NAME", help="such as 'Ponder int8' (repeatable)")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


# --- the peers ----------------------------------------------------------------------------------------------


def _peers(options: argparse.Namespace, shape: ModelShape) -> list[Peer]:
    kinds = (
        (Precision.INT8, AUTO),
        (Precision.INT8, KVCachePrecision.BITS8),
        (Precision.BF16, AUTO),
        (Precision.FP32, AUTO),
    )
    peers = [_ponder(options, shape, *each) for each in kinds]
    peers += [_transformers(options, shape, each) for each in (Precision.BF16, Precision.FP32)]
    if options.llama_bench is not None:
        for name, file in (("llama.cpp Q8_0", options.llama_q8), ("llama.cpp BF16", options.llama_bf16)):
            if file is not None and (not options.only or name in options.only):
                peers.append(_llama(options, shape, name, file))
    return peers


def _ponder(
    options: argparse.Namespace, shape: ModelShape, precision: Precision, cache: KVCachePrecision = AUTO
) -> Peer:
    def measure(depths: list[int]) -> Round:
        case = ModelCase(str(options.model), "cpu", precision, cache, tuple(depths), options.tokens, 1)
        outcome = measure_case(case, lambda text: None)
        if not isinstance(outcome, Measured):
            raise SystemExit(f"Ponder {precision.value}: {outcome.message}")
        peer.how = f"kernels {outcome.kernels}"
        decode = {each.depth_tokens: each.tokens_per_s.median for each in outcome.decode}
        return Round(outcome.prefill_tokens_per_s.median, decode)

    name = f"Ponder {precision.value}" + (", 8-bit cache" if cache is KVCachePrecision.BITS8 else "")
    peer = Peer(name, measure, _cost(options, shape, precision, cache))
    return peer


def _transformers(options: argparse.Namespace, shape: ModelShape, precision: Precision) -> Peer:
    dtype = "bfloat16" if precision is Precision.BF16 else "float32"

    def measure(depths: list[int]) -> Round:
        command = [sys.executable, "-m", "tests.benchmarks.transformers_peer", str(options.model), "--dtype", dtype]
        command += ["--tokens", str(options.tokens)]
        for depth in depths:
            command += ["--depth", str(depth)]
        found = json.loads(run(command).splitlines()[-1])
        return Round(found["prefill_tokens_per_s"], {int(depth): speed for depth, speed in found["decode"].items()})

    return Peer(f"transformers {precision.value}", measure, _cost(options, shape, precision), "generate, greedy")


def _cost(
    options: argparse.Namespace, shape: ModelShape, precision: Precision, cache: KVCachePrecision = AUTO
) -> Callable[[int], int | None]:
    return lambda depth: bytes_per_token(shape, precision, cache, depth + options.tokens // 2)


def _llama(options: argparse.Namespace, shape: ModelShape, name: str, file: Path) -> Peer:
    reading, shallow, deep, model_bytes = _best_settings(options, name, file)

    def measure(depths: list[int]) -> Round:
        prefill: float | None = None
        decode: dict[int, float] = {}
        for settings in dict.fromkeys((reading, shallow, deep)):
            wanted = [each for each in depths if (deep if each >= options.try_depth else shallow) == settings]
            prompt_tokens = PREFILL_TOKENS if settings == reading else 0
            found = run_bench(
                options.llama_bench, file, settings, prompt_tokens=prompt_tokens, tokens=options.tokens, depths=wanted
            )
            prefill = found.prefill_tokens_per_s if settings == reading else prefill
            decode |= found.decode
        return Round(prefill, decode)

    narrow = deep.cache_type != "f16"
    cached = kv_bytes_per_token(shape, Precision.BF16, KVCachePrecision.BITS8 if narrow else KVCachePrecision.BITS16)
    how = f"reading: {reading}; writing: {shallow}" + ("" if deep == shallow else f"; deep: {deep}")
    return Peer(name, measure, lambda depth: model_bytes + (depth + options.tokens // 2) * cached, how)


def _best_settings(options: argparse.Namespace, name: str, file: Path) -> tuple[Settings, Settings, Settings, int]:
    """For reading, for writing, for writing deep in a context; and the bytes of the weights."""
    cores = len(os.sched_getaffinity(0))
    threads = options.threads or sorted({cores, max(cores // 2, 1)}, reverse=True)
    tried = [
        settings
        for count in threads
        for settings in (Settings(False, count), Settings(True, count), Settings(True, count, "q8_0"))
    ]
    depths = sorted({0, options.try_depth})
    runs = {
        each: run_bench(
            options.llama_bench, file, each, prompt_tokens=PREFILL_TOKENS, tokens=options.tokens, depths=depths
        )
        for each in tried
    }
    for settings, found in runs.items():
        _say(f"{name} with {settings}: {_in_words(Round(found.prefill_tokens_per_s, found.decode))}")
    reading = max(tried, key=lambda each: runs[each].prefill_tokens_per_s or 0.0)
    shallow, deep = (max(tried, key=lambda each: runs[each].decode[depth]) for depth in (depths[0], depths[-1]))
    return reading, shallow, deep, runs[reading].model_bytes


def _memory(model: Path) -> Memory:
    found = run_case(MemoryCase(str(model), "cpu", AUTO, READ_BYTES), lambda text: None)
    if not isinstance(found, Memory):
        raise SystemExit("the memory's speed could not be read")
    return found


# --- words --------------------------------------------------------------------------------------------------


def _tables(peers: list[Peer], depths: list[int], reads: list[Memory], options: argparse.Namespace) -> list[str]:
    """Two tables in Markdown: speeds, and ratios."""
    heads = [f"decode at {depth:,}" for depth in depths]
    speeds = [each.bytes_per_s / 1e9 for each in reads]
    usual = median(each.bytes_per_s for each in reads)
    rounds = "1 round" if options.rounds == 1 else f"{options.rounds} rounds"
    lines = [
        f"{reads[0].device_name}, {reads[0].threads} threads, memory {median(speeds):.1f} GB/s ({min(speeds):.1f} to "
        f"{max(speeds):.1f}). Tokens a second: medians of {rounds} of {options.tokens} tokens; in brackets the share "
        "of what memory allows.",
        "",
        _row("engine", f"prefill {PREFILL_TOKENS}", *heads),
        _row(*["---"] * (2 + len(depths))),
    ]
    for peer in peers:
        cells = [_speed(peer.decode(depth), peer.share(depth, usual)) for depth in depths]
        lines.append(_row(peer.name, _speed(peer.prefill, None), *cells))
    named = {each.name: each for each in peers}
    compared = [(named[ours], named[theirs]) for ours, theirs in RATIOS if ours in named and theirs in named]
    if compared:
        lines += ["", _row("times as fast as", f"prefill {PREFILL_TOKENS}", *heads), _row(*["---"] * (2 + len(depths)))]
    for ours, theirs in compared:
        cells = [_ratio(ours.decode(depth), theirs.decode(depth)) for depth in depths]
        lines.append(_row(f"{ours.name} / {theirs.name}", _ratio(ours.prefill, theirs.prefill), *cells))
    lines += ["", *(f"{each.name}: {each.how}." for each in peers if each.how)]
    return lines


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _speed(speed: float | None, share: float | None) -> str:
    if speed is None:
        return ""
    text = f"{speed:,.0f}" if speed >= 100 else f"{speed:.1f}"
    return text if share is None else f"{text} ({share:.0%})"


def _ratio(ours: float | None, theirs: float | None) -> str:
    return "" if ours is None or not theirs else f"{ours / theirs:.2f}"


def _in_words(found: Round) -> str:
    parts = [] if found.prefill is None else [f"prefill {found.prefill:,.0f}"]
    parts += [f"{depth:,}: {speed:.1f}" for depth, speed in found.decode.items()]
    return ", ".join(parts)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
