"""What the window is told where memory ran out: the offers come with the failure, named in its message."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator

import pytest

from app.services.engine_worker import Ask, EngineWorker
from app.services.mailbox import Item
from app.services.status import ChosenModel, EngineFailed
from engine.process_client import ProcessEngine
from engine.types import Failed, Finished, LoadRequest, Message, Role
from tests.support.scripted_engine import OFFER

SCRIPTED = "tests.support.scripted_engine:ScriptedEngine"
PATIENCE_S = 60


@pytest.fixture
def posted() -> queue.SimpleQueue[Item]:
    return queue.SimpleQueue()


@pytest.fixture
def open_worker(posted: queue.SimpleQueue[Item]) -> Iterator[Callable[[str], EngineWorker]]:
    workers: list[EngineWorker] = []

    def start(model: str) -> EngineWorker:
        worker = EngineWorker(ProcessEngine(SCRIPTED), ChosenModel(LoadRequest(model), model), posted.put)
        workers.append(worker)
        worker.start()
        return worker

    yield start
    for worker in workers:
        worker.close()


def until(posted: queue.SimpleQueue[Item], wanted: type) -> Item:
    while not isinstance(item := posted.get(timeout=PATIENCE_S), wanted):
        pass
    return item


def ask(worker: EngineWorker, words: str) -> None:
    worker.ask(Ask(1, (Message(Role.USER, words),), thinking=False))


def test_row22_a_failed_load(open_worker: Callable[[str], EngineWorker], posted: queue.SimpleQueue[Item]) -> None:
    worker = open_worker("oom")
    status = until(posted, EngineFailed)
    assert isinstance(status, EngineFailed)
    assert (status.kind, status.offers) == ("out_of_memory", (OFFER,))
    # A question that is asked now fails with the same offers, under its own id.
    ask(worker, "words 1")
    failed = until(posted, Failed)
    assert isinstance(failed, Failed)
    assert (failed.request_id, failed.kind, failed.offers) == (1, "out_of_memory", (OFFER,))
    assert isinstance(until(posted, Finished), Finished)


@pytest.mark.parametrize("command", ["oom", "crash 1"])
def test_row22_row31_a_failed_answer(
    command: str, open_worker: Callable[[str], EngineWorker], posted: queue.SimpleQueue[Item]
) -> None:
    worker = open_worker("any")
    ask(worker, command)
    failed = until(posted, Failed)
    assert isinstance(failed, Failed)
    assert failed.offers == (OFFER,)
    assert "memory" in failed.message
    assert isinstance(until(posted, Finished), Finished)
