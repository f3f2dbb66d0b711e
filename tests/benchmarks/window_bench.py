"""How quick the window is: `python -m tests.benchmarks.window_bench`, on a quiet machine, best under a real display.

Prints the time from the process's start to a window that takes keys, the event loop's longest stall and 99th
percentile while an answer arrives at 10,000 tokens a second, what one token costs when much is there already, and how
much CPU the idle window takes. One JSON object a line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPTED = "tests.support.scripted_engine:ScriptedEngine"
TOKENS = 20_000
IDLE_S = 10.0
START_RUNS = 5


def main() -> None:
    """Run the measurements, each start in a process of its own."""
    os.environ.setdefault("PONDER_HOME", tempfile.mkdtemp(prefix="ponder-bench-"))
    if len(sys.argv) > 1:
        _start(float(sys.argv[1]))
        return
    starts = [_measure_start() for _ in range(START_RUNS)]
    print(json.dumps({"start_to_typeable_s": sorted(starts)[START_RUNS // 2], "worst_s": max(starts)}))
    _measure_streaming()


def _measure_start() -> float:
    command = [sys.executable, "-m", "tests.benchmarks.window_bench", str(time.time())]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return float(done.stdout.splitlines()[-1])


def _start(begun_s: float) -> None:
    """Show the window, type a key, and print how long it took since `begun_s` (wall clock) until it arrived."""
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtTest import QTest

    from app.application import run_app
    from app.application.compose import Composition

    def on_shown(parts: Composition) -> None:
        def type_a_key() -> None:
            QTest.keyClick(parts.window.composer.edit, Qt.Key.Key_A)
            parts.window.repaint()
            print(time.time() - begun_s if parts.window.composer.text() == "a" else -1, flush=True)
            parts.window.close()

        QTimer.singleShot(0, type_a_key)

    run_app(["ponder"], engine_factory=SCRIPTED, on_shown=on_shown)


def _measure_streaming() -> None:
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from app.application.compose import compose
    from app.core.paths import user_paths
    from app.core.settings import Settings
    from app.services.status import ChosenModel, EngineReady
    from engine.types import LoadRequest
    from tests.app.ui.watchdog import Watchdog

    app = QApplication(["ponder"])
    parts = compose(app, Settings(), ChosenModel(LoadRequest("quick"), "quick"), SCRIPTED, user_paths())
    parts.window.show()
    loop = QEventLoop()
    parts.link.status_changed.connect(lambda status: loop.quit() if isinstance(status, EngineReady) else None)
    parts.start()
    loop.exec()
    for chat in range(3):  # each into a chat that already holds the ones before
        watchdog = Watchdog()
        done = QEventLoop()
        quit_when_idle = parts.session.busy_changed.connect(lambda busy, done=done: None if busy else done.quit())
        cpu_s, begun_s = time.process_time(), time.perf_counter()
        watchdog.start()
        parts.session.send(f"flood {TOKENS}", True)
        done.exec()
        watchdog.stop()
        wall_s, cpu_s = time.perf_counter() - begun_s, time.process_time() - cpu_s
        parts.session.busy_changed.disconnect(quit_when_idle)
        text = parts.window.transcript.answers[-1].text()
        print(
            json.dumps(
                {
                    "tokens_before": chat * TOKENS,
                    "tokens_per_s": round(TOKENS / wall_s),
                    "longest_stall_ms": round(watchdog.longest_ms, 1),
                    "p99_ms": round(watchdog.percentile_ms(0.99), 1),
                    "cpu_us_per_token": round(cpu_s / TOKENS * 1e6, 1),
                    "exact": text == "".join(f"w{index} " for index in range(TOKENS)),
                }
            )
        )
    idle = QEventLoop()
    QTimer.singleShot(1000, idle.quit)
    idle.exec()
    cpu_s = time.process_time()
    QTimer.singleShot(int(IDLE_S * 1000), idle.quit)
    idle.exec()
    print(json.dumps({"idle_cpu_percent": round(100 * (time.process_time() - cpu_s) / IDLE_S, 2)}))
    parts.shutdown.run()


if __name__ == "__main__":
    main()
