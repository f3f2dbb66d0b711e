"""Searching the chats while somebody types: one question at a time, the newest. Knows no words and no widget."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from app.core.errors import StoreDamaged
from app.core.search import ALL_BUT_THINKING, EVERYWHERE, SearchFilter, SearchHit
from app.services.chat_rows import ShelfKind
from app.services.chat_store import RequestDone, RequestFailed, StoreService
from app.services.settings import SettingsChanged, SettingsService
from engine.errors import PonderError


@dataclass(frozen=True, slots=True)
class SearchFound:
    """hits: the best first. An empty query finds nothing."""

    query: str
    hits: tuple[SearchHit, ...]


@dataclass(frozen=True, slots=True)
class SearchFailed:
    """repairable: `ChatSearch.repair` makes the index anew, from chats that are as they should be."""

    query: str
    error: PonderError
    repairable: bool


@dataclass(frozen=True, slots=True)
class SearchScope:
    """Where to look. folder_id: only in this folder. CHATS has what is archived in it, too."""

    shelf: ShelfKind = ShelfKind.CHATS
    folder_id: int | None = None


class ChatSearch(QObject):
    """What is looked for, and what was found.

    Args:
        store: Where the chats are.
        settings: Says whether thoughts are searched.
        parent: Its Qt parent.
    """

    found = Signal(object)
    """A SearchFound."""
    failed = Signal(object)
    """A SearchFailed."""

    def __init__(self, store: StoreService, settings: SettingsService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._settings = settings
        self._query = ""
        self._scope = SearchScope()
        self._request: int | None = None
        self._repair: int | None = None
        store.done.connect(self._on_done)
        store.failed.connect(self._on_failed)
        settings.changed.connect(self._on_settings_changed)

    @property
    def query(self) -> str:
        """What is looked for; empty while nothing is."""
        return self._query

    @property
    def scope(self) -> SearchScope:
        return self._scope

    def search(self, query: str, scope: SearchScope | None = None) -> None:
        """Look for this, and for nothing asked before. Nothing but spaces clears."""
        self._query = query.strip()
        self._scope = self._scope if scope is None else scope
        if not self._query:
            self._withdraw()
            self.found.emit(SearchFound("", ()))
            return
        wanted = self._filter()
        words = self._query
        self._request = self._store.read(lambda store: store.search.find(words, wanted), replaces=self._request)

    def clear(self) -> None:
        """Look for nothing any more, and everywhere the next time."""
        self.search("", SearchScope())

    def again(self) -> None:
        """Look for the same once more."""
        if self._query:
            self.search(self._query)

    def repair(self) -> None:
        """Make the index anew from the chats, and then look again."""
        if self._repair is None:
            self._repair = self._store.run(lambda store: store.search.rebuild())

    def _filter(self) -> SearchFilter:
        shelf = self._scope.shelf
        return SearchFilter(
            folder_id=self._scope.folder_id,
            kinds=EVERYWHERE if self._settings.value.search_thoughts else ALL_BUT_THINKING,
            archived=True if shelf is ShelfKind.ARCHIVED else None,
            trashed=shelf is ShelfKind.TRASH,
        )

    def _withdraw(self) -> None:
        if self._request is not None:
            self._store.cancel(self._request)
            self._request = None

    @Slot(object)
    def _on_done(self, done: RequestDone) -> None:
        if done.request_id == self._request:
            self._request = None
            self.found.emit(SearchFound(self._query, done.value))
        elif done.request_id == self._repair:
            self._repair = None
            self.again()

    @Slot(object)
    def _on_failed(self, failed: RequestFailed) -> None:
        if failed.request_id == self._request:
            self._request = None
            repairable = isinstance(failed.error, StoreDamaged)
            self.failed.emit(SearchFailed(self._query, failed.error, repairable))
        elif failed.request_id == self._repair:
            self._repair = None
            self.failed.emit(SearchFailed(self._query, failed.error, repairable=False))

    @Slot(object)
    def _on_settings_changed(self, changed: SettingsChanged) -> None:
        if "search_thoughts" in changed.names:
            self.again()
