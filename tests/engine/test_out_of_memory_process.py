"""Running out of memory in the engine's own process, and the end of that process for lack of it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import EngineGone, OutOfMemory
from engine.process_client import GONE_MESSAGE, HUNG_MESSAGE, STARVED_MESSAGE, ProcessEngine
from engine.types import (
    Failed,
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    LoadProgress,
    LoadRequest,
    Message,
    Precision,
    Role,
)
from tests.support.answers import GREEDY, failure, finished, text
from tests.support.checkpoints import TOKENS, make_checkpoint
from tests.support.scripted_engine import OFFER

SCRIPTED = "tests.support.scripted_engine:ScriptedEngine"
STARVING = "tests.support.starving:StarvingEngine"


@pytest.fixture
def engine() -> Iterator[ProcessEngine]:
    client = ProcessEngine(SCRIPTED)
    client.load(LoadRequest("any"))
    yield client
    client.close()


def request(words: str, request_id: int = 1) -> GenerateRequest:
    return GenerateRequest(request_id, (Message(Role.USER, words),), sampling=GREEDY, thinking=False)


def ask(engine: ProcessEngine, words: str) -> list[GenerateEvent]:
    return list(engine.generate(request(words)))


def test_row22_the_real_engine_in_its_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading fails, an offer is taken up at once; an answer breaks off, the next one comes; one process all along."""
    monkeypatch.setenv("PONDER_TEST_STARVE_TENSOR", "7")
    folder = make_checkpoint(tmp_path / "noise", vocab=TOKENS)
    whole = LoadRequest(str(folder), device="cpu", precision=Precision.FP32)
    client = ProcessEngine(STARVING)
    try:
        with pytest.raises(OutOfMemory, match="while the model was loaded") as caught:
            client.load(whole)
        pid = client.pid
        offer = next(each for each in caught.value.offers if each.precision is Precision.INT8)
        assert offer.reason in str(caught.value)
        assert client.load(offer.applied_to(whole)).precision is Precision.INT8
        assert finished(ask(client, "hello")).reason is not FinishReason.ERROR
        client.load(whole)
        broken = ask(client, "starve 4")
        failed = failure(broken)
        assert (failed.kind, failed.message.count("Traceback")) == ("out_of_memory", 0)
        assert failed.offers
        assert all(each.reason in failed.message for each in failed.offers)
        assert len(finished(broken).token_ids) == 3
        assert text(broken)
        assert finished(ask(client, "hello")).reason is not FinishReason.ERROR
        assert client.pid == pid
    finally:
        client.close()


def test_offers_cross_the_pipe(engine: ProcessEngine) -> None:
    assert failure(ask(engine, "oom")).offers == (OFFER,)
    with pytest.raises(OutOfMemory) as caught:
        engine.load(LoadRequest("oom"))
    assert caught.value.offers == (OFFER,)


def test_row31_a_process_that_was_killed_while_it_answered_ran_out_of_memory_most_likely(
    engine: ProcessEngine,
) -> None:
    failed = failure(ask(engine, "crash 3"))
    assert failed.kind == EngineGone.kind
    assert STARVED_MESSAGE in failed.message
    assert OFFER.reason in failed.message
    assert failed.offers == (OFFER,)
    # It can be taken up at once, in a new process.
    assert engine.load(failed.offers[0].applied_to(LoadRequest("any"))).model == "any"
    assert text(ask(engine, "words 1")) == "word0 "


def test_row31_a_process_that_was_killed_while_it_loaded() -> None:
    client = ProcessEngine(SCRIPTED)
    seen: list[LoadProgress] = []
    try:
        with pytest.raises(EngineGone, match="memory") as caught:
            client.load(LoadRequest("killed"), seen.append)
        assert caught.value.offers == (OFFER,)
        assert seen[0].smaller == (OFFER,)
        # Killed before it has said anything, there is nothing to offer, but memory is as likely.
        with pytest.raises(EngineGone, match="memory") as caught:
            client.load(LoadRequest("crash"))
        assert caught.value.offers == ()
    finally:
        client.close()


def test_another_death_is_not_blamed_on_memory(engine: ProcessEngine) -> None:
    events = engine.generate(request("words 100000 1"))
    seen = [next(events) for _ in range(5)]
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGTERM)
    seen += list(events)
    failed = failure(seen)
    assert GONE_MESSAGE in failed.message
    assert "memory" not in failed.message
    assert failed.offers == ()


def test_a_process_that_ponder_killed_itself_is_not_blamed_on_memory(
    engine: ProcessEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.process_client.CANCEL_PATIENCE_S", 0.3)
    events = engine.generate(request("stuck"))
    seen = [next(events) for _ in range(3)]
    engine.cancel(1)
    seen += list(events)
    [failed] = [each for each in seen if isinstance(each, Failed)]
    assert HUNG_MESSAGE in failed.message
    assert failed.offers == ()


def test_an_unloaded_model_leaves_no_offers(engine: ProcessEngine) -> None:
    engine.unload()
    assert failure(ask(engine, "crash 1")).offers == ()
