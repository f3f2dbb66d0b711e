"""Runs a benchmark: the memory first, then the model in one precision after the other, after each the memory again.

Each of them in a process of its own, so that the peak of memory is that case's alone, and so that one which runs out of
memory takes nothing along. Imports no torch.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from engine.bench import child
from engine.bench.report import (
    READ_BYTES,
    Case,
    MakeCase,
    Measured,
    Memory,
    MemoryCase,
    ModelCase,
    NotMeasured,
    Outcome,
    Report,
)
from engine.checkpoint import open_checkpoint
from engine.errors import EngineGone, InvalidRequest, PonderError
from engine.model_shape import model_shape
from engine.types import KVCachePrecision, Precision

Say = Callable[[str], None]
Answer = TypeVar("Answer")
_LOOK_EACH_S = 0.1
_EXIT_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class BenchRequest:
    """precisions: none for what suits the device. depths: as in ModelCase; those that the model has no room for are
    refused, or left out where `depths_may_go`. cache_folder: as in LoadRequest.
    """

    model: Path
    depths: tuple[int, ...]
    precisions: tuple[Precision, ...] = ()
    device: str = "auto"
    kv_cache: KVCachePrecision = KVCachePrecision.AUTO
    tokens: int = 32
    runs: int = 3
    read_bytes: int = READ_BYTES
    depths_may_go: bool = False
    cache_folder: Path | None = None


class CaseFailed(PonderError):
    """A measuring process said why it could not do its case."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def make_model(folder: Path, tokenizer: Path, say: Say) -> None:
    """Write a model of full size with random weights; see engine.random_checkpoint.

    Raises:
        CaseFailed: no room, or something is there already.
        EngineGone: the process ended.
    """
    run_case(MakeCase(str(folder), str(tokenizer)), say)


def run_bench(request: BenchRequest, say: Say) -> Report:
    """All of it. A precision that cannot be measured is among the outcomes; the others go on.

    Args:
        say: is told what is being done.

    Raises:
        PonderError: the model or the device cannot be used at all, or a depth that was asked for is too deep.
        KeyboardInterrupt: as it came; no process is left behind.
    """
    checkpoint = open_checkpoint(request.model)
    shape = model_shape(checkpoint)
    depths, notes = _possible_depths(request, shape.max_context_tokens)
    memory_case = MemoryCase(str(request.model), request.device, request.kv_cache, request.read_bytes)
    say("reading memory")
    reads = [_expect(Memory, run_case(memory_case, say))]
    outcomes: list[Outcome] = []
    for precision in request.precisions or reads[0].precisions:
        case = ModelCase(
            model=str(request.model),
            device=reads[0].device,
            precision=precision,
            kv_cache=request.kv_cache,
            depths=depths,
            tokens=request.tokens,
            runs=request.runs,
            cache_folder=None if request.cache_folder is None else str(request.cache_folder),
        )
        outcomes.append(measure_case(case, say))
        say("reading memory again")
        reads.append(_expect(Memory, run_case(memory_case, say)))
    return Report(
        model=checkpoint.name,
        parameters=shape.parameters,
        tokens=request.tokens,
        runs=request.runs,
        memory=max(reads, key=lambda each: each.bytes_per_s),
        outcomes=tuple(outcomes),
        notes=notes,
    )


def measure_case(case: ModelCase, say: Say) -> Outcome:
    """One precision; what keeps it from being measured becomes a NotMeasured."""
    name = case.precision.value
    try:
        return _expect(Measured, run_case(case, lambda text: say(f"{name}: {text}")))
    except PonderError as error:
        return NotMeasured(case.precision, error.kind, str(error))


def run_case(case: Case, say: Say) -> object:
    """What `engine.bench.cases.perform` makes of the case in a process of its own, which is gone afterwards.

    Raises:
        CaseFailed: it said why not.
        EngineGone: it ended without a word.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    # A daemon, so that it ends with this process even where nobody waits for it.
    process = context.Process(target=child.main, args=(theirs, case), name="ponder-bench", daemon=True)
    try:
        process.start()
        theirs.close()
        while True:
            while not ours.poll(_LOOK_EACH_S):
                pass  # short waits, or Ctrl-C would wait too on Windows
            answer = ours.recv()
            if isinstance(answer, child.Saying):
                say(answer.text)
            elif isinstance(answer, child.Failure):
                raise CaseFailed(answer.kind, answer.message)
            else:
                return answer
    except EOFError:
        process.join(_EXIT_PATIENCE_S)
        raise EngineGone(_how_it_ended(process.exitcode), "Close other programs, or measure less at once.") from None
    finally:
        ours.close()
        theirs.close()
        if process.pid is not None:
            process.kill()
            process.join()
        process.close()


def _how_it_ended(exit_code: int | None) -> str:
    if exit_code == -9:
        return "The system ended the measuring process, as it does where memory runs out."
    return f"The measuring process ended by itself (exit code {exit_code})."


def _possible_depths(request: BenchRequest, most_tokens: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    depths = tuple(sorted(set(request.depths)))
    too_deep = [depth for depth in depths if depth + request.tokens > most_tokens]
    left = tuple(depth for depth in depths if depth not in too_deep)
    if not too_deep:
        return left, ()
    names = ", ".join(f"{depth:,}" for depth in too_deep)
    why = f"this model's context is {most_tokens:,} tokens"
    if not request.depths_may_go or not left:
        raise InvalidRequest(
            f"There is no room for {request.tokens:,} tokens after {names}: {why}.", "Choose a smaller depth."
        )
    return left, (f"Depths left out: {names}, because {why}.",)


def _expect(kind: type[Answer], answer: object) -> Answer:
    if not isinstance(answer, kind):
        raise EngineGone(f"The measuring process answered with {type(answer).__name__}.")
    return answer
