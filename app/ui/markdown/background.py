"""A thread for what would hold up the window: loading libraries and drawing. What comes of it arrives on the window's.

Nothing that it does is asked of anybody else, and what it has not begun when the application ends is left undone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThreadPool, Signal, Slot

SWITCH_S = 0.0005


class Background(QObject):
    """Does one thing after the other. No thread runs while there is nothing to do."""

    _done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        # Emitted on the pool's thread: queued, whatever thread Qt takes that to be.
        self._done.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], Callable[[], object]]) -> None:
        """Do `work`, which must not raise, on the thread, and then what it returns on the window's."""
        self._pool.start(lambda: self._work(work))

    def close(self) -> None:
        """Begin nothing more, and wait for what was begun."""
        self._pool.clear()
        self.wait()

    def wait(self) -> None:
        """Until the thread has done all that it was given."""
        self._pool.waitForDone()

    def _work(self, work: Callable[[], Callable[[], object]]) -> None:
        # The window's thread lets go of the interpreter at every call of Qt's, and would wait that long each time.
        usual_s = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_S)
        try:
            finish = work()
        finally:
            sys.setswitchinterval(usual_s)
        with suppress(RuntimeError):  # the application has ended meanwhile, and this object with it
            self._done.emit(finish)

    @Slot(object)
    def _finish(self, finish: Callable[[], object]) -> None:
        finish()


@lru_cache(maxsize=1)
def background() -> Background:
    """The one of the application; it lives as long."""
    app = QCoreApplication.instance()
    found = Background(app)
    if app is not None:
        app.aboutToQuit.connect(found.close)
    return found
