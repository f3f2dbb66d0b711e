"""Drawing on the device against the ordinary sampler: the same random numbers give the same tokens."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from engine.model.device_sampling import FEW, INVALID, DeviceSampler, Draw, DrawKind
from engine.sampling import Sampler
from engine.types import Sampling

CPU = torch.device("cpu")
VOCAB = 300
USABLE = 290

SETTINGS = [
    Sampling(temperature=0.0),
    Sampling(temperature=0.0, presence_penalty=1.5, repetition_penalty=1.3),
    Sampling(),
    Sampling(temperature=0.6, top_p=0.95, top_k=20),
    Sampling(temperature=0.7, top_p=0.8, top_k=20, presence_penalty=1.5),
    Sampling(temperature=1.3, top_p=0.7, frequency_penalty=0.4, repetition_penalty=1.2),
    Sampling(temperature=0.9, min_p=0.1),
    Sampling(temperature=1.1, top_k=FEW + 30, top_p=0.9, min_p=0.02),
    Sampling(temperature=1e-4, top_p=0.99),
    Sampling(temperature=2.0, top_k=1),
]


def uniform(value: float) -> Tensor:
    return torch.tensor([value], dtype=torch.float64)


def rows_of(count: int, seed: int, spread: float = 4.0) -> Tensor:
    return torch.randn(count, VOCAB, generator=torch.Generator().manual_seed(seed)) * spread


@pytest.mark.parametrize("sampling", SETTINGS, ids=str)
def test_the_same_numbers_give_the_same_tokens(sampling: Sampling) -> None:
    prompt = [3, 3, 17, 250]
    seed = 11
    ordinary = Sampler(replace(sampling, seed=seed), prompt, USABLE)
    device = DeviceSampler(VOCAB, CPU)
    kind = DrawKind.of(sampling)
    device.begin(sampling, USABLE, prompt if sampling.repetition_penalty != 1.0 else ())
    numbers = torch.rand(200, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    for at, logits in enumerate(rows_of(200, seed=2)):
        wanted = ordinary.sample(logits)
        got = device.draw(logits, numbers[at : at + 1], kind)
        assert int(got) == wanted
        ordinary.accept(wanted)
        device.accept(got)


@pytest.mark.parametrize("sampling", [SETTINGS[3], SETTINGS[5], SETTINGS[7]], ids=str)
def test_tokens_come_as_often_as_they_are_likely(sampling: Sampling) -> None:
    """Against the distribution that the ordinary sampler draws from, over evenly spaced numbers."""
    logits = rows_of(1, seed=5, spread=2.0)[0]
    device, ordinary = DeviceSampler(VOCAB, CPU), Counter[int]()
    device.begin(sampling, USABLE)
    drawn = Counter[int]()
    count = 400
    for at in range(count):
        drawn[int(device.draw(logits, uniform((at + 0.5) / count), DrawKind.of(sampling)))] += 1
    sampler = Sampler(replace(sampling, seed=1), [], USABLE)
    for _ in range(4_000):
        ordinary[sampler.sample(logits)] += 1
    assert set(drawn) <= set(ordinary)
    assert sum(abs(drawn[each] / count - ordinary[each] / 4_000) for each in {*drawn, *ordinary}) / 2 < 0.06


@settings(max_examples=60)
@given(st.floats(0, 1, exclude_max=True), st.integers(0, 50), st.sampled_from(SETTINGS))
def test_whatever_is_drawn_can_be_used(number: float, seed: int, sampling: Sampling) -> None:
    device = DeviceSampler(VOCAB, CPU)
    device.begin(sampling, USABLE)
    logits = rows_of(1, seed)[0]
    logits[USABLE:] = 1e9
    assert 0 <= int(device.draw(logits, uniform(number), DrawKind.of(sampling))) < USABLE


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("sampling", [SETTINGS[0], SETTINGS[2], SETTINGS[4]], ids=str)
def test_invalid_numbers_are_told(bad: float, sampling: Sampling) -> None:
    device = DeviceSampler(VOCAB, CPU)
    device.begin(sampling, USABLE)
    logits = rows_of(1, seed=3)[0]
    logits[7] = bad
    assert int(device.draw(logits, uniform(0.3), DrawKind.of(sampling))) == INVALID


def test_a_new_answer_starts_from_nothing_and_one_taken_up_again_where_it_stood() -> None:
    sampling = Sampling(temperature=0.0, frequency_penalty=2.0)
    kind = DrawKind.of(sampling)
    device = DeviceSampler(VOCAB, CPU)
    logits = torch.zeros(VOCAB)
    logits[[4, 9]] = torch.tensor([5.0, 4.0])
    for _ in range(2):
        device.begin(sampling, USABLE)
        assert int(device.draw(logits, uniform(0.5), kind)) == 4
        device.accept(torch.tensor([4]))
        assert int(device.draw(logits, uniform(0.5), kind)) == 9
    device.begin(sampling, USABLE, counts={4: 1})
    assert int(device.draw(logits, uniform(0.5), kind)) == 9


def test_only_what_a_step_computes_differently_makes_another_kind() -> None:
    assert DrawKind.of(SETTINGS[0]) == DrawKind(Draw.GREEDY, False)
    assert DrawKind.of(SETTINGS[3]) == DrawKind.of(Sampling(temperature=1.2, top_k=5, top_p=0.5, min_p=0.2))
    assert DrawKind.of(SETTINGS[7]).draw is Draw.ALL
    assert DrawKind.of(SETTINGS[4]) == DrawKind(Draw.FEW, True)
