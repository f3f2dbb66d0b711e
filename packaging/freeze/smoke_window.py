"""The half of the smoke test that has a window: as a person uses it on X11, and without a screen elsewhere.

What came of it is read from outside: from the windows of the screen, the store of the chats and the table of processes.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from smoke_place import Place
from smoke_report import Row, SmokeFailure, timing

QUESTION = "What is 27 + 48?"
ANSWER = "75"
LONG_QUESTION = "Write a short story about a lighthouse."
STORE = "chats.sqlite3"
WINDOW_LIMIT_S = 1.5
PATIENCE_S = 120.0
SCREEN = "1280x860x24"
_LOOK_EACH_S = 0.02
_INVISIBLE_SCREEN = "qt This plugin does not support"
_RUNNING_S, _HELD_UP_S = 0.004, 0.3

_Found = TypeVar("_Found")


def missing_tools() -> list[str]:
    """What the window's half on X11 needs and is not installed."""
    return [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]


class Screen:
    """An X server of our own with a keyboard, as a context manager."""

    def __enter__(self) -> Screen:
        read, write = os.pipe()
        # Without -noreset it starts over whenever the last client goes, and a program that comes then finds nobody.
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp", "-ac", "-noreset"]
        self._server = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as numbers:
            self.display = f":{numbers.readline().strip()}"
        if self.display == ":":
            raise SmokeFailure("Xvfb does not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait()

    def do(self, *arguments: str) -> str:
        """An xdotool command; its output."""
        command = ["xdotool", *arguments]
        return subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=False).stdout

    def windows(self) -> list[str]:
        """The ids of all windows that are on the screen by themselves."""
        return self.do("search", "--maxdepth", "1", "--onlyvisible", "--class", ".").split()

    def save_picture(self, path: Path) -> None:
        """What is on the screen, where ImageMagick is installed."""
        if shutil.which("import"):
            subprocess.run(["import", "-window", "root", str(path)], env=self._environment(), check=True)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "DISPLAY": self.display}


def window_on_x11(place: Place, picture: Path | None) -> Iterator[Row]:
    """Open the window, ask by keyboard, look at everything, quit by keyboard; then open it once more.

    Raises:
        SmokeFailure: something of that did not work.
    """
    with Screen() as screen:
        cold = place.forget_cached_files()
        begun = time.monotonic()
        process = place.start(windowed=True, environment={"DISPLAY": screen.display})
        try:
            (window,) = wait_for(process, lambda: screen.windows(), "no window appeared")
            yield _shown(f"window up, {'cold' if cold else 'first start'}", time.monotonic() - begun, process)
            screen.do("windowfocus", "--sync", window)
            asked = time.monotonic()
            _ask(screen, QUESTION)
            answer = wait_for(process, lambda: last_answer(place.chats_folder), "the question was not answered")
            if ANSWER not in answer:
                raise SmokeFailure(f"the answer in the window is {answer!r}")
            yield Row("answered in the window", f"{time.monotonic() - asked:.1f} s")
            partial, whole = _watch_stream(place, screen, process)
            yield Row("streamed", f"{partial} of {whole} characters stored before the end")
            if picture is not None:
                screen.save_picture(picture)
            children = _descendants(process.pid)
            if len(screen.windows()) != 1:
                raise SmokeFailure(f"there are {len(screen.windows())} windows")
            if not children:
                raise SmokeFailure("the engine has no process of its own")
            yield Row("windows / processes beside it", f"1 / {len(children)}")
            screen.do("key", "ctrl+q")
            _expect_end(process, children)
            yield Row("quit by keyboard", "exit code 0, nothing left")
        finally:
            process.kill()
            process.wait()
        yield _second_start(place, screen)
    _expect_clean_log(place.log_file)


def window_without_screen(place: Place) -> Iterator[Row]:
    """Open the window on Qt's own invisible screen; a second start reaches it, hands over and ends.

    Raises:
        SmokeFailure: something of that did not work.
    """
    home = place.home / "hidden"
    hidden = {"QT_QPA_PLATFORM": "offscreen", "PONDER_HOME": str(home)}
    process = place.start(windowed=True, environment=hidden)
    try:
        # The store is opened after the window is shown.
        wait_for(process, lambda: (home / "chats" / STORE).is_file(), "the window opened no store")
        second = place.start(windowed=True, environment=hidden)
        try:
            code = second.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            second.kill()
            raise SmokeFailure("a second start neither ended nor found the window") from None
        if code != 0 or process.poll() is not None:
            raise SmokeFailure(f"a second start ended with {code}, the first with {process.poll()}")
        yield Row("window without a screen", "answers a second start")
    finally:
        process.terminate()
        process.wait()
    _expect_clean_log(home / "logs" / "ponder.log")


def _second_start(place: Place, screen: Screen) -> Row:
    begun = time.monotonic()
    process = place.start(windowed=True, environment={"DISPLAY": screen.display})
    try:
        (window,) = wait_for(process, lambda: screen.windows(), "no window appeared at the second start")
        row = _shown("window up, second start", time.monotonic() - begun, process)
        screen.do("windowfocus", "--sync", window, "key", "ctrl+q")
        _expect_end(process, [])
        return row
    finally:
        process.kill()
        process.wait()


def _shown(what: str, seconds: float, process: subprocess.Popen[str]) -> Row:
    """How long the window took; beside it what the process has computed, which does not depend on who else does."""
    row = timing(what, seconds, WINDOW_LIMIT_S)
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    busy_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return replace(row, found=f"{row.found}, {busy_s:.2f} s of them computing")


def _ask(screen: Screen, question: str) -> None:
    screen.do("type", "--delay", "15", question)
    screen.do("key", "Return")


def _watch_stream(place: Place, screen: Screen, process: subprocess.Popen[str]) -> tuple[int, int]:
    """How many characters of an answer were in the store while it was still being written, and how many in the end.

    The engine is held up until the first: what it writes is there at once otherwise.
    """
    _ask(screen, LONG_QUESTION)
    engine = _descendants(process.pid)
    partial = 0

    def is_complete() -> bool:
        nonlocal partial
        latest = _latest(place.chats_folder)
        if latest is None or latest.question != LONG_QUESTION:
            return False
        if latest.state == "streaming" and latest.length:
            partial = latest.length
        if latest.state == "streaming" and not partial:
            _let_run_briefly(engine)
        else:
            _send_all(engine, signal.SIGCONT)
        return latest.state == "complete"

    try:
        wait_for(process, is_complete, "the long answer was not completed")
    finally:
        _send_all(engine, signal.SIGCONT)
    latest = _latest(place.chats_folder)
    if latest is None or not 0 < partial < latest.length:
        raise SmokeFailure(f"the answer arrived in one piece: {latest}")
    return partial, latest.length


def _let_run_briefly(processes: list[int]) -> None:
    _send_all(processes, signal.SIGCONT)
    time.sleep(_RUNNING_S)
    _send_all(processes, signal.SIGSTOP)
    time.sleep(_HELD_UP_S)


def _send_all(processes: list[int], number: signal.Signals) -> None:
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


@dataclass(frozen=True, slots=True)
class _Latest:
    """The newest answer in the store. length: in characters, with its thoughts."""

    question: str
    state: str
    text: str
    length: int


def _latest(chats_folder: Path) -> _Latest | None:
    path = chats_folder / STORE
    if not path.is_file():
        return None
    query = """
        SELECT messages.state, coalesce(max(CASE kind WHEN 'text' THEN text END), ''), coalesce(sum(length(text)), 0),
            (SELECT text FROM parts AS asked WHERE asked.message_id = messages.parent_id ORDER BY ordinal LIMIT 1)
        FROM messages LEFT JOIN parts ON parts.message_id = messages.id
        WHERE role = 'assistant' GROUP BY messages.id ORDER BY messages.id DESC LIMIT 1
    """
    # A reader only; the application is the one who writes.
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path, timeout=5)) as store:
        store.execute("PRAGMA query_only = 1")
        row = store.execute(query).fetchone()
        return None if row is None else _Latest(row[3] or "", row[0], row[1], row[2])
    return None


def last_answer(chats_folder: Path) -> str:
    """The newest answer in the store there, once it is complete; else nothing."""
    latest = _latest(chats_folder)
    return latest.text if latest is not None and latest.state == "complete" else ""


def wait_for(process: subprocess.Popen[str] | None, look: Callable[[], _Found], problem: str) -> _Found:
    """What `look` finds at last.

    Raises:
        SmokeFailure: with `problem` where it took too long, or earlier where the process has ended.
    """
    end = time.monotonic() + PATIENCE_S
    while not (found := look()):
        if process is not None and (code := process.poll()) is not None:
            raise SmokeFailure(f"the program ended by itself, with exit code {code}")
        if time.monotonic() > end:
            raise SmokeFailure(problem)
        time.sleep(_LOOK_EACH_S)
    return found


def _expect_end(process: subprocess.Popen[str], children: list[int]) -> None:
    try:
        code = process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        raise SmokeFailure("the window did not quit") from None
    if code != 0:
        raise SmokeFailure(f"quitting ended with exit code {code}")
    wait_for(None, lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), "processes were left behind")


def _expect_clean_log(log_file: Path) -> None:
    """What is logged is warnings and worse; the one that Qt's invisible screen gives is none of ours."""
    lines = log_file.read_text(encoding="utf-8").splitlines() if log_file.is_file() else []
    if lines := [line for line in lines if _INVISIBLE_SCREEN not in line]:
        raise SmokeFailure("the log says: " + "\n".join(lines[-20:]))


def _descendants(pid: int) -> list[int]:
    """The processes below one, by the system's table; empty where it has none."""
    if sys.platform != "linux":
        return []
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if match := re.match(
                r"(\d+) \(.*\) \S (\d+)", path.read_text(encoding="utf-8", errors="replace"), re.DOTALL
            ):
                parents[int(match[1])] = int(match[2])
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]
