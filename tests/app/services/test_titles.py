"""Chats get better names while the engine has nothing else to do; the store and the engine's process are real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from app.core.chats import ConversationSummary, NewConversation, TitleSource
from app.core.settings import Settings
from app.services import titles
from app.services.chat_store import ChatsChanged, StoreService
from app.services.settings import SettingsService
from app.services.status import EngineUnloaded
from app.services.titles import TitleRefiner
from tests.app.services.linked import PATIENCE_MS, Linked, asked, chosen

FOUND = "word0 word1 word2 word3 word4"  # what the scripted engine says to anything


class Desk:
    def __init__(self, qtbot: QtBot, linked: Linked, folder: Path) -> None:
        self.qtbot = qtbot
        self.linked = linked
        self.settings = SettingsService(None, Settings())
        self.store = StoreService(folder)
        self.store.start()
        self.changed: list[ChatsChanged] = []
        self.store.changed.connect(self.changed.append)
        self.refiner = TitleRefiner(linked.link, self.store, self.settings)

    def close(self) -> None:
        self.refiner.close()
        self.store.close()
        for each in (self.refiner, self.store):
            each.deleteLater()
            QCoreApplication.sendPostedEvents(each, QEvent.Type.DeferredDelete)

    def chat(self, title: str = "what is", source: TitleSource = TitleSource.PROMPT) -> int:
        with self.qtbot.waitSignal(self.store.done, timeout=PATIENCE_MS) as caught:
            new = NewConversation(title=title, title_source=source)
            self.store.write(lambda store: store.conversations.create(new))
        summary = caught.args[0].value
        assert isinstance(summary, ConversationSummary)
        return summary.id

    def rename(self, chat: int, title: str) -> None:
        with self.qtbot.waitSignal(self.store.done, timeout=PATIENCE_MS):
            self.store.write(lambda store: store.conversations.set_title(chat, title, TitleSource.PERSON))

    def named(self, chat: int) -> tuple[str, TitleSource]:
        with self.qtbot.waitSignal(self.store.done, timeout=PATIENCE_MS) as caught:
            self.store.read(lambda store: store.conversations.summary(chat))
        return caught.args[0].value.title, caught.args[0].value.title_source

    def wait_named(self, chat: int) -> None:
        self.linked.wait(lambda: ChatsChanged((chat,)) in self.changed)
        assert self.named(chat) == (FOUND, TitleSource.MODEL)


@pytest.fixture
def desk(qtbot: QtBot, linked: Linked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(titles, "REST_MS", 20)
    desk = Desk(qtbot, linked, tmp_path)
    yield desk
    desk.close()


def test_a_chat_is_named_once_and_its_readers_are_told(desk: Desk) -> None:
    chat = desk.chat()
    desk.refiner.refine(chat, "what is rain", "Water that falls.")
    desk.wait_named(chat)
    desk.refiner.refine(chat, "what is rain", "Water that falls.")
    other = desk.chat()
    desk.refiner.refine(other, "what is snow", "Water as well.")
    desk.wait_named(other)
    assert len(desk.linked.asides) == 2


def test_several_chats_are_named_one_after_the_other(desk: Desk) -> None:
    chats = [desk.chat() for _ in range(3)]
    for chat in chats:
        desk.refiner.refine(chat, "what is rain", "Water that falls.")
    for chat in chats:
        desk.wait_named(chat)


@pytest.mark.parametrize("source", [TitleSource.PERSON, TitleSource.MODEL, TitleSource.NONE])
def test_only_what_is_named_after_its_question_is_named_anew(desk: Desk, source: TitleSource) -> None:
    chat, other = desk.chat("mine", source), desk.chat()
    for each in (chat, other):
        desk.refiner.refine(each, "what is rain", "Water that falls.")
    desk.wait_named(other)
    assert desk.named(chat) == ("mine", source)
    assert len(desk.linked.asides) == 1


def test_a_name_given_meanwhile_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "title_messages", lambda *_: asked(0, "words 3 100").messages)
    chat = desk.chat()
    desk.refiner.refine(chat, "what is rain", "Water that falls.")
    desk.linked.wait(lambda: not desk.linked.link.resting)  # the model is at it
    desk.rename(chat, "mine")
    desk.linked.wait(lambda: ChatsChanged((chat,)) in desk.changed)
    assert desk.linked.asides[0].text == "word0 word1 word2 "
    assert desk.named(chat) == ("mine", TitleSource.PERSON)


def test_a_question_goes_first_and_the_name_is_found_afterwards(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = iter(["hang", "words 5"])
    monkeypatch.setattr(titles, "title_messages", lambda *_: asked(0, next(commands)).messages)
    chat = desk.chat()
    desk.refiner.refine(chat, "what is rain", "Water that falls.")
    desk.linked.wait(lambda: not desk.linked.link.resting)
    assert desk.linked.answer(1, "words 1") == "word0 "
    desk.wait_named(chat)
    assert [each.text is None for each in desk.linked.asides] == [True, False]


def test_after_a_few_failures_the_chat_keeps_its_name(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "title_messages", lambda *_: asked(0, "nan").messages)
    chat, other = desk.chat(), desk.chat()
    desk.refiner.refine(chat, "what is rain", "Water that falls.")
    desk.linked.wait(lambda: len(desk.linked.asides) == titles.ATTEMPTS)
    monkeypatch.setattr(titles, "title_messages", lambda *_: asked(0, "words 5").messages)
    desk.refiner.refine(chat, "what is rain", "Water that falls.")
    desk.refiner.refine(other, "what is rain", "Water that falls.")
    desk.wait_named(other)
    assert desk.named(chat) == ("what is", TitleSource.PROMPT)


def test_what_is_no_name_is_not_taken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "clean_title", lambda text: None if "word0" in text else text)
    chat = desk.chat()
    desk.refiner.refine(chat, "what is rain", "Water that falls.")
    desk.linked.wait(lambda: bool(desk.linked.asides))
    assert desk.named(chat) == ("what is", TitleSource.PROMPT)
    assert len(desk.linked.asides) == 1


def test_nobody_is_asked_where_it_is_not_wanted_or_there_is_nothing_to_name(desk: Desk) -> None:
    chat, other = desk.chat(), desk.chat()
    desk.settings.change(titles_refined=False)
    desk.refiner.refine(chat, "what is rain", "Water that falls.")
    desk.settings.change(titles_refined=True)
    desk.refiner.refine(chat, "what is rain", " \n")
    troubles: list[object] = []
    desk.store.failed.connect(troubles.append)
    desk.refiner.refine(999, "no such chat", "It is gone.")
    desk.refiner.refine(other, "what is rain", "Water that falls.")
    desk.wait_named(other)
    assert desk.named(chat) == ("what is", TitleSource.PROMPT)
    assert (len(desk.linked.asides), troubles) == (1, [])


def test_the_practice_model_names_nothing(desk: Desk) -> None:
    chat, other = desk.chat(), desk.chat()
    desk.linked.link.use(chosen("pocket", practice=True))
    desk.refiner.refine(chat, "what is rain", "Water that falls.")
    desk.linked.link.use(chosen("grown"))
    desk.linked.wait(lambda: desk.linked.link.status.model.name == "grown")
    desk.refiner.refine(other, "what is rain", "Water that falls.")
    desk.wait_named(other)
    assert len(desk.linked.asides) == 1


def test_no_model_is_woken_for_a_name(desk: Desk) -> None:
    chat = desk.chat()
    desk.linked.link.unload()
    desk.linked.wait_for(EngineUnloaded)
    desk.refiner.refine(chat, "what is rain", "Water that falls.")
    assert not desk.refiner.waits
    assert desk.linked.engine.pid is None
    assert desk.linked.answer(1, "words 1") == "word0 "  # somebody else wakes it
    desk.wait_named(chat)
