"""What every precision costs the built-in model, as a table: KL divergence, greedy agreement and tasks solved.

    python -m tests.benchmarks.accuracy_bench [--count 25] [--seed 7] [--way "INT8, lean kernel" ...] [--device cpu]
        [--json]

The tasks are the recipe's held-out ones: `--count` of each skill, thinking and direct. KL(FP32 || way), in nats, and
the share of positions with the same likeliest token are over all positions of prompts and right turns; the turns are
then written greedily by the engine and judged by the recipe. 8-bit weights promise a mean KL below 0.01 and the same
tasks solved within one point, so the exit code is 1 where they miss that.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

from engine.types import Precision
from tests.support.accuracy import FP32, WAYS, Accuracy, make_tasks, measure

MOST_KL = 0.01


def broken(found: list[Accuracy]) -> list[str]:
    """The promises of 8 bits that were missed, in words."""
    exact = next(each for each in found if each.way is FP32)
    missed: list[str] = []
    for each in found:
        if each.way.precision is Precision.INT8:
            if each.mean_kl >= MOST_KL:
                missed.append(f"{each.way.name}: mean KL {each.mean_kl:.4f}")
            if not each.within_points(exact, 1):
                missed.append(f"{each.way.name}: {each.right} of {each.turns} right, {exact.right} in FP32")
    return missed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=25, help="tasks of each skill and mode (default: 25)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--way", choices=[way.name for way in WAYS], nargs="+", help="default: all; FP32 always")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    ways = [way for way in WAYS if way is FP32 or options.way is None or way.name in options.way]
    if not options.json:
        print("| Weights | mean KL | same greedy token | tasks right | positions | s |\n|" + " --- |" * 6)
    found: list[Accuracy] = []
    started = time.perf_counter()
    for each in measure(make_tasks(options.count, options.seed), ways, device=options.device):
        found.append(each)
        seconds, started = time.perf_counter() - started, time.perf_counter()
        if options.json:
            row = {"way": each.way.name, "mean_kl": each.mean_kl, "agreement": each.agreement}
            row |= {"right": each.right, "turns": each.turns, "positions": each.positions, "seconds": round(seconds, 1)}
            print(json.dumps(row), flush=True)
        else:
            print(
                f"| {each.way.name} | {each.mean_kl:.6f} | {each.agreement:.2%} | {each.right} of {each.turns} "
                f"({each.share_right:.1%}) | {each.positions:,} | {seconds:.0f} |",
                flush=True,
            )
    missed = broken(found)
    for words in missed:
        print(f"missed: {words}", file=sys.stderr)
    sys.exit(int(bool(missed)))


if __name__ == "__main__":
    main()
