"""A store service on a real file, and the sidebar's list over it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from app.core.chats import NewConversation, NewMessage, Part, PartKind
from app.services.chat_list import ChatList
from app.services.chat_rows import ChatRow, FolderRow, SectionRow
from app.services.chat_store import StoreService
from app.store.store import ChatStore, open_store
from engine.types import Role

PATIENCE_MS = 60_000
TODAY = date(2026, 6, 17)


def at_ms(age_days: int) -> int:
    """Noon of a day before TODAY."""
    return round(datetime.combine(TODAY - timedelta(days=age_days), time(12)).timestamp() * 1000)


def add_chat(store: ChatStore, title: str, age_days: int = 0, *, text: str = "", **new: Any) -> int:
    """The id of a new conversation, last changed so many days before TODAY."""
    made = store.conversations.create(NewConversation(title, updated_at_ms=at_ms(age_days), **new)).id
    if text:
        store.messages.add(
            made, None, NewMessage(Role.USER, (Part(PartKind.TEXT, text),), created_at_ms=at_ms(age_days))
        )
        with store.database.transaction() as connection:
            connection.execute("UPDATE conversations SET updated_at_ms = ? WHERE id = ?", (at_ms(age_days), made))
    return made


class Listing:
    """A ChatList, and whatever it and its actions told."""

    def __init__(self, folder: Path, qtbot: QtBot, today: Callable[[], date] = lambda: TODAY) -> None:
        self.qtbot = qtbot
        self.service = StoreService(folder)
        self.chats = ChatList(self.service, today=today)
        self.heard: list[Any] = []
        for signal in (self.chats.rows_changed, self.chats.failed, self.chats.actions.done, self.chats.actions.failed):
            signal.connect(self.heard.append)

    def start(self) -> None:
        self.service.start()
        self.wait(lambda: self.chats.loaded)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def answer(self, request_id: int) -> Any:
        """What came of an action; waits for it."""
        self.wait(lambda: any(getattr(each, "request_id", None) == request_id for each in self.heard))
        [found] = [each for each in self.heard if getattr(each, "request_id", None) == request_id]
        return found

    def words(self) -> list[str]:
        """Sections in brackets, folders with a slash (and + while they are closed), chats in folders indented."""
        found = []
        for row in self.chats.rows():
            match row:
                case SectionRow(section=section):
                    found.append(f"[{section.kind}{f' {section.year}-{section.month}' if section.year else ''}]")
                case FolderRow(folder=folder, expanded=expanded):
                    found.append(f"{folder.name}/{'' if expanded else '+'}")
                case ChatRow(chat=chat, in_folder=in_folder):
                    found.append(f"{'  ' if in_folder else ''}{chat.title}")
        return found

    def wait_words(self, *words: str) -> None:
        """Wait until the rows are just these."""
        try:
            self.wait(lambda: self.words() == list(words))
        except Exception as error:
            raise AssertionError(f"{self.words()} instead of {list(words)}") from error

    def do(self, work: Callable[[ChatStore], object], *changes: int) -> None:
        """Write as another part of the window does."""
        self.service.write(work, changes)

    def close(self) -> None:
        self.service.close()
        for each in (self.chats, self.service):
            each.deleteLater()
            QCoreApplication.sendPostedEvents(each, QEvent.Type.DeferredDelete)


def filled(folder: Path, work: Callable[[ChatStore], object]) -> None:
    """Put something into the store before anybody opens it."""
    with open_store(folder) as store:
        work(store)
