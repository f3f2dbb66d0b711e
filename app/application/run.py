"""Start-up: the window first, everything slow behind it.

The window's process never imports torch or transformers; the engine's process does, while the person types.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app.application.activation import TOKEN_VARIABLE, put_prompt, take_over, with_full_paths
from app.application.compose import Composition, chosen_model, compose
from app.application.faults import FaultReporter
from app.application.language import speak
from app.application.shutdown import delete_now
from app.application.single_instance import Handover, SingleInstance
from app.core.collection import begin_collection
from app.core.log import logging_to
from app.core.paths import user_paths
from app.core.settings import read_settings
from app.ui.icons import application_icon
from app.version import VERSION
from engine.errors import PonderError
from engine.process_client import DEFAULT_FACTORY

NAME = "Ponder"
APPLICATION_ID = "chat.ponder.Ponder"
"""What desktops know the window by: the name of its desktop entry, without the ending."""
FAILED_EXIT_CODE = 1
# By then the chats are listed and what is needed for that is imported.
STARTED_MS = 2_000

log = logging.getLogger(__name__)


def run_app(
    argv: Sequence[str] | None = None,
    *,
    engine_factory: str = DEFAULT_FACTORY,
    model: str | None = None,
    on_shown: Callable[[Composition], None] | None = None,
) -> int:
    """Show the window and run until it is closed. Where it is open already, it comes to the front instead.

    Args:
        argv: The program's name, Qt's own options and what to put into the field; None means those of this process.
        engine_factory: "module:name" of what makes the engine in its process.
        model: A model's name or folder; None means the one chosen last.
        on_shown: Called once the window is shown, before the engine starts; for tests and measurements.

    Returns:
        The exit code: 0, or 1 where the window could not be made at all.
    """
    app = _application(argv)
    try:
        paths = user_paths()
    except PonderError as error:
        return _refuse(app, error)
    with logging_to(paths.log_file):
        # Ctrl-C in the terminal ends the program at once, as it would without an event loop that hides it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        instance = SingleInstance(paths)
        asked_for = Handover(with_full_paths(app.arguments()[1:]), os.environ.get(TOKEN_VARIABLE, ""))
        try:
            if not instance.claim(asked_for):
                return 0
            read = read_settings(paths.settings_file)
            for problem in read.problems:
                log.warning("%s", problem)
            speak(app, read.settings.language)
            parts = compose(app, read.settings, chosen_model(read.settings, paths, model), engine_factory, paths)
            put_prompt(parts.window, asked_for.arguments)
            for problem in read.problems:
                parts.window.troubles.show_notice(problem)
            return _run(app, parts, instance, on_shown)
        except PonderError as error:
            return _refuse(app, error)
        finally:
            instance.release()
            delete_now(instance)


def _run(
    app: QApplication,
    parts: Composition,
    instance: SingleInstance,
    on_shown: Callable[[Composition], None] | None,
) -> int:
    """Show the window, run the event loop, and end everything but the claim to be the one window."""
    faults = FaultReporter()
    # Queued: a fault may be seen on any thread, and in the middle of anything.
    faults.fault_seen.connect(parts.window.troubles.show_fault, Qt.ConnectionType.QueuedConnection)
    faults.install()
    parts.shutdown.register(faults.remove)
    instance.handed_over.connect(partial(take_over, parts.window))
    # First of all on the way out: who starts Ponder now gets a window of its own as soon as this one is gone.
    parts.shutdown.register(instance.stop_listening)
    parts.window.show()
    if on_shown is not None:
        on_shown(parts)
    # After the first paint: opening files and starting a process takes time that nobody should have to look at.
    QTimer.singleShot(0, parts.start)
    QTimer.singleShot(STARTED_MS, begin_collection)
    try:
        return app.exec()
    finally:
        parts.shutdown.run()


def _refuse(app: QApplication, error: PonderError) -> int:
    """Say why there can be no window. In a dialog: who double-clicked an icon sees no terminal."""
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
    app.setApplicationVersion(VERSION)
    app.setDesktopFileName(APPLICATION_ID)
    # On macOS the bundle's own icon has the margin that the Dock expects.
    if not (sys.platform == "darwin" and getattr(sys, "frozen", False)):
        app.setWindowIcon(application_icon())
    return app
