"""The catalogue as text: its part of `ponder models list`, and `ponder models show`, the card of one model."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence

from app.cli.calculation import gpu_lines, is_calculation, run_calculation
from app.cli.surroundings import Surroundings
from app.cli.table import labelled
from app.core.settings import read_settings
from app.library.catalogue import (
    GPU_CONTEXT_TOKENS,
    TABLE_CONTEXTS,
    Offer,
    card_json,
    download_text,
    known_files_text,
    memory_table,
    offer,
)
from app.library.models import list_models
from app.library.sizes import memory_size
from engine.types import KVCachePrecision, Sampling


def run_show(options: argparse.Namespace, around: Surroundings) -> int:
    """Print one model's card. Exit code 0 also where the model does not fit: that is what was asked.

    Raises:
        NoModel: the catalogue has none of that name.
    """
    if is_calculation(options):
        return run_calculation(options, around)
    settings = read_settings(around.paths.settings_file).settings
    around.console.status("Looking at this machine…")
    offered = offer(options.name, list_models(around.paths.models), settings)
    if options.json:
        around.console.write(json.dumps(card_json(offered), ensure_ascii=False) + "\n")
    else:
        around.console.write("\n".join(card_lines(offered)) + "\n")
    return 0


def listing_lines(offered: Sequence[Offer]) -> Iterator[str]:
    """The catalogue as a table: name, size, licence, what this machine would do with it, installed or not."""
    yield "Catalogue:"
    name_width = max(len(each.entry.name) for each in offered)
    for each in offered:
        entry, mark = each.entry, "installed" if each.installed is not None else ""
        line = f"  {entry.name:<{name_width}}  {download_text(entry):>14}  {entry.licence}  {_here(each):<36}  {mark}"
        yield line.rstrip()


def _here(offered: Offer) -> str:
    decision = offered.decision
    if decision is None:
        return "does not run here"
    return f"{decision.precision} on {decision.device}, {decision.context_tokens:,} tokens"


def card_lines(offered: Offer) -> Iterator[str]:
    """The whole card, for a terminal of table.COLUMNS columns."""
    entry, geometry = offered.entry, offered.entry.geometry
    yield from labelled(entry.name, entry.description)
    commit = f", commit {entry.revision}" if entry.revision else ", commit not recorded"
    yield from labelled("Repository", f"{entry.repository}{commit}")
    yield from labelled("Licence", entry.licence)
    yield from labelled("Download", f"{download_text(entry)}; {known_files_text(entry)}")
    head = "tied head" if geometry.tied_head else "head of its own"
    sizes = f"{geometry.layers} layers of width {geometry.hidden_size:,} and {geometry.intermediate_size:,}"
    heads = f"{geometry.heads} heads on {geometry.kv_heads} key/value heads"
    yield from labelled("Parameters", f"{entry.parameters:,}: {sizes}, {heads}, {head}")
    yield from labelled("Context", _context(offered))
    if entry.thinking_sampling is not None:
        yield from labelled("Thinking", _sampling(entry.thinking_sampling))
    yield from labelled("Continuing" if entry.is_base else "Direct", _sampling(entry.direct_sampling))
    if not entry.is_base:
        yield from labelled("Repeating itself", "a presence penalty up to 2 helps, at some cost; 1.5 for 4-bit weights")
    where = "no" if offered.installed is None else f"in {offered.installed.folder}"
    yield from labelled("Installed", where)
    if offered.decision is None:
        yield from labelled("Here", offered.problem)
    else:
        yield from labelled("Here", f"{_here(offered)}. {offered.decision.reason}")
        for warning in offered.decision.warnings:
            yield from labelled("", warning)
    yield ""
    yield from _memory(offered)
    yield ""
    yield from _gpus(offered)
    if entry.benchmarks:
        yield ""
        yield from _benchmarks(offered)


def _context(offered: Offer) -> str:
    entry = offered.entry
    text = f"trained on {entry.native_context_tokens:,} tokens, {entry.position_context_tokens:,} positions"
    if entry.yarn_context_tokens is None:
        return f"{text}; not validated beyond"
    return f"{text}; {entry.yarn_context_tokens:,} with YaRN, which costs short texts some quality"


def _sampling(sampling: Sampling) -> str:
    if sampling.temperature == 0:
        return "greedy"
    first = f"temperature {sampling.temperature:g}, top-p {sampling.top_p:g}, top-k {sampling.top_k}"
    return f"{first}, min-p {sampling.min_p:g}"


def _memory(offered: Offer) -> Iterator[str]:
    yield f"Memory on {offered.device_kind.value}, by tokens of context (GGUF formats as llama.cpp keeps them):"
    titles = "".join(f"{tokens:>10,}" for tokens in TABLE_CONTEXTS)
    yield f"  {'':<14}{'weights':>10}{titles}"
    for row in memory_table(offered):
        name = f"{row.weights} (GGUF)" if row.is_file else row.weights
        cells = "".join(f"{memory_size(size):>10}" for size in row.needed_bytes)
        yield f"  {name:<14}{memory_size(row.weights_bytes):>10}{cells}"


def _gpus(offered: Offer) -> Iterator[str]:
    yield f"With {GPU_CONTEXT_TOKENS:,} tokens of context, on GPUs with nothing else on them:"
    yield from gpu_lines(offered, GPU_CONTEXT_TOKENS, KVCachePrecision.AUTO)


def _benchmarks(offered: Offer) -> Iterator[str]:
    yield "Benchmarks (Qwen3 Technical Report, arXiv:2505.09388):"
    base = offered.entry.is_base
    yield f"  {'':<24}" + (f"{'base':>10}" if base else f"{'thinking':>10}{'direct':>10}")
    for each in offered.entry.benchmarks:
        scores = (each.base,) if base else (each.thinking, each.direct)
        yield f"  {each.name:<24}" + "".join(f"{'–' if score is None else f'{score:g}':>10}" for score in scores)
