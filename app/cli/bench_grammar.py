"""The grammar of `ponder bench`. Imports nothing heavy and runs nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.grammar import add_json, command, device, whole
from app.core import limits
from engine.types import KVCachePrecision, Precision

DEPTHS = (0, 4096, 16384)
TOKENS, RUNS = 32, 3
_DEPTH = limits.Range(0, 10_000_000)
_TOKENS = limits.Range(1, 10_000)
_RUNS = limits.Range(1, 1_000)
_DESCRIPTION = """\
Measure how fast a model runs on this machine: loading, reading a prompt,
writing at several depths of context, the first token of a turn and of the next
one, and the memory that it takes. Beside every speed of writing stands its
share of what the machine's memory allows, measured in the same run: a token
costs a read of all weights and of the cache.

Each precision runs in a process of its own. Nothing is fetched from the
network. The default depths take some minutes; close other programs first."""
_EPILOG = """\
How it is measured:
  Every figure is the median of --runs runs, with the lowest and the highest.
  A depth is reached by writing keys and values of the right size into the
  cache, not by reading so long a prompt: speed does not depend on the values.
  Where no model of your own is chosen, one of Qwen3-0.6B's exact size with
  random weights is made once in the cache folder (1.2 GB).
  A model that fits the processor's caches may exceed what memory allows, and
  so may any where other programs were busy while the memory was read.

examples:
  ponder bench
  ponder bench --precision int8 --depth 0 --depth 32000 --plot speed.png
  ponder bench --model Qwen3-0.6B --json > speed.json
"""


def add_bench(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    bench = command(commands, "bench", "Measure how fast a model runs on this machine.", _DESCRIPTION, _EPILOG)
    bench.add_argument(
        "--model",
        metavar="NAME|DIR",
        help="default: the one chosen last, else one of Qwen3-0.6B's size with random weights",
    )
    bench.add_argument(
        "--precision",
        action="append",
        choices=[each.value for each in Precision],
        help="of the weights (repeatable; default: 16-bit and 8-bit)",
    )
    bench.add_argument("--device", metavar="DEVICE", type=device, default="auto", help=f"{limits.DEVICE_HELP}")
    bench.add_argument(
        "--kv-cache",
        choices=[each.value for each in KVCachePrecision],
        default=KVCachePrecision.AUTO.value,
        help="bits (default: auto)",
    )
    bench.add_argument(
        "--depth",
        metavar="N",
        action="append",
        type=whole("N", _DEPTH),
        help="tokens in the cache when writing begins (repeatable; default: 0, 4096 and 16384)",
    )
    bench.add_argument(
        "--tokens", metavar="N", type=whole("N", _TOKENS), default=TOKENS, help=f"written in a run (default: {TOKENS})"
    )
    bench.add_argument(
        "--runs", metavar="N", type=whole("N", _RUNS), default=RUNS, help=f"of every measurement (default: {RUNS})"
    )
    bench.add_argument(
        "--plot", metavar="FILE.png", type=Path, help="draw milliseconds per token against depth into this file"
    )
    add_json(bench, "print one JSON object")
