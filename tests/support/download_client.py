"""A program that plans and downloads, for tests: a process of its own, since the hub's settings freeze at import.

Reads one JSON object from the command line and prints one JSON object a line: progress, then "done", "error" or
"cancelled".
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from engine.cancel import CancelToken
from engine.download.listing import plan_download
from engine.download.plan import DownloadPlan, DownloadProgress, KnownFile, Patience
from engine.download.session import download, missing_files, saved_plan
from engine.errors import Cancelled, PonderError


def _say(event: str, **fields: object) -> None:
    print(json.dumps({"event": event, **fields}), flush=True)


def _plan(options: dict[str, Any], patience: Patience, cancel: CancelToken) -> DownloadPlan:
    destination = Path(options["destination"])
    if options.get("saved"):
        plan = saved_plan(destination)
        if plan is not None:
            _say("saved", missing=[each.name for each in missing_files(plan, destination)])
            return plan
    known = {name: KnownFile(*values) for name, values in options.get("known", {}).items()}
    return plan_download(options["repository"], options.get("revision"), known=known, patience=patience, cancel=cancel)


def main() -> None:
    options = json.loads(sys.argv[1])
    patience = Patience(**{"first_wait_s": 0.05, "stall_s": 2.0, "connect_s": 2.0, **options.get("patience", {})})
    cancel = CancelToken()
    cancelled_at = 0.0

    def stop() -> None:
        nonlocal cancelled_at
        cancelled_at = time.monotonic()
        cancel.cancel()

    if "limit_file_bytes" in options:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (options["limit_file_bytes"],) * 2)
    # From another thread and a little later, when the main one waits for whatever it waits for.
    timer = threading.Timer(0.3, stop)
    timer.daemon = True
    armed: list[bool] = []

    def report(progress: DownloadProgress) -> None:
        _say(
            "progress",
            file=progress.file,
            done=progress.done_bytes,
            total=progress.total_bytes,
            rate=progress.rate_bytes_per_s,
            remaining=progress.remaining_s,
            stage=progress.stage.value,
            note=progress.note,
        )
        enough = progress.done_bytes >= options.get("cancel_at_bytes", 1 << 60)
        if (enough or progress.stage.value == options.get("cancel_in")) and not armed:
            armed.append(True)
            timer.start()

    try:
        plan = _plan(options, patience, cancel)
        _say("plan", files=[each.name for each in plan.files], total=plan.total_bytes, commit=plan.commit)
        if not options.get("only_plan"):
            folder = download(plan, Path(options["destination"]), progress=report, cancel=cancel, patience=patience)
            _say("done", folder=str(folder))
    except Cancelled:
        _say("cancelled", after_s=time.monotonic() - cancelled_at)
    except PonderError as error:
        _say("error", kind=error.kind, message=str(error))


if __name__ == "__main__":
    main()
