"""One window per home: later starts hand over to the first, and a dead one holds nobody off. With real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from app.application.single_instance import MAX_MESSAGE_BYTES, AlreadyOpen, Handover, SingleInstance, _socket_name
from app.core.file_lock import FileLock
from app.core.paths import Paths, user_paths
from tests.app.ui.conftest import SCRIPTED

ROOT = Path(__file__).parents[3]
CLAIM = """
import json, sys
from PySide6.QtCore import QCoreApplication
from app.application.single_instance import Handover, SingleInstance
from app.core.paths import user_paths

app = QCoreApplication(["ponder"])
instance = SingleInstance(user_paths())
if instance.claim(Handover(tuple(sys.argv[1:]), "token")):
    instance.handed_over.connect(lambda handover: print(json.dumps(handover.arguments), flush=True))
    print("first", flush=True)
    app.exec()
print("handed over", flush=True)
"""
WINDOW = """
import json, sys
from PySide6.QtCore import Qt
from app.application import run_app

def main():
    def on_shown(parts):
        window = parts.window
        window.composer.set_text("typed")
        window.showMinimized()
        def tell():
            print(json.dumps([window.isMinimized(), window.composer.text()]), flush=True)
            if "quit" in window.composer.text():
                window.close()
        window.composer.edit.textChanged.connect(tell)
        print("shown", flush=True)
    print("code", run_app(["ponder", *sys.argv[2:]], engine_factory=sys.argv[1], on_shown=on_shown), flush=True)

if __name__ == "__main__":
    main()
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(ponder_home: Path) -> Iterator[Start]:
    """Starts processes that claim to be the one window of a home; kills them after the test."""
    started: list[subprocess.Popen[str]] = []
    homes: set[Path] = set()

    def start_one(*arguments: str, home: Path = ponder_home, code: str = CLAIM) -> subprocess.Popen[str]:
        homes.add(home)
        environment = {**os.environ, "PONDER_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
        )
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.communicate()
    for home in homes:  # who is killed leaves a socket behind, until the next start there
        name = _socket_name(user_paths({"PONDER_HOME": str(home)}))
        if name is not None and sys.platform != "win32":
            Path(name).unlink(missing_ok=True)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def is_disconnected(socket: QLocalSocket) -> bool:
    return socket.state() == QLocalSocket.LocalSocketState.UnconnectedState


@pytest.fixture
def instance(qtbot: QtBot) -> Iterator[SingleInstance]:
    made = SingleInstance(user_paths(), patience_s=0.3)
    yield made
    made.release()


def test_the_second_start_hands_over_and_ends_10(start: Start) -> None:
    first = start()
    assert line(first) == "first"
    for arguments in ((), ("what is", "a\nnäive – question?")):
        second = start(*arguments)
        assert line(second) == "handed over"
        assert second.wait(60) == 0
        assert json.loads(line(first)) == list(arguments)


def test_of_many_starts_at_once_one_is_the_first_10(start: Start) -> None:
    processes = [start(str(number)) for number in range(3)]
    said = [line(process) for process in processes]
    assert sorted(said) == ["first", "handed over", "handed over"]
    first = processes[said.index("first")]
    others = {str(number) for number, word in enumerate(said) if word != "first"}
    assert {json.loads(line(first))[0] for _ in others} == others


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_first_one_holds_nobody_off_11(start: Start) -> None:
    for _ in range(2):
        first = start()
        assert line(first) == "first"
        os.kill(first.pid, signal.SIGKILL)
        first.wait()


def test_windows_of_different_homes_do_not_meet(start: Start, tmp_path: Path) -> None:
    first, other = start(), start(home=tmp_path / "other")
    assert (line(first), line(other)) == ("first", "first")
    assert line(start("to the other", home=tmp_path / "other")) == "handed over"
    assert json.loads(line(other)) == ["to the other"]
    (tmp_path / "link").symlink_to(tmp_path / "other")
    assert line(start("by another name", home=tmp_path / "link")) == "handed over"
    assert json.loads(line(other)) == ["by another name"]


def test_a_window_that_does_not_answer_is_named_and_nothing_hangs(instance: SingleInstance, ponder_home: Path) -> None:
    lock = FileLock(ponder_home / "window.lock")
    assert lock.acquire("Ponder (process 4711 on here)")
    try:
        with pytest.raises(AlreadyOpen, match="process 4711 on here"):
            instance.claim(Handover())
    finally:
        lock.release()
    assert instance.claim(Handover())


def test_who_starts_while_the_last_window_closes_gets_the_next_one(qtbot: QtBot, ponder_home: Path) -> None:
    last = SingleInstance(user_paths())
    assert last.claim(Handover())
    last.stop_listening()
    closing = threading.Timer(0.3, last.release)
    closing.start()
    following = SingleInstance(user_paths())
    assert following.claim(Handover())
    closing.join()
    following.release()


def test_garbage_on_the_socket_disturbs_nothing(instance: SingleInstance, qtbot: QtBot) -> None:
    assert instance.claim(Handover())
    heard: list[Handover] = []
    instance.handed_over.connect(heard.append)
    name = _socket_name(user_paths())
    assert name is not None
    for garbage in (
        b"\n",
        b"\xff\xfe\n",
        b"[]\n",
        b'{"arguments": [1], "activation_token": ""}\n',
        b'{"arguments": "x", "activation_token": ""}\n',
        b'{"arguments": [], "activation_token": 1}\n',
        b"[" * 100_000 + b"\n",
        b"x" * (MAX_MESSAGE_BYTES + 1),
    ):
        socket = QLocalSocket()
        socket.connectToServer(name)
        assert socket.waitForConnected(5000)
        socket.write(garbage)
        qtbot.waitUntil(partial(is_disconnected, socket))
    assert heard == []
    good = QLocalSocket()
    good.connectToServer(name)
    good.write(b'{"arguments": ["in')
    good.flush()
    qtbot.wait(20)
    good.write(b" pieces" + b"x" * 100_000 + b'"], "activation_token": "t"}\n')
    qtbot.waitUntil(lambda: heard == [Handover(("in pieces" + "x" * 100_000,), "t")])


def test_a_home_without_locks_still_has_one_window(
    instance: SingleInstance, start: Start, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    first = start()
    assert line(first) == "first"

    def no_locks(lock: FileLock, note: str) -> bool:
        raise OSError(95, "not supported")

    monkeypatch.setattr(FileLock, "acquire", no_locks)
    assert not instance.claim(Handover(("asked",)))
    assert json.loads(line(first)) == ["asked"]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no folder")
def test_the_socket_lies_where_only_this_user_comes(ponder_home: Path) -> None:
    name = _socket_name(user_paths())
    assert name is not None
    assert len(name.encode()) < 100
    folder = Path(name).parent.stat()
    assert (folder.st_uid, folder.st_mode & 0o077) == (os.getuid(), 0)
    other = ponder_home / "other"
    paths = Paths(other / "s", other / "chats", other / "models", other / "cache", other / "logs")
    assert _socket_name(paths) != name


def test_the_window_comes_to_the_front_with_what_was_asked_10(start: Start) -> None:
    first = start(SCRIPTED, code=WINDOW)
    assert line(first) == "shown"
    second = start(SCRIPTED, "what is", "this?", code=WINDOW)
    assert line(second) == "code 0"
    assert json.loads(line(first)) == [False, "typed\n\nwhat is this?"]
    assert line(start(SCRIPTED, "quit", code=WINDOW)) == "code 0"
    assert json.loads(line(first)) == [False, "typed\n\nwhat is this?\n\nquit"]
    assert line(first) == "code 0"
    assert first.wait(60) == 0
