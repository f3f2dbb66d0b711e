"""Backups, checks, restoring and deleting with a real store on its own threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from app.core.chats import NewConversation
from app.core.errors import StoreError
from app.core.settings import Settings
from app.core.store_reports import Backup, CheckReport, PurgeReport, RestoreReport
from app.services.chat_store import RequestDone, StoreService
from app.services.settings import SettingsService
from app.services.upkeep import BackupsListed, ChatUpkeep, EverythingDeleted, Tended, UpkeepDone, UpkeepFailed
from app.store.conversations import Shelf
from app.store.store import ChatStore

PATIENCE_MS = 60_000


class Desk:
    """The service and what it says."""

    def __init__(self, folder: Path, qtbot: QtBot, settings: Settings) -> None:
        self.qtbot = qtbot
        self.store = StoreService(folder)
        self.settings = SettingsService(None, settings)
        self.upkeep = ChatUpkeep(self.store, folder, self.settings)
        self.closed = False
        self.replaced: list[bool] = []
        self.upkeep.replaced.connect(lambda: self.replaced.append(True))

    def ask(self, what: Callable[[], object]) -> Any:
        """Do it and wait for what comes of it."""
        heard: list[UpkeepDone | UpkeepFailed] = []
        self.upkeep.done.connect(heard.append)
        self.upkeep.failed.connect(heard.append)
        what()
        self.qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE_MS)
        self.upkeep.done.disconnect(heard.append)
        self.upkeep.failed.disconnect(heard.append)
        [said] = heard
        return said.report if isinstance(said, UpkeepDone) else said.error

    def write(self, work: Callable[[ChatStore], object]) -> Any:
        heard: list[RequestDone] = []
        self.store.done.connect(heard.append)
        wanted = self.store.write(work)
        self.qtbot.waitUntil(lambda: any(each.request_id == wanted for each in heard), timeout=PATIENCE_MS)
        self.store.done.disconnect(heard.append)
        return next(each.value for each in heard if each.request_id == wanted)

    def chat(self, title: str) -> int:
        made: int = self.write(lambda store: store.conversations.create(NewConversation(title)).id)
        return made

    def titles(self, *, trashed: bool = False) -> list[str]:
        found: list[str] = self.write(
            lambda store: [each.title for each in store.conversations.page(Shelf(trashed=trashed))]
        )
        return found

    def backups(self) -> tuple[Backup, ...]:
        listed = self.ask(self.upkeep.list_backups)
        assert isinstance(listed, BackupsListed)
        return listed.backups

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.upkeep.close()
        self.store.close()
        for each in (self.upkeep, self.store):
            each.deleteLater()
            QCoreApplication.sendPostedEvents(each, QEvent.Type.DeferredDelete)


OpenDesk = Callable[..., Desk]
BY_HAND = Settings(backup_hours=0, trash_days=0)


@pytest.fixture
def open_desk(tmp_path: Path, qtbot: QtBot) -> Iterator[OpenDesk]:
    opened: list[Desk] = []

    def open_one(settings: Settings = BY_HAND) -> Desk:
        desk = Desk(tmp_path / "chats", qtbot, settings)
        opened.append(desk)
        with qtbot.waitSignal(desk.store.opened, timeout=PATIENCE_MS):
            desk.store.start()
        qtbot.waitUntil(lambda: not desk.upkeep.busy, timeout=PATIENCE_MS)
        return desk

    yield open_one
    for desk in opened:
        desk.close()


def test_a_backup_is_made_listed_and_put_back(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.chat("kept")
    made = desk.ask(desk.upkeep.back_up)
    assert isinstance(made, Backup)
    assert made.conversations == 1
    desk.chat("later")
    assert desk.backups() == (made,)
    report = desk.ask(lambda: desk.upkeep.restore(made))
    assert isinstance(report, RestoreReport)
    assert report.set_aside is not None
    assert desk.replaced == [True]
    assert desk.titles() == ["kept"]
    desk.chat("goes on")  # the store can be written again
    assert desk.titles() == ["goes on", "kept"]


def test_a_backup_that_is_damaged_takes_the_place_of_nothing(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.chat("kept")
    made = desk.ask(desk.upkeep.back_up)
    made.path.write_bytes(b"no database at all" * 100)
    error = desk.ask(lambda: desk.upkeep.restore(made))
    assert isinstance(error, StoreError)
    assert desk.replaced == []
    assert desk.titles() == ["kept"]


def test_a_check_finds_sound_chats_sound(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.chat("one")
    report = desk.ask(desk.upkeep.check)
    assert isinstance(report, CheckReport)
    assert (report.sound, report.conversations) == (True, 1)


def test_emptying_the_trash_leaves_everything_else(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.chat("stays")
    gone = desk.chat("goes")
    desk.write(lambda store: store.conversations.trash([gone]))
    with desk.qtbot.waitSignal(desk.upkeep.trash_emptied, timeout=PATIENCE_MS):
        report = desk.ask(desk.upkeep.empty_trash)
    assert isinstance(report, PurgeReport)
    assert report.conversations == 1
    assert (desk.titles(), desk.titles(trashed=True)) == (["stays"], [])
    assert desk.replaced == []


def test_deleting_everything_leaves_no_copy(open_desk: OpenDesk, tmp_path: Path) -> None:
    desk = open_desk()
    secret = "never to be found again"
    old = desk.chat(secret)
    made = desk.ask(desk.upkeep.back_up)
    desk.ask(lambda: desk.upkeep.restore(made))  # so that a store is set aside
    desk.write(lambda store: store.conversations.trash([old]))
    desk.ask(desk.upkeep.empty_trash)  # now only the copies hold it
    desk.chat("another")
    report = desk.ask(desk.upkeep.delete_all)
    assert isinstance(report, EverythingDeleted)
    assert (report.store.conversations, report.copies_left) == (1, 0)
    assert report.copies_deleted >= 2
    assert desk.replaced == [True, True]
    assert (desk.titles(), desk.backups()) == ([], ())
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file


def test_what_the_settings_want_is_done_when_the_store_opens(open_desk: OpenDesk) -> None:
    first = open_desk()
    stays = first.chat("stays")
    gone = first.chat("goes")
    first.write(lambda store: store.conversations.trash([stays, gone]))
    first.write(lambda store: store.conversations.restore([stays]))
    first.write(
        lambda store: (
            store.database.connection.execute(
                "UPDATE conversations SET trashed_at_ms = 1 WHERE trashed_at_ms IS NOT NULL"
            ).rowcount
        )
    )
    first.close()
    heard: list[Any] = []
    second = open_desk(Settings(backup_hours=24, trash_days=30))
    second.upkeep.done.connect(heard.append)
    assert second.titles() == ["stays"]
    assert second.titles(trashed=True) == []
    [backup] = second.backups()
    assert backup.conversations == 2  # made before the trash was emptied
    second.upkeep.tend()  # not again within the hour
    assert not second.upkeep.busy
    assert not [each for each in heard if isinstance(each.report, Tended)]


def test_closing_stops_it_quietly(open_desk: OpenDesk) -> None:
    desk = open_desk()
    heard: list[object] = []
    desk.upkeep.done.connect(heard.append)
    desk.upkeep.failed.connect(heard.append)
    desk.upkeep.check()
    desk.upkeep.close()
    desk.store.close()
    QCoreApplication.processEvents()
    assert heard == []
