"""`ponder models download`: fetches a model and shows how far it is.

A bar on a terminal, a line every tenth or every few seconds in a pipe, one JSON object a line with --json.
"""

from __future__ import annotations

import argparse
import json
import time

from app.cli.console import Console
from app.cli.progress import LINE_EACH_S, amount_text, with_bar
from app.cli.surroundings import Surroundings
from app.library.downloads import (
    CancelToken,
    DownloadPlan,
    DownloadProgress,
    Fetched,
    Source,
    Stage,
    Wanted,
    fetch_model,
    kept_of,
    resolve,
)
from app.library.sizes import disk_size
from engine.errors import Cancelled, PonderError

_JSON_EACH_S = 0.5


def run_download(options: argparse.Namespace, around: Surroundings) -> int:
    """Fetch and report. Ctrl-C keeps what has arrived and exits with 130."""
    show = _Display(around.console, as_json=options.json)
    token = CancelToken()
    wanted: Wanted | None = None
    try:
        with around.interrupts.cancelling(token.cancel):
            wanted = resolve(options.name, options.revision)
            fetched = fetch_model(
                wanted, around.paths.models, on_plan=show.plan, on_progress=show.progress, cancel=token
            )
    except Cancelled:
        kept = kept_of(wanted, around.paths.models) if wanted is not None else 0
        show.cancelled(kept)
        return around.interrupts.exit_code
    except PonderError as error:
        show.failed(error)
        raise
    show.finished(fetched)
    return 0


class _Display:
    """Says what happens in one of three ways."""

    def __init__(self, console: Console, *, as_json: bool) -> None:
        self._console = console
        self._json = as_json
        self._bar = console.shows_status and not as_json
        self._said_at = float("-inf")
        self._tenth = -1
        self._said = ("", "")

    def plan(self, plan: DownloadPlan) -> None:
        if self._json:
            self._write(
                event="plan",
                repository=plan.repository,
                commit=plan.commit,
                files=[{"name": each.name, "bytes": each.size_bytes} for each in plan.files],
                total_bytes=plan.total_bytes,
            )
            return
        count = len(plan.files)
        what = f"{plan.repository} at {plan.commit[:12]}: {count} files, {disk_size(plan.total_bytes)}"
        self._console.write(f"Downloading {what}.\n")

    def progress(self, progress: DownloadProgress) -> None:
        if self._bar:
            done, total = progress.done_bytes, progress.total_bytes
            self._console.status(with_bar(_text(progress), done, total, self._console.columns))
        elif self._is_due(progress):
            if self._json:
                self._write(
                    event="progress",
                    stage=progress.stage.value,
                    file=progress.file,
                    done_bytes=progress.done_bytes,
                    total_bytes=progress.total_bytes,
                    bytes_per_s=round(progress.rate_bytes_per_s),
                    remaining_s=None if progress.remaining_s is None else round(progress.remaining_s, 1),
                    note=progress.note,
                )
            else:
                self._console.write(_text(progress) + "\n")

    def finished(self, fetched: Fetched) -> None:
        if self._json:
            self._write(
                event="finished",
                model=fetched.entry.name,
                folder=str(fetched.entry.folder),
                repository=fetched.repository,
                commit=fetched.commit,
                source=fetched.source.value,
            )
            return
        how = {
            Source.HUB: "is downloaded and verified",
            Source.ALREADY_HERE: "is here already; every byte was verified",
            Source.HUB_CACHE: "is in the Hugging Face cache already; it was verified and is used where it lies",
        }[fetched.source]
        self._console.write(f"{fetched.entry.name} {how}: {fetched.entry.folder}\n")
        if self._console.stdout_is_terminal:
            self._console.notice(f'Try it with: ponder ask --model "{fetched.entry.name}"')

    def cancelled(self, kept_bytes: int) -> None:
        if self._json:
            self._write(event="cancelled", kept_bytes=kept_bytes)
        kept = f"{disk_size(kept_bytes)} are kept. The same command goes on from there." if kept_bytes else ""
        self._console.notice(f"ponder: stopped. {kept}")

    def failed(self, error: PonderError) -> None:
        if self._json:
            self._write(event="error", kind=error.kind, message=str(error))

    def _is_due(self, progress: DownloadProgress) -> bool:
        """At a new stage, a new reason to wait, each tenth, and every few seconds."""
        now = time.monotonic()
        tenth = 10 * progress.done_bytes // max(progress.total_bytes, 1)
        # Before each file, what is there of it is checked, which is worth no line of its own.
        stage = Stage.FETCHING if progress.stage is Stage.CHECKING else progress.stage
        said = (stage.value, progress.note if stage is Stage.WAITING else "")
        waited = now - self._said_at >= (_JSON_EACH_S if self._json else LINE_EACH_S)
        tenth_passed = progress.stage is Stage.FETCHING and tenth != self._tenth
        if not (said != self._said or tenth_passed or waited):
            return False
        self._said_at, self._tenth, self._said = now, tenth, said
        return True

    def _write(self, **fields: object) -> None:
        self._console.write(json.dumps(fields, ensure_ascii=False) + "\n")


def _text(progress: DownloadProgress) -> str:
    amount = amount_text(progress.done_bytes, progress.total_bytes)
    match progress.stage:
        case Stage.FETCHING:
            return amount_text(
                progress.done_bytes, progress.total_bytes, progress.rate_bytes_per_s, progress.remaining_s
            )
        case Stage.WAITING:
            return f"{amount}; {progress.note}"
        case Stage.FINISHING:
            return f"{amount} verified"
        case Stage.CHECKING:
            return f"{amount} checked{f' {progress.note}' if progress.note else ''}"
