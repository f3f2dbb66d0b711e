"""Counting tokens, continuing and unloading through a real child process."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import resources
from engine.child import NICENESS
from engine.engine import Engine
from engine.errors import EngineGone, NoModel
from engine.process_client import ProcessEngine
from engine.types import Finished, FinishReason, GenerateRequest, LoadRequest, Message, Precision, Role, Sampling
from tests.support.answers import text, user

SCRIPTED = "tests.support.scripted_engine:ScriptedEngine"
POCKET = LoadRequest(
    str(Path(resources.__file__).parent / "pocket"), device="cpu", precision=Precision.FP32, context_tokens=2048
)
TEXTS = ("", "hello", "<|im_end|>", "两个字 x = 1\n" * 50)


@pytest.fixture
def engine() -> Iterator[ProcessEngine]:
    client = ProcessEngine(SCRIPTED)
    client.load(LoadRequest("any"))
    yield client
    client.close()


def test_it_is_counted_while_an_answer_is_made_which_goes_on(engine: ProcessEngine) -> None:
    events = engine.generate(GenerateRequest(1, user("hang")))
    next(events)
    assert engine.count_tokens(("a b c", "")) == (3, 0)
    engine.cancel(1)
    assert [each.reason for each in events if isinstance(each, Finished)] == [FinishReason.CANCELLED]


def test_nothing_is_started_or_loaded_for_counting() -> None:
    client = ProcessEngine(SCRIPTED)
    try:
        with pytest.raises(NoModel):
            client.count_tokens(("a",))
        assert client.pid is None
        client.start()
        with pytest.raises(NoModel):
            client.count_tokens(("a",))
    finally:
        client.close()


def test_the_death_of_the_engine_ends_the_waiting(engine: ProcessEngine) -> None:
    failed: list[Exception] = []

    def count() -> None:
        try:
            while True:
                engine.count_tokens(("a b",))
        except (EngineGone, NoModel) as error:
            failed.append(error)

    thread = threading.Thread(target=count)
    thread.start()
    assert engine.pid is not None
    os.kill(engine.pid, 9)
    thread.join(30)
    assert len(failed) == 1


def test_unloading_ends_the_process_and_a_new_load_starts_one(engine: ProcessEngine) -> None:
    gone = threading.Event()
    engine.on_gone = gone.set
    before = engine.pid
    assert before is not None
    engine.unload()
    assert engine.pid is None
    assert not psutil.pid_exists(before)
    assert not gone.is_set()  # nothing went wrong
    engine.unload()
    assert engine.load(LoadRequest("other")).model == "other"
    assert engine.pid not in (None, before)


@pytest.mark.skipif(sys.platform == "win32", reason="niceness is POSIX's")
def test_the_engine_gives_way_to_the_window(engine: ProcessEngine) -> None:
    assert psutil.Process(engine.pid).nice() == min(psutil.Process().nice() + NICENESS, 19)


def test_the_real_engine_counts_and_continues_over_the_pipe() -> None:
    here, there = Engine(), ProcessEngine()
    try:
        here.load(POCKET)
        there.load(POCKET)
        assert there.count_tokens(TEXTS) == here.count_tokens(TEXTS)
        messages = (*user("hello"), Message(Role.ASSISTANT, "Hel", thinking=""))
        request = GenerateRequest(1, messages, sampling=Sampling(temperature=0, max_tokens=20), continues=True)
        continued = text(list(here.generate(request)))
        assert continued
        assert text(list(there.generate(request))) == continued
    finally:
        here.close()
        there.close()
