"""Puts the window, the chat and the engine together. The only place that knows all of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication

from app.application.shutdown import Shutdown
from app.core.paths import Paths
from app.core.settings import Settings
from app.library.models import choose_model
from app.services.chat_session import ChatSession
from app.services.engine_link import EngineLink
from app.services.status import ChosenModel
from app.ui.main_window import MainWindow
from app.ui.theme import Theme
from app.ui.transcript.text_view import CopiedText
from engine.process_client import ProcessEngine
from engine.types import LoadRequest


@dataclass(frozen=True, slots=True)
class Composition:
    """The parts that outlive a click. `shutdown.run()` ends them."""

    theme: Theme
    link: EngineLink
    session: ChatSession
    window: MainWindow
    shutdown: Shutdown


def chosen_model(settings: Settings, paths: Paths, model: str | None = None) -> ChosenModel:
    """The model to load: the one named now, else the one chosen last, else the built-in one.

    Raises:
        NoModel: `model` names none.
    """
    choice = choose_model(model, settings.model, paths.models)
    request = LoadRequest(
        str(choice.entry.folder),
        device=settings.device,
        precision=settings.precision,
        kv_cache=settings.kv_cache,
    )
    return ChosenModel(request, choice.entry.name, practice=choice.entry.built_in, note=choice.note)


def compose(app: QApplication, settings: Settings, model: ChosenModel, engine_factory: str) -> Composition:
    """Make everything and connect it. Nothing is shown and no process started yet.

    Args:
        app: The Qt application.
        settings: What the person chose.
        model: What to load.
        engine_factory: "module:name" of what makes the engine in the engine's process.
    """
    shutdown = Shutdown()
    shutdown.register(_keep_clipboard)
    theme = Theme(app)
    shutdown.register(lambda: _delete(theme))
    link = EngineLink(ProcessEngine(engine_factory), model)
    shutdown.register(lambda: _delete(link))
    shutdown.register(link.close)
    session = ChatSession(link, settings.thinking_budget_tokens)
    shutdown.register(lambda: _delete(session))
    window = MainWindow(theme, link, session, model, thinking=settings.thinking)
    shutdown.register(lambda: _delete(window))
    shutdown.register(window.hide)
    return Composition(theme, link, session, window, shutdown)


def _keep_clipboard() -> None:
    """Put what was copied here back as data of Qt's own.

    Data made by Python dies with the interpreter while Qt still points at it, and the process would end in a crash.
    """
    clipboard = QApplication.clipboard()
    for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
        # Not ownsClipboard(): some platforms always deny it. What another program copied is none of ours.
        if isinstance(clipboard.mimeData(mode), CopiedText):
            clipboard.setText(clipboard.text(mode), mode)


def _delete(thing: QObject) -> None:
    """Now, in this order: left to the end of the interpreter, Qt's objects would be deleted in any."""
    thing.deleteLater()
    QCoreApplication.sendPostedEvents(thing, QEvent.Type.DeferredDelete)
