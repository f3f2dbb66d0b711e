"""A link to a scripted engine in a real child process, and everything that its signals told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from app.services.engine_jobs import AsideAnswered, Ask, TokensCounted
from app.services.engine_link import Batch, EngineLink
from app.services.status import ChosenModel, EngineReady, EngineStatus
from engine.process_client import ProcessEngine
from engine.types import Channel, Failed, Finished, LoadRequest, Message, Role, TextDelta

SCRIPTED = "tests.support.scripted_engine:ScriptedEngine"
PATIENCE_MS = 30_000
E = TypeVar("E")


def chosen(name: str, *, practice: bool = False) -> ChosenModel:
    return ChosenModel(LoadRequest(name), name, practice=practice)


def asked(request_id: int, words: str) -> Ask:
    return Ask(request_id, (Message(Role.USER, words),), thinking=False)


class Linked:
    """The link, and what came through it in order."""

    def __init__(self, qtbot: QtBot, model: ChosenModel, factory: str = SCRIPTED) -> None:
        self.qtbot = qtbot
        self.engine = ProcessEngine(factory)
        self.link = EngineLink(self.engine, model)
        self.states: list[EngineStatus] = []
        self.batches: list[Batch] = []
        self.counted: list[TokensCounted] = []
        self.asides: list[AsideAnswered] = []
        self.rests = 0
        self.link.status_changed.connect(self.states.append)
        self.link.batch_arrived.connect(self.batches.append)
        self.link.tokens_counted.connect(self.counted.append)
        self.link.aside_answered.connect(self.asides.append)
        self.link.rested.connect(self._rest)

    def _rest(self) -> None:
        assert self.link.resting
        self.rests += 1

    def close(self) -> None:
        self.link.close()
        self.link.deleteLater()
        QCoreApplication.sendPostedEvents(self.link, QEvent.Type.DeferredDelete)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def wait_for(self, state: type[EngineStatus]) -> EngineStatus:
        self.wait(lambda: isinstance(self.link.status, state))
        return self.link.status

    def wait_ready(self) -> EngineReady:
        self.wait_for(EngineReady)
        self.wait(lambda: self.link.resting)
        status = self.link.status
        assert isinstance(status, EngineReady)
        return status

    def events(self, request_id: int, kind: type[E]) -> list[E]:
        found = [each for batch in self.batches if batch.request_id == request_id for each in batch.events]
        return [each for each in found if isinstance(each, kind)]

    def wait_text(self, request_id: int) -> None:
        self.wait(lambda: bool(self.events(request_id, TextDelta)))

    def wait_finished(self, request_id: int) -> Finished:
        self.wait(lambda: bool(self.events(request_id, Finished)))
        [finished] = self.events(request_id, Finished)
        return finished

    def answer(self, request_id: int, words: str) -> str:
        """Ask and wait for the end."""
        self.link.ask(asked(request_id, words))
        self.wait_finished(request_id)
        return self.text(request_id)

    def text(self, request_id: int) -> str:
        return "".join(e.text for e in self.events(request_id, TextDelta) if e.channel is Channel.ANSWER)

    def failures(self, request_id: int) -> list[str]:
        return [each.kind for each in self.events(request_id, Failed)]

    def kinds(self) -> list[str]:
        return [type(each).__name__ for each in self.states]
