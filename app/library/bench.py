"""A benchmark as people ask for it: which model it takes, and where that comes from. Measures nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from app.core.paths import Paths
from app.library.models import BUILT_IN_NAME, ModelEntry, built_in_model, choose_model, entry_of, list_models
from engine.bench.report import Decoded, Measured, Memory, NotMeasured, Report, Spread, Turn, report_json
from engine.bench.runner import BenchRequest, Say, make_model, run_bench
from engine.checkpoint import open_checkpoint
from engine.errors import PonderError

__all__ = [
    "BenchModel",
    "BenchRequest",
    "Decoded",
    "Measured",
    "Memory",
    "NotMeasured",
    "Report",
    "Spread",
    "Turn",
    "bench_model",
    "benchmark",
    "report_json",
]

RANDOM_NAME = "Qwen3-0.6B-random"
_REAL_VOCABULARY = 151_936


@dataclass(frozen=True, slots=True)
class BenchModel:
    """What is measured. notes: why it is this one, where that was not asked for."""

    entry: ModelEntry
    notes: tuple[str, ...] = ()


def bench_model(wanted: str | None, remembered: str | None, paths: Paths, say: Say) -> BenchModel:
    """The model asked for, else the one chosen last, else one of full size with random weights, made where needed.

    The practice model is measured only where it is asked for: it is so small that its speed says nothing.

    Raises:
        NoModel: `wanted` is no model.
        PonderError: the random model cannot be written.
    """
    choice = choose_model(wanted, remembered, paths.models)
    if wanted is not None or not choice.entry.built_in:
        return BenchModel(choice.entry, (choice.note,) if choice.note else ())
    folder = paths.cache / "bench" / RANDOM_NAME
    tokenizer = _tokenizer(paths.models)
    if not _is_usable(folder):
        make_model(folder, tokenizer.folder, lambda text: say(f"writing a model with random weights: {text}"))
    said = f"Random weights of Qwen3-0.6B's exact size, made in {folder}"
    if open_checkpoint(folder).eos_token_ids == open_checkpoint(built_in_model().folder).eos_token_ids:
        said += f", with the small tokenizer of {BUILT_IN_NAME}: loading is somewhat quicker than with the real one"
    return BenchModel(entry_of(folder), (f"{said}.",))


def benchmark(request: BenchRequest, notes: tuple[str, ...], say: Say) -> Report:
    """Run it; `notes` go in front of the report's own. Raises as engine.bench.runner.run_bench."""
    report = run_bench(request, say)
    return replace(report, notes=notes + report.notes)


def _is_usable(folder: Path) -> bool:
    try:
        open_checkpoint(folder)
    except PonderError:
        return False
    return True


def _tokenizer(models: Path) -> ModelEntry:
    """A model whose tokenizer is Qwen3's own, where one is at hand; else the built-in one."""
    for each in list_models(models):
        try:
            geometry = open_checkpoint(each.folder).geometry
        except PonderError:
            continue
        if geometry is not None and geometry.vocab_size == _REAL_VOCABULARY:
            return each
    return built_in_model()
