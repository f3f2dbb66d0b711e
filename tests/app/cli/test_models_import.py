"""`ponder models import` and `ponder models remove`, on small checkpoints and without an engine."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

import app.cli.importing
from app.cli.console import Console
from app.cli.importing import progress_on, size_text
from app.library import importing
from engine.cancel import CancelToken
from engine.checkpoint import Checkpoint
from engine.folder_import import copy_model
from tests.app.cli.command import Command, FakeTerminal
from tests.support.checkpoints import make_checkpoint
from tests.support.gguf_files import write_gguf

# A question is asked where standard input and error are terminals.
TERMINALS = ("stdout", "stderr")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make_checkpoint(tmp_path / "Tiny")


@pytest.fixture
def models(ponder_home: Path) -> Path:
    return ponder_home / "models"


def test_import_a_folder_then_remove_it(command: Command, source: Path, models: Path) -> None:
    outcome = command(["models", "import", str(source)])
    assert (outcome.code, outcome.out, outcome.err) == (0, "Tiny: imported from Tiny\n", "")
    assert command(["models", "verify", "Tiny"]).code == 0
    outcome = command(["models", "remove", "Tiny", "--yes"])
    assert outcome.code == 0
    assert outcome.out.startswith("Tiny: removed, ")
    assert list(models.iterdir()) == []


def test_import_a_gguf_file_as_json(command: Command, source: Path, models: Path, tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "file.gguf", source, "Q8_0")
    outcome = command(["models", "import", str(path), "--name", "Mine", "--json"])
    assert outcome.events == [
        {
            "model": "Mine",
            "folder": str(models / "Mine"),
            "linked": False,
            "origin": "imported from Q8_0",
            "quantisation": "Q8_0",
        }
    ]


def test_link_and_unlink(command: Command, source: Path) -> None:
    assert command(["models", "import", "--link", str(source)]).out == "Tiny: linked\n"
    outcome = command(["models", "remove", "--json", "--yes", "Tiny"])
    assert outcome.events == [{"model": "Tiny", "folder": str(source), "linked": True, "freed_bytes": 0}]
    assert (source / "config.json").exists()


def test_a_taken_name_is_refused_with_another(command: Command, source: Path) -> None:
    command(["models", "import", "--link", str(source)])
    outcome = command(["models", "import", str(source)])
    assert outcome.code == 1
    assert "Another name would be Tiny-2." in outcome.err


def test_what_is_no_model(command: Command, tmp_path: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF\3\0\0\0\xff")
    outcome = command(["models", "import", str(tmp_path / "bad.gguf")])
    assert (outcome.code, outcome.out) == (1, "")
    assert "cut short" in outcome.err
    assert "Traceback" not in outcome.err


def test_without_a_terminal_removing_needs_yes(command: Command, source: Path, models: Path) -> None:
    make_checkpoint(models / "Tiny")
    outcome = command(["models", "remove", "Tiny"], stdin=b"y\n")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--yes" in outcome.err
    assert (models / "Tiny").is_dir()


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("YES\n", 0), ("\n", 1), ("no\n", 1), ("", 1)])
def test_on_a_terminal_it_asks(
    command: Command, models: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    make_checkpoint(models / "Tiny")
    monkeypatch.setattr(FakeTerminal, "readline", lambda self: answer)
    outcome = command(["models", "remove", "Tiny"], terminals=TERMINALS)
    assert outcome.code == code
    assert "Remove Tiny (" in outcome.err
    assert ": frees " in outcome.err
    assert (models / "Tiny").is_dir() == bool(code)


def test_the_built_in_model_stays(command: Command) -> None:
    outcome = command(["models", "remove", "practice", "--yes"])
    assert outcome.code == 1
    assert "built in and stays" in outcome.err


def test_progress_is_a_bar_on_a_terminal_and_lines_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, pipe = FakeTerminal(terminal=True), FakeTerminal()
    progress_on(Console(None, None, terminal), "Importing")(500, 1000)
    assert "Importing ━━━━━━━━━━━━┄┄┄┄┄┄┄┄┄┄┄┄  50 % of 1.0 kB" in terminal.text()
    show = progress_on(Console(None, None, pipe), "Importing")
    show(1, 1000)
    assert pipe.text() == ""
    monkeypatch.setattr(app.cli.importing, "_LINE_EVERY_S", 0.0)
    show(250, 1000)
    assert pipe.text() == "Importing: 25 % of 1.0 kB\n"


def test_sizes() -> None:
    assert [size_text(each) for each in (0, 999, 1500, 2_500_000, 1_192_135_096)] == [
        *("0 bytes", "999 bytes", "1.5 kB", "2.5 MB", "1.2 GB"),
    ]


def test_a_signal_stops_an_import_and_keeps_nothing(
    command: Command, source: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copy_model

    def interrupted(checkpoint: Checkpoint, destination: Path, *, progress: Any, cancel: CancelToken) -> None:
        signal.raise_signal(signal.SIGINT)
        cancel.cancel()  # what the watching thread does a moment later
        copy(checkpoint, destination, progress=progress, cancel=cancel)

    monkeypatch.setattr(importing, "copy_model", interrupted)
    outcome = command(["models", "import", str(source)])
    assert outcome.code == 130
    assert "Nothing was kept" in outcome.err
    assert list(models.iterdir()) == []
