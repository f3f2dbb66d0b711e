"""The three standard streams, made safe: UTF-8 everywhere, a closed pipe and a full disk told apart, no
raising notices.

Knows nothing of models or commands.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import TextIO

_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"
_ERASE_LINE = "\r\x1b[K"


class OutputClosed(Exception):
    """Whoever read our output has gone (`| head`): stop quietly."""


class OutputFailed(Exception):
    """The output cannot be written, for instance because the disk is full. The text says why, in one line."""


class Console:
    """Standard input, output and error of one command.

    `write` goes to standard output and may raise OutputClosed or OutputFailed; whatever goes to standard
    error never raises, because a notice is not worth an answer.
    """

    def __init__(
        self, stdin: TextIO | None, stdout: TextIO | None, stderr: TextIO | None, *, color: bool = True
    ) -> None:
        self.stdin = stdin
        self._stdout = stdout
        self._stderr = stderr
        self.stdin_is_terminal = _is_terminal(stdin)
        self.stdout_is_terminal = _is_terminal(stdout)
        self.stderr_is_terminal = _is_terminal(stderr)
        self._dims = color and self.stderr_is_terminal
        self._status = ""

    @classmethod
    def standard(cls) -> Console:
        """The process's own streams, switched to UTF-8 and to plain newlines (Windows has neither)."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # "replace": a lone surrogate from a file name must not end a command.
                stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")
        color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return cls(sys.stdin, sys.stdout, sys.stderr, color=color)

    def write(self, text: str) -> None:
        """Write to standard output and flush.

        Raises:
            OutputClosed: the reader has closed the pipe.
            OutputFailed: anything else went wrong.
        """
        if self._stdout is None:
            raise OutputFailed("Standard output is closed.")
        self.clear_status()
        try:
            self._stdout.write(text)
            self._stdout.flush()
        except BrokenPipeError as error:
            self._abandon_output()
            raise OutputClosed from error
        except (OSError, ValueError) as error:
            self._abandon_output()
            # Windows reports a closed pipe as an invalid argument.
            if sys.platform == "win32" and isinstance(error, OSError) and error.errno == errno.EINVAL:
                raise OutputClosed from error
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise OutputFailed(f"The output cannot be written: {reason}.") from error

    def aside(self, text: str) -> None:
        """Write text to standard error as it is (thoughts), dimmed where that is a terminal with colours."""
        self.clear_status()
        self._to_stderr(f"{_DIM}{text}{_PLAIN}" if self._dims and text.strip() else text)

    def notice(self, text: str) -> None:
        """Write one line to standard error."""
        self.clear_status()
        self._to_stderr(" ".join(text.split()) + "\n")

    @property
    def shows_status(self) -> bool:
        """Whether `status` shows anything: standard error is a terminal on which a line can be drawn over."""
        return self._dims

    @property
    def columns(self) -> int:
        """The width of the terminal that standard error is, as far as it can be told."""
        try:
            return int(os.environ["COLUMNS"])
        except (KeyError, ValueError):
            pass
        try:
            return os.get_terminal_size(self._stderr.fileno() if self._stderr is not None else 2).columns or 80
        except (OSError, ValueError):
            return 80

    def status(self, text: str) -> None:
        """Show a passing line (loading, reading) on a terminal; the next output of any kind erases it.

        It is cut to the terminal's width, since only one line can be erased again.
        """
        if not self._dims:
            return
        text = text[: max(self.columns - 1, 1)]
        if text != self._status:
            self._to_stderr(f"{_ERASE_LINE}{_DIM}{text}{_PLAIN}")
            self._status = text

    def clear_status(self) -> None:
        if self._status:
            self._status = ""
            self._to_stderr(_ERASE_LINE)

    def _to_stderr(self, text: str) -> None:
        if self._stderr is None:
            return
        with contextlib.suppress(OSError, ValueError):
            self._stderr.write(text)
            self._stderr.flush()

    def _abandon_output(self) -> None:
        """Point standard output at nothing, so that the flush at exit does not fail once more and print a
        traceback.
        """
        if self._stdout is None or self._stdout is not sys.stdout:
            return
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stdout.fileno())
            os.close(nowhere)


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except (OSError, ValueError):
        return False
