"""Running out of memory in this process: everything is let go, the text is kept, and something smaller is offered."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.engine import Engine
from engine.errors import OutOfMemory
from engine.precision import Decision
from engine.types import (
    Failed,
    Finished,
    FinishReason,
    GenerateEvent,
    KVCachePrecision,
    LoadRequest,
    Precision,
    PrefillProgress,
    SmallerChoice,
)
from tests.support.answers import failure, finished, request, run, text
from tests.support.checkpoints import TOKENS, make_checkpoint
from tests.support.starving import Shortage, starve_pass, starve_tensor, tensor_bytes

CHUNK_TOKENS = 512
CHUNKS = 5
TENSORS = 3 * 11 + 2
# What a failed request may still hold: one row of logits and the like.
CRUMBS_BYTES = 16_384
LONG = "word " * 700  # a little less than CHUNKS full chunks


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "noise"
    return make_checkpoint(folder, layers=3, vocab=TOKENS, max_position_embeddings=8192)


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.close()


def load(folder: Path) -> LoadRequest:
    return LoadRequest(str(folder), device="cpu", precision=Precision.FP32)


def until_failed(engine: Engine, words: str, held_before: int) -> list[GenerateEvent]:
    """All events; looks at the memory when the failure is told, not later when everything has gone out of scope."""
    events: list[GenerateEvent] = []
    for event in engine.generate(request(words)):
        events.append(event)
        if isinstance(event, Failed):
            assert tensor_bytes() - held_before < CRUMBS_BYTES
    assert failure(events).kind == "out_of_memory"
    return events


def take_up(engine: Engine, offer: SmallerChoice, folder: Path) -> None:
    """An offer can be loaded at once, is what comes of it, and answers."""
    loaded = engine.load(offer.applied_to(load(folder)))
    assert (loaded.device, loaded.precision, loaded.kv_cache, loaded.context_tokens) == (
        offer.device,
        offer.precision,
        offer.kv_cache,
        offer.context_tokens,
    )
    assert finished(run(engine, request())).reason in (FinishReason.STOP, FinishReason.LENGTH)


def decision_of(engine: Engine) -> Decision:
    assert engine._session is not None
    return engine._session.plan.decision


@pytest.mark.parametrize("shortage", Shortage)
def test_row22_while_loading_the_weights_go_and_an_offer_loads(
    engine: Engine, folder: Path, shortage: Shortage
) -> None:
    before = tensor_bytes()
    at = random.Random(shortage.value).randint(1, TENSORS)
    with starve_tensor(shortage, at), pytest.raises(OutOfMemory, match="while the model was loaded") as caught:
        engine.load(load(folder))
    assert tensor_bytes() - before < CRUMBS_BYTES, f"something of tensor {at} and those before it is still held"
    assert failure(run(engine, request())).kind == "no_model"
    offers = caught.value.offers
    assert Precision.INT8 in [offer.precision for offer in offers]
    assert all(offer.reason in str(caught.value) for offer in offers)
    for offer in offers:
        take_up(engine, offer, folder)


@pytest.mark.parametrize("shortage", Shortage)
def test_row22_while_a_prompt_is_read(engine: Engine, folder: Path, shortage: Shortage) -> None:
    before = tensor_bytes()
    engine.load(load(folder))
    chunk = random.Random(shortage.value).randint(1, CHUNKS)
    starve_pass(engine, shortage, chunk)
    events = until_failed(engine, LONG, before)
    read = [event.done for event in events if isinstance(event, PrefillProgress)]
    assert read == [CHUNK_TOKENS * done for done in range(chunk)]
    assert "while the prompt was read" in failure(events).message
    offers = failure(events).offers
    # A context that is longer than what was in use when memory ran out would run out there again.
    shorter = [o for o in offers if (o.precision, o.kv_cache) == (Precision.FP32, KVCachePrecision.AUTO)]
    assert all(o.context_tokens < chunk * CHUNK_TOKENS for o in shorter)
    assert bool(shorter) is (chunk * CHUNK_TOKENS > 2048)
    take_up(engine, offers[0], folder)


@pytest.mark.parametrize("shortage", Shortage)
def test_row22_while_an_answer_is_written_its_text_is_kept(engine: Engine, folder: Path, shortage: Shortage) -> None:
    before = tensor_bytes()
    one_by_one = replace(load(folder), speculation=False)  # so that a pass is a token
    engine.load(one_by_one)
    whole = run(engine, request())
    passes = random.Random(shortage.value).randint(2, len(finished(whole).token_ids))
    engine.load(one_by_one)
    starve_pass(engine, shortage, passes)  # the first is the prompt's
    events = until_failed(engine, "hello", before)
    written = finished(events).token_ids
    assert written == finished(whole).token_ids[: passes - 1]
    # The last bytes may be half a character, shown as such.
    assert text(whole).startswith(text(events).rstrip("\ufffd"))
    assert len(text(events)) > 0
    assert "while the answer was written" in failure(events).message
    # Without taking an offer up, the same model answers as if nothing had been.
    assert finished(run(engine, request(request_id=2))).token_ids == finished(whole).token_ids
    take_up(engine, failure(events).offers[0], folder)


def test_row22_what_was_let_go_comes_back_exactly_as_it_was(engine: Engine, folder: Path) -> None:
    engine.load(LoadRequest(str(folder), "cpu", Precision.BF16, kv_cache=KVCachePrecision.BITS8, context_tokens=3000))
    decision = decision_of(engine)
    starve_pass(engine, Shortage.CPU_ALLOCATOR, 1)
    failure(run(engine, request()))
    assert finished(run(engine, request(request_id=2))).token_ids
    again = decision_of(engine)
    assert (again.device, again.precision, again.kv_cache, again.context_tokens) == (
        decision.device,
        decision.precision,
        decision.kv_cache,
        decision.context_tokens,
    )


def test_row22_a_cancel_while_it_comes_back_is_an_outcome(engine: Engine, folder: Path) -> None:
    engine.load(load(folder))
    starve_pass(engine, Shortage.CPU_ALLOCATOR, 1)
    failure(run(engine, request()))
    stream = engine.generate(request(request_id=2))
    engine.cancel(2)
    assert list(stream) == [Finished(2, FinishReason.CANCELLED)]
    assert finished(run(engine, request(request_id=3))).token_ids


def test_row22_memory_that_runs_out_again_while_it_comes_back(engine: Engine, folder: Path) -> None:
    engine.load(load(folder))
    starve_pass(engine, Shortage.CPU_ALLOCATOR, 1)
    failure(run(engine, request()))
    with starve_tensor(Shortage.CPU_ALLOCATOR, 5):
        again = failure(run(engine, request(request_id=2)))
    assert again.kind == "out_of_memory"
    assert "while the model was loaded" in again.message
    assert again.offers
    assert finished(run(engine, request(request_id=3))).token_ids


def test_unloading_forgets_what_was_let_go(engine: Engine, folder: Path) -> None:
    engine.load(load(folder))
    starve_pass(engine, Shortage.CPU_ALLOCATOR, 1)
    failure(run(engine, request()))
    engine.unload()
    assert failure(run(engine, request())).kind == "no_model"


def test_row22_before_the_prompt_is_even_read(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tensor_bytes()
    engine.load(load(folder))
    with monkeypatch.context() as patch:
        patch.setattr("engine.engine.fit_to_context", lambda *_: Shortage.PYTHON.strike())
        until_failed(engine, "hello", before)
    assert finished(run(engine, request(request_id=2))).token_ids


def test_row22_while_a_text_is_evaluated(engine: Engine, folder: Path) -> None:
    before = tensor_bytes()
    engine.load(load(folder))
    starve_pass(engine, Shortage.CPU_ALLOCATOR, 1)
    with pytest.raises(OutOfMemory) as caught:
        engine.logits([1, 2, 3])
    assert caught.value.offers
    assert tensor_bytes() - before < CRUMBS_BYTES
    assert finished(run(engine, request())).token_ids


def test_what_the_policy_refuses_comes_with_offers(engine: Engine, tmp_path: Path) -> None:
    """16 million tokens of 24 KB: no machine has the memory for them, and a shorter context is what helps."""
    most = 1 << 24
    huge = make_checkpoint(tmp_path / "huge", layers=3, kv_heads=4, head_dim=256, max_position_embeddings=most)
    with pytest.raises(OutOfMemory, match="Not enough memory") as caught:
        engine.load(LoadRequest(str(huge), device="cpu", precision=Precision.FP32, context_tokens=most))
    offer = caught.value.offers[0]
    assert offer.precision is Precision.FP32
    assert 1024 <= offer.context_tokens < most
    assert offer.reason in str(caught.value)
    # How much is free changes from moment to moment; the next offer down is safe from that.
    smaller = replace(offer, context_tokens=offer.context_tokens // 4)
    assert engine.load(smaller.applied_to(LoadRequest(str(huge)))).context_tokens == smaller.context_tokens
