"""`ponder models download` as people and programs meet it, against a hub on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.console import Console
from app.cli.download import _Display
from app.library.downloads import DownloadProgress, Stage
from tests.app.cli.command import FakeTerminal
from tests.support.checkpoints import make_checkpoint
from tests.support.fake_hub import COMMIT, REPOSITORY, FakeHub, serving
from tests.support.hub_cache import put_into_cache

ROOT = Path(__file__).parents[3]
LIMIT_S = 90.0
NAME = "Tiny-Qwen3"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[FakeHub]:
    model = make_checkpoint(tmp_path / "model")
    files = {each.name: each.read_bytes() for each in model.iterdir() if each.name != "manifest.json"}
    with serving(FakeHub(files)) as served:
        yield served


@pytest.fixture
def environment(hub: FakeHub, ponder_home: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    return {**own, "PONDER_HOME": str(ponder_home), "PYTHONPATH": str(ROOT), "HF_ENDPOINT": hub.url}


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app", "models", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ponder(environment: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    process = start(environment, *arguments)
    try:
        out, err = process.communicate(timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return process.returncode, out, err


def test_a_download_in_a_pipe_is_plain_lines_and_makes_a_model(
    hub: FakeHub, environment: dict[str, str], ponder_home: Path
) -> None:
    code, out, err = ponder(environment, "download", REPOSITORY)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith(f"Downloading {REPOSITORY} at {COMMIT[:12]}: ")
    assert "\x1b" not in out
    assert "\r" not in out
    assert len(lines) < 25
    folder = ponder_home / "models" / NAME
    assert lines[-1] == f"{NAME} is downloaded and verified: {folder}"
    code, out, err = ponder(environment, "verify", NAME)
    assert (code, err) == (0, ""), out
    asked = len(hub.asked)
    code, out, _ = ponder({**environment, "HF_HUB_OFFLINE": "1"}, "download", REPOSITORY)
    assert code == 0
    assert "is here already" in out
    assert len(hub.asked) == asked


def test_ctrl_c_keeps_the_part_and_says_how_to_go_on(
    hub: FakeHub, environment: dict[str, str], ponder_home: Path
) -> None:
    hub.modes["model.safetensors"] = ["hold", "ok"]
    process = start(environment, "download", REPOSITORY)
    assert hub.held.wait(LIMIT_S)
    part = ponder_home / "models" / f".incomplete-{NAME}" / "model.safetensors.part"
    half = len(hub.files["model.safetensors"]) // 2
    while not part.exists() or part.stat().st_size < half:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130
    assert "are kept. The same command goes on from there." in err
    assert "Traceback" not in err
    code, out, _ = ponder({**environment, "HF_HUB_OFFLINE": "1"}, "download", REPOSITORY)
    assert code == 1
    code, out, _ = ponder(environment, "download", REPOSITORY, "--json")
    assert code == 0
    events = [json.loads(line) for line in out.splitlines()]
    assert events[0]["event"] == "plan"
    assert {each["event"] for each in events[1:-1]} == {"progress"}
    assert events[-1]["event"] == "finished"
    assert events[-1]["source"] == "hub"
    assert hub.asked_for("model.safetensors")[-1].range_start == half


def test_a_failure_is_one_line_and_an_event(hub: FakeHub, environment: dict[str, str]) -> None:
    hub.listing, hub.error_code = 404, "RepoNotFound"
    code, out, err = ponder(environment, "download", "Maker/Other", "--json")
    assert code == 1
    assert json.loads(out)["kind"] == "not_on_hub"
    assert err.startswith("ponder: The hub has no such model")
    assert err.count("\n") == 1
    code, out, err = ponder(environment, "download", "nonsense")
    assert code == 1
    assert "no model called 'nonsense'" in err


def test_a_damaged_model_is_found_and_repaired_with_what_is_sound(
    hub: FakeHub, environment: dict[str, str], ponder_home: Path
) -> None:
    assert ponder(environment, "download", REPOSITORY)[0] == 0
    weights = ponder_home / "models" / NAME / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\xff")
    code, out, _ = ponder(environment, "verify", NAME)
    assert code == 1
    assert "model.safetensors is not the file that was installed." in out
    assert f"To have it repaired: ponder models download {REPOSITORY}" in out
    code, out, err = ponder(environment, "download", REPOSITORY)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1].startswith(f"{NAME} is downloaded and verified")
    assert weights.read_bytes() == hub.files["model.safetensors"]
    assert [len(hub.asked_for(name)) for name in ("model.safetensors", "tokenizer.json")] == [2, 1]


def test_nothing_is_fetched_unless_asked_for(hub: FakeHub, environment: dict[str, str]) -> None:
    assert ponder(environment, "verify", REPOSITORY)[0] == 1
    assert not hub.asked


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_a_model_in_the_hub_cache_is_used_where_it_lies(
    hub: FakeHub, environment: dict[str, str], tmp_path: Path, ponder_home: Path
) -> None:
    folder = put_into_cache(tmp_path / "hf" / "hub", tmp_path / "model")
    environment["HF_HOME"] = str(tmp_path / "hf")
    code, out, err = ponder(environment, "download", REPOSITORY)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1].endswith(f"used where it lies: {folder}")
    assert not hub.asked
    assert not (ponder_home / "models" / NAME).exists()
    code, out, _ = ponder(environment, "verify", REPOSITORY)
    assert code == 0, out


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_one_line_is_drawn_over_and_over(hub: FakeHub, environment: dict[str, str]) -> None:
    import fcntl
    import pty
    import struct
    import termios

    hub.modes["model.safetensors"] = ["slow"]
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    own = {name: value for name, value in environment.items() if name not in ("COLUMNS", "NO_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "models", "download", REPOSITORY],
        env={**own, "TERM": "xterm"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    try:
        while data := os.read(controller, 4096):
            shown += data
    except OSError:  # how Linux says that the other end is closed
        pass
    finally:
        os.close(controller)
        process.wait(timeout=LIMIT_S)
    assert process.returncode == 0
    first, *drawn, last = shown.decode().replace("\x1b[2m", "").replace("\x1b[0m", "").split("\r\x1b[K")
    assert first.startswith(f"Downloading {REPOSITORY}")
    assert any(line.startswith("[") and " % " in line for line in drawn)
    assert any(line.endswith(" verified") for line in drawn)
    assert all(len(line) < 60 and "\n" not in line for line in drawn)
    assert last.startswith(f"{NAME} is downloaded and verified")
    assert f'Try it with: ponder ask --model "{NAME}"' in last


def test_a_terminal_gets_a_bar_that_the_result_replaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    out, err = FakeTerminal(terminal=True), FakeTerminal(terminal=True)
    display = _Display(Console(None, out, err), as_json=False)
    display.progress(DownloadProgress("model.safetensors", 500_000_000, 1_500_000_000, 10e6, 100.0))
    assert "[######..............]  33 %  500 MB of 1.50 GB, 10 MB/s, 2 min left" in err.text()
    display.progress(DownloadProgress("", 750_000_000, 1_500_000_000, stage=Stage.FINISHING))
    assert "50 %  750 MB of 1.50 GB verified" in err.text()
    waiting = DownloadProgress("", 5, 10, stage=Stage.WAITING, note="another Ponder is fetching this model")
    display.progress(waiting)
    assert "50 %  5 bytes of 10 bytes; another Ponder is fetching this model" in err.text()
    display.cancelled(5)
    assert err.text().endswith("\r\x1b[Kponder: stopped. 5 bytes are kept. The same command goes on from there.\n")
    assert out.text() == ""


def test_a_pipe_gets_a_line_each_tenth() -> None:
    out = FakeTerminal()
    display = _Display(Console(None, out, FakeTerminal()), as_json=False)
    for done in range(0, 1001, 5):
        display.progress(DownloadProgress("model.safetensors", done, 1000, 50.0, (1000 - done) / 50))
    lines = out.text().splitlines()
    assert len(lines) == 11
    assert lines[5] == " 50 %  500 bytes of 1.0 kB, 50 bytes/s, 10 s left"
