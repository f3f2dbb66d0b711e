"""Reading one message from a terminal: line editing where readline is there, a paste of many lines as one
message.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
from types import ModuleType

from app.cli.console import Console

# Lines of one paste arrive within this time of each other; a person does not type that fast.
_PASTE_GAP_S = 0.03


def _readline() -> ModuleType | None:
    """GNU readline (or libedit), which edits what input() reads once it is imported; Windows has none."""
    try:
        import readline
    except ImportError:
        return None
    return readline


class LineInput:
    """Messages typed at a terminal."""

    def __init__(self, prompt: str, console: Console) -> None:
        self._prompt = prompt
        self._console = console
        readline = _readline()
        if readline is not None:
            with contextlib.suppress(Exception):
                # Python turns this off (bpo-42819) because its own prompt takes one line only; a message
                # takes many.
                readline.parse_and_bind("set enable-bracketed-paste on")

    def read(self) -> str | None:
        """The next message, or None at the end of input (Ctrl-D)."""
        try:
            lines = [self._first_line()]
            while _more_pasted():
                lines.append(input())
        except EOFError:
            return None
        return "\n".join(lines)

    def _first_line(self) -> str:
        if self._console.stdout_is_terminal:
            return input(self._prompt)
        self._console.aside(self._prompt)  # standard output may be a file: only answers belong there
        return input()


def _more_pasted() -> bool:
    if os.name == "nt":
        return False  # select takes only sockets there
    try:
        return bool(select.select([sys.stdin], [], [], _PASTE_GAP_S)[0])
    except (OSError, ValueError):
        return False
