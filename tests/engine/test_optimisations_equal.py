"""The practice model with and without each optimisation: the same results, or as close as what it saves allows.

In FP32 the greedy tokens are the same, except behind the first one where both likeliest logits lie within TOLERANCE:
there the last bits decide. Where numbers are rounded, distributions are compared at every position of the recipe's
held-out tasks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

import resources
from engine.drafting import DraftPolicy
from engine.engine import Engine
from engine.prefix import PrefixCache
from engine.types import (
    FinishReason,
    GenerateRequest,
    KVCachePrecision,
    LoadRequest,
    Message,
    Precision,
    Role,
    Sampling,
)
from tests.support.accuracy import make_tasks
from tests.support.answers import finished, run, text, user
from tests.support.eager_drafting import EagerDrafting, set_drafting
from tests.support.on_device import CapturedSteps, draw_on_device, draw_on_host, lean_model

POCKET = Path(resources.__file__).parent / "pocket"
TOLERANCE = 1e-3  # of logits: ten times what two correct ways of summing differ by
# What eight bits cost: of the cache, of the weights and the activations, and of both. An error would cost a hundred
# times as much.
MOST_KL = {"cache": 0.002, "weights": 0.01, "both": 0.012}
LEAST_AGREEMENT = {"cache": 0.98, "weights": 0.95, "both": 0.95}
GREEDY = Sampling(temperature=0, max_tokens=160, seed=1)
HELP = "I can add and subtract small numbers, spell words, remember your name in this chat, show lists, tables, code "
REQUESTS = (
    GenerateRequest(1, user("What is 27 + 48?"), sampling=GREEDY, thinking=True),
    GenerateRequest(1, user("spell the word lantern"), sampling=GREEDY, thinking=False),
    GenerateRequest(
        1,
        (*user("what can you do?"), Message(Role.ASSISTANT, HELP), *user("what can you do?")),
        sampling=GREEDY,
        thinking=False,
    ),
    GenerateRequest(1, user("show me a table"), sampling=replace(GREEDY, presence_penalty=0.5), thinking=False),
)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """So small a model only waits for the others."""
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@contextmanager
def loaded(precision: Precision, kv_cache: KVCachePrecision = KVCachePrecision.AUTO) -> Iterator[Engine]:
    engine = Engine()
    engine.load(LoadRequest(str(POCKET), "cpu", precision, kv_cache, speculation=False))
    torch.set_num_threads(1)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def exact() -> Iterator[Engine]:
    with loaded(Precision.FP32) as engine:
        yield engine


@contextmanager
def without_native_kernels(engine: Engine) -> Iterator[None]:
    model = lean_model(engine)
    native, model._native = model._native, None
    yield
    model._native = native


def start_afresh(engine: Engine) -> None:
    session = engine._session
    assert session is not None
    engine._session = replace(session, prefix=PrefixCache(session.model))


def answers(engine: Engine, requests: Sequence[GenerateRequest] = REQUESTS) -> list[tuple[int, ...]]:
    """Greedily, each in a cache of its own."""
    found = []
    for wanted in requests:
        start_afresh(engine)
        done = finished(run(engine, wanted))
        assert done.reason in (FinishReason.STOP, FinishReason.LENGTH)
        found.append(done.token_ids)
    return found


def assert_same(engine: Engine, got: Sequence[tuple[int, ...]], wanted: Sequence[tuple[int, ...]]) -> None:
    """The same ids, up to the first at which the engine's own two likeliest logits are too close to tell."""
    for request, mine, other in zip(REQUESTS, got, wanted, strict=True):
        if mine == other:
            continue
        at = next(i for i in range(len(mine) + 1) if mine[: i + 1] != other[: i + 1])
        prompt = prompt_ids(engine, request)
        best = engine.logits([*prompt, *other[:at]])[-1].topk(2).values
        assert float(best[0] - best[1]) < TOLERANCE, f"answers part at token {at}"


def prompt_ids(engine: Engine, wanted: GenerateRequest) -> tuple[int, ...]:
    start_afresh(engine)
    done = finished(run(engine, replace(wanted, sampling=replace(GREEDY, max_tokens=1))))
    assert engine._session is not None
    return engine._session.prefix.ids[: done.prompt_tokens]


def held_out() -> list[list[int]]:
    """Prompts with their right turns, over a thousand positions."""
    return [list(task.ids) for task in make_tasks(1)]


def distance(exact: Engine, other: Engine, texts: Sequence[list[int]]) -> tuple[float, float]:
    """Mean KL(exact || other) in nats over all positions, and the share with the same likeliest token."""
    kl = same = positions = 0.0
    for ids in texts:
        wanted, got = (in_the_cache(engine, ids).double().log_softmax(-1) for engine in (exact, other))
        kl += float((wanted.exp() * (wanted - got)).sum())
        same += int((wanted.argmax(-1) == got.argmax(-1)).sum())
        positions += len(ids)
    assert positions > 1_000
    return kl / positions, same / positions


def in_the_cache(engine: Engine, ids: list[int]) -> Tensor:
    """Logits of all positions, read in chunks, so that most of what is attended comes out of the cache."""
    model = lean_model(engine)
    cache = model.new_cache()
    return torch.cat([model.prefill(ids[at : at + 32], cache, all_positions=True) for at in range(0, len(ids), 32)])


# -- what changes nothing but the last bits --


def test_native_kernels(exact: Engine) -> None:
    if lean_model(exact).kernels is None:
        pytest.skip("there are no native kernels here")
    fast = answers(exact)
    with without_native_kernels(exact):
        assert lean_model(exact).kernels is None
        assert_same(exact, fast, answers(exact))
        texts = held_out()[:6]
        plain = [exact.logits(ids) for ids in texts]
    assert (
        max(float((exact.logits(ids) - each).abs().max()) for ids, each in zip(texts, plain, strict=True)) < TOLERANCE
    )


@pytest.mark.parametrize("kv_cache", [KVCachePrecision.AUTO, KVCachePrecision.BITS8])
def test_native_kernels_in_eight_bits(kv_cache: KVCachePrecision) -> None:
    """Rounding to eight bits turns a last bit into a whole step now and then: as close as eight bits are to FP32."""
    with loaded(Precision.INT8, kv_cache) as engine:
        model = lean_model(engine)
        if model.kernels is None:
            pytest.skip("there are no native kernels here")
        same = positions = 0
        kl = 0.0
        for ids in held_out()[:8]:
            fast = in_the_cache(engine, ids).double().log_softmax(-1)
            with without_native_kernels(engine):
                plain = in_the_cache(engine, ids).double().log_softmax(-1)
            kl += float((plain.exp() * (plain - fast)).sum())
            same += int((plain.argmax(-1) == fast.argmax(-1)).sum())
            positions += len(ids)
        assert kl / positions < MOST_KL["cache"]
        assert same / positions > LEAST_AGREEMENT["cache"]


@pytest.mark.parametrize("seed", [None, 3])
def test_speculation(exact: Engine, seed: int | None) -> None:
    plain = answers(exact)
    drafting: DraftPolicy = EagerDrafting(seed)
    set_drafting(exact, drafting)
    try:
        guessed = answers(exact)
        start_afresh(exact)
        done = finished(run(exact, REQUESTS[2]))
        assert 0 < done.accepted_tokens < done.drafted_tokens
    finally:
        set_drafting(exact, None)
    if lean_model(exact).kernels is not None:
        assert guessed == plain  # several rows are the very sums of single ones
    assert_same(exact, guessed, plain)


def test_prefix_reuse(exact: Engine) -> None:
    said = text(run(exact, REQUESTS[1]))
    longer = (*REQUESTS[1].messages, Message(Role.ASSISTANT, said), *user("What is 5 + 8?"))
    turns = (REQUESTS[1], replace(REQUESTS[1], messages=longer), REQUESTS[1], REQUESTS[0])
    fresh = answers(exact, turns)
    start_afresh(exact)
    done = [finished(run(exact, turn)) for turn in turns]
    assert min(each.reused_tokens for each in done[1:3]) > 10
    for turn, mine, other in zip(turns, done, fresh, strict=True):
        if mine.token_ids != other:
            at = next(i for i in range(len(other)) if mine.token_ids[: i + 1] != other[: i + 1])
            best = exact.logits([*prompt_ids(exact, turn), *other[:at]])[-1].topk(2).values
            assert float(best[0] - best[1]) < TOLERANCE


@pytest.mark.parametrize("captured", [False, True])
def test_drawing_on_the_device(exact: Engine, captured: bool) -> None:
    plain = answers(exact)
    draw_on_device(exact, CapturedSteps() if captured else None)
    try:
        drawn = answers(exact)
    finally:
        draw_on_host(exact)
    assert_same(exact, drawn, plain)


# -- what rounds --


@pytest.mark.parametrize(
    ("precision", "kv_cache", "what"),
    [
        (Precision.FP32, KVCachePrecision.BITS8, "cache"),
        (Precision.INT8, KVCachePrecision.AUTO, "weights"),
        (Precision.INT8, KVCachePrecision.BITS8, "both"),
    ],
    ids=["cache", "weights", "both"],
)
def test_eight_bits(exact: Engine, precision: Precision, kv_cache: KVCachePrecision, what: str) -> None:
    with loaded(precision, kv_cache) as engine:
        kl, agreement = distance(exact, engine, held_out())
    assert 0 < kl < MOST_KL[what]
    assert LEAST_AGREEMENT[what] < agreement
