"""Running a command in this process with a scripted engine and captured streams."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from app.cli.run import run
from tests.app.fake_engine import FakeEngine


class FakeTerminal(io.TextIOWrapper):
    """A stream with bytes behind it that may say that it is a terminal."""

    def __init__(self, data: bytes = b"", *, terminal: bool = False) -> None:
        self._bytes = io.BytesIO(data)
        super().__init__(self._bytes, encoding="utf-8", newline="\n")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def text(self) -> str:
        self.flush()
        return self._bytes.getvalue().decode("utf-8")


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Command:
    """`run_command` with the standard streams of this test."""

    monkeypatch: pytest.MonkeyPatch

    def __call__(
        self,
        arguments: Sequence[str],
        engine: FakeEngine | None = None,
        *,
        stdin: bytes | None = None,
        terminals: Sequence[str] = (),
        why_terminal: str = "",
    ) -> Outcome:
        """Args:
        arguments: As on the command line.
        engine: None where the command must not open one.
        stdin: What a pipe holds; None: standard input is a terminal.
        why_terminal: Why this is no window.
        terminals: Which of "stdout" and "stderr" are terminals.
        """

        def open_engine() -> FakeEngine:
            assert engine is not None, "this command must not open an engine"
            return engine

        streams = {
            "stdin": FakeTerminal(stdin or b"", terminal=stdin is None),
            "stdout": FakeTerminal(terminal="stdout" in terminals),
            "stderr": FakeTerminal(terminal="stderr" in terminals),
        }
        with self.monkeypatch.context() as patched:
            for name, stream in streams.items():
                patched.setattr(sys, name, stream)
            code = run(arguments, open_engine, why_terminal)
        return Outcome(code, streams["stdout"].text(), streams["stderr"].text())
