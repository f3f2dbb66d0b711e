"""The memory calculator: `ponder models show NAME` with a precision, KV cache or context of one's own."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence

from app.cli.prompt import WrongUsage
from app.cli.surroundings import Surroundings
from app.cli.table import labelled, names_text
from app.core.settings import read_settings
from app.library.calculation import Calculation, beyond, calculate, calculation_json, weights_named
from app.library.catalogue import GPU_CONTEXT_TOKENS, TABLE_WEIGHTS, Offer, fitting_gpus, offer
from app.library.models import list_models
from app.library.sizes import memory_size
from engine.errors import InvalidRequest
from engine.types import KVCachePrecision, Precision

_BEST = (
    ("16-bit", (Precision.BF16, Precision.FP16)),
    ("8-bit only", (Precision.INT8,)),
    ("4-bit only", (Precision.NF4,)),
)


def is_calculation(options: argparse.Namespace) -> bool:
    """Whether a card was asked for with numbers of one's own."""
    return any(each is not None for each in (options.precision, options.kv_cache, options.context))


def run_calculation(options: argparse.Namespace, around: Surroundings) -> int:
    """Print what a model takes. Exit code 0 also where it fits nothing: that is what was asked.

    Raises:
        NoModel: the catalogue has none of that name.
        WrongUsage: there is no such precision.
    """
    context_tokens: int = options.context or GPU_CONTEXT_TOKENS
    kv_cache = KVCachePrecision(options.kv_cache or KVCachePrecision.AUTO)
    try:
        weights = None if options.precision is None else weights_named(options.precision)
    except InvalidRequest as error:
        raise WrongUsage(str(error)) from error
    precision = weights if isinstance(weights, Precision) else Precision.AUTO
    settings = read_settings(around.paths.settings_file).settings
    settings = settings.model_copy(update={"precision": precision, "kv_cache": kv_cache})
    around.console.status("Looking at this machine…")
    offered = offer(options.name, list_models(around.paths.models), settings, context_tokens=context_tokens)
    kind = offered.device_kind
    found = [
        calculate(offered.entry, each, context_tokens, kind, kv_cache)
        for each in (TABLE_WEIGHTS if weights is None else (weights,))
    ]
    if options.json:
        report = {"name": offered.entry.name, "calculations": [calculation_json(each) for each in found]}
        around.console.write(json.dumps(report, ensure_ascii=False) + "\n")
    else:
        around.console.write("\n".join(calculation_lines(offered, found, context_tokens, kv_cache)) + "\n")
    return 0


def calculation_lines(
    offered: Offer, found: Sequence[Calculation], context_tokens: int, kv_cache: KVCachePrecision
) -> Iterator[str]:
    """found: of one way to hold the weights, or of several."""
    entry = offered.entry
    cache = "" if kv_cache is KVCachePrecision.AUTO else f" in a KV cache of {kv_cache.value} bits"
    yield from labelled(entry.name, f"{context_tokens:,} tokens of context{cache}")
    if remark := beyond(entry, context_tokens):
        yield from labelled("Context", remark)
    if len(found) > 1 or not found[0].is_file:
        yield from labelled("Here", offered.problem if offered.decision is None else offered.decision.reason)
    else:
        needed, target = found[0].here.needed_bytes, offered.target
        verdict = "fits" if needed <= target.budget_bytes else "does not fit"
        memory = f"{memory_size(needed)} of {memory_size(target.free_bytes)} free on {target.device}"
        how = "as llama.cpp runs it. Ponder makes 16 bits of such a file when it is imported."
        yield from labelled("Here", f"{verdict}: {memory}, {how}")
    yield ""
    yield f"Memory on {offered.device_kind.value}:"
    yield f"  {'':<15}" + "".join(f"{title:>11}" for title in ("weights", "KV cache", "workspace", "runtime", "needed"))
    for each in found:
        name = f"{each.weights.value} (GGUF)" if each.is_file else each.weights.value
        parts = (
            each.here.weights_bytes,
            each.here.kv_cache_bytes,
            each.here.workspace_bytes,
            each.here.overhead_bytes,
            each.here.needed_bytes,
        )
        yield f"  {name:<15}" + "".join(f"{memory_size(part):>11}" for part in parts)
    yield ""
    yield "On GPUs with nothing else on them:"
    yield from gpu_lines(offered, context_tokens, kv_cache) if len(found) > 1 else _one(found[0])


def gpu_lines(offered: Offer, context_tokens: int, kv_cache: KVCachePrecision) -> Iterator[str]:
    """The common GPUs by the best of 16, 8 and 4 bits that fits."""
    best = {
        name: fitting[0] if fitting else None
        for name, fitting in fitting_gpus(offered.entry, context_tokens, kv_cache).items()
    }
    for title, precisions in _BEST:
        names = [name for name, precision in best.items() if precision in precisions]
        if names:
            yield from labelled(f"  {title}", names_text(names))
    too_small = [name for name, precision in best.items() if precision is None]
    if too_small:
        yield from labelled("  too small", names_text(too_small))


def _one(calculation: Calculation) -> Iterator[str]:
    groups = {
        "fits": [each for each in calculation.gpus if each.fits],
        "too small": [each for each in calculation.gpus if each.computes and not each.fits],
        "cannot run it": [each for each in calculation.gpus if not each.computes],
    }
    for title, members in groups.items():
        if members:
            yield from labelled(f"  {title}", names_text(each.gpu.name for each in members))
