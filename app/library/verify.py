"""Whether a model's files are sound, and whether the model computes what others recorded. Joins the engine's
checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from app.library.engines import EngineClient, EngineFactory
from app.library.models import ModelEntry
from app.library.stopped import to_ask_for
from engine.cancel import CancelToken
from engine.checkpoint import open_checkpoint
from engine.download.cache import snapshot_of, verify_snapshot
from engine.download.plan import read_plan
from engine.errors import PonderError
from engine.manifest import VerifyReport, read_manifest, verify_manifest
from engine.origin import read_origin
from engine.reference import ReferenceReport, Skipped, compare_cases, reference_cases
from engine.tokenizer import Tokenizer
from engine.types import Loaded, LoadRequest, Precision

if TYPE_CHECKING:
    from torch import Tensor

# The longest recorded case is far shorter; a short context leaves room for the weights.
REFERENCE_CONTEXT_TOKENS = 2048
_QUANTISED = (Precision.INT8, Precision.NF4)


@dataclass(frozen=True, slots=True)
class FileCheck:
    """Of the files alone. `problems` is empty for sound files; `notes` say what was not checked, and why.

    download: what to ask for to have damaged files fetched again; empty for sound ones, and where nobody knows.
    """

    files_checked: int
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    download: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceCheck:
    """Of the arithmetic. `skipped` says why nothing was compared and is empty otherwise."""

    skipped: str = ""
    compared_with: str = ""
    device: str = ""
    precision: str = ""
    cases_compared: int = 0
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@runtime_checkable
class _GivesLogits(Protocol):
    def logits(self, ids: Sequence[int]) -> Tensor: ...


def check_files(
    entry: ModelEntry, progress: Callable[[int, int], None] | None = None, cancel: CancelToken | None = None
) -> FileCheck:
    """Compare a model's files with its manifest or, in a Hugging Face cache, with the digests that they are named by;
    then see whether the engine would take them.

    Args:
        entry: The model.
        progress: Told the bytes hashed and the bytes in all.

    Raises:
        Cancelled: the token was set.
    """
    problems: list[str] = []
    notes: list[str] = []
    checked = 0
    try:
        report = _compared(entry.folder, progress, cancel)
        if report is None:
            notes.append("There is no manifest: the form of the files was checked, not every byte.")
        else:
            checked = len(report.ok) + len(report.wrong)
            problems += [f"{name} is missing." for name in report.missing]
            problems += [f"{name} is not the file that was installed." for name in report.wrong]
    except PonderError as error:
        problems.append(str(error))
    if not problems:  # otherwise it would only find the same again
        try:
            notes += open_checkpoint(entry.folder).warnings
        except PonderError as error:
            problems.append(str(error))
    plan = read_plan(entry.folder) if problems else None
    return FileCheck(checked, tuple(problems), tuple(notes), "" if plan is None else to_ask_for(plan))


def _compared(
    folder: Path, progress: Callable[[int, int], None] | None, cancel: CancelToken | None
) -> VerifyReport | None:
    """What hashing every file shows; None where there is nothing to compare with."""
    if read_manifest(folder) is not None:
        return verify_manifest(folder, progress=progress, cancel=cancel)
    # Where the system has no links, a cache holds plain copies, which nothing tells the digests of.
    if snapshot_of(folder) is None or not any(each.is_symlink() for each in folder.iterdir()):
        return None
    return verify_snapshot(folder, progress=progress, cancel=cancel)


def check_against_reference(entry: ModelEntry, open_engine: EngineFactory) -> ReferenceCheck:
    """Load the model and compare what it computes with outputs recorded elsewhere, where there are any.

    Quantised weights differ from the record by design, so a machine that would take them compares in 32 bits.

    Raises:
        PonderError: the model cannot be opened or loaded.
    """
    origin = read_origin(entry.folder)
    if origin is not None and origin.lossy:
        return ReferenceCheck(skipped=f"It was {origin.words}, so its weights differ from the recorded ones by design.")
    checkpoint = open_checkpoint(entry.folder)
    found = reference_cases(checkpoint)
    if isinstance(found, Skipped):
        return ReferenceCheck(skipped=found.reason)
    engine = open_engine()
    try:
        loaded = _load_unquantised(engine, entry)
        if not isinstance(engine, _GivesLogits):
            return ReferenceCheck(skipped="This engine does not give its logits away.")
        encode = partial(Tokenizer.from_folder(entry.folder).encode, control_tokens=True)
        report = compare_cases(engine, found, encode=encode)
    finally:
        engine.close()
    return _summary(report, f"{found.model}, told by {found.decided_by}", loaded)


def _load_unquantised(engine: EngineClient, entry: ModelEntry) -> Loaded:
    request = LoadRequest(str(entry.folder), context_tokens=REFERENCE_CONTEXT_TOKENS)
    loaded = engine.load(request)
    if loaded.precision not in _QUANTISED:
        return loaded
    return engine.load(
        LoadRequest(str(entry.folder), precision=Precision.FP32, context_tokens=REFERENCE_CONTEXT_TOKENS)
    )


def _summary(report: ReferenceReport, compared_with: str, loaded: Loaded) -> ReferenceCheck:
    problems = [f"{each.name}: {problem}" for each in report.results for problem in each.problems]
    compared = sum(not each.skipped for each in report.results)
    if not compared:
        problems.append("No recorded case could be compared.")
    return ReferenceCheck(
        compared_with=compared_with,
        device=loaded.device,
        precision=loaded.precision.value,
        cases_compared=compared,
        problems=tuple(problems),
        notes=tuple(f"{each.name}: {note}" for each in report.results for note in each.notes),
    )
