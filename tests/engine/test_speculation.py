"""Reading ahead changes nothing: the same tokens, texts and ends with and without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

import resources
from engine.cancel import CancelToken
from engine.engine import Engine
from engine.prefix import PrefixCache
from engine.sampling import Sampler
from engine.speculation import ReadAhead
from engine.types import (
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    KVCachePrecision,
    LoadRequest,
    Message,
    Precision,
    Role,
    Sampling,
    TextDelta,
)
from tests.support.answers import Meddle, events_of, finished, run, user
from tests.support.checkpoints import TOKENS, make_checkpoint
from tests.support.eager_drafting import EagerDrafting, draft_eagerly, set_drafting, verifies_exactly

POCKET = Path(resources.__file__).parent / "pocket"
GREEDY = Sampling(temperature=0, max_tokens=120, seed=1)
SUM = user("What is 27 + 48?")
SPELL = user("spell the word lantern")
NAMES = (*user("Hi, my name is Clara."), Message(Role.ASSISTANT, "Hello, Clara."), *user("What is my name?"))
HELP = "I can add and subtract small numbers, spell words, remember your name in this chat, show lists, tables, code "
TABLE = "Here is a table of shortcuts:\n\n| Key | Action |\n| --- | --- |\n| Ctrl+N | new chat |\n| Ctrl+K | search |"
# Asked the same again, it says the same again, and goes on where what it is shown was cut.
AGAIN = (*user("what can you do?"), Message(Role.ASSISTANT, HELP), *user("what can you do?"))
TABLE_AGAIN = (*user("show me a table"), Message(Role.ASSISTANT, TABLE), *user("show me a table"))
WORDS = "the cat sat on the mat and the dog sat on the log and "


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine()
    engine.load(LoadRequest(str(POCKET), device="cpu", precision=Precision.FP32))
    if not verifies_exactly(engine):
        pytest.skip("without the native kernels a step of several rows is not the same to the last bit")
    yield engine
    engine.close()


def start_afresh(engine: Engine) -> tuple[int, ...]:
    """Forget every cache; returns the ids that stood in the one last used."""
    session = engine._session
    assert session is not None
    ids = session.prefix.ids
    engine._session = replace(session, prefix=PrefixCache(session.model))
    return ids


def same_with_and_without(
    engine: Engine, wanted: GenerateRequest, meddle: Meddle | None = None, seed: int | None = None
) -> list[GenerateEvent]:
    set_drafting(engine, None)
    start_afresh(engine)
    plain = events_of(engine, wanted, meddle)
    ids = start_afresh(engine)
    draft_eagerly(engine, seed)
    assert events_of(engine, wanted, meddle) == plain
    assert start_afresh(engine) == ids
    return plain


REQUESTS = [
    GenerateRequest(1, AGAIN, sampling=GREEDY, thinking=False),
    GenerateRequest(1, TABLE_AGAIN, sampling=GREEDY, thinking=False),
    GenerateRequest(1, AGAIN, sampling=replace(GREEDY, stop=("remember",)), thinking=False),
    GenerateRequest(1, TABLE_AGAIN, sampling=replace(GREEDY, presence_penalty=0.6), thinking=True),
    GenerateRequest(1, raw_text="0 " * 20, sampling=replace(GREEDY, loop_guard=False)),
    GenerateRequest(1, raw_text="0 " * 20, sampling=replace(GREEDY, max_tokens=400)),
    GenerateRequest(1, SUM, sampling=GREEDY, thinking=True),
    GenerateRequest(1, SPELL, sampling=GREEDY, thinking=False),
    GenerateRequest(1, NAMES, sampling=GREEDY, thinking=True),
    GenerateRequest(1, raw_text=WORDS * 3, sampling=GREEDY, thinking=False),
    GenerateRequest(1, raw_text="1 2 3 1 2 3 1 2", sampling=replace(GREEDY, presence_penalty=1.5), thinking=False),
    GenerateRequest(1, raw_text=WORDS, sampling=replace(GREEDY, frequency_penalty=0.3), thinking=False),
    GenerateRequest(1, raw_text=WORDS, sampling=replace(GREEDY, repetition_penalty=1.1), thinking=False),
    GenerateRequest(1, SPELL, sampling=replace(GREEDY, stop=("t", "n-e")), thinking=True),
    GenerateRequest(1, SUM, sampling=GREEDY, thinking=True, thinking_budget_tokens=0),
    GenerateRequest(1, SUM, sampling=GREEDY, thinking=True, thinking_budget_tokens=9),
    GenerateRequest(1, SPELL, sampling=replace(GREEDY, max_tokens=20), thinking=True),
]


@pytest.mark.parametrize("number", range(len(REQUESTS)))
def test_greedy_answers_are_the_same(engine: Engine, number: int) -> None:
    same_with_and_without(engine, REQUESTS[number])
    same_with_and_without(engine, REQUESTS[number], seed=number)


def test_guesses_are_verified_and_some_are_right(engine: Engine) -> None:
    """Without which the rest of this would show nothing."""
    draft_eagerly(engine)
    done = [finished(run(engine, wanted)) for wanted in REQUESTS]
    drafted, accepted = sum(each.drafted_tokens for each in done), sum(each.accepted_tokens for each in done)
    assert drafted > accepted > 300
    set_drafting(engine, None)
    done = [finished(run(engine, wanted)) for wanted in REQUESTS[:2]]
    assert sum(each.drafted_tokens + each.accepted_tokens for each in done) == 0


@pytest.mark.parametrize("seed", range(12))
def test_drawn_answers_are_the_same(engine: Engine, seed: int) -> None:
    samplings = [
        Sampling(temperature=1.0),
        Sampling(temperature=0.6, top_p=0.95, top_k=20),
        Sampling(temperature=0.7, top_p=0.8, min_p=0.02, presence_penalty=1.0),
        Sampling(temperature=1.5, repetition_penalty=1.2, frequency_penalty=0.2),
    ]
    sampling = replace(samplings[seed % 4], seed=seed, max_tokens=100)
    for wanted in (REQUESTS[seed % 4], REQUESTS[6 + seed % 4]):
        same_with_and_without(engine, replace(wanted, sampling=sampling), seed=seed)


@pytest.mark.parametrize("tokens", [1, 2, 3, 17])
def test_no_token_more_than_asked_for(engine: Engine, tokens: int) -> None:
    events = same_with_and_without(engine, replace(REQUESTS[0], sampling=replace(GREEDY, max_tokens=tokens)))
    assert len(finished(events).token_ids) == tokens


@pytest.mark.parametrize("after", [1, 3, 6, 12])
@pytest.mark.parametrize("thinking", [False, True])
def test_a_cancel_amid_guesses(engine: Engine, after: int, thinking: bool) -> None:
    def cancel(engine: Engine, events: int) -> None:
        if events == after:
            engine.cancel(1)

    wanted = replace(REQUESTS[0], thinking=thinking)
    assert finished(same_with_and_without(engine, wanted, cancel)).reason is FinishReason.CANCELLED


@pytest.mark.parametrize("after", [2, 5, 11])
def test_answer_now_amid_guesses(engine: Engine, after: int) -> None:
    def hurry(engine: Engine, events: int) -> None:
        if events == after:
            engine.answer_now(1)

    events = same_with_and_without(engine, GenerateRequest(1, SUM, sampling=GREEDY, thinking=True), hurry)
    assert any(isinstance(event, TextDelta) for event in events)


def test_what_was_not_confirmed_is_no_part_of_the_next_prompt(engine: Engine) -> None:
    """Each request follows another in the same cache, some of whose guesses were wrong when it ended."""
    set_drafting(engine, None)
    fresh = []
    for wanted in REQUESTS:
        start_afresh(engine)
        fresh.append(finished(run(engine, wanted)).token_ids)
    start_afresh(engine)
    draft_eagerly(engine)
    assert [finished(run(engine, wanted)).token_ids for wanted in REQUESTS] == fresh


def test_it_can_be_switched_off() -> None:
    engine = Engine()
    engine.load(LoadRequest(str(POCKET), device="cpu", speculation=False))
    assert engine._session is not None
    assert engine._session.drafting is None
    engine.load(LoadRequest(str(POCKET), device="cpu"))
    assert (engine._session.drafting is not None) == (engine._session.model.verified_rows > 1)
    engine.close()


# -- on noise, where a greedy model soon says the same for ever --


@pytest.fixture(
    scope="module",
    params=[
        (Precision.FP32, KVCachePrecision.AUTO),
        (Precision.BF16, KVCachePrecision.AUTO),
        (Precision.INT8, KVCachePrecision.BITS8),
    ],
    ids=["fp32", "bf16", "int8"],
)
def noise(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    precision, kv_cache = request.param
    engine = Engine()
    folder = make_checkpoint(tmp_path_factory.mktemp("models") / "noise", vocab=TOKENS)
    engine.load(LoadRequest(str(folder), "cpu", precision, kv_cache))
    if not verifies_exactly(engine):
        pytest.skip("without the native kernels a step of several rows is not the same to the last bit")
    yield engine
    engine.close()


@given(
    words=st.text(alphabet="abc ", min_size=1, max_size=60),
    sampling=st.builds(
        Sampling,
        temperature=st.sampled_from([0.0, 0.0, 0.2, 1.0]),
        top_k=st.sampled_from([0, 3]),
        top_p=st.sampled_from([1.0, 0.5]),
        presence_penalty=st.sampled_from([0.0, 0.5]),
        repetition_penalty=st.sampled_from([1.0, 1.3]),
        stop=st.sampled_from([(), ("a",), ("the", "ing")]),
        seed=st.integers(0, 99),
        max_tokens=st.integers(1, 60),
        loop_guard=st.booleans(),
    ),
    thinking=st.booleans(),
    budget=st.sampled_from([None, 0, 5, 20]),
    rows=st.integers(0, 99),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_noise_is_the_same(
    noise: Engine, words: str, sampling: Sampling, thinking: bool, budget: int | None, rows: int
) -> None:
    wanted = GenerateRequest(
        1, user(words), sampling=sampling, thinking=thinking, thinking_budget_tokens=budget if thinking else None
    )
    same_with_and_without(noise, wanted, seed=rows)


def test_a_long_answer_that_repeats_itself_is_stopped_at_the_same_token(noise: Engine) -> None:
    wanted = GenerateRequest(1, user("abc"), sampling=replace(GREEDY, max_tokens=1_500), thinking=False)
    assert finished(same_with_and_without(noise, wanted)).reason is FinishReason.LOOP


# -- the distribution --


class Chain:
    """A Markov chain: what comes next depends on the last token alone, so that the distribution is known."""

    vocab_size = 4
    prefill_chunk_tokens = 512
    weights_bytes = 0
    verified_rows = 16

    def __init__(self) -> None:
        self.probabilities = torch.tensor(
            [[0.1, 0.6, 0.2, 0.1], [0.05, 0.05, 0.8, 0.1], [0.7, 0.1, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25]]
        )

    def new_cache(self) -> Length:
        return Length()

    def prefill(
        self, ids: list[int], cache: Length, cancel: CancelToken | None = None, *, all_positions: bool = False
    ) -> Tensor:
        cache.length += len(ids)
        rows = self.probabilities[ids].log()
        return rows if all_positions else rows[-1]

    def decode(self, token_id: int, cache: Length, cancel: CancelToken | None = None) -> Tensor:
        return self.prefill([token_id], cache, cancel)

    def close(self) -> None: ...


class Length:
    def __init__(self) -> None:
        self.length = 0
        self.allocated_bytes = 0

    def truncate(self, length: int) -> int:
        self.length = min(self.length, length)
        return self.length

    def clear(self) -> None:
        self.length = 0

    def bytes_for(self, positions: int) -> int:
        return 0

    def fork(self, length: int) -> Length:
        return Length()


def test_tokens_follow_the_model_s_own_distribution() -> None:
    chain = Chain()
    prefix = PrefixCache(chain)  # type: ignore[arg-type]
    ids = [0, 1, 2] * 4
    prefix.begin(ids)
    logits = prefix.read(ids)
    ahead = ReadAhead(prefix, EagerDrafting(7))
    sampler = Sampler(Sampling(seed=5), ids, chain.vocab_size)
    counts = torch.zeros(4, 4)
    last, drawn = ids[-1], 12_000
    for _ in range(drawn):
        token = sampler.sample(logits)
        counts[last, token] += 1
        last = token
        logits = ahead.step(token, 1_000)
    assert ahead.accepted > drawn / 5
    assert ahead.drafted > 2 * ahead.accepted  # there is much to be wrongly kept
    expected = chain.probabilities * counts.sum(1, keepdim=True)
    # Chi-squared with 12 degrees of freedom; 33 is passed by chance once in a thousand seeds.
    assert float(((counts - expected) ** 2 / expected).sum()) < 33
    assert prefix.length == len(ids) + drawn


def test_a_guess_that_was_not_made_cannot_be_confirmed() -> None:
    prefix = PrefixCache(Chain())  # type: ignore[arg-type]
    prefix.begin([1])
    prefix.read([1])
    with pytest.raises(ValueError, match="no guess left"):
        prefix.confirm(2)
    prefix.step_ahead(2, [3])
    prefix.confirm(3)
    with pytest.raises(ValueError, match="no guess left"):
        prefix.confirm(0)
    assert prefix.ids == (1, 2, 3)
