"""`ponder models`: lists the models itself and passes the other actions on."""

from __future__ import annotations

import argparse
import json

from app.cli.catalogue import listing_lines, run_show
from app.cli.surroundings import Surroundings
from app.core.settings import read_settings
from app.library.catalogue import offer_json, offers
from app.library.models import BUILT_IN_WARNING, ModelEntry, choose_model, list_models, origin_words, size_bytes
from app.library.sizes import disk_size
from app.library.stopped import Unfinished, to_ask_for, unfinished_downloads
from engine.types import JsonObject


def run_models(options: argparse.Namespace, around: Surroundings) -> int:
    """Run the chosen action and return the exit code."""
    if options.models_command == "list":
        return _list(options, around)
    if options.models_command == "show":
        return run_show(options, around)
    if options.models_command == "import":
        from app.cli.importing import run_import

        return run_import(options, around)
    if options.models_command == "remove":
        from app.cli.removal import run_remove

        return run_remove(options, around)
    if options.models_command == "download":
        from app.cli.download import run_download

        return run_download(options, around)
    from app.cli.verify import run_verify

    return run_verify(options, around)


def _list(options: argparse.Namespace, around: Surroundings) -> int:
    settings = read_settings(around.paths.settings_file).settings
    chosen = choose_model(None, settings.model, around.paths.models)
    entries = list_models(around.paths.models)
    if all(each.folder != chosen.entry.folder for each in entries):
        entries = (*entries, chosen.entry)
    stopped = unfinished_downloads(around.paths.models)
    around.console.status("Looking at this machine…")
    offered = offers(entries, settings)
    if options.json:
        report: JsonObject = {
            "models": [_as_json(each, chosen.entry) for each in entries],
            "unfinished": [_stopped_json(each) for each in stopped],
            "catalogue": [offer_json(each) for each in offered],
        }
        around.console.write(json.dumps(report, ensure_ascii=False) + "\n")
        return 0
    if chosen.note:
        around.console.notice(f"ponder: {chosen.note}")
    width = max(len(each.name) for each in entries)
    for each in entries:
        mark = "*" if each.folder == chosen.entry.folder else " "
        around.console.write(f"{mark} {each.name:<{width}}  {disk_size(size_bytes(each)):>8}  {_what(each)}\n")
    if stopped:
        around.console.write("\nStopped downloads:\n" + "".join(f"  {_stopped_text(each)}\n" for each in stopped))
    around.console.write("\n" + "\n".join(listing_lines(offered)) + "\n")
    if around.console.stdout_is_terminal:
        around.console.notice(f"* is used when no --model is given. Models lie in {around.paths.models}")
        around.console.notice("Models of other programs: ponder models import --list")
    return 0


def _what(entry: ModelEntry) -> str:
    what = f"built in: {BUILT_IN_WARNING}" if entry.built_in else str(entry.folder)
    return f"{what} ({words})" if (words := origin_words(entry)) else what


def _stopped_text(stopped: Unfinished) -> str:
    name, plan = stopped.destination.name, stopped.plan
    amount = f"{disk_size(stopped.kept_bytes)} of {disk_size(plan.total_bytes)}"
    return f"{name}  {amount}; go on with: ponder models download {to_ask_for(plan)}"


def _stopped_json(stopped: Unfinished) -> JsonObject:
    return {
        "name": stopped.destination.name,
        "repository": stopped.plan.repository,
        "commit": stopped.plan.commit,
        "kept_bytes": stopped.kept_bytes,
        "total_bytes": stopped.plan.total_bytes,
    }


def _as_json(entry: ModelEntry, chosen: ModelEntry) -> JsonObject:
    return {
        "name": entry.name,
        "folder": str(entry.folder),
        "size_bytes": size_bytes(entry),
        "built_in": entry.built_in,
        "linked": entry.link is not None,
        "origin": origin_words(entry) or None,
        "chosen": entry.folder == chosen.folder,
    }
