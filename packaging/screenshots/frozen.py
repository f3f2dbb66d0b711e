"""Pictures of a frozen Ponder, from outside: a real X server, keys, and what the practice model really answers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "freeze"))

from smoke_window import QUESTION, Screen, last_answer, missing_tools, wait_for

SETTLE_S = 1.5
LONG_QUESTION = "Write a short story about a lighthouse."


def take_frozen(program: Path, folder: Path) -> None:
    """Start the program with an empty home and save what it shows: at the first start, with answers, and its windows.

    Raises:
        SystemExit: xdotool, Xvfb or ImageMagick is not installed.
        SmokeFailure: the window did not come, or did not answer.
    """
    if missing := missing_tools():
        sys.exit(f"install {' and '.join(missing)} for pictures of a frozen folder")
    with tempfile.TemporaryDirectory(prefix="ponder-pictures-") as home, Screen() as screen:
        environment = {**os.environ, "PONDER_HOME": home, "DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"}
        process = subprocess.Popen([str(program)], env=environment, text=True)
        try:
            (window,) = wait_for(process, screen.windows, "no window appeared")
            screen.do("windowfocus", "--sync", window)
            _save(screen, folder / "frozen-first-run.png")
            for question in (QUESTION, LONG_QUESTION):
                screen.do("type", "--delay", "15", question)
                screen.do("key", "Return")
                time.sleep(SETTLE_S)  # until then the answer before is the newest
                wait_for(process, partial(last_answer, Path(home, "chats")), "no answer came")
            _save(screen, folder / "frozen-answers.png")
            for key, name in (("ctrl+shift+m", "models"), ("ctrl+comma", "settings"), ("ctrl+shift+p", "commands")):
                # There is no window manager, which would give the focus back.
                screen.do("windowfocus", "--sync", window, "key", key)
                _save(screen, folder / f"frozen-{name}.png")
                screen.do("key", "Escape")
                time.sleep(SETTLE_S)
            screen.do("windowfocus", "--sync", window, "key", "ctrl+q")
            process.wait(timeout=60)
        finally:
            process.kill()
            process.wait()


def _save(screen: Screen, path: Path) -> None:
    time.sleep(SETTLE_S)
    screen.save_picture(path)
