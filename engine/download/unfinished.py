"""Downloads that were stopped: what of them lies on the disk, and throwing it away."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.cancel import CancelToken
from engine.download.part import part_bytes
from engine.download.plan import STAGING_PREFIX, DownloadPlan, read_plan, staging_folder
from engine.errors import Cancelled, InvalidRequest


@dataclass(frozen=True, slots=True)
class Unfinished:
    """destination: the model's folder to be. kept_bytes: of plan.total_bytes, what has arrived."""

    destination: Path
    plan: DownloadPlan
    kept_bytes: int


def unfinished_downloads(models_folder: Path) -> tuple[Unfinished, ...]:
    """By name. One that another process goes on with right now is among them."""
    try:
        folders = sorted(each for each in models_folder.iterdir() if each.name.startswith(STAGING_PREFIX))
    except OSError:
        return ()
    found = []
    for folder in folders:
        plan = read_plan(folder) if folder.is_dir() else None
        if plan is not None:
            kept = sum(part_bytes(folder, file) for file in plan.files)
            found.append(Unfinished(models_folder / folder.name.removeprefix(STAGING_PREFIX), plan, kept))
    return tuple(found)


def discard(unfinished: Unfinished) -> None:
    """Throw away what has arrived.

    Raises:
        InvalidRequest: another process goes on with it right now.
        DownloadFailed, OSError: the system does not let go of the files.
    """
    from engine.download.lock import only_one  # brings httpx2 along, which no list of models needs

    folder, busy = staging_folder(unfinished.destination), CancelToken()
    try:
        with only_one(folder.with_name(f"{folder.name}.lock"), busy, busy.cancel):
            if folder.exists():
                shutil.rmtree(folder)
    except Cancelled:
        name = unfinished.destination.name
        raise InvalidRequest(f"{name} is being downloaded right now.", "Stop that first.") from None
