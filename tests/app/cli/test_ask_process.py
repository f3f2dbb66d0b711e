"""`ponder` as other programs meet it: a real child process with the real engine and the built-in model."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
LIMIT_S = 120.0
SHORT = ("--no-think", "--temperature", "0", "--max-tokens", "24")
# Nearly every token is as likely as any other, so the text hardly ever ends, whatever the model knows.
NOISE = ("--temperature", "2", "--top-k", "0", "--top-p", "1", "--seed", "1")
LONG = (*NOISE, "Tell me a long story, please.")

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and devices")


def environment_of(home: Path) -> dict[str, str]:
    # One thread: several tests' processes would otherwise fight for the cores of a small machine.
    return {**os.environ, "PONDER_HOME": str(home), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


@pytest.fixture
def environment(ponder_home: Path) -> dict[str, str]:
    return environment_of(ponder_home)


@pytest.fixture(scope="module")
def greeting(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The greedy answer to "Hello!", which is always the same."""
    outcome = ponder(environment_of(tmp_path_factory.mktemp("home")), "ask", *SHORT, "Hello!")
    assert outcome.returncode == 0
    return outcome.stdout.decode("utf-8").rstrip("\n")


def ponder(
    environment: dict[str, str], *arguments: str, stdin: bytes = b"", python_options: Sequence[str] = ()
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *python_options, "-m", "app", *arguments],
        input=stdin,
        capture_output=True,
        env=environment,
        timeout=LIMIT_S,
        check=False,
    )


@contextlib.contextmanager
def running(
    environment: dict[str, str], *arguments: str, stdout: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[bytes]]:
    """A child process that does not outlive the test."""
    with subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def events_of(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.decode("utf-8").splitlines()]


def read_until_text(process: subprocess.Popen[bytes]) -> list[dict[str, Any]]:
    """Events up to the first text: from then on the child is decoding."""
    assert process.stdout is not None
    events: list[dict[str, Any]] = []
    for line in process.stdout:
        events.append(json.loads(line))
        if events[-1]["event"] == "text":
            return events
    assert process.stderr is not None
    raise AssertionError(f"no text came: {events} {process.stderr.read().decode()}")


# --- what costs nothing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ask", "--help"]])
def test_help_imports_nothing_heavy(environment: dict[str, str], arguments: list[str]) -> None:
    outcome = ponder(environment, *arguments, python_options=["-X", "importtime"])
    assert outcome.returncode == 0
    imported = {line.rsplit("|", 1)[-1].strip() for line in outcome.stderr.decode().splitlines()}
    assert "argparse" in imported
    roots = {name.partition(".")[0] for name in imported}
    assert not roots & {
        "torch",
        "PySide6",
        "transformers",
        "tokenizers",
        "numpy",
        "pydantic",
        "psutil",
        "jinja2",
    }


def test_help_returns_at_once(environment: dict[str, str]) -> None:
    def seconds() -> float:
        started = time.perf_counter()
        ponder(environment, "--help")
        return time.perf_counter() - started

    # The best of three: the bound is on our work, not on what else the machine does.
    assert min(seconds() for _ in range(3)) < 0.3


def test_wrong_usage_and_an_empty_pipe_end_with_2(environment: dict[str, str]) -> None:
    for arguments in (["ask", "--temperature", "hot", "x"], ["ask"], ["nonsense"]):
        outcome = ponder(environment, *arguments)
        assert outcome.returncode == 2
        assert outcome.stdout == b""
        assert b"Traceback" not in outcome.stderr


def test_a_model_that_is_not_there_ends_with_1_and_one_line(environment: dict[str, str], tmp_path: Path) -> None:
    outcome = ponder(environment, "ask", "--model", str(tmp_path / "n\u00f6 m\u00f6del"), "x")
    assert outcome.returncode == 1
    assert outcome.stderr.decode().startswith("ponder: ")
    assert len(outcome.stderr.splitlines()) == 1


def test_an_unexpected_exception_is_no_traceback(
    environment: dict[str, str], tmp_path: Path, ponder_home: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import app.library.models\n"
        "def choose_model(*arguments):\n"
        "    raise RuntimeError('a defect')\n"
        "app.library.models.choose_model = choose_model\n"
    )
    environment["PYTHONPATH"] = f"{broken}{os.pathsep}{ROOT}"
    outcome = ponder(environment, "ask", "x")
    assert outcome.returncode == 1
    assert outcome.stdout == b""
    (line,) = outcome.stderr.decode().splitlines()
    assert line.startswith("ponder: Ponder ran into a bug: RuntimeError: a defect (log: ")
    assert "sitecustomize.py" in (ponder_home / "logs" / "ponder.log").read_text(encoding="utf-8")


STUCK = """
import time
import app.library.engines
def local_engine():
    print("opening", flush=True)
    while True:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            {on_interrupt}
app.library.engines.local_engine = local_engine
"""


@needs_posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("on_interrupt", "signals"), [("raise", 1), ("pass", 2)])
def test_one_signal_ends_the_start_and_two_end_whatever_happens(
    environment: dict[str, str], tmp_path: Path, number: signal.Signals, on_interrupt: str, signals: int
) -> None:
    (tmp_path / "sitecustomize.py").write_text(STUCK.format(on_interrupt=on_interrupt))
    environment["PYTHONPATH"] = f"{tmp_path}{os.pathsep}{ROOT}"
    with running(environment, "ask", "x") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"opening\n"
        for _ in range(signals):
            time.sleep(0.3)  # to be asleep (again) before the signal comes
            assert process.poll() is None
            process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert (out, err) == (b"", b"")


# --- with the model -----------------------------------------------------------------------------------------


def test_a_pipe_in_and_the_answer_out(environment: dict[str, str]) -> None:
    outcome = ponder(environment, "ask", *SHORT, stdin="Hello! Grüße 😀\n".encode())
    assert outcome.returncode == 0
    answer = outcome.stdout.decode("utf-8")
    assert answer.strip()
    assert answer.endswith("\n")
    assert not answer.endswith("\n\n")
    assert b"Traceback" not in outcome.stderr
    assert b"Warning" not in outcome.stderr


def test_json_lines_tell_the_same_answer(environment: dict[str, str], greeting: str) -> None:
    outcome = ponder(environment, "ask", "--json", *SHORT, "Hello!")
    assert outcome.returncode == 0
    events = events_of(outcome.stdout)
    assert set(events[0]) == {"event", "model", "device", "precision", "context", "reason", "load_s"}
    assert set(events[-1]) == {
        "event",
        "reason",
        "prompt_tokens",
        "reused_tokens",
        "thinking_tokens",
        "answer_tokens",
        "prefill_s",
        "decode_s",
        "tokens_per_s",
        "token_ids",
    }
    assert [events[0]["event"], events[-1]["event"]] == ["loaded", "finished"]
    assert {each["event"] for each in events} <= {"loaded", "prefill", "text", "finished"}
    assert events[-1]["reason"] in ("stop", "length")
    assert 0 < len(events[-1]["token_ids"]) <= 24
    reading = [each for each in events if each["event"] == "prefill"]
    assert reading[-1]["done"] == reading[-1]["total"] == events[-1]["prompt_tokens"]
    answer = "".join(each["text"] for each in events if each.get("channel") == "answer")
    assert answer.rstrip("\n") == greeting


def test_a_seed_gives_the_same_answer_again(environment: dict[str, str]) -> None:
    arguments = ("ask", "--json", "--temperature", "1.5", "--max-tokens", "40", "--seed")
    with contextlib.ExitStack() as stack:  # at once, because starting takes longer than answering
        asked = [stack.enter_context(running(environment, *arguments, each, "Tell me something.")) for each in "778"]
        ids = [events_of(each.communicate(timeout=LIMIT_S)[0])[-1]["token_ids"] for each in asked]
    assert ids[0] == ids[1]
    assert ids[0] != ids[2]


def test_a_stop_string_ends_the_answer_before_it(environment: dict[str, str], greeting: str) -> None:
    stop = greeting[2:4]
    events = events_of(ponder(environment, "ask", "--json", *SHORT, f"--stop={stop}", "Hello!").stdout)
    assert "".join(each["text"] for each in events if each["event"] == "text") == greeting[: greeting.index(stop)]
    assert events[-1]["reason"] == "stop"


def test_raw_text_has_no_chat_template_around_it(environment: dict[str, str]) -> None:
    outcome = ponder(environment, "ask", "--json", "--raw", "--max-tokens", "4", "The")
    assert outcome.returncode == 0
    assert events_of(outcome.stdout)[-1]["prompt_tokens"] < 4


@needs_posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_decoding_keeps_the_partial_text(environment: dict[str, str], number: signal.Signals) -> None:
    with running(environment, "ask", "--json", *LONG) as process:
        events = read_until_text(process)
        sent = time.perf_counter()
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        took_s = time.perf_counter() - sent
    events += events_of(out)
    assert process.returncode == 128 + number
    assert events[-1]["reason"] == "cancelled"
    assert events[-1]["token_ids"]
    assert err == b""
    assert took_s < 5


@needs_posix
def test_ctrl_c_in_text_mode_ends_the_line(environment: dict[str, str]) -> None:
    with running(environment, "ask", "--raw", *NOISE, "Once upon a time") as process:
        assert process.stdout is not None
        first = process.stdout.read(1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert (first + out).endswith(b"\n")
    assert b"Traceback" not in err


@needs_posix
def test_a_reader_that_leaves_ends_it_quietly(environment: dict[str, str]) -> None:
    with running(environment, "ask", "--raw", *NOISE, "Once upon a time") as process:
        assert process.stdout is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()
        assert process.wait(timeout=20) == 141
    assert err == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said(environment: dict[str, str]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        with running(environment, "ask", *SHORT, "Hello!", stdout=full) as process:
            _, err = process.communicate(timeout=LIMIT_S)
    finally:
        os.close(full)
    assert process.returncode == 1
    assert err.decode() == "ponder: The output cannot be written: No space left on device.\n"
