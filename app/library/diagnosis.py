"""What this machine would do with a model. Joins the engine's own findings and decides nothing."""

from __future__ import annotations

from app.core.settings import Settings
from app.library.models import ModelEntry
from app.version import VERSION
from engine.checkpoint import open_checkpoint
from engine.doctor import doctor_report, doctor_text
from engine.errors import PonderError
from engine.hardware import detect_machine
from engine.model_shape import model_shape
from engine.types import JsonObject


def diagnose(entry: ModelEntry, settings: Settings) -> JsonObject:
    """The doctor's report on this machine and on the model, loaded as the settings say.

    Where the model's files cannot be opened, `model_error` {"name", "kind", "message"} stands in place of
    `model`.
    """
    machine = detect_machine()
    try:
        shape = model_shape(open_checkpoint(entry.folder))
    except PonderError as error:
        problem: JsonObject = {"name": entry.name, "kind": error.kind, "message": str(error)}
        return {**_with_version(doctor_report(machine)), "model_error": problem}
    return _with_version(
        doctor_report(
            machine,
            entry.name,
            shape,
            device=settings.device,
            precision=settings.precision,
            kv_cache=settings.kv_cache,
        )
    )


def _with_version(report: JsonObject) -> JsonObject:
    """The engine knows the packages' versions by their metadata, and Ponder's not at all."""
    versions = report["versions"]
    return {**report, "versions": {"ponder": VERSION, **versions}} if isinstance(versions, dict) else report


def report_text(report: JsonObject) -> str:
    """A report of `diagnose` for a terminal."""
    text = doctor_text(report)
    problem = report.get("model_error")
    return text if not isinstance(problem, dict) else f"{text}\n{problem['name']} cannot run: {problem['message']}\n"
