"""Puts the window, the chat and the engine together. The only place that knows all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication

from app.application.shutdown import Shutdown, delete_now
from app.core.paths import Paths
from app.core.settings import Settings
from app.library.models import choose_model
from app.services.chat_session import ChatSession
from app.services.chat_store import StoreOpened, StoreService
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
    store: StoreService
    link: EngineLink
    session: ChatSession
    window: MainWindow
    shutdown: Shutdown

    def start(self) -> None:
        """Open the store and start the engine, both in the background."""
        self.store.start()
        self.link.start()


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


def compose(
    app: QApplication, settings: Settings, model: ChosenModel, engine_factory: str, paths: Paths
) -> Composition:
    """Make everything and connect it. Nothing is shown, no file opened and no process started yet.

    Args:
        app: The Qt application.
        settings: What the person chose.
        model: What to load.
        engine_factory: "module:name" of what makes the engine in the engine's process.
        paths: Where the conversations lie.
    """
    shutdown = Shutdown()
    shutdown.register(_keep_clipboard)
    theme = Theme(app)
    shutdown.register(lambda: delete_now(theme))
    # Before the engine, so that it is closed after it: an answer that runs to the end is written to the end.
    store = StoreService(paths.chats)
    shutdown.register(lambda: delete_now(store))
    shutdown.register(store.close)
    link = EngineLink(ProcessEngine(engine_factory), model)
    shutdown.register(lambda: delete_now(link))
    shutdown.register(link.close)
    session = ChatSession(link, store, settings.thinking_budget_tokens)
    shutdown.register(lambda: delete_now(session))
    shutdown.register(session.close)
    window = MainWindow(theme, link, session, model, thinking=settings.thinking)
    shutdown.register(lambda: delete_now(window))
    shutdown.register(window.hide)
    store.opened.connect(partial(_show_notices, window))
    store.troubled.connect(window.show_store_trouble)
    store.recovered.connect(window.end_store_trouble)
    window.store_retry_asked.connect(store.retry)
    return Composition(theme, store, link, session, window, shutdown)


def _show_notices(window: MainWindow, opened: StoreOpened) -> None:
    if opened.notices:
        window.show_notice(" ".join(each.words() for each in opened.notices))


def _keep_clipboard() -> None:
    """Put what was copied here back as data of Qt's own.

    Data made by Python dies with the interpreter while Qt still points at it, and the process would end in a crash.
    """
    clipboard = QApplication.clipboard()
    for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
        # Not ownsClipboard(): some platforms always deny it. What another program copied is none of ours.
        if isinstance(clipboard.mimeData(mode), CopiedText):
            clipboard.setText(clipboard.text(mode), mode)
