"""`ponder chats export`: conversations to a file, a folder of files, or standard output."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from app.cli.interrupt import Interrupted
from app.cli.prompt import WrongUsage
from app.cli.surroundings import Surroundings
from app.core.store_reports import counted
from app.library.chat_export.export import Export, Exported, StoreSource
from app.library.chat_export.formats import ExportFormat
from app.library.chats import all_chats, find_chat, reading_chats
from engine.cancel import CancelToken
from engine.errors import Cancelled

_SUFFIXES = {each.suffix: each for each in ExportFormat}


def run_export(options: argparse.Namespace, around: Surroundings) -> int:
    """Export and say what came of it.

    Raises:
        WrongUsage: nothing, or two things at once, are asked for.
        ExportFailed: the output is there already, or cannot be written.
        NotInStore, AmbiguousChat: it is not clear which conversation is meant.
        Interrupted: by a signal.
    """
    if bool(options.chats) == options.all:
        raise WrongUsage("Say which conversations to export, or --all.")
    if options.trash and not options.all:
        raise WrongUsage("--trash goes with --all.")
    if options.output == "":
        raise WrongUsage("--output needs a PATH.")
    path = None if options.output in (None, "-") else Path(options.output).expanduser()
    if path is None and options.force:
        raise WrongUsage("--force goes with --output.")
    console, token = around.console, CancelToken()

    def progress(done: int, total: int) -> None:
        if path is not None:
            console.status(f"Exporting {done:,} of {total:,}…")

    with reading_chats(around.paths.chats) as store:
        ids = (
            all_chats(store, with_trash=options.trash)
            if options.all
            else tuple(find_chat(store, each) for each in options.chats)
        )
        export = Export(
            StoreSource(store),
            ids,
            _format(options, path),
            thinking=options.thinking,
            whole=options.all,
            progress=progress,
            cancel=token,
        )
        if path is None:
            for piece in export.pieces():
                console.write(piece)
            return 0
        folder = path.is_dir() or str(options.output).endswith(("/", os.sep))
        with around.interrupts.cancelling(token.cancel):
            try:
                done = (export.to_folder if folder else export.to_file)(path, force=options.force)
            except Cancelled:
                kept = "The files that were complete stay." if folder else "Nothing was written."
                console.notice(f"ponder: The export was stopped. {kept}")
                raise Interrupted(around.interrupts.exit_code) from None
    console.write(f"{_words(done)} in {path}\n")
    return 0


def _format(options: argparse.Namespace, path: Path | None) -> ExportFormat:
    """What is asked for, else what the file's name says, else Markdown."""
    if options.format is not None:
        return ExportFormat(options.format)
    return ExportFormat.MARKDOWN if path is None else _SUFFIXES.get(path.suffix.lower(), ExportFormat.MARKDOWN)


def _words(done: Exported) -> str:
    gone = f" ({done.gone:,} gone in the meantime)" if done.gone else ""
    files = f", {counted(done.files, 'file')}," if done.files > 1 else ""
    return f"{counted(done.conversations, 'conversation')}{gone}{files}"
