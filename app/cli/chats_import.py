"""`ponder chats import`: conversations from files, with a report."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from app.cli.interrupt import Interrupted
from app.cli.progress import ProgressLine
from app.cli.surroundings import Surroundings
from app.core.store_reports import counted
from app.library.chat_export.words import one_line
from app.library.chat_import.importing import import_chats
from app.library.chat_import.report import ImportProgress, ImportReport
from app.library.chats import writing_chats
from engine.cancel import CancelToken
from engine.types import JsonObject

_SHOWN_PROBLEMS = 20


def run_import(options: argparse.Namespace, around: Surroundings) -> int:
    """Import and report. Exit code 1 where something could not be imported.

    Raises:
        StoreBusy: the window, or another command, is writing the conversations.
        StoreError: they cannot be written.
        Interrupted: by a signal; what was imported by then stays, and is in the report.
    """
    console = around.console
    token, line = CancelToken(), ProgressLine(console)

    def progress(at: ImportProgress) -> None:
        line.show("Importing", at.done_bytes, at.total_bytes)

    paths = [Path(each).expanduser() for each in options.files]
    with writing_chats(around.paths.chats) as store, around.interrupts.cancelling(token.cancel):
        report = import_chats(paths, store.transfer, progress=progress, cancel=token)
    console.clear_status()
    if options.json:
        console.write(json.dumps(_as_json(report), ensure_ascii=False) + "\n")
    else:
        console.write("".join(f"{each}\n" for each in _lines(report)))
    if report.stopped_by is not None:
        console.notice(f"ponder: {report.stopped_by}")
        return 1
    if report.cancelled:
        console.notice("ponder: The import was stopped. The same command goes on from there.")
        raise Interrupted(around.interrupts.exit_code)
    if not report.complete:
        console.notice("ponder: Not everything could be imported.")
        return 1
    return 0


def _lines(report: ImportReport) -> Iterator[str]:
    source = f" from {', '.join(report.formats)}" if report.formats else ""
    yield f"{counted(report.imported, 'conversation')} imported{source}."
    for number, words in (
        (report.already_there, "there already"),
        (report.in_trash, "there already, in the trash"),
        (report.empty, "left out, for nothing was said"),
        (report.failed, "not imported"),
    ):
        if number:
            yield f"{counted(number, 'conversation')} {words}."
    for each in report.problems[:_SHOWN_PROBLEMS]:
        yield "  " + ": ".join(one_line(text) for text in (each.file, each.conversation, each.text) if text)
    more = len(report.problems) - _SHOWN_PROBLEMS + report.more_problems
    if more > 0:
        yield f"  … and {counted(more, 'more remark')}; --json lists them."


def _as_json(report: ImportReport) -> JsonObject:
    return {
        "imported": report.imported,
        "already_there": report.already_there,
        "in_trash": report.in_trash,
        "empty": report.empty,
        "failed": report.failed,
        "unreadable": report.unreadable,
        "formats": list(report.formats),
        "conversation_ids": list(report.conversation_ids),
        "problems": [
            {"file": each.file, "conversation": each.conversation, "message": each.text} for each in report.problems
        ],
        "more_problems": report.more_problems,
        "cancelled": report.cancelled,
        "error": None if report.stopped_by is None else str(report.stopped_by),
    }
