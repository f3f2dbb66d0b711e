"""`ponder bench`: how fast a model runs here, as a table, as JSON and as a picture."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from app.cli.bench_grammar import DEPTHS
from app.cli.console import Console
from app.cli.progress import LINE_EACH_S
from app.cli.prompt import WrongUsage
from app.cli.surroundings import Surroundings
from app.cli.table import labelled
from app.core.errors import CannotSave
from app.core.settings import read_settings
from app.library.bench import BenchRequest, Decoded, Measured, Report, Spread, bench_model, benchmark, report_json
from app.library.sizes import memory_size
from app.version import VERSION
from engine.types import KVCachePrecision, Precision

EXIT_DONE, EXIT_FAILED = 0, 1


def run_bench_command(options: argparse.Namespace, around: Surroundings) -> int:
    """Measure and report. Exit code 1 where no precision could be measured."""
    plot: Path | None = options.plot
    if plot is not None:
        _require_writable(plot)
    settings = read_settings(around.paths.settings_file)
    for problem in settings.problems:
        around.console.notice(f"ponder: {problem}")
    say = _teller(around.console)
    model = bench_model(options.model, settings.settings.model, around.paths, say)
    request = BenchRequest(
        model=model.entry.folder,
        depths=tuple(options.depth or DEPTHS),
        precisions=tuple(dict.fromkeys(Precision(each) for each in options.precision or ())),
        device=options.device,
        kv_cache=KVCachePrecision(options.kv_cache),
        tokens=options.tokens,
        runs=options.runs,
        depths_may_go=options.depth is None,
        cache_folder=around.paths.cache,
    )
    report = benchmark(request, model.notes, say)
    if plot is not None and report.measured:
        _save(plot, report)
    if options.json:
        whole = {"ponder": VERSION, **report_json(report)}
        around.console.write(json.dumps(whole, ensure_ascii=False) + "\n")
    else:
        around.console.write("\n".join(_lines(report)) + "\n")
    if report.measured:
        return EXIT_DONE
    for each in report.failures if options.json else ():
        around.console.notice(f"ponder: {each.precision.value} cannot be measured: {each.message}")
    return EXIT_FAILED


def _teller(console: Console) -> Callable[[str], None]:
    """What is being done: a passing line on a terminal, now and then a line in a pipe."""
    told_s = time.monotonic()

    def say(text: str) -> None:
        nonlocal told_s
        if console.shows_status:
            console.status(f"Measuring: {text}…")
        elif time.monotonic() - told_s >= LINE_EACH_S:
            told_s = time.monotonic()
            console.notice(f"ponder: {text}")

    return say


def _require_writable(plot: Path) -> None:
    """Before minutes are spent. Raises WrongUsage."""
    if plot.suffix.lower() != ".png":
        raise WrongUsage(f"--plot draws a PNG file; call it {plot.with_suffix('.png')}.")
    if plot.is_dir() or not plot.absolute().parent.is_dir():
        raise WrongUsage(f"--plot cannot write {plot}: " + ("it is a folder." if plot.is_dir() else "no such folder."))


def _save(plot: Path, report: Report) -> None:
    from app.library.bench_plot import plot_png  # and with it numpy, which only a picture needs

    try:
        plot.write_bytes(plot_png(report))
    except OSError as error:
        raise CannotSave(f"{plot} cannot be written: {error.strerror or error}.") from error


# --- text ---------------------------------------------------------------------------------------------------


def _lines(report: Report) -> Iterator[str]:
    memory = report.memory
    threads = f", {memory.threads} threads" if memory.threads else ""
    read = f"{memory.bytes_per_s / 1e9:,.1f} GB/s, reading {memory_size(memory.read_bytes)}"
    runs = "1 run" if report.runs == 1 else f"{report.runs} runs"
    yield from labelled("Model", f"{report.model}, {report.parameters:,} parameters")
    yield from labelled("Device", f"{memory.device} ({memory.device_name}){threads}")
    yield from labelled("Memory speed", read)
    yield from labelled("Measured", f"{runs} of {report.tokens:,} tokens each: median (lowest to highest)")
    for note in report.notes:
        yield from labelled("Note", note)
    for each in report.measured:
        yield ""
        yield from _measured_lines(each, memory.bytes_per_s)
    for failure in report.failures:
        yield ""
        yield from labelled(failure.precision.value, f"cannot be measured: {failure.message}")


def _measured_lines(each: Measured, bytes_per_s: float) -> Iterator[str]:
    cache = "KV cache " + ("8-bit" if each.kv_cache is KVCachePrecision.BITS8 else "16-bit")
    if each.kv_cache is KVCachePrecision.AUTO:
        cache = "KV cache as wide as the weights"
    yield from labelled(each.precision.value, f"on {each.device}, {cache}, kernels: {each.kernels}")
    yield _row("load", _figure(each.load_s, 2), "s", f"weights {memory_size(each.weights_bytes)}")
    own = each.own_memory_bytes
    words = "at most" if own is None else f"at most; {memory_size(own)} without the model's file"
    yield _row("memory", memory_size(each.peak_memory_bytes), "", words)
    if each.device_memory_bytes:
        yield _row("GPU memory", memory_size(each.device_memory_bytes), "", "at most")
    yield _row("prefill", _figure(each.prefill_tokens_per_s), "tok/s", f"{each.prefill_tokens:,} tokens")
    for decoded in each.decode:
        yield _row(f"decode at {decoded.depth_tokens:,}", *_decode_words(decoded, bytes_per_s))
    yield _row("whole reply", _figure(each.reply_tokens_per_s), "tok/s", "sampling and text included")
    for label, turn in (("first token", each.first_turn), ("follow-up", each.follow_up)):
        new = turn.prompt_tokens - turn.reused_tokens
        yield _row(label, _figure(turn.first_token_s, 2), "s", f"{new:,} tokens read, {turn.reused_tokens:,} reused")


def _decode_words(decoded: Decoded, bytes_per_s: float) -> tuple[str, str, str]:
    share = decoded.share_of_limit(bytes_per_s)
    limit = decoded.limit_tokens_per_s(bytes_per_s)
    words = f"{_number(decoded.ms_per_token.median)} ms"
    if share is not None and limit is not None:
        words += f", {share:.0%} of the {_number(limit)} memory allows"
    return _figure(decoded.tokens_per_s), "tok/s", words


def _row(label: str, figure: str, unit: str, words: str) -> str:
    return f"  {label:<16}{figure:<26} {unit:<6} {words}".rstrip()


def _figure(spread: Spread, digits: int | None = None) -> str:
    median, low, high = (_number(each, digits) for each in (spread.median, spread.low, spread.high))
    return f"{median:>7} ({low} to {high})"


def _number(value: float, digits: int | None = None) -> str:
    """Three digits that count, or so many behind the point."""
    if digits is None:
        digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"
