"""How quick the window is: `python -m tests.benchmarks.window_bench`, on a quiet machine, best under a real display.

One JSON object a line, each with its target: the time from the process's start to a window that takes keys; streaming
into a chat that already holds 100,000 tokens, at 1,000 tokens a second and as fast as 10,000; opening a chat of 2,000
messages; resizing it; the idle window's CPU. Stalls are those of the event loop, measured by a timer of 1 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.application.compose import Composition
    from app.store.store import ChatStore

ROOT = Path(__file__).parents[2]
SCRIPTED = "tests.support.scripted_engine:ScriptedEngine"
MESSAGES = 2_000
TOKENS_BEFORE = 100_000
TOKENS = 20_000
IDLE_S = 10.0
START_RUNS = 7
OPEN_RUNS = 5
PARAGRAPH = (
    "A paragraph of an answer with **some** emphasis, `a little code` and a [link](https://example.org), as long as "
    "paragraphs of answers often are, so that reading them takes a line or three on the screen.\n\n"
)
ANSWER = PARAGRAPH * 2 + "```python\nfor index in range(3):\n    print(index)\n```\n\n- one\n- two\n\n" + PARAGRAPH


def main() -> None:
    """Run the measurements, each start in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start-at", type=float, help="measure one start that began then (wall clock)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ponder-window-bench-") as home:
        os.environ.setdefault("PONDER_HOME", home)
        if arguments.start_at is not None:
            _start(arguments.start_at)
            return
        starts = [_measure_start() for _ in range(START_RUNS)]
        _tell(start_to_typeable_s=round(statistics.median(starts), 3), worst_s=round(max(starts), 3), target_s=1.0)
        _measure_window()


def _tell(**values: object) -> None:
    print(json.dumps(values), flush=True)


def _measure_start() -> float:
    with tempfile.TemporaryDirectory(prefix="ponder-window-bench-") as home:
        command = [sys.executable, "-m", "tests.benchmarks.window_bench", "--start-at", str(time.time())]
        environment = {**os.environ, "PONDER_HOME": home}
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    return float(done.stdout.splitlines()[-1])


def _start(begun_s: float) -> None:
    """Show the window, type a key, and print how long it took since `begun_s` until it arrived."""
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtTest import QTest

    from app.application import run_app

    def on_shown(parts: Composition) -> None:
        def type_a_key() -> None:
            QTest.keyClick(parts.window.composer.edit, Qt.Key.Key_A)
            parts.window.repaint()
            print(time.time() - begun_s if parts.window.composer.text() == "a" else -1, flush=True)
            parts.window.close()

        QTimer.singleShot(0, type_a_key)

    run_app(["ponder"], engine_factory=SCRIPTED, on_shown=on_shown)


def _measure_window() -> None:
    from PySide6.QtWidgets import QApplication

    from app.application.compose import compose
    from app.core.collection import begin_collection, put_off_collection
    from app.core.paths import user_paths
    from app.core.settings import Settings
    from app.services.status import ChosenModel, EngineReady
    from app.store.store import open_store
    from engine.types import LoadRequest

    put_off_collection()
    paths = user_paths()
    with open_store(paths.chats) as store:
        long_chat, heavy_chat = _fill(store)
    app = QApplication(["ponder"])
    model = ChosenModel(LoadRequest("quick"), "quick")
    parts = compose(app, Settings(welcomed=True), model, SCRIPTED, paths)
    parts.window.show()
    parts.start()
    wait(lambda: isinstance(parts.link.status, EngineReady) and parts.parts.chats.loaded)
    begin_collection()
    _measure_opening(parts, long_chat)
    _measure_resizing(parts)
    _measure_streaming(parts, heavy_chat)
    _measure_idle()
    parts.shutdown.run()


def _fill(store: ChatStore) -> tuple[int, int]:
    """A chat of many messages and one of many tokens; their ids."""
    return write_chat(store, MESSAGES, ANSWER), write_chat(store, 2, PARAGRAPH * (TOKENS_BEFORE // 45))


def write_chat(store: ChatStore, messages: int, answer: str) -> int:
    """A chat of so many messages, half of them this answer; its id."""
    from app.core.chats import NewConversation, NewMessage, Part, PartKind
    from engine.types import Role

    made = store.conversations.create(NewConversation(f"{messages} messages"))
    parent = None
    with store.database.transaction():
        for index in range(messages):
            role, text = (Role.ASSISTANT, answer) if index % 2 else (Role.USER, f"Question {index}?")
            parent = store.messages.add(made.id, parent, NewMessage(role, (Part(PartKind.TEXT, text),))).id
    return made.id


def _measure_opening(parts: Composition, chat: int) -> None:
    """From the click to the first paint of its end, reading it from the disk included."""
    taken = []
    for _ in range(OPEN_RUNS):
        parts.session.new_chat()
        settle()
        begun_s = time.perf_counter()
        parts.session.open(chat)
        wait(lambda: parts.session.conversation_id == chat)
        parts.window.repaint()
        taken.append((time.perf_counter() - begun_s) * 1000)
        settle()
    _tell(open_2000_messages_ms=round(statistics.median(taken), 1), worst_ms=round(max(taken), 1), target_ms=150)


def _measure_resizing(parts: Composition) -> None:
    with _Watched() as watched:
        for width in [*range(1200, 700, -25), *range(700, 1200, 25)]:
            parts.window.resize(width, 800)
            settle(0.02)
    _tell(resize_longest_ms=watched.longest_ms, resize_p99_ms=watched.p99_ms)


def _measure_streaming(parts: Composition, chat: int) -> None:
    parts.session.open(chat)
    wait(lambda: parts.session.conversation_id == chat)
    settle()
    for pace in (1_000, 10_000):
        cpu_s, begun_s = time.process_time(), time.perf_counter()
        with _Watched() as watched:
            parts.session.send(f"flood {TOKENS} {pace}", False)
            wait(lambda: not parts.session.busy)
        wall_s, cpu_s = time.perf_counter() - begun_s, time.process_time() - cpu_s
        _tell(
            tokens_before=TOKENS_BEFORE,
            tokens=TOKENS,
            tokens_per_s=round(TOKENS / wall_s),
            longest_stall_ms=watched.longest_ms,
            p99_ms=watched.p99_ms,
            cpu_us_per_token=round(cpu_s / TOKENS * 1e6, 1),
            targets="stall 50 ms, p99 16 ms at 1,000 tokens/s",
        )


def _measure_idle() -> None:
    settle(2.0)
    cpu_s = time.process_time()
    _wait_idle(IDLE_S)
    _tell(idle_cpu_percent=round(100 * (time.process_time() - cpu_s) / IDLE_S, 2), target=0.0)


def _wait_idle(seconds: float) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    idle = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), idle.quit)
    idle.exec()


class _Watched:
    """The event loop's stalls while something goes on."""

    longest_ms = 0.0
    p99_ms = 0.0

    def __enter__(self) -> _Watched:
        from tests.app.ui.watchdog import Watchdog

        self._watchdog = Watchdog()
        self._watchdog.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._watchdog.stop()
        self.longest_ms = round(self._watchdog.longest_ms, 1)
        self.p99_ms = round(self._watchdog.percentile_ms(0.99), 1)


def settle(seconds: float = 0.3) -> None:
    """Let the event loop run."""
    end_s = time.monotonic() + seconds
    wait(lambda: time.monotonic() > end_s)


def wait(condition: Callable[[], bool]) -> None:
    """Run the event loop until the condition holds."""
    from PySide6.QtCore import QEventLoop, QTimer

    # An event loop and not processEvents in a row: that would never let the loop come to rest.
    loop, ticking = QEventLoop(), QTimer()
    ticking.setInterval(2)
    ticking.timeout.connect(lambda: loop.quit() if condition() else None)
    ticking.start()
    if not condition():
        loop.exec()
    ticking.stop()


if __name__ == "__main__":
    main()
