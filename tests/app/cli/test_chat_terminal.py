"""The chat as a person meets it: a child process on a pseudo-terminal, with the real engine and line editing."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX thing", allow_module_level=True)

import pty

ROOT = Path(__file__).parents[3]
LIMIT_S = 60.0


class Terminal:
    """Ponder on a pseudo-terminal; use in a `with` statement."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self._unread = b""
        self._own, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "PONDER_HOME": str(home), "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        )
        os.close(theirs)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._own)

    def type(self, text: str) -> None:
        os.write(self._own, text.encode())

    def wait_for(self, text: str) -> str:
        """What was shown since the last call, up to and including `text`."""
        wanted = text.encode()
        deadline = time.monotonic() + LIMIT_S
        while wanted not in self._unread:
            missing = f"{text!r} never came: {self._unread.decode(errors='replace')}"
            assert time.monotonic() < deadline, missing
            if select.select([self._own], [], [], 0.1)[0]:
                try:
                    self._unread += os.read(self._own, 4096)
                except OSError as error:  # Linux says "input/output error" once the other end is closed
                    raise AssertionError(missing) from error
        shown, _, self._unread = self._unread.partition(wanted)
        return (shown + wanted).decode(errors="replace")


def test_a_chat_with_a_paste_an_interrupted_answer_and_ctrl_d(ponder_home: Path) -> None:
    with Terminal(ponder_home, "ask", "--max-tokens", "200", "--seed", "1") as terminal:
        assert "practice model, not an assistant" in terminal.wait_for("Ctrl-D leaves.")
        terminal.wait_for("> ")

        # A terminal wraps what is pasted in these marks; both lines must arrive as one message.
        terminal.type("\x1b[200~Hello!\nHow are you?\x1b[201~")
        terminal.type("\r")
        assert terminal.wait_for(" tokens/s").count("of 2,048 tokens") == 1
        terminal.wait_for("> ")

        terminal.type("Please tell me a very long story about the sea\r")
        terminal.wait_for("Reading… 100 %")
        terminal.process.send_signal(signal.SIGINT)
        terminal.wait_for(" tokens/s")
        terminal.wait_for("> ")

        terminal.type("half a line")
        terminal.wait_for("half a line")
        time.sleep(0.5)  # readline sees a signal only while it waits for a key, and it has just got one
        terminal.process.send_signal(signal.SIGINT)
        terminal.wait_for("> ")

        terminal.type("\x04")
        assert terminal.process.wait(timeout=LIMIT_S) == 0
