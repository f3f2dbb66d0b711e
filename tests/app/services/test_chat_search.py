"""Search as somebody types, over a real store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from app.core.chats import NewMessage, Part, PartKind
from app.core.settings import Settings
from app.services.chat_rows import ShelfKind
from app.services.chat_search import ChatSearch, SearchFailed, SearchFound, SearchScope
from app.services.chat_store import StoreService
from app.services.settings import SettingsService
from app.store.store import ChatStore
from engine.types import Role
from tests.app.services.chat_listing import PATIENCE_MS, add_chat, filled


class Searching:
    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.service = StoreService(folder)
        self.settings = SettingsService(None, Settings())
        self.search = ChatSearch(self.service, self.settings)
        self.heard: list[Any] = []
        self.search.found.connect(self.heard.append)
        self.search.failed.connect(self.heard.append)
        self.service.start()

    def next(self) -> Any:
        """The next thing that is told."""
        self.qtbot.waitUntil(lambda: bool(self.heard), timeout=PATIENCE_MS)
        return self.heard.pop(0)

    def titles(self, query: str, scope: SearchScope | None = None) -> list[str]:
        self.search.search(query, scope)
        found = self.next()
        assert isinstance(found, SearchFound)
        assert found.query == query.strip()
        return [hit.title for hit in found.hits]

    def close(self) -> None:
        self.service.close()
        for each in (self.search, self.settings, self.service):
            each.deleteLater()
            QCoreApplication.sendPostedEvents(each, QEvent.Type.DeferredDelete)


@pytest.fixture
def open_search(tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[[], Searching]]:
    opened: list[Searching] = []

    def open_one() -> Searching:
        opened.append(Searching(tmp_path, qtbot))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def fill(store: ChatStore) -> None:
    work = store.folders.create("Work")
    add_chat(store, "Weather", text="Why is the sky blue?")
    add_chat(store, "Paint", text="Which blue is this?", folder_id=work.id)
    add_chat(store, "Old blue", archived=True)
    store.conversations.trash([add_chat(store, "Blue waste")])
    thought = add_chat(store, "Thinker", text="Hello")
    parts = (Part(PartKind.THINKING, "something blue, too"), Part(PartKind.TEXT, "Hello!"))
    store.messages.add(thought, None, NewMessage(Role.ASSISTANT, parts))


def test_finds_on_the_shelf_and_in_the_folder_asked_for(open_search: Callable[[], Searching], tmp_path: Path) -> None:
    filled(tmp_path, fill)
    searching = open_search()
    assert sorted(searching.titles("  blu ")) == ["Old blue", "Paint", "Weather"]
    assert searching.titles("blue", SearchScope(folder_id=1)) == ["Paint"]
    assert searching.titles("blue", SearchScope(ShelfKind.TRASH)) == ["Blue waste"]
    assert searching.titles("blue", SearchScope(ShelfKind.ARCHIVED)) == ["Old blue"]
    assert searching.titles("?!", SearchScope()) == []
    searching.search.clear()
    assert searching.next() == SearchFound("", ())
    assert searching.search.query == ""


def test_only_the_last_question_is_answered(open_search: Callable[[], Searching], tmp_path: Path) -> None:
    filled(tmp_path, fill)
    searching = open_search()
    for typed in ("s", "sk", "sky", "pai", "paint"):
        searching.search.search(typed)
    assert searching.next().query == "paint"
    searching.search.search("sky")
    searching.search.clear()
    assert searching.next() == SearchFound("", ())
    assert searching.titles("weather") == ["Weather"]
    assert not searching.heard


def test_thoughts_are_found_where_the_settings_say_so(open_search: Callable[[], Searching], tmp_path: Path) -> None:
    filled(tmp_path, fill)
    searching = open_search()
    assert "Thinker" not in searching.titles("blue")
    searching.settings.change(search_thoughts=True)
    assert "Thinker" in [hit.title for hit in searching.next().hits]


def test_a_damaged_index_is_made_anew(open_search: Callable[[], Searching], tmp_path: Path) -> None:
    def damage(store: ChatStore) -> None:
        fill(store)
        for table in ("search_data", "search_titles_data"):
            store.database.connection.execute(f"DELETE FROM {table} WHERE id > 10")

    filled(tmp_path, damage)
    searching = open_search()
    searching.search.search("sky")
    failed = searching.next()
    assert isinstance(failed, SearchFailed)
    assert failed.repairable
    searching.search.repair()
    found = searching.next()
    assert isinstance(found, SearchFound), found.error
    assert [hit.title for hit in found.hits] == ["Weather"]
