"""Puts the window, the chat and the engine together. The only place that knows all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication

from app.application.later import Later
from app.application.shutdown import Shutdown, delete_now
from app.core.answer import AnswerState
from app.core.conversation import Question
from app.core.errors import CannotSave
from app.core.paths import Paths
from app.core.settings import Settings
from app.core.window_state import read_window_state, write_window_state
from app.library.models import choose_model, is_base
from app.services.chat_list import ChatList
from app.services.chat_search import ChatSearch
from app.services.chat_session import ChatSession
from app.services.chat_store import StoreOpened, StoreService
from app.services.engine_link import EngineLink
from app.services.idle import IdleUnloader
from app.services.kept_chats import KeptChats
from app.services.load_settings import LoadSettings
from app.services.open_chats import AnswerEnded
from app.services.personas import PersonaService
from app.services.rescue import StoreRescue
from app.services.settings import SettingsService
from app.services.status import ChosenModel
from app.services.titles import TitleRefiner
from app.services.upkeep import ChatUpkeep
from app.ui.appearance import Appearance
from app.ui.theme import Theme
from app.ui.transcript.text_view import CopiedText
from app.ui.window.main_window import MainWindow
from app.ui.window.parts import WindowParts
from engine.process_client import ProcessEngine
from engine.types import LoadRequest

if TYPE_CHECKING:
    from app.services.model_shelf import ModelShelf

T = TypeVar("T", bound=QObject)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Composition:
    """The parts that outlive a click. `shutdown.run()` ends them."""

    parts: WindowParts
    window: MainWindow
    shutdown: Shutdown

    @property
    def theme(self) -> Theme:
        return self.parts.theme

    @property
    def settings(self) -> SettingsService:
        return self.parts.settings

    @property
    def store(self) -> StoreService:
        return self.parts.store

    @property
    def link(self) -> EngineLink:
        return self.parts.link

    @property
    def session(self) -> ChatSession:
        return self.parts.session

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
        context_tokens=settings.context_tokens,
        cache_folder=str(paths.cache),
    )
    return ChosenModel(
        request, choice.entry.name, practice=choice.entry.built_in, note=choice.note, base=is_base(choice.entry)
    )


def compose(
    app: QApplication, settings: Settings, model: ChosenModel, engine_factory: str, paths: Paths
) -> Composition:
    """Make everything and connect it. Nothing is shown, no chat opened and no process started yet.

    Args:
        app: The Qt application.
        settings: As read at the start.
        model: What to load.
        engine_factory: "module:name" of what makes the engine in the engine's process.
        paths: Where everything lies.
    """
    shutdown = Shutdown()
    shutdown.register(_keep_clipboard)
    theme = _own(shutdown, Theme(app))
    live = _own(shutdown, SettingsService(paths.settings_file, settings))
    _own(shutdown, Appearance(theme, live))
    # Before the engine, so that it is closed after it: an answer that runs to the end is written to the end.
    store = _own(shutdown, StoreService(paths.chats), StoreService.close)
    link = _own(shutdown, EngineLink(ProcessEngine(engine_factory), model), EngineLink.close)
    session = _own(shutdown, ChatSession(link, store, live), ChatSession.close)
    titles = _own(shutdown, TitleRefiner(link, store, live), TitleRefiner.close)
    _own(shutdown, LoadSettings(link, live))
    _own(shutdown, IdleUnloader(link, live, lambda: session.working), IdleUnloader.close)
    parts = WindowParts(
        theme=theme,
        settings=live,
        link=link,
        store=store,
        session=session,
        chats=_own(shutdown, ChatList(store)),
        search=_own(shutdown, ChatSearch(store, live)),
        personas=_own(shutdown, PersonaService(paths.personas_file)),
        make_shelf=Later(partial(_make_shelf, shutdown, paths, live)),
        upkeep=_own(shutdown, ChatUpkeep(store, paths.chats, live), ChatUpkeep.close),
        kept=_own(shutdown, KeptChats(store, live, paths.cache), KeptChats.close),
        rescue=_own(shutdown, StoreRescue(store, paths.chats)),
        paths=paths,
        state=read_window_state(paths.window_file),
    )
    window = MainWindow(parts, model)
    shutdown.register(lambda: delete_now(window))
    shutdown.register(window.hide)
    shutdown.register(partial(_remember, window, paths))
    store.opened.connect(partial(_on_opened, window, parts))
    session.answered.connect(partial(_refine_title, titles))
    return Composition(parts, window, shutdown)


def _own(shutdown: Shutdown, thing: T, close: Callable[[T], None] | None = None) -> T:
    """Have something closed and deleted when everything ends."""
    shutdown.register(lambda: delete_now(thing))
    if close is not None:
        shutdown.register(partial(close, thing))
    return thing


def _make_shelf(shutdown: Shutdown, paths: Paths, settings: SettingsService) -> ModelShelf:
    # Here and not above: what it knows of models takes a while to import, and the window opens without it.
    from app.services.model_shelf import ModelShelf

    return _own(shutdown, ModelShelf(paths, settings), ModelShelf.close)


def _on_opened(window: MainWindow, parts: WindowParts, opened: StoreOpened) -> None:
    if opened.notices:
        window.troubles.show_notice(" ".join(each.words() for each in opened.notices))
    parts.upkeep.tend()


def _refine_title(titles: TitleRefiner, ended: AnswerEnded) -> None:
    """A chat that was named after its first question may get a better name once that is answered."""
    conversation, answer = ended.chat.conversation, ended.answer
    question = answer.parent
    first = question is not None and question.parent is conversation.root
    if (
        ended.chat.id is not None
        and first
        and isinstance(question, Question)
        and answer.state is AnswerState.DONE
        and not conversation.temporary
    ):
        titles.refine(ended.chat.id, question.text, answer.said)


def _remember(window: MainWindow, paths: Paths) -> None:
    try:
        write_window_state(paths.window_file, window.state())
    except CannotSave as error:
        log.warning("%s", error)


def _keep_clipboard() -> None:
    """Put what was copied here back as data of Qt's own.

    Data made by Python dies with the interpreter while Qt still points at it, and the process would end in a crash.
    """
    clipboard = QApplication.clipboard()
    for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
        # Not ownsClipboard(): some platforms always deny it. What another program copied is none of ours.
        if isinstance(clipboard.mimeData(mode), CopiedText):
            clipboard.setText(clipboard.text(mode), mode)
