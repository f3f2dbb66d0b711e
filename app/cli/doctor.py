"""`ponder doctor`: what this machine can run, and why."""

from __future__ import annotations

import argparse
import json

from app.cli.surroundings import Surroundings
from app.core.settings import read_settings
from app.library.diagnosis import diagnose, report_text
from app.library.models import choose_model


def run_doctor(options: argparse.Namespace, around: Surroundings) -> int:
    """Print the report. Exit code 0: a model that does not run here is a finding, not a failure of the
    command.
    """
    settings = read_settings(around.paths.settings_file)
    for problem in settings.problems:
        around.console.notice(f"ponder: {problem}")
    choice = choose_model(options.model, settings.settings.model, around.paths.models)
    if choice.note:
        around.console.notice(f"ponder: {choice.note}")
    around.console.status("Looking at this machine…")
    report = diagnose(choice.entry, settings.settings)
    around.console.write(json.dumps(report, ensure_ascii=False) + "\n" if options.json else report_text(report))
    return 0
