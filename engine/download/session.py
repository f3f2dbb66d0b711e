"""A whole download: from a plan to a model folder that is complete or not there.

Beside the model's folder NAME lie, while they are needed: `.incomplete-NAME` with finished files and parts, its lock
`.incomplete-NAME.lock`, and `.replaced-NAME`, an older or damaged model until the new one has taken its place. A folder
gets its name only when every file is verified and the manifest is written, so that nothing takes a half for a model.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from engine.cancel import CancelToken
from engine.disk import require_room, sync_folder, write_durably
from engine.download.disk import disk_errors
from engine.download.http import HubClient
from engine.download.lock import only_one
from engine.download.meter import Meter
from engine.download.part import PART_SUFFIX, Part, has_content, part_bytes
from engine.download.plan import (
    PLAN_NAME,
    DownloadPlan,
    Patience,
    PlannedFile,
    Report,
    Stage,
    read_plan,
    staging_folder,
)
from engine.download.settings import authorization, is_offline
from engine.download.transfer import Transfer
from engine.errors import DamagedModel, DownloadFailed, InvalidRequest, Offline, PonderError
from engine.file_safety import is_plain_name, shown
from engine.manifest import MANIFEST_NAME, read_manifest, write_manifest


def saved_plan(destination: Path) -> DownloadPlan | None:
    """What a finished or unfinished download to `destination` fetched; None where there was none."""
    return read_plan(destination) or read_plan(staging_folder(destination))


def missing_files(plan: DownloadPlan, destination: Path) -> tuple[PlannedFile, ...]:
    """The files that are neither in `destination` nor finished beside it, by name and size alone."""
    folders = (destination, staging_folder(destination))
    return tuple(file for file in plan.files if not any(_has_size(folder / file.name, file) for folder in folders))


def kept_bytes(destination: Path) -> int:
    """How much of an unfinished download to `destination` lies on the disk, in bytes."""
    staging = staging_folder(destination)
    plan = read_plan(staging)
    return sum(part_bytes(staging, file) for file in plan.files) if plan is not None else 0


def is_complete(plan: DownloadPlan, destination: Path) -> bool:
    """Whether `destination` is a finished download of this content, by sizes and its manifest; nothing is hashed."""
    try:
        entries = read_manifest(destination) if destination.is_dir() and not destination.is_symlink() else None
    except PonderError:
        return False
    if entries is None:
        return False
    return all(
        (entry := entries.get(file.name)) is not None
        and _has_size(destination / file.name, file)
        and file.sha256 in (None, entry.sha256)
        for file in plan.files
    )


def download(
    plan: DownloadPlan,
    destination: Path,
    *,
    progress: Report | None = None,
    cancel: CancelToken | None = None,
    patience: Patience | None = None,
) -> Path:
    """Fetch what is missing and verify everything. Calling it again goes on where it stopped, for whatever reason.

    Args:
        destination: the model's folder to be, in the folder of models.
        progress: called from this thread, about ten times a second.

    Returns:
        `destination`, complete.

    Raises:
        Cancelled: the token was set; within a second, and what has arrived is kept.
        DiskFull: there is no room, or it ran out.
        DamagedModel: what arrives is not what the hub lists.
        DownloadFailed of every kind, such as Offline: see engine.errors.
        UnsafeModel: the server sends names or digests that are none.
    """
    if not is_plain_name(destination.name):
        raise InvalidRequest(f"{shown(destination.name)} cannot be a model's name.")
    patience, cancel = patience or Patience(), cancel or CancelToken()
    meter = Meter(plan.total_bytes, progress)
    destination = destination.absolute()
    staging = staging_folder(destination)
    with disk_errors(destination.parent.name):
        destination.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def on_wait() -> None:
        meter.set_done(sum(part_bytes(staging, file) for file in plan.files))
        meter.stage(Stage.WAITING, note="another Ponder is fetching this model")

    with only_one(staging.with_name(f"{staging.name}.lock"), cancel, on_wait):
        meter.stage(Stage.CHECKING, done=0)
        _recover(destination)
        if _verified(plan, destination, meter, cancel):
            return destination
        _require_ours(plan, destination)
        meter.stage(Stage.CHECKING, done=0)
        _prepare(plan, staging, destination, meter, cancel)
        _fetch_all(plan, staging, patience, meter, cancel)
        cancel.raise_if_cancelled()
        _finish(plan, staging, meter, cancel)
        _require_ours(plan, destination)  # once more: somebody may have put a model there meanwhile
        with disk_errors(destination.name):
            _publish(staging, destination)
    return destination


def _replaced(destination: Path) -> Path:
    return destination.with_name(f".replaced-{destination.name}")


def _has_size(path: Path, file: PlannedFile) -> bool:
    try:
        return not path.is_symlink() and path.is_file() and path.stat().st_size == file.size_bytes
    except OSError:
        return False


def _recover(destination: Path) -> None:
    """A crash between the two renames of _publish left the older model under another name."""
    old = _replaced(destination)
    if old.is_dir() and not destination.exists():
        with disk_errors(destination.name):
            old.replace(destination)
    elif old.is_dir():
        shutil.rmtree(old, ignore_errors=True)


def _verified(plan: DownloadPlan, destination: Path, meter: Meter, cancel: CancelToken) -> bool:
    """Whether the model is there with every byte."""
    if not is_complete(plan, destination):
        return False
    return all(has_content(destination / file.name, file, cancel, meter.present) for file in plan.files)


def _require_ours(plan: DownloadPlan, destination: Path) -> None:
    """Only a folder that an earlier download of the same model made may be replaced."""
    if not destination.is_symlink() and not destination.exists():
        return
    old = None if destination.is_symlink() else read_plan(destination)
    if old is None or old.repository != plan.repository:
        raise DownloadFailed(
            f"There is a model called {destination.name} already, which is not {plan.repository}.",
            "Rename or remove it first.",
        )


def _prepare(plan: DownloadPlan, staging: Path, destination: Path, meter: Meter, cancel: CancelToken) -> None:
    """Make room for the plan: throw away what no longer belongs to it, take over what is already there."""
    with disk_errors(staging.name):
        if staging.is_symlink():
            staging.unlink()
        staging.mkdir(mode=0o700, exist_ok=True)
        old = read_plan(staging)
        same = {each.name for each in plan.files if old is not None and each in old.files}
        keep = {PLAN_NAME, *same}
        # Parts say themselves which content they belong to.
        keep |= {f"{each.name}{PART_SUFFIX}{ending}" for each in plan.files for ending in ("", ".json")}
        for stray in staging.iterdir():
            if stray.name not in keep:
                shutil.rmtree(stray) if stray.is_dir() and not stray.is_symlink() else stray.unlink()
        write_durably(staging / PLAN_NAME, plan.as_text())
    for file in plan.files:
        path = staging / file.name
        if not _has_size(path, file):
            path.unlink(missing_ok=True)
            before = meter.done_bytes
            if has_content(destination / file.name, file, cancel, meter.present):
                # A second name for the same bytes costs no space; where the disk cannot do that, they are fetched.
                with contextlib.suppress(OSError):
                    os.link(destination / file.name, path)
            meter.set_done(before)
        if _has_size(path, file):
            meter.present(file.size_bytes)
    there = sum(part_bytes(staging, file) for file in plan.files)
    require_room(staging, plan.total_bytes - there)


def _fetch_all(plan: DownloadPlan, staging: Path, patience: Patience, meter: Meter, cancel: CancelToken) -> None:
    missing = [file for file in plan.files if not _has_size(staging / file.name, file)]
    if not missing:
        return
    if is_offline():
        names = ", ".join(file.name for file in missing[:4]) + (", …" if len(missing) > 4 else "")
        raise Offline(f"HF_HUB_OFFLINE is set, and of {plan.repository} is missing: {names}.", "Unset it to go on.")
    with HubClient(patience) as client:
        transfer = Transfer(plan, client, authorization(), patience, meter, cancel)
        for file in missing:
            part = Part(staging, file)
            try:
                meter.stage(Stage.CHECKING, file.name)
                part.open(cancel, meter.present)
                transfer.fetch(file, part)
            finally:
                part.close()


def _finish(plan: DownloadPlan, staging: Path, meter: Meter, cancel: CancelToken) -> None:
    """Write the manifest from what can be read back, and compare it with the plan: the last look at every byte."""
    meter.stage(Stage.FINISHING, done=0)
    with disk_errors(MANIFEST_NAME):
        names = [file.name for file in plan.files]
        write_manifest(staging, names, progress=lambda done, _: meter.set_done(done), cancel=cancel)
    entries = read_manifest(staging) or {}
    for file in plan.files:
        entry = entries[file.name]
        right = entry.sha256 == file.sha256 if file.sha256 else _is_blob(staging / file.name, file, cancel)
        if not right or entry.size_bytes != file.size_bytes:
            with disk_errors(file.name):
                (staging / MANIFEST_NAME).unlink(missing_ok=True)
                (staging / file.name).unlink(missing_ok=True)
            raise DamagedModel(f"{file.name} reads back from the disk differently.", "Check the disk, then try again.")
    meter.stage(Stage.FINISHING)


def _is_blob(path: Path, file: PlannedFile, cancel: CancelToken) -> bool:
    return has_content(path, file, cancel, lambda _: None)


def _publish(staging: Path, destination: Path) -> None:
    sync_folder(staging)
    old = _replaced(destination)
    if destination.exists():
        destination.replace(old)
    staging.replace(destination)
    sync_folder(destination.parent)
    shutil.rmtree(old, ignore_errors=True)
