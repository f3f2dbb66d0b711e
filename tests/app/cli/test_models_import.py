"""`ponder models import` and `ponder models remove`, on small checkpoints and without an engine."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from app.cli.console import Console
from app.cli.progress import LINE_EACH_S, ProgressLine
from app.library import importing
from app.library.sizes import disk_size
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
    assert outcome.events == [
        {"model": "Tiny", "folder": str(source), "linked": True, "download_discarded": False, "freed_bytes": 0}
    ]
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


def test_progress_is_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    now = 0.0
    terminal = FakeTerminal(terminal=True)
    line = ProgressLine(Console(None, None, terminal), clock=lambda: now)
    line.show("Copying", 0, 1_000_000)
    now = 2.0
    line.show("Copying", 500_000, 1_000_000)
    line.show("Verifying", 0, 1_000_000)
    shown = [each.split("\x1b[2m")[-1].removesuffix("\x1b[0m") for each in terminal.text().split("\r\x1b[K")]
    assert shown == [
        "",
        "[....................] Copying   0 %  0 bytes of 1.0 MB",
        "[##########..........] Copying  50 %  500 kB of 1.0 MB, 250 kB/s, 2 s left",
        "[....................] Verifying   0 %  0 bytes of 1.0 MB",
    ]


@pytest.mark.parametrize("columns", [20, 40, 60, 75, 200])
def test_a_bar_never_wraps(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    terminal = FakeTerminal(terminal=True)
    line = ProgressLine(Console(None, None, terminal), clock=iter((0.0, 0.0, 90.0)).__next__)
    for done in (0, 123_456_789_012):
        line.show("Converting", done, 999_999_999_999)
    drawn = [each for each in terminal.text().replace("\x1b[2m", "").replace("\x1b[0m", "").split("\r\x1b[K") if each]
    assert len(drawn) == 2
    assert all(len(each) < columns for each in drawn)


def test_progress_in_a_pipe_is_a_line_every_few_seconds() -> None:
    now = 0.0
    pipe = FakeTerminal()
    line = ProgressLine(Console(None, None, pipe), clock=lambda: now)
    for second in range(13):
        now = float(second)
        line.show("Verifying", second * 10, 1000)
    assert LINE_EACH_S == 5
    assert pipe.text() == (
        "Verifying 5 % 50 bytes of 1.0 kB, 10 bytes/s, 1 min left\n"
        "Verifying 10 % 100 bytes of 1.0 kB, 10 bytes/s, 1 min left\n"
    ).replace("1 min", "2 min")


def test_sizes() -> None:
    assert [disk_size(each) for each in (0, 999, 1500, 2_500_000, 1_192_135_096, 65_527_752_704, 2.2e12)] == [
        *("0 bytes", "999 bytes", "1.5 kB", "2.5 MB", "1.19 GB", "65.5 GB", "2.2 TB"),
    ]


# --- models of other programs -------------------------------------------------------------------------------


@pytest.fixture
def other_programs(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    folder = home / ".lmstudio" / "models" / "maker"
    folder.mkdir(parents=True)
    write_gguf(folder / "Qwen3-Tiny-Q8_0.gguf", source, "Q8_0")
    write_gguf(folder / "gemma.gguf", source, general__architecture="gemma3")
    monkeypatch.setattr(Path, "home", lambda: home)
    return folder


def test_list_the_models_of_other_programs_and_import_one_by_its_number(
    command: Command, other_programs: Path, models: Path
) -> None:
    outcome = command(["models", "import", "--list"], terminals=TERMINALS)
    lines = outcome.out.splitlines()
    assert outcome.code == 0
    assert lines[0] == "Models of other programs on this machine:"
    assert lines[1].startswith("  1  Qwen3-Tiny-Q8_0  LM Studio")
    assert "Q8_0, takes " in lines[1]
    assert lines[3] == "Cannot be used:"
    assert "architecture gemma3" in lines[5]
    assert max(map(len, lines)) <= 107
    assert "Import one by its number" in outcome.err
    assert command(["models", "import", "1"]).out == "Qwen3-Tiny-Q8_0: imported from Q8_0\n"
    assert command(["models", "verify", "Qwen3-Tiny-Q8_0"]).code == 0
    refused = command(["models", "import", "gemma"])
    assert refused.code == 1
    assert "gemma of LM Studio cannot be used" in refused.err


def test_the_list_as_json(command: Command, other_programs: Path) -> None:
    usable, other = json.loads(command(["models", "import", "--list", "--json"]).out)["models"]
    assert (usable["number"], usable["program"], usable["precision"]) == (1, "LM Studio", "Q8_0")
    assert usable["path"] == str(other_programs / "Qwen3-Tiny-Q8_0.gguf")
    assert (other["number"], other["usable"]) == (None, False)
    assert "gemma3" in other["problem"]


def test_there_may_be_none(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert command(["models", "import", "--list"]).out.startswith("No models of other programs were found")
    assert "has no number 1: 0 models" in command(["models", "import", "1"]).err


@pytest.mark.parametrize(
    "arguments", [[], ["--json"], ["--list", "1"], ["--list", "--link"], ["--list", "--name", "x"]]
)
def test_what_is_no_import(command: Command, arguments: list[str]) -> None:
    outcome = command(["models", "import", *arguments])
    assert (outcome.code, outcome.out) == (2, "")
    assert "--list" in outcome.err


def test_a_signal_stops_an_import_and_keeps_nothing(
    command: Command, source: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copy_model

    def interrupted(checkpoint: Checkpoint, destination: Path, *, report: Any, cancel: CancelToken) -> None:
        signal.raise_signal(signal.SIGINT)
        cancel.cancel()  # what the watching thread does a moment later
        copy(checkpoint, destination, report=report, cancel=cancel)

    monkeypatch.setattr(importing, "copy_model", interrupted)
    outcome = command(["models", "import", str(source)])
    assert outcome.code == 130
    assert "Nothing was kept" in outcome.err
    assert list(models.iterdir()) == []
