"""`ponder models verify`: are the files whole, and does the model compute what it should?"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from app.cli.progress import ProgressLine
from app.cli.surroundings import Surroundings
from app.core.settings import read_settings
from app.library.models import choose_model
from app.library.verify import FileCheck, ReferenceCheck, check_against_reference, check_files


def run_verify(options: argparse.Namespace, around: Surroundings) -> int:
    """Check and report. Exit code 1 where anything is wrong; a check that does not apply is said and no
    failure.
    """
    console = around.console
    choice = choose_model(options.name, read_settings(around.paths.settings_file).settings.model, around.paths.models)
    if choice.note:
        console.notice(f"ponder: {choice.note}")
    entry = choice.entry
    line = ProgressLine(console)
    files = check_files(entry, lambda done, total: line.show("Verifying", done, total))
    reference: ReferenceCheck | None = None
    if options.against_reference:
        if files.problems:
            reference = ReferenceCheck(skipped="The files are not sound.")
        else:
            console.status("Comparing…")
            reference = check_against_reference(entry, around.open_engine)
    sound = not files.problems and not (reference is not None and reference.problems)
    if options.json:
        report: dict[str, object] = {"model": entry.name, "folder": str(entry.folder), "sound": sound}
        report["files"] = asdict(files)
        if reference is not None:
            report["reference"] = asdict(reference)
        console.write(json.dumps(report, ensure_ascii=False) + "\n")
    else:
        for finding in [*_about_files(files), *(_about_reference(reference) if reference is not None else [])]:
            console.write(f"{entry.name}: {finding}\n")
    return 0 if sound else 1


def _about_files(files: FileCheck) -> list[str]:
    if files.problems:
        repair = [f"To have it repaired: ponder models download {files.download}"] if files.download else []
        return [*files.problems, *files.notes, *repair]
    whole = (
        f"{files.files_checked} files are what was installed." if files.files_checked else "The files are well formed."
    )
    return [whole, *files.notes]


def _about_reference(reference: ReferenceCheck) -> list[str]:
    if reference.skipped:
        return [f"Not compared with recorded outputs: {reference.skipped}"]
    where = f"{reference.cases_compared} cases on {reference.device} in {reference.precision}"
    verdict = "deviates from" if reference.problems else "agrees with"
    return [
        f"It {verdict} the recorded outputs of {reference.compared_with} ({where}).",
        *reference.problems,
        *reference.notes,
    ]
