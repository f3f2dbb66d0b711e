"""`ponder models import`: brings a model in that is on this machine, or lists those of other programs."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator, Sequence

from app.cli.interrupt import Interrupted
from app.cli.progress import ProgressLine
from app.cli.prompt import WrongUsage
from app.cli.surroundings import Surroundings
from app.library.elsewhere import Elsewhere, elsewhere_json, models_elsewhere
from app.library.importing import Imported, ImportProgress, ImportStage, find_source, import_model
from app.library.models import origin_words
from app.library.sizes import disk_size
from engine.cancel import CancelToken
from engine.errors import Cancelled

_DOING = {
    ImportStage.COPYING: "Copying",
    ImportStage.CONVERTING: "Converting",
    ImportStage.CHECKING: "Verifying",
}
_COLUMNS = 100
_NAME_COLUMNS = 44
_WHERE = "LM Studio, Ollama, llama.cpp and the Hugging Face cache"


def run_import(options: argparse.Namespace, around: Surroundings) -> int:
    """Import and say what came of it, or list.

    Raises:
        PonderError: as app.library.importing says.
        Interrupted: by a signal; nothing is left behind.
        WrongUsage: there is nothing to import, or too much is asked for.
    """
    if options.list:
        return _list(options, around)
    if options.path is None:
        raise WrongUsage("Give the PATH, number or name of a model to import, or --list to see those on this machine.")
    console = around.console
    token, line = CancelToken(), ProgressLine(console)

    def report(progress: ImportProgress) -> None:
        line.show(_DOING[progress.stage], progress.done_bytes, progress.total_bytes)

    with around.interrupts.cancelling(token.cancel):
        try:
            console.status("Looking at the model…")
            imported = import_model(
                find_source(options.path),
                around.paths.models,
                name=options.name,
                link=options.link,
                report=report,
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


def _list(options: argparse.Namespace, around: Surroundings) -> int:
    if options.path is not None or options.name is not None or options.link:
        raise WrongUsage("--list imports nothing: leave out PATH, --name and --link.")
    around.console.status("Looking for models of other programs…")
    found = models_elsewhere()
    if options.json:
        report = {"models": [elsewhere_json(each) for each in found]}
        around.console.write(json.dumps(report, ensure_ascii=False) + "\n")
        return 0
    around.console.write("\n".join(list_lines(found)) + "\n")
    if around.console.stdout_is_terminal and any(each.number is not None for each in found):
        around.console.notice("Import one by its number or name, such as: ponder models import 1")
    return 0


def list_lines(found: Sequence[Elsewhere]) -> Iterator[str]:
    """Those that can be imported with their numbers, then the others with the reason."""
    usable = [each for each in found if each.number is not None]
    others = [each for each in found if each.number is None]
    if not found:
        yield f"No models of other programs were found in the folders of {_WHERE}."
        return
    yield "Models of other programs on this machine:" if usable else "No model of another program can be used here."
    width = min(max((len(each.model.name) for each in found), default=0), _NAME_COLUMNS)
    for each in usable:
        yield f"{each.number:>3}  {_columns(each, width)}  {_outcome(each)}"
    if others:
        yield ""
        yield "Cannot be used:"
    for each in others:
        yield f"     {_columns(each, width)}"
        yield from textwrap.wrap(
            each.problem, _COLUMNS, initial_indent=" " * 7, subsequent_indent=" " * 7, break_long_words=False
        )


def _columns(each: Elsewhere, width: int) -> str:
    return f"{each.model.name:<{width}}  {each.model.program:<12}  {disk_size(each.model.size_bytes):>8}"


def _outcome(each: Elsewhere) -> str:
    if each.in_place:
        return f"{each.precision}, used where it lies"
    return f"{each.precision}, takes {disk_size(each.imported_bytes)} once imported"


def _as_json(imported: Imported) -> dict[str, object]:
    entry, origin = imported.entry, imported.origin
    return {
        "model": entry.name,
        "folder": str(entry.folder),
        "linked": entry.link is not None,
        "origin": origin_words(entry),
        "quantisation": (origin.quantisation or None) if origin is not None else None,
    }
