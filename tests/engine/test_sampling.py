"""Each sampler step against its formula written out in plain Python."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InvalidRequest, NumericFailure
from engine.sampling import (
    Candidates,
    Sampler,
    check_sampling,
    draw,
    keep_min_p,
    keep_top_p,
    penalize_presence_and_frequency,
    penalize_repetition,
    rank,
)
from engine.types import Sampling

logit = st.floats(-30, 30, width=32)
logit_rows = st.lists(logit, min_size=1, max_size=60)


def softmax(values: list[float]) -> list[float]:
    top = max(values)
    weights = [math.exp(v - top) for v in values]
    return [w / sum(weights) for w in weights]


def ranked(values: list[float]) -> Candidates:
    return rank(torch.tensor(values), 0)


@given(logit_rows, st.lists(st.integers(0, 59), max_size=20), st.floats(0.5, 2.0))
def test_repetition_penalty(values: list[float], seen: list[int], penalty: float) -> None:
    seen = [i for i in seen if i < len(values)]
    expected = [(v / penalty if v > 0 else v * penalty) if i in set(seen) else v for i, v in enumerate(values)]
    before = torch.tensor(values)
    got = penalize_repetition(before, seen, penalty)
    torch.testing.assert_close(got, torch.tensor(expected))
    assert before.tolist() == torch.tensor(values).tolist(), "the model's logits must not be written to"


@given(logit_rows, st.lists(st.integers(0, 59), max_size=30), st.floats(-2, 2), st.floats(-2, 2))
def test_presence_and_frequency_penalty(
    values: list[float], generated: list[int], presence: float, frequency: float
) -> None:
    counts = Counter(i for i in generated if i < len(values))
    expected = [v - (presence if i in counts else 0) - frequency * counts[i] for i, v in enumerate(values)]
    got = penalize_presence_and_frequency(torch.tensor(values), counts, presence, frequency)
    torch.testing.assert_close(got, torch.tensor(expected), rtol=1e-5, atol=1e-4)


@given(logit_rows, st.integers(0, 70))
def test_top_k_keeps_the_largest(values: list[float], k: int) -> None:
    got = rank(torch.tensor(values), k)
    expected = sorted(values, reverse=True)[: k or len(values)]
    assert got.logits.tolist() == torch.tensor(expected).tolist()
    assert [values[i] for i in got.ids] == expected
    assert len(set(got.ids.tolist())) == len(expected)


@given(logit_rows, st.floats(0.01, 1.0))
def test_top_p_keeps_the_smallest_sufficient_set(values: list[float], p: float) -> None:
    got = keep_top_p(ranked(values), p)
    kept, total = 0, 0.0
    for probability in softmax(sorted(values, reverse=True)):
        if kept and total >= p - 1e-9 and p < 1:
            break
        kept, total = kept + 1, total + probability
    # At a boundary of equal sums either count is right; elsewhere there is one answer.
    edge = any(abs(s - p) < 1e-6 for s in torch.tensor(softmax(sorted(values, reverse=True))).cumsum(0).tolist())
    assert len(got.ids) == kept or edge or p == 1


@given(logit_rows, st.floats(0.0, 1.0))
def test_min_p_is_relative_to_the_best(values: list[float], p: float) -> None:
    got = keep_min_p(ranked(values), p)
    probabilities = softmax(sorted(values, reverse=True))
    expected = sum(1 for q in probabilities if q >= p * probabilities[0])
    edge = any(abs(q / probabilities[0] - p) < 1e-6 for q in probabilities)
    assert len(got.ids) == max(expected, 1) or edge


@given(logit_rows, st.floats(0, 1, exclude_max=True))
def test_draw_inverts_the_cumulative_distribution(values: list[float], u: float) -> None:
    candidates = ranked(values)
    total, expected = 0.0, len(values) - 1
    probabilities = softmax(candidates.logits.tolist())
    for index, probability in enumerate(probabilities):
        total += probability
        if u < total:
            expected = index
            break
    edge = any(abs(s - u) < 1e-9 for s in torch.tensor(probabilities, dtype=torch.float64).cumsum(0).tolist())
    assert draw(candidates, u) == int(candidates.ids[expected]) or edge


def reference_distribution(values: list[float], s: Sampling, generated: Counter[int], prompt: set[int]) -> list[float]:
    """The whole pipeline, in the order that engine.sampling documents."""
    seen = prompt | set(generated)
    out = [
        (v / s.repetition_penalty if v > 0 else v * s.repetition_penalty) if i in seen else v
        for i, v in enumerate(values)
    ]
    out = [
        v - (s.presence_penalty if generated[i] else 0) - s.frequency_penalty * generated[i] for i, v in enumerate(out)
    ]
    out = [v / s.temperature for v in out]
    order = sorted(range(len(out)), key=lambda i: -out[i])[: s.top_k or len(out)]
    probabilities = softmax([out[i] for i in order])
    kept, total = 0, 0.0
    for probability in probabilities:
        if kept and total >= s.top_p:
            break
        kept, total = kept + 1, total + probability
    order, probabilities = order[:kept], probabilities[:kept]
    pairs = [(i, q) for i, q in zip(order, probabilities, strict=True) if q >= s.min_p * probabilities[0]]
    mass = sum(q for _, q in pairs)
    result = [0.0] * len(values)
    for i, q in pairs:
        result[i] = q / mass
    return result


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(temperature=0.6, top_k=20, top_p=0.95, seed=1),
        Sampling(temperature=0.7, top_k=5, top_p=0.8, seed=2),
        Sampling(temperature=1.3, top_p=0.9, min_p=0.05, seed=3),
        Sampling(temperature=1.0, seed=4),
        Sampling(temperature=0.9, presence_penalty=1.5, frequency_penalty=0.3, repetition_penalty=1.2, seed=5),
    ],
)
def test_the_drawn_frequencies_follow_the_distribution(sampling: Sampling) -> None:
    torch.manual_seed(0)
    values = (torch.randn(40) * 2).tolist()
    generated, prompt = Counter({3: 2, 7: 1}), {1, 3, 9}
    expected = reference_distribution(values, sampling, generated, prompt)
    sampler = Sampler(sampling, list(prompt), usable_ids=40)
    for token, times in generated.items():
        for _ in range(times):
            sampler.accept(token)
    draws = 6_000
    counts = Counter(sampler.sample(torch.tensor(values)) for _ in range(draws))
    assert all(expected[token] > 0 for token in counts), "drew a token that a filter had removed"
    for token, probability in enumerate(expected):
        slack = 4.5 * math.sqrt(max(probability * (1 - probability), 1e-4) / draws)
        assert abs(counts[token] / draws - probability) < slack


@given(st.integers(0, 2**63 - 1))
def test_the_same_seed_draws_the_same_tokens(seed: int) -> None:
    logits = torch.linspace(-1, 1, 50)
    sampling = Sampling(seed=seed)
    first, second = (Sampler(sampling, [], 50) for _ in range(2))
    assert [first.sample(logits) for _ in range(5)] == [second.sample(logits) for _ in range(5)]


def test_a_seed_is_reported_when_none_was_given() -> None:
    sampler = Sampler(Sampling(), [], 50)
    again = Sampler(Sampling(seed=sampler.seed), [], 50)
    logits = torch.zeros(50)
    assert [sampler.sample(logits) for _ in range(8)] == [again.sample(logits) for _ in range(8)]


def test_partial_sorting_of_a_large_vocabulary_changes_nothing() -> None:
    torch.manual_seed(3)
    for scale in (0.01, 1.0, 8.0):  # from flat (needs everything) to sharp (needs a handful)
        logits = torch.randn(5_000) * scale
        sampling = Sampling(top_p=0.9, seed=11)
        expected = keep_top_p(rank(logits - logits.max(), 0), 0.9)
        got = [Sampler(sampling, [], 5_000).sample(logits)]
        reference = torch.rand((), generator=torch.Generator().manual_seed(11), dtype=torch.float64)
        assert got == [draw(expected, float(reference))]


def test_greedy_takes_the_best_and_ignores_padding_rows() -> None:
    logits = torch.tensor([0.0, 3.0, 1.0, 99.0])
    assert Sampler(Sampling(temperature=0), [], usable_ids=3).sample(logits) == 1
    assert Sampler(Sampling(temperature=1e-9), [], usable_ids=3).sample(logits) == 1


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("temperature", [0.0, 0.7])
def test_row26_invalid_logits_stop_with_a_message(bad: float, temperature: float) -> None:
    sampler = Sampler(Sampling(temperature=temperature), [], 3)
    with pytest.raises(NumericFailure, match="invalid number"):
        sampler.sample(torch.tensor([0.0, bad, 1.0]))
    with pytest.raises(NumericFailure):
        sampler.sample(torch.full((3,), float("-inf")))


@pytest.mark.parametrize(
    ("sampling", "field"),
    [
        (Sampling(temperature=-1), "temperature"),
        (Sampling(temperature=float("nan")), "temperature"),
        (Sampling(top_p=0), "top_p"),
        (Sampling(top_p=1.5), "top_p"),
        (Sampling(min_p=-0.1), "min_p"),
        (Sampling(top_k=-1), "top_k"),
        (Sampling(presence_penalty=9), "presence_penalty"),
        (Sampling(repetition_penalty=0), "repetition_penalty"),
        (Sampling(seed=-1), "seed"),
        (Sampling(max_tokens=0), "max_tokens"),
        (Sampling(stop=("",)), "stop string"),
    ],
)
def test_numbers_out_of_bounds_are_named(sampling: Sampling, field: str) -> None:
    with pytest.raises(InvalidRequest, match=field):
        check_sampling(sampling)


@given(
    st.builds(
        Sampling,
        temperature=st.floats(),
        top_k=st.integers(),
        top_p=st.floats(),
        min_p=st.floats(),
        presence_penalty=st.floats(),
        repetition_penalty=st.floats(),
        seed=st.none() | st.integers(),
    )
)
def test_whatever_passes_the_check_can_be_sampled(sampling: Sampling) -> None:
    try:
        check_sampling(sampling)
    except InvalidRequest:
        return
    sampler = Sampler(sampling, [0, 1], usable_ids=20)
    logits = torch.linspace(-40, 40, 20)
    for _ in range(3):
        token = sampler.sample(logits)
        assert 0 <= token < 20
        sampler.accept(token)


def test_ids_of_the_prompt_that_are_never_drawn_cost_nothing() -> None:
    """A tokenizer may know of more ids than the head has rows for, or than are used."""
    sampler = Sampler(Sampling(temperature=0, repetition_penalty=2.0), [1, 3, 4, 99], usable_ids=3)
    assert sampler.sample(torch.tensor([1.0, 1.5, 0.5, 9.0])) == 0
