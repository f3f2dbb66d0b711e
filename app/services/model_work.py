"""What each kind of job on a model does, in the library's terms, and how it tells of its progress."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.models import FoundModel, HubModel, InstalledModel
from app.library.models import ModelEntry
from app.library.removal import Removable, remove, remove_model
from app.library.shelf import entry_of
from app.library.stopped import unfinished_downloads
from app.library.wanted import resolve
from app.services.job_types import JobResult, JobStage
from app.services.model_jobs import Job, Work

if TYPE_CHECKING:
    from app.library.downloads import DownloadProgress
    from app.library.importing import ImportProgress, Source

# Downloads, imports and checks bring network and array libraries along, which no window should wait for at its start:
# they are imported by the jobs' own threads.

# By the values of the library's own stages.
_STAGES = {
    "checking": JobStage.CHECKING,
    "fetching": JobStage.FETCHING,
    "waiting": JobStage.WAITING,
    "finishing": JobStage.FINISHING,
    "copying": JobStage.COPYING,
    "converting": JobStage.CONVERTING,
}

Describe = Callable[[ModelEntry], InstalledModel]


def downloading(source: HubModel, models_folder: Path, describe: Describe) -> Work:
    """Fetches, or finds here or in the Hugging Face cache."""

    def work(job: Job) -> JobResult:
        from app.library.downloads import fetch_model

        def report(progress: DownloadProgress) -> None:
            job.tell(
                _STAGES[progress.stage.value],
                progress.done_bytes,
                progress.total_bytes,
                rate_bytes_per_s=progress.rate_bytes_per_s,
                remaining_s=progress.remaining_s,
                note=progress.note,
            )

        wanted = resolve(source.repository, source.revision)
        fetched = fetch_model(wanted, models_folder, on_progress=report, cancel=job.cancel)
        return JobResult(entry=describe(fetched.entry))

    return work


def importing_path(path: Path, models_folder: Path, describe: Describe, *, link: bool) -> Work:
    """A folder, linked or copied, or a GGUF file, which is converted."""

    def work(job: Job) -> JobResult:
        from app.library.importing import find_source

        return _import(find_source(str(path)), models_folder, describe, job, link=link)

    return work


def importing_found(found: FoundModel, models_folder: Path, describe: Describe) -> Work:
    """What another program keeps: a folder stays where it is, a GGUF file is converted."""

    def work(job: Job) -> JobResult:
        from app.library.importing import Source, proposed_name

        name = proposed_name(found.name.rpartition("/")[2])
        source = Source(Path(found.path), not found.is_folder, name)
        return _import(source, models_folder, describe, job, link=found.is_folder)

    return work


def _import(source: Source, models_folder: Path, describe: Describe, job: Job, *, link: bool) -> JobResult:
    from app.library.importing import free_name, import_model

    def report(progress: ImportProgress) -> None:
        job.tell(_STAGES[progress.stage.value], progress.done_bytes, progress.total_bytes)

    imported = import_model(
        source,
        models_folder,
        name=free_name(source.name, models_folder),
        link=link and not source.is_gguf,
        report=report,
        cancel=job.cancel,
    )
    return JobResult(entry=describe(imported.entry))


def verifying(model: InstalledModel) -> Work:
    """Compares every file with what was installed."""

    def work(job: Job) -> JobResult:
        from app.library.verify import check_files

        check = check_files(
            entry_of(model), lambda done, total: job.tell(JobStage.CHECKING, done, total), cancel=job.cancel
        )
        return JobResult(note=" ".join(check.notes), problems=check.problems, count=check.files_checked)

    return work


def removing(model: InstalledModel, models_folder: Path) -> Work:
    """Removes a model that is Ponder's to remove; of a link only itself."""

    def work(job: Job) -> JobResult:
        return JobResult(freed_bytes=remove_model(entry_of(model), models_folder))

    return work


def discarding(name: str, models_folder: Path) -> Work:
    """Throws away what has arrived of the download called `name`; nothing where there is none any more."""

    def work(job: Job) -> JobResult:
        found = next((each for each in unfinished_downloads(models_folder) if each.destination.name == name), None)
        if found is None:
            return JobResult()
        return JobResult(freed_bytes=remove(Removable(name, None, found, found.kept_bytes), models_folder))

    return work
