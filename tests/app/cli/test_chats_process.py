"""`ponder chats` as other programs meet it: a real process, pipes that close, and signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.core.portable import PortableConversation
from app.store.store import open_store
from tests.app.cli.test_ask_process import LIMIT_S, ROOT, ponder

FIXTURES = Path(__file__).parents[2] / "data" / "chat_imports"
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and pipes")


@pytest.fixture
def environment(ponder_home: Path) -> dict[str, str]:
    return {**os.environ, "PONDER_HOME": str(ponder_home), "PYTHONPATH": str(ROOT)}


def test_in_and_out_again(environment: dict[str, str], ponder_home: Path) -> None:
    outcome = ponder(environment, "chats", "import", str(FIXTURES / "chatgpt.json"), "--json")
    assert (outcome.returncode, outcome.stderr) == (0, b"")
    assert json.loads(outcome.stdout)["imported"] == 4
    outcome = ponder(environment, "chats", "export", "bridges", "--format", "text")
    assert outcome.returncode == 0
    assert "Bridges of Königsberg\n" in outcome.stdout.decode("utf-8")
    assert b"\r" not in outcome.stdout


def test_reading_needs_neither_torch_nor_qt(environment: dict[str, str]) -> None:
    outcome = ponder(environment, "chats", "list", python_options=["-X", "importtime"])
    imported = {line.rsplit("|", 1)[-1].strip().partition(".")[0] for line in outcome.stderr.decode().splitlines()}
    assert outcome.returncode == 0
    assert "sqlite3" in imported
    assert not imported & {"torch", "PySide6", "transformers", "markdown_it"}


@needs_posix
def test_a_reader_that_goes_away_ends_it_quietly(environment: dict[str, str], ponder_home: Path) -> None:
    with open_store(ponder_home / "chats") as store:
        store.transfer.write([PortableConversation(f"u{number}", title="x" * 500) for number in range(400)])
    command = [sys.executable, "-m", "app", "chats", "list", "--limit", "400"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        try:
            assert process.stdout is not None
            process.stdout.read(10)
            process.stdout.close()
            assert process.stderr is not None
            assert (process.wait(LIMIT_S), process.stderr.read()) == (141, b"")
        finally:
            process.kill()


@needs_posix
def test_a_signal_ends_an_import_and_keeps_what_is_in(environment: dict[str, str], ponder_home: Path) -> None:
    chat = '{{"uuid": "c{0}", "name": "Chat {0}", "chat_messages": [{{"sender": "human", "text": "{1}"}}]}}'
    path = ponder_home.parent / "large.json"
    path.write_text(f"[{', '.join(chat.format(number, 'word ' * 200) for number in range(40_000))}]", encoding="utf-8")
    command = [sys.executable, "-m", "app", "chats", "import", "--json", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        try:
            deadline_s = time.monotonic() + LIMIT_S
            while not _has_some(ponder_home / "chats"):
                assert process.poll() is None
                assert time.monotonic() < deadline_s
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=LIMIT_S)
        finally:
            process.kill()
    assert process.returncode == 130
    assert b"Traceback" not in err
    report = json.loads(out)
    assert report["cancelled"] is True
    with open_store(ponder_home / "chats") as store:
        assert 0 < store.conversations.count() == report["imported"] < 40_000


def _has_some(folder: Path) -> bool:
    wal = folder / "chats.sqlite3-wal"
    return wal.exists() and wal.stat().st_size > 1_000_000
