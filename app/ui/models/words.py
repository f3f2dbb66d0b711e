"""What is said of models, in words: where they came from, how they run, how far work on them is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.core.models import CatalogueModel, Fit, InstalledModel, ModelOrigin, WeightsChoice
from app.services.job_types import JobEnded, JobKind, JobOutcome, JobProgress, JobStage
from app.ui import text as words
from engine.types import Precision

_MILLION = 10**6
_BILLION = 10**9


def memory_size(size_bytes: int) -> str:
    """In powers of 1024, as graphics cards and task managers count."""
    if size_bytes < (1 << 30) // 10:
        return QCoreApplication.translate("Models", "{n} MB").format(n=words.count(round(size_bytes / (1 << 20))))
    return QCoreApplication.translate("Models", "{n} GB").format(n=words.decimal(size_bytes / (1 << 30), 1))


def parameters(number: int) -> str:
    """ "596 million parameters", "1.7 billion parameters"; empty where it is not known."""
    if number <= 0:
        return ""
    if number < _BILLION:
        whole = words.count(max(1, round(number / _MILLION)))
        return QCoreApplication.translate("Models", "{n} million parameters").format(n=whole)
    digits = words.decimal(number / _BILLION, 1)
    return QCoreApplication.translate("Models", "{n} billion parameters").format(n=digits)


def precision(kind: Precision) -> str:
    """ "16-bit", and for 4-bit which one: there are many."""
    name = words.precision_name(kind)
    return f"{name} (NF4)" if kind is Precision.NF4 else name


def weights(choice: WeightsChoice) -> str:
    """A way to hold weights, for the calculator."""
    if choice.precision is not None:
        return precision(choice.precision)
    return QCoreApplication.translate("Models", "{format} file").format(format=choice.value)


def origin(model: InstalledModel) -> str:
    """Where a model came from."""
    match model.origin:
        case ModelOrigin.BUILT_IN:
            return QCoreApplication.translate("Models", "Comes with Ponder")
        case ModelOrigin.DOWNLOADED:
            return QCoreApplication.translate("Models", "Downloaded and verified")
        case ModelOrigin.HUB_CACHE:
            return QCoreApplication.translate("Models", "In the Hugging Face cache, used where it lies")
        case ModelOrigin.LINKED:
            return QCoreApplication.translate("Models", "Used where it lies: {folder}").format(folder=model.folder)
        case ModelOrigin.IMPORTED:
            return QCoreApplication.translate("Models", "Imported from {source}").format(source=model.origin_detail)
        case ModelOrigin.FOLDER:
            return QCoreApplication.translate("Models", "In Ponder's models folder")


def how_it_runs(fit: Fit) -> str:
    """ "Runs in 8-bit on the CPU, with 32,768 tokens of context" """
    return QCoreApplication.translate(
        "Models", "Runs in {precision} on the {device}, with {n} tokens of context"
    ).format(
        precision=precision(fit.precision), device=words.device_name(fit.device), n=words.count(fit.context_tokens)
    )


def model_runs(name: str, fit: Fit) -> str:
    """The same as a sentence on the model called `name`."""
    text = QCoreApplication.translate(
        "Models", "{name} runs in {precision} on the {device}, with {n} tokens of context"
    )
    return text.format(
        name=name,
        precision=precision(fit.precision),
        device=words.device_name(fit.device),
        n=words.count(fit.context_tokens),
    )


def download_size(model: CatalogueModel) -> str:
    """Of the download; a guess says so."""
    size = words.file_size(model.download_bytes)
    if model.size_is_exact:
        return size
    return QCoreApplication.translate("Models", "about {size}").format(size=size)


def context(model: CatalogueModel) -> str:
    """What the model was trained on, and what it reaches."""
    trained = QCoreApplication.translate("Models", "{n} tokens of context").format(
        n=words.count(model.native_context_tokens)
    )
    if model.yarn_context_tokens is None:
        return trained
    return QCoreApplication.translate("Models", "{trained}, {n} with YaRN").format(
        trained=trained, n=words.count(model.yarn_context_tokens)
    )


def amount(done_bytes: int, total_bytes: int) -> str:
    """ "412 MB of 1.5 GB" """
    return QCoreApplication.translate("Models", "{done} of {total}").format(
        done=words.file_size(done_bytes), total=words.file_size(total_bytes)
    )


def rate(bytes_per_s: float) -> str:
    """ "10 MB/s" """
    if bytes_per_s < _MILLION:
        return QCoreApplication.translate("Models", "{n} kB/s").format(n=words.count(max(1, round(bytes_per_s / 1000))))
    return QCoreApplication.translate("Models", "{size}/s").format(size=words.file_size(int(bytes_per_s)))


def progress(job: JobProgress) -> str:
    """What a job is doing and how far it is."""
    if job.total_bytes <= 0 and job.stage is not JobStage.WAITING:
        return QCoreApplication.translate("Models", "Starting…")
    so_far = amount(job.done_bytes, job.total_bytes)
    match job.stage:
        case JobStage.FETCHING:
            parts = [so_far]
            if job.rate_bytes_per_s > 0:
                parts.append(rate(job.rate_bytes_per_s))
            if job.remaining_s is not None:
                left = words.duration(job.remaining_s)
                parts.append(QCoreApplication.translate("Models", "{duration} left").format(duration=left))
            return " · ".join(parts)
        case JobStage.WAITING:
            return QCoreApplication.translate("Models", "Waiting: {why}").format(why=job.note)
        case JobStage.COPYING:
            return QCoreApplication.translate("Models", "Copying: {amount}").format(amount=so_far)
        case JobStage.CONVERTING:
            return QCoreApplication.translate("Models", "Converting: {amount}").format(amount=so_far)
        case JobStage.STARTING:
            return QCoreApplication.translate("Models", "Starting…")
        case JobStage.CHECKING | JobStage.FINISHING:
            return QCoreApplication.translate("Models", "Verifying: {amount}").format(amount=so_far)


def kept(kept_bytes: int, total_bytes: int) -> str:
    """What is there of a download that was stopped; empty where nothing is."""
    if kept_bytes <= 0:
        return ""
    if total_bytes <= 0:
        return QCoreApplication.translate("Models", "{size} are kept.").format(size=words.file_size(kept_bytes))
    return QCoreApplication.translate("Models", "{amount} are kept.").format(amount=amount(kept_bytes, total_bytes))


def ended(end: JobEnded) -> str:
    """What came of a job; empty where what is shown says it already."""
    if end.outcome is JobOutcome.FAILED:
        return " ".join(each for each in (end.message, kept(end.kept_bytes, end.total_bytes)) if each)
    if end.outcome is JobOutcome.CANCELLED:
        if end.kind is JobKind.IMPORT:
            return QCoreApplication.translate("Models", "The import was stopped. Nothing was kept of it.")
        return ""
    if end.kind is JobKind.VERIFY:
        whole = QCoreApplication.translate("Models", "Verified: every byte is as it was installed.")
        if end.count == 0:
            whole = QCoreApplication.translate("Models", "The files have the form that they should have.")
        return " ".join(each for each in (whole, end.message) if each)
    if end.kind in (JobKind.REMOVE, JobKind.DISCARD) and end.freed_bytes > 0:
        return QCoreApplication.translate("Models", "{name} was removed; {size} are free again.").format(
            name=end.name, size=words.file_size(end.freed_bytes)
        )
    return end.message
