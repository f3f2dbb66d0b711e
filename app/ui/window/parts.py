"""What a window is given: everything that lives longer than a click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.paths import Paths
from app.core.window_state import WindowState
from app.services.chat_list import ChatList
from app.services.chat_search import ChatSearch
from app.services.chat_session import ChatSession
from app.services.chat_store import StoreService
from app.services.engine_link import EngineLink
from app.services.kept_chats import KeptChats
from app.services.personas import PersonaService
from app.services.rescue import StoreRescue
from app.services.settings import SettingsService
from app.services.upkeep import ChatUpkeep
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.services.model_shelf import ModelShelf


@dataclass(frozen=True, slots=True)
class WindowParts:
    """state: What the window remembered from last time.

    make_shelf: The models, which take a moment to come by: always the same shelf, made when it is first asked for.
    """

    theme: Theme
    settings: SettingsService
    link: EngineLink
    store: StoreService
    session: ChatSession
    chats: ChatList
    search: ChatSearch
    personas: PersonaService
    make_shelf: Callable[[], ModelShelf]
    upkeep: ChatUpkeep
    kept: KeptChats
    rescue: StoreRescue
    paths: Paths
    state: WindowState
