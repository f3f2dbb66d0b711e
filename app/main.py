"""The entry point of the `ponder` command. Imports nothing heavy: a spawned child process runs this module
again.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.

    Args:
        argv: The arguments after the program's name; None means those of this process.
    """
    multiprocessing.freeze_support()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if not arguments:
            return _start_app()
        from app.cli.run import run

        return run(arguments)
    except KeyboardInterrupt:
        # Only an interrupt before the command line's own handler is in place arrives here.
        return 130


def _start_app() -> int:
    """The window; where there can be none, the chat in the terminal, which says why."""
    from app.core.display import why_no_window

    reason = why_no_window(os.environ)
    if reason is None:
        from app.core.collection import put_off_collection

        put_off_collection()  # before the imports of the window, which make most of what there ever is
        from app.application import run_app

        return run_app()
    from app.cli.run import run

    return run(["ask"], why_terminal=reason)


if __name__ == "__main__":
    sys.exit(main())
