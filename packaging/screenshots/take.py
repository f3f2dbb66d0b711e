"""Drives the real window and saves the pictures of the README: `python packaging/screenshots/take.py [FOLDER]`.
With `--frozen PROGRAM` it drives a frozen Ponder instead, from outside, which answers with its practice model.

Starts an X server of its own (Xvfb) where there is no display. Everything on the pictures is the real application with
mouse and keys; the words of the answers are written out in `demo_texts` and said by `demo_engine`, because the pictures
are to show the window and not a model.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FOLDER = HERE / "pictures"
SIZE_PX = (1280, 820)
NARROW_PX = (420, 780)
PATIENCE_S = 30.0
SETTLE_S = 0.35
DAY_MS = 86_400_000
LANGUAGES = ("en", "ar")


def main() -> None:
    """Take all pictures: one process for each language, because that is chosen at the start."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    arguments.add_argument("--language", choices=LANGUAGES, help="only this one, on the display that is there")
    arguments.add_argument("--frozen", type=Path, metavar="PROGRAM", help="such as dist/ponder/ponder")
    chosen = arguments.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if chosen.frozen is not None:
        from frozen import take_frozen

        take_frozen(chosen.frozen.resolve(), chosen.folder.resolve())
        return
    if chosen.language is not None:
        _take(chosen.folder.resolve(), chosen.language)
        return
    for language in LANGUAGES:
        command = [sys.executable, str(HERE / "take.py"), str(chosen.folder), "--language", language]
        if not os.environ.get("DISPLAY"):
            if shutil.which("xvfb-run") is None:
                sys.exit("There is no display and no xvfb-run: install Xvfb.")
            command = ["xvfb-run", "-a", "-s", "-screen 0 1600x1200x24", *command]
        environment = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
        subprocess.run(command, check=True, env=environment)


def _take(folder: Path, language: str) -> None:
    sys.path[:0] = [str(ROOT), str(HERE)]
    with tempfile.TemporaryDirectory(prefix="ponder-pictures-") as home:
        os.environ["PONDER_HOME"] = home
        from studio import Studio

        studio = Studio(folder, Path(home), language)
        try:
            (studio.take_all if language == "en" else studio.take_in_arabic)()
        finally:
            studio.close()


def wait(condition: Callable[[], bool], process_events: Callable[[], None]) -> None:
    """Let the application run until something is so.

    Raises:
        TimeoutError: it never was.
    """
    end_s = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end_s:
            raise TimeoutError("the window did not come to what was waited for")
        process_events()
        time.sleep(0.01)


if __name__ == "__main__":
    main()
