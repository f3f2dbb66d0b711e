"""Fetching a model by name: where it goes, and whether it is on this machine already.

Joins catalogue, hub cache and download for the command line and the window. Nothing is fetched unless it is called for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.library.models import ModelEntry, entry_of
from app.library.wanted import Wanted, resolve
from engine.cancel import CancelToken
from engine.download.cache import find_cached_snapshot, verify_snapshot
from engine.download.listing import plan_download
from engine.download.plan import DownloadPlan, DownloadProgress, Stage
from engine.download.session import download, is_complete, kept_bytes, missing_files, saved_plan
from engine.download.settings import is_offline
from engine.errors import InvalidRequest, Offline

__all__ = [
    "CancelToken",
    "DownloadPlan",
    "DownloadProgress",
    "Fetched",
    "Source",
    "Stage",
    "Wanted",
    "fetch_model",
    "kept_of",
    "resolve",
]

OnPlan = Callable[[DownloadPlan], None]
OnProgress = Callable[[DownloadProgress], None]


class Source(StrEnum):
    """Where a model that was asked for came from."""

    HUB = "hub"
    ALREADY_HERE = "already-here"
    HUB_CACHE = "hub-cache"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model that is complete and verified."""

    entry: ModelEntry
    repository: str
    commit: str
    source: Source


def fetch_model(
    wanted: Wanted,
    models_folder: Path,
    *,
    on_plan: OnPlan | None = None,
    on_progress: OnProgress | None = None,
    cancel: CancelToken | None = None,
) -> Fetched:
    """Have the model on this machine, verified: fetched, or found here or in the Hugging Face cache.

    Args:
        on_plan: told what will be fetched, before anything is.
        on_progress: as engine.download.download.

    Raises:
        Offline: the network is forbidden or away; the message says what is missing.
        Cancelled: what has arrived is kept.
        PonderError: see engine.download.
    """
    cancel = cancel or CancelToken()
    destination = models_folder / wanted.name
    plan = saved_plan(destination)
    if plan is not None and plan.repository != wanted.repository:
        plan = None
    if plan is None or not is_complete(plan, destination):
        cached = _in_cache(wanted, on_progress, cancel)
        if cached is not None:
            return cached
    if plan is None or not _fits(plan, wanted, destination):
        plan = _plan(wanted, plan, destination, cancel)
    told = made = False

    def tell() -> None:
        nonlocal told
        if on_plan is not None and not told:
            on_plan(plan)
        told = True

    def watch(progress: DownloadProgress) -> None:
        nonlocal made
        made = made or progress.stage is Stage.FINISHING
        if progress.stage is Stage.FETCHING:  # where what is here turns out to be damaged
            tell()
        if on_progress is not None:
            on_progress(progress)

    if not is_complete(plan, destination):
        tell()
    folder = download(plan, destination, progress=watch, cancel=cancel)
    source = Source.HUB if made else Source.ALREADY_HERE
    return Fetched(ModelEntry(wanted.name, folder), plan.repository, plan.commit, source)


def kept_of(wanted: Wanted, models_folder: Path) -> int:
    """How much of an interrupted download is kept, in bytes."""
    return kept_bytes(models_folder / wanted.name)


def _fits(plan: DownloadPlan, wanted: Wanted, destination: Path) -> bool:
    """Whether an earlier plan answers the wish, so that the hub need not be asked again.

    A commit never changes; a branch may, so that one is looked up unless none was named and the model is there.
    """
    if wanted.revision == plan.commit or is_offline():
        return wanted.revision in (None, plan.commit, plan.revision)
    return wanted.revision is None and is_complete(plan, destination)


def _plan(wanted: Wanted, earlier: DownloadPlan | None, destination: Path, cancel: CancelToken) -> DownloadPlan:
    try:
        return plan_download(wanted.repository, wanted.revision, known=wanted.known, cancel=cancel)
    except Offline as error:
        if earlier is None:
            raise Offline(f"{error.message} Nothing of {wanted.name} is on this machine.", error.remedy) from error
        names = [file.name for file in missing_files(earlier, destination)]
        missing = f"Missing of {wanted.name}: {', '.join(names[:4])}{', …' if len(names) > 4 else ''}." if names else ""
        raise Offline(f"{error.message} {missing}", error.remedy) from error


def _in_cache(wanted: Wanted, on_progress: OnProgress | None, cancel: CancelToken) -> Fetched | None:
    """The snapshot in the Hugging Face cache, if it is whole; one with a damaged file is passed over."""
    try:
        folder = find_cached_snapshot(wanted.repository, wanted.revision)
    except InvalidRequest:
        return None
    if folder is None:
        return None

    def on_bytes(done: int, total: int) -> None:
        if on_progress is not None:
            on_progress(DownloadProgress("", done, total, stage=Stage.CHECKING, note="in the Hugging Face cache"))

    report = verify_snapshot(folder, known=wanted.known, progress=on_bytes, cancel=cancel)
    # A catalogue may list files, such as a licence, that a program which filled the cache had no use for.
    if report.wrong:
        return None
    return Fetched(entry_of(folder), wanted.repository, folder.name, Source.HUB_CACHE)
