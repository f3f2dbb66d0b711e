"""`ponder models list` and `ponder models verify`."""

from __future__ import annotations

import argparse
import json

from app.cli.surroundings import Surroundings
from app.core.settings import read_settings
from app.library.models import BUILT_IN_WARNING, ModelEntry, choose_model, list_models
from engine.types import JsonObject


def run_models(options: argparse.Namespace, around: Surroundings) -> int:
    """Run the chosen action and return the exit code."""
    if options.models_command == "list":
        return _list(options, around)
    from app.cli.verify import run_verify

    return run_verify(options, around)


def _list(options: argparse.Namespace, around: Surroundings) -> int:
    chosen = choose_model(None, read_settings(around.paths.settings_file).settings.model, around.paths.models)
    entries = list_models(around.paths.models)
    if all(each.folder != chosen.entry.folder for each in entries):
        entries = (*entries, chosen.entry)
    if options.json:
        models = [_as_json(each, chosen.entry) for each in entries]
        around.console.write(json.dumps({"models": models}, ensure_ascii=False) + "\n")
        return 0
    if chosen.note:
        around.console.notice(f"ponder: {chosen.note}")
    width = max(len(each.name) for each in entries)
    for each in entries:
        mark = "*" if each.folder == chosen.entry.folder else " "
        what = f"built in: {BUILT_IN_WARNING}" if each.built_in else str(each.folder)
        around.console.write(f"{mark} {each.name:<{width}}  {what}\n")
    if around.console.stdout_is_terminal:
        around.console.notice(f"* is used when no --model is given. Models lie in {around.paths.models}")
    return 0


def _as_json(entry: ModelEntry, chosen: ModelEntry) -> JsonObject:
    return {
        "name": entry.name,
        "folder": str(entry.folder),
        "built_in": entry.built_in,
        "chosen": entry.folder == chosen.folder,
    }
