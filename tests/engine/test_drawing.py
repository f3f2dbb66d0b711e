"""Whole answers drawn where the model is, against the same answers drawn on the CPU."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import resources
from engine.engine import Engine
from engine.model.cuda_graph import EagerSteps, StepRunner
from engine.model.device_decoder import AHEAD
from engine.model.kv_cache import FIRST_STEP
from engine.prefix import PrefixCache
from engine.types import (
    Channel,
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    Int8Kernel,
    LoadRequest,
    Message,
    Precision,
    Role,
    Sampling,
)
from tests.support.answers import Meddle, events_of, failure, finished, run, text, user
from tests.support.checkpoints import TOKENS, make_checkpoint
from tests.support.on_device import CapturedSteps, draw_on_device, draw_on_host, lean_model, the_same_steps
from tests.support.starving import Shortage, starve_pass, tensor_bytes

POCKET = Path(resources.__file__).parent / "pocket"
GREEDY = Sampling(temperature=0, max_tokens=90, seed=1)
SAMPLED = Sampling(temperature=0.8, top_k=20, top_p=0.95, max_tokens=90)
SUM = user("What is 27 + 48?")
SPELL = user("spell the word lantern")


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Loading takes all cores again, which only wait for each other in so small a model."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def pocket() -> Iterator[Engine]:
    engine = Engine()
    engine.load(LoadRequest(str(POCKET), "cpu", Precision.FP32, speculation=False))
    with the_same_steps(engine):
        yield engine
    engine.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("models") / "noise", vocab=TOKENS)


@pytest.fixture(scope="module")
def noise(folder: Path) -> Iterator[Engine]:
    engine = Engine()
    engine.load(LoadRequest(str(folder), "cpu", Precision.FP32, speculation=False))
    with the_same_steps(engine):
        yield engine
    engine.close()


def prefix_of(engine: Engine) -> PrefixCache:
    assert engine._session is not None
    return engine._session.prefix


def start_afresh(engine: Engine, budget_bytes: int = 0) -> None:
    assert engine._session is not None
    prefix = PrefixCache(engine._session.model, budget_bytes)
    engine._session = replace(engine._session, prefix=prefix)


def both_ways(
    engine: Engine, *requests: GenerateRequest, meddle: Meddle | None = None, runner: StepRunner | None = None
) -> list[list[GenerateEvent]]:
    """The events of requests one after the other in one cache, which are the same whoever draws."""
    found = []
    for on_device in (False, True):
        start_afresh(engine)
        if on_device:
            draw_on_device(engine, CapturedSteps() if runner is None else runner)
        events, caches = [], []
        try:
            for wanted in requests:
                events.append(events_of(engine, wanted, meddle))
                prefix = prefix_of(engine)
                caches.append(prefix.ids)
                assert prefix._current.cache.length == prefix.length
        finally:
            draw_on_host(engine)
        found.append((events, caches))
    assert found[1] == found[0]
    return found[1][0]


REQUESTS = [
    GenerateRequest(1, SUM, sampling=GREEDY, thinking=True),
    GenerateRequest(1, SPELL, sampling=GREEDY, thinking=False),
    GenerateRequest(1, user("What is 5 + 8? /no_think"), sampling=GREEDY, thinking=True),
    GenerateRequest(1, user("What is 5 + 8? /think"), sampling=GREEDY, thinking=False),
    GenerateRequest(1, SPELL, sampling=replace(GREEDY, stop=("t", "n-e")), thinking=True),
    GenerateRequest(1, SUM, sampling=GREEDY, thinking=True, thinking_budget_tokens=0),
    GenerateRequest(1, SUM, sampling=GREEDY, thinking=True, thinking_budget_tokens=9),
    GenerateRequest(1, SPELL, sampling=replace(GREEDY, max_tokens=20), thinking=True),
    GenerateRequest(1, SPELL, sampling=replace(GREEDY, max_tokens=1), thinking=False),
    GenerateRequest(1, raw_text="1 2 3 1 2 3 1 2", sampling=replace(GREEDY, presence_penalty=1.5), thinking=False),
    GenerateRequest(1, SUM, sampling=replace(GREEDY, repetition_penalty=1.2, frequency_penalty=0.3), thinking=True),
    GenerateRequest(1, SUM, sampling=replace(SAMPLED, seed=3), thinking=True),
    GenerateRequest(1, SUM, sampling=replace(SAMPLED, seed=4), thinking=True, thinking_budget_tokens=5),
    GenerateRequest(1, SPELL, sampling=replace(SAMPLED, seed=5, top_k=0, presence_penalty=1.0), thinking=False),
    GenerateRequest(1, SPELL, sampling=replace(SAMPLED, seed=6, temperature=1.4, min_p=0.05), thinking=False),
]


@pytest.mark.parametrize("number", range(len(REQUESTS)))
def test_every_event_is_the_same(pocket: Engine, number: int) -> None:
    both_ways(pocket, REQUESTS[number])


def test_the_requests_end_in_every_way(pocket: Engine) -> None:
    """Without which the test above would show less than it seems to."""
    draw_on_device(pocket)
    done = [finished(run(pocket, wanted)) for wanted in REQUESTS]
    draw_on_host(pocket)
    assert {each.reason for each in done} == {FinishReason.STOP, FinishReason.LENGTH}
    assert any(each.stop_text for each in done)


def test_what_repeats_itself_is_stopped_at_the_same_token(noise: Engine) -> None:
    wanted = GenerateRequest(1, user("abc"), sampling=replace(GREEDY, max_tokens=900), thinking=False)
    [events] = both_ways(noise, wanted)
    assert finished(events).reason is FinishReason.LOOP


def test_a_follow_up_reuses_what_was_written(pocket: Engine) -> None:
    said = text(both_ways(pocket, REQUESTS[1])[0])
    longer = (*SPELL, Message(Role.ASSISTANT, said), *user("What is 5 + 8?"))
    events = both_ways(pocket, REQUESTS[1], replace(REQUESTS[1], messages=longer), REQUESTS[0], REQUESTS[0])
    reused = [finished(each).reused_tokens for each in events]
    assert reused[1] >= finished(events[0]).prompt_tokens - 6
    assert reused[3] == finished(events[3]).prompt_tokens - 1


@pytest.mark.parametrize("after", [2, 3, 9])
@pytest.mark.parametrize("thinking", [False, True])
def test_a_cancel_amid_an_answer(pocket: Engine, after: int, thinking: bool) -> None:
    def cancel(engine: Engine, events: int) -> None:
        if events == after:
            engine.cancel(1)

    wanted = GenerateRequest(1, SUM, sampling=replace(SAMPLED, seed=2), thinking=thinking)
    [events] = both_ways(pocket, wanted, meddle=cancel)
    assert finished(events).reason is FinishReason.CANCELLED


@pytest.mark.parametrize("after", [2, 5, 11])
def test_answer_now(pocket: Engine, after: int) -> None:
    def hurry(engine: Engine, events: int) -> None:
        if events == after:
            engine.answer_now(1)

    wanted = GenerateRequest(1, SUM, sampling=replace(SAMPLED, seed=2, presence_penalty=1.0), thinking=True)
    [events] = both_ways(pocket, wanted, meddle=hurry)
    assert text(events, Channel.ANSWER)


def test_what_ends_amid_an_answer_leaves_a_cache_that_the_next_can_go_on_with(pocket: Engine) -> None:
    fresh = [finished(both_ways(pocket, wanted)[0]).token_ids for wanted in REQUESTS[:6]]
    events = both_ways(pocket, *REQUESTS[:6])
    assert [finished(each).token_ids for each in events] == fresh


@given(
    words=st.text(alphabet="abc ", min_size=1, max_size=60),
    sampling=st.builds(
        Sampling,
        temperature=st.sampled_from([0.0, 0.2, 1.0]),
        top_k=st.sampled_from([0, 3]),
        top_p=st.sampled_from([1.0, 0.5]),
        presence_penalty=st.sampled_from([0.0, 0.5]),
        repetition_penalty=st.sampled_from([1.0, 1.3]),
        stop=st.sampled_from([(), ("a",), ("the", "ing")]),
        seed=st.integers(0, 99),
        max_tokens=st.integers(1, 40),
        loop_guard=st.booleans(),
    ),
    budget=st.sampled_from([None, 0, 5, 20]),
    thinking=st.booleans(),
    after=st.integers(1, 60),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_noise_is_the_same(
    noise: Engine, words: str, sampling: Sampling, budget: int | None, thinking: bool, after: int
) -> None:
    def stop(engine: Engine, events: int) -> None:
        if events == after:
            engine.cancel(1)

    wanted = GenerateRequest(
        1, user(words), sampling=sampling, thinking=thinking, thinking_budget_tokens=budget if thinking else None
    )
    both_ways(noise, wanted, replace(wanted, messages=user(words + "b")), meddle=stop)


# -- the queue --


def test_the_next_step_is_queued_before_the_last_token_is_looked_at(noise: Engine) -> None:
    steps = CapturedSteps()
    draw_on_device(noise, steps)
    start_afresh(noise)
    run(noise, GenerateRequest(1, user("abc"), sampling=replace(GREEDY, max_tokens=30, loop_guard=False)))
    draw_on_host(noise)
    under_way = 0
    for event in steps.order:
        under_way += 1 if event == "queued" else -1
        if event == "read":
            assert under_way >= 1
    assert steps.order.count("read") == 29  # one for each token but the first, whose logits the prompt gave
    assert steps.captures == 1


def test_growing_and_longer_reach_are_prepared_ahead(noise: Engine) -> None:
    """From 1,000 tokens on over the end of the first cache, with what takes time queued well before it is needed."""
    steps = CapturedSteps()
    prompt = "a" * (FIRST_STEP - AHEAD - 20)
    wanted = GenerateRequest(1, raw_text=prompt, sampling=replace(GREEDY, max_tokens=80, loop_guard=False))
    again = GenerateRequest(1, raw_text=prompt[:-30], sampling=replace(GREEDY, max_tokens=20, loop_guard=False))
    events = both_ways(noise, wanted, again, runner=steps)
    assert finished(events[0]).prompt_tokens < FIRST_STEP < finished(events[0]).prompt_tokens + 80
    deepest = under_way = 0
    for event in steps.order:
        under_way += 1 if event == "queued" else -1
        deepest = max(deepest, under_way)
    assert AHEAD - 1 <= deepest <= AHEAD + 1


def test_the_end_of_the_context(folder: Path) -> None:
    engine = Engine()
    engine.load(LoadRequest(str(folder), "cpu", Precision.FP32, context_tokens=64, speculation=False))
    with the_same_steps(engine):
        wanted = GenerateRequest(1, raw_text="abc " * 6, sampling=Sampling(temperature=0, seed=1, loop_guard=False))
        [events] = both_ways(engine, wanted)
    engine.close()
    done = finished(events)
    assert done.reason is FinishReason.LENGTH
    assert done.prompt_tokens + len(done.token_ids) == 64


# -- what fails --


@pytest.mark.parametrize("reason", ["operation not permitted when stream is capturing", "CUDA out of memory. Tried …"])
def test_where_nothing_can_be_captured_answers_are_the_same(
    pocket: Engine, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> None:
        raise RuntimeError(reason)

    steps = CapturedSteps(refuse)
    both_ways(pocket, REQUESTS[0], REQUESTS[12], runner=steps)
    assert steps.captures == 0
    assert [record.getMessage() for record in caplog.records] == [f"decoding without CUDA graphs: {steps.problem}"]
    assert steps.problem == ("there was not enough memory" if "memory" in reason else reason)
    caplog.clear()


def test_capturing_may_fail_late(noise: Engine, caplog: pytest.LogCaptureFixture) -> None:
    calls = []

    def refuse() -> None:
        calls.append(1)
        if len(calls) > 1:
            raise RuntimeError("late")

    steps = CapturedSteps(refuse)
    prompt = "a" * 480
    wanted = GenerateRequest(1, raw_text=prompt, sampling=replace(GREEDY, max_tokens=80, loop_guard=False))
    both_ways(noise, wanted, runner=steps)
    assert steps.captures == 1
    assert steps.problem == "late"
    caplog.clear()


@pytest.mark.parametrize("at", [2, 3, 20])
def test_memory_that_runs_out_is_told_and_everything_let_go(folder: Path, at: int) -> None:
    engine = Engine()
    before = tensor_bytes()
    engine.load(LoadRequest(str(folder), "cpu", Precision.FP32, speculation=False))
    lean_model(engine)._native = None
    draw_on_device(engine)
    for _ in range(2):  # in a step ahead, and when it is asked for again
        starve_pass(engine, Shortage.CUDA_ALLOCATOR, at)
    failed = failure(run(engine, GenerateRequest(1, user("abc"), sampling=replace(GREEDY, loop_guard=False))))
    assert failed.kind == "out_of_memory"
    assert engine._session is None
    assert tensor_bytes() - before < 4_096  # torch's own few
    engine.close()


def test_a_step_that_found_no_memory_may_find_some_when_it_is_needed(noise: Engine) -> None:
    wanted = GenerateRequest(1, user("abc"), sampling=replace(SAMPLED, seed=1, max_tokens=30, loop_guard=False))
    start_afresh(noise)
    plain = finished(run(noise, wanted)).token_ids
    draw_on_device(noise)
    start_afresh(noise)
    weights = lean_model(noise).weights
    starve_pass(noise, Shortage.CUDA_ALLOCATOR, 15)
    assert finished(run(noise, wanted)).token_ids == plain
    lean_model(noise)._weights = weights
    draw_on_host(noise)


def test_other_conversations_go_first_where_memory_runs_out(folder: Path) -> None:
    engine = Engine()
    engine.load(LoadRequest(str(folder), "cpu", Precision.FP32, speculation=False))
    with the_same_steps(engine):
        long = GenerateRequest(1, user("another thing " * 9), sampling=replace(GREEDY, max_tokens=3), thinking=False)
        wanted = GenerateRequest(
            1, user("abc"), sampling=replace(SAMPLED, seed=1, max_tokens=30, loop_guard=False), thinking=False
        )
        plain = finished(run(engine, wanted)).token_ids
        draw_on_device(engine)
        weights = lean_model(engine).weights
        for at, times in ((2, 1), (15, 2)):  # where it was not begun ahead, and where it was
            start_afresh(engine, budget_bytes=1 << 40)
            run(engine, long)
            for _ in range(times):
                starve_pass(engine, Shortage.CUDA_ALLOCATOR, at)
            assert finished(run(engine, wanted)).token_ids == plain
            assert len(prefix_of(engine).sequences) == 1
            lean_model(engine)._weights = weights
    engine.close()


def test_invalid_numbers_end_the_answer_and_clear_the_cache(folder: Path) -> None:
    engine = Engine()
    engine.load(LoadRequest(str(folder), "cpu", Precision.FP32, speculation=False))
    model = lean_model(engine)
    model._native = None
    draw_on_device(engine, EagerSteps())
    wanted = GenerateRequest(1, raw_text="abc", sampling=replace(GREEDY, loop_guard=False))
    said = finished(run(engine, wanted)).token_ids
    model.weights.embedding[said[0]] = float("nan")
    start_afresh(engine)
    assert failure(run(engine, wanted)).kind == "numeric_failure"
    assert prefix_of(engine).length == 0
    engine.close()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
@pytest.mark.parametrize("precision", [Precision.FP32, Precision.BF16, Precision.INT8])
def test_graphs_on_a_gpu_say_what_steps_as_they_stand_say(folder: Path, precision: Precision) -> None:
    """Over the end of the first cache, so that graphs are captured, let go of and captured again."""
    engine = Engine()
    kernel = Int8Kernel.LEAN if precision is Precision.INT8 else Int8Kernel.AUTO
    engine.load(LoadRequest(str(folder), "cuda", precision, int8_kernel=kernel))
    model = lean_model(engine)
    assert model.caveat == ""
    assert model.device_decoder is not None
    sampling = replace(SAMPLED, seed=1, max_tokens=120, loop_guard=False)
    wanted = [GenerateRequest(1, raw_text="a" * length, sampling=sampling) for length in (400, FIRST_STEP - 60, 30)]
    graphs = [finished(run(engine, each)).token_ids for each in wanted]
    start_afresh(engine)
    draw_on_device(engine, EagerSteps())
    assert [finished(run(engine, each)).token_ids for each in wanted] == graphs
    engine.close()
