"""`ponder models remove`: asks, then removes."""

from __future__ import annotations

import argparse
import json

from app.cli.prompt import WrongUsage
from app.cli.surroundings import Surroundings
from app.library.removal import Removable, find_removable, remove
from app.library.sizes import disk_size


def run_remove(options: argparse.Namespace, around: Surroundings) -> int:
    """Ask, then remove. Exit code 1 where the answer is no.

    Raises:
        PonderError: as app.library.removal says.
        WrongUsage: there is nobody to ask, and --yes was not given.
    """
    console = around.console
    found = find_removable(options.name, around.paths.models)
    if not options.yes and not _agreed(f"Remove {found.name} ({_what(found)})?", around):
        console.notice("Nothing was removed.")
        return 1
    freed_bytes = remove(found, around.paths.models)
    if options.json:
        console.write(json.dumps(_as_json(found, freed_bytes), ensure_ascii=False) + "\n")
    else:
        console.write(f"{found.name}: removed, {disk_size(freed_bytes)} freed\n")
    return 0


def _what(found: Removable) -> str:
    if found.entry is None:
        return f"what has arrived of its download: frees {disk_size(found.freed_bytes)}"
    if found.entry.link is not None:
        return f"only the link, not {found.entry.folder}"
    also = " and what has arrived of a download" if found.unfinished is not None else ""
    return f"{found.entry.folder}{also}: frees {disk_size(found.freed_bytes)}"


def _agreed(question: str, around: Surroundings) -> bool:
    console = around.console
    if console.stdin is None or not (console.stdin_is_terminal and console.stderr_is_terminal):
        raise WrongUsage("There is nobody to ask: add --yes to remove the model.")
    console.aside(f"{question} [y/N] ")
    with around.interrupts.unforced():
        return console.stdin.readline().strip().casefold() in ("y", "yes")


def _as_json(found: Removable, freed_bytes: int) -> dict[str, object]:
    entry = found.entry
    return {
        "model": found.name,
        "folder": None if entry is None else str(entry.folder),
        "linked": entry is not None and entry.link is not None,
        "download_discarded": found.unfinished is not None,
        "freed_bytes": freed_bytes,
    }
