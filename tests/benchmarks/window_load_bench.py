"""How smooth the window stays while the engine computes flat out: `python -m tests.benchmarks.window_load_bench`.

The real engine in its process, with a model of full size, reads a long chat and then writes an answer as fast as it
can, on all cores. Meanwhile somebody types, scrolls and resizes the window, which shows the answer as it comes. One
JSON object for each of: nothing computed, reading, writing, and both once more with nobody at the window. Stalls are
those of the event loop, measured by a precise timer; `longest_own_ms` is the most that the window itself computed
between two of its beats, whatever else the machine did.

`--xvfb` shows the window on a virtual display instead of Qt's offscreen platform, for which Xvfb must be installed.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.answer import Answer
from tests.benchmarks.window_bench import settle, wait, write_chat

if TYPE_CHECKING:
    import psutil
    from PySide6.QtWidgets import QWidget

    from app.application.compose import Composition

MESSAGES = 40
ANSWER_TOKENS = 600
ACT_EVERY_MS = 40
HEIGHT = 800
QUIET_S = 8.0
LOAD_LIMIT_S = 300.0
TARGETS = "stall 100 ms, p99 33 ms"
PARAGRAPH = (
    "What a long chat is made of: **some** emphasis, `a little code`, and as many words as answers often have.\n\n"
)
WIDTHS = (*range(1200, 900, -10), *range(900, 1200, 10))


def main() -> None:
    """Show the window, and watch it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="a model's folder; by default one of full size is written")
    parser.add_argument("--messages", type=int, default=MESSAGES, help="how many the chat holds that is read")
    parser.add_argument("--tokens", type=int, default=ANSWER_TOKENS, help="how many are written")
    parser.add_argument("--xvfb", action="store_true", help="on a virtual display")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ponder-load-bench-")))
        os.environ.setdefault("PONDER_HOME", str(home / "home"))
        if arguments.xvfb:
            os.environ["DISPLAY"] = stack.enter_context(_virtual_display())
            os.environ["QT_QPA_PLATFORM"] = "xcb"
        else:
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        model = arguments.model or _full_size_model(home / "model")
        _measure(model, arguments.messages, arguments.tokens)


@contextlib.contextmanager
def _virtual_display() -> Iterator[str]:
    """An Xvfb of its own; the name of its display."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="ascii") as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def _full_size_model(folder: Path) -> Path:
    """Written by a process of its own: the window's never imports torch."""
    command = [sys.executable, "-m", "tests.support.full_size", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def _measure(model: Path, messages: int, tokens: int) -> None:
    import psutil
    from PySide6.QtWidgets import QApplication

    from app.application.compose import compose
    from app.core.chats import ChatSettings
    from app.core.collection import begin_collection, put_off_collection
    from app.core.paths import user_paths
    from app.core.settings import Settings
    from app.services.status import ChosenModel, EngineReady
    from app.store.store import open_store
    from engine.process_client import DEFAULT_FACTORY
    from engine.types import LoadRequest

    put_off_collection()
    paths = user_paths()
    with open_store(paths.chats) as store:
        chat = write_chat(store, messages, PARAGRAPH * 6)
    app = QApplication(["ponder"])
    chosen = ChosenModel(LoadRequest(str(model.resolve()), cache_folder=str(paths.cache)), model.name)
    parts = compose(app, Settings(welcomed=True), chosen, DEFAULT_FACTORY, paths)
    try:
        parts.window.resize(WIDTHS[0], HEIGHT)
        parts.window.show()
        parts.start()
        limit_s = time.monotonic() + LOAD_LIMIT_S
        wait(lambda: isinstance(parts.link.status, EngineReady) or time.monotonic() > limit_s)
        begin_collection()
        parts.session.open(chat)
        wait(lambda: parts.session.conversation_id == chat)
        parts.session.set_settings(ChatSettings(max_tokens=tokens, thinking=False))
        engine = psutil.Process(max(each.pid for each in psutil.Process().children() if each.num_threads() > 2))
        person = _Person(parts)
        with _watched("nothing is computed", engine, person):
            settle(QUIET_S)
        _ask(parts, engine, person)
        _ask(parts, engine, None)
    finally:
        parts.shutdown.run()


def _ask(parts: Composition, engine: psutil.Process, person: _Person | None) -> None:
    """Have an answer written, and watch the window while the chat is read and while the answer is written."""
    suffix = "" if person is not None else ", nobody at the window"
    parts.session.send("And now?", False)
    answer = parts.session.conversation.end
    if not isinstance(answer, Answer):
        raise TypeError("no answer is being made")
    with _watched(f"reading{suffix}", engine, person):
        wait(lambda: answer.first_token_s is not None or not parts.session.busy)
    with _watched(f"writing{suffix}", engine, person) as told:
        wait(lambda: not parts.session.busy)
        told["tokens_per_s"] = answer.facts.tokens_per_s
        told["tokens"] = answer.facts.answer_tokens


class _Person:
    """Types, scrolls and resizes in turn, and goes back to the answer's end now and then."""

    def __init__(self, parts: Composition) -> None:
        from PySide6.QtCore import QTimer

        self._window = parts.window
        self._steps = itertools.count()
        self._widths = itertools.cycle(WIDTHS)
        self._timer = QTimer(interval=ACT_EVERY_MS)
        self._timer.timeout.connect(self._act)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _act(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        step, column, edit = next(self._steps), self._window.transcript.column, self._window.composer.edit
        if step % 250 == 249:
            edit.clear()
            column.jump_to_end()
        elif step % 5 == 4:
            self._window.resize(next(self._widths), HEIGHT)
        elif step % 2:
            QTest.keyClick(edit, Qt.Key.Key_A)
        else:
            _roll(column.viewport(), 1 if step % 400 < 200 else -1)


def _roll(viewport: QWidget, notches: int) -> None:
    """Turn the wheel over the transcript; up where positive."""
    from PySide6.QtCore import QPoint, QPointF, Qt
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    at = QPointF(viewport.rect().center())
    turned = QPoint(0, 120 * notches)
    button, key, phase = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, QPointF(viewport.mapToGlobal(at)), QPoint(), turned, button, key, phase, False)
    QApplication.sendEvent(viewport, event)


@contextlib.contextmanager
def _watched(while_doing: str, engine: psutil.Process, person: _Person | None) -> Iterator[dict[str, object]]:
    """Watch the event loop, and tell; what is put into the yielded dict is told as well."""
    from tests.app.ui.watchdog import Watchdog

    class OwnWatchdog(Watchdog):
        """Also knows how much this thread computed between two beats, in seconds."""

        longest_own_s = 0.0
        _own_s = time.thread_time()

        def _beat(self) -> None:
            super()._beat()
            before, self._own_s = self._own_s, time.thread_time()
            self.longest_own_s = max(self.longest_own_s, self._own_s - before)

    watchdog, told = OwnWatchdog(), dict[str, object]()
    if person is not None:
        person.start()
    before, begun_s, own_s = engine.cpu_times(), time.perf_counter(), time.process_time()
    watchdog.start()
    yield told
    watchdog.stop()
    wall_s, own_s, after = time.perf_counter() - begun_s, time.process_time() - own_s, engine.cpu_times()
    if person is not None:
        person.stop()
    engine_s = after.user + after.system - before.user - before.system
    figures = {
        "while": while_doing,
        "seconds": round(wall_s, 1),
        "longest_stall_ms": round(watchdog.longest_ms, 1),
        "p50_ms": round(watchdog.percentile_ms(0.5), 1),
        "p99_ms": round(watchdog.percentile_ms(0.99), 1),
        "longest_own_ms": round(1000 * watchdog.longest_own_s, 1),
        "window_cpu_percent": round(100 * own_s / wall_s),
        "engine_cpu_percent": round(100 * engine_s / wall_s),
        "engine_niceness": engine.nice(),
    }
    print(json.dumps(figures | told | {"targets": TARGETS}), flush=True)


if __name__ == "__main__":
    main()
