"""Start-up: the window first, everything slow behind it.

The window's process never imports torch or transformers; the engine's process does, while the person types.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QMessageBox

from app.application.compose import Composition, chosen_model, compose
from app.application.faults import FaultReporter
from app.core.log import logging_to
from app.core.paths import user_paths
from app.core.settings import read_settings
from app.ui.icons import application_icon
from app.ui.tokens import LIGHT, Token
from app.version import version
from engine.errors import PonderError
from engine.process_client import DEFAULT_FACTORY

NAME = "Ponder"
FAILED_EXIT_CODE = 1

log = logging.getLogger(__name__)


def run_app(
    argv: Sequence[str] | None = None,
    *,
    engine_factory: str = DEFAULT_FACTORY,
    model: str | None = None,
    on_shown: Callable[[Composition], None] | None = None,
) -> int:
    """Show the window and run until it is closed.

    Args:
        argv: The program's name and Qt's own options; None means those of this process.
        engine_factory: "module:name" of what makes the engine in its process.
        model: A model's name or folder; None means the one chosen last.
        on_shown: Called once the window is shown, before the engine starts; for tests and measurements.

    Returns:
        The exit code: 0, or 1 where the window could not be made at all.
    """
    try:
        paths = user_paths()
    except PonderError as error:
        return _refuse(argv, error)
    with logging_to(paths.log_file):
        read = read_settings(paths.settings_file)
        for problem in read.problems:
            log.warning("%s", problem)
        try:
            chosen = chosen_model(read.settings, paths, model)
        except PonderError as error:
            return _refuse(argv, error)
        # Ctrl-C in the terminal ends the program at once, as it would without an event loop that hides it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        app = _application(argv)
        parts = compose(app, read.settings, chosen, engine_factory)
        faults = FaultReporter()
        # Queued: a fault may be seen on any thread, and in the middle of anything.
        faults.fault_seen.connect(parts.window.show_fault, Qt.ConnectionType.QueuedConnection)
        faults.install()
        parts.shutdown.register(faults.remove)
        for problem in read.problems:
            parts.window.show_notice(problem)
        parts.window.show()
        if on_shown is not None:
            on_shown(parts)
        # After the first paint: starting a process takes time that nobody should have to look at.
        QTimer.singleShot(0, parts.link.start)
        try:
            return app.exec()
        finally:
            parts.shutdown.run()


def _refuse(argv: Sequence[str] | None, error: PonderError) -> int:
    """Say why there can be no window. In a dialog: who double-clicked an icon sees no terminal."""
    app = _application(argv)
    box = QMessageBox(QMessageBox.Icon.Warning, NAME, str(error))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()
    app.processEvents()
    return FAILED_EXIT_CODE


def _application(argv: Sequence[str] | None) -> QApplication:
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(list(sys.argv if argv is None else argv) or [NAME])
    app.setApplicationName(NAME)
    app.setApplicationDisplayName(NAME)
    app.setApplicationVersion(version())
    app.setDesktopFileName("ponder")
    app.setWindowIcon(application_icon(QColor(LIGHT[Token.ACCENT])))
    return app
