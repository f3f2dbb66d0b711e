"""`ponder models import` and `ponder models remove`."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

from app.cli.console import Console
from app.cli.interrupt import Interrupted
from app.cli.prompt import WrongUsage
from app.cli.surroundings import Surroundings
from app.library.importing import Imported, find_source, import_model
from app.library.models import find_own_model, origin_words
from app.library.removal import removable_bytes, remove_model, require_removable
from engine.cancel import CancelToken
from engine.errors import Cancelled

_BAR_COLUMNS = 24
_LINE_EVERY_S = 5.0


def run_import(options: argparse.Namespace, around: Surroundings) -> int:
    """Import and say what came of it.

    Raises:
        PonderError: as app.library.importing says.
        Interrupted: by a signal; nothing is left behind.
    """
    console = around.console
    token = CancelToken()
    with around.interrupts.cancelling(token.cancel):
        try:
            console.status("Looking at the model…")
            imported = import_model(
                find_source(options.path),
                around.paths.models,
                name=options.name,
                link=options.link,
                progress=progress_on(console, "Importing"),
                cancel=token,
            )
        except Cancelled:
            console.notice("ponder: The import was stopped. Nothing was kept of it.")
            raise Interrupted(around.interrupts.exit_code) from None
    if options.json:
        console.write(json.dumps(_as_json(imported), ensure_ascii=False) + "\n")
    else:
        console.write(f"{imported.entry.name}: {origin_words(imported.entry)}\n")
        if console.stdout_is_terminal:
            console.notice(f'Try it with: ponder ask --model "{imported.entry.name}"')
    return 0


def run_remove(options: argparse.Namespace, around: Surroundings) -> int:
    """Ask, then remove. Exit code 1 where the answer is no.

    Raises:
        PonderError: as app.library.removal says.
        WrongUsage: there is nobody to ask, and --yes was not given.
    """
    console = around.console
    entry = find_own_model(options.name, around.paths.models)
    require_removable(entry, around.paths.models)
    freed = size_text(removable_bytes(entry))
    what = f"{entry.folder}: frees {freed}" if entry.link is None else f"only the link, not {entry.folder}"
    if not options.yes and not _agreed(f"Remove {entry.name} ({what})?", around):
        console.notice("Nothing was removed.")
        return 1
    freed_bytes = remove_model(entry, around.paths.models)
    if options.json:
        report = {"model": entry.name, "folder": str(entry.folder), "linked": entry.link is not None}
        console.write(json.dumps({**report, "freed_bytes": freed_bytes}, ensure_ascii=False) + "\n")
    else:
        console.write(f"{entry.name}: removed, {size_text(freed_bytes)} freed\n")
    return 0


def progress_on(console: Console, doing: str) -> Callable[[int, int], None]:
    """A bar on a terminal; in a pipe, a line every few seconds."""
    last_line_s = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last_line_s
        share = done / max(total, 1)
        numbers = f"{100 * share:3.0f} % of {size_text(total)}"
        if console.stderr_is_terminal:
            filled = int(_BAR_COLUMNS * share)
            console.status(f"{doing} {'━' * filled}{'┄' * (_BAR_COLUMNS - filled)} {numbers}")
        elif time.monotonic() - last_line_s >= _LINE_EVERY_S:
            last_line_s = time.monotonic()
            console.notice(f"{doing}: {numbers}")

    return show


def size_text(size_bytes: int) -> str:
    """Decimal units, as disks are sold and file managers count."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:.1f} {unit}"
    return f"{size_bytes} bytes"


def _agreed(question: str, around: Surroundings) -> bool:
    console = around.console
    if console.stdin is None or not (console.stdin_is_terminal and console.stderr_is_terminal):
        raise WrongUsage("There is nobody to ask: add --yes to remove the model.")
    console.aside(f"{question} [y/N] ")
    with around.interrupts.unforced():
        return console.stdin.readline().strip().casefold() in ("y", "yes")


def _as_json(imported: Imported) -> dict[str, object]:
    entry, origin = imported.entry, imported.origin
    return {
        "model": entry.name,
        "folder": str(entry.folder),
        "linked": entry.link is not None,
        "origin": origin_words(entry),
        "quantisation": (origin.quantisation or None) if origin is not None else None,
    }
