from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.chats import ChatSettings
from app.core.settings import Settings
from app.library.presets import (
    SamplingOverrides,
    Wishes,
    sampling_for,
    sampling_preset,
    will_think,
    wishes_of,
    with_overrides,
)
from engine.types import Message, Precision, Role, Sampling


@pytest.mark.parametrize("precision", list(Precision))
def test_presets_are_those_of_the_model_card(precision: Precision) -> None:
    penalty = 1.5 if precision is Precision.NF4 else 0.0
    thinking = sampling_preset(thinking=True, precision=precision)
    direct = sampling_preset(thinking=False, precision=precision)
    assert (thinking.temperature, thinking.top_p, thinking.top_k, thinking.min_p) == (0.6, 0.95, 20, 0)
    assert (direct.temperature, direct.top_p, direct.top_k, direct.min_p) == (0.7, 0.8, 20, 0)
    assert thinking.presence_penalty == direct.presence_penalty == penalty
    assert sampling_preset(thinking=True, precision=precision, less_repetition=True).presence_penalty == 1.5


def test_no_overrides_change_nothing() -> None:
    preset = sampling_preset(thinking=True, precision=Precision.BF16)
    assert with_overrides(preset, SamplingOverrides()) == preset


@given(
    temperature=st.none() | st.floats(0, 2),
    top_k=st.none() | st.integers(0, 100),
    presence_penalty=st.none() | st.floats(-2, 2),
    seed=st.none() | st.integers(0, 9),
    stop=st.none() | st.just(("x",)),
)
def test_what_is_given_wins_zero_included(
    temperature: float | None,
    top_k: int | None,
    presence_penalty: float | None,
    seed: int | None,
    stop: tuple[str, ...] | None,
) -> None:
    preset = sampling_preset(thinking=False, precision=Precision.NF4)
    merged = with_overrides(
        preset,
        SamplingOverrides(
            temperature=temperature, top_k=top_k, presence_penalty=presence_penalty, seed=seed, stop=stop
        ),
    )
    assert merged.temperature == (preset.temperature if temperature is None else temperature)
    assert merged.top_k == (preset.top_k if top_k is None else top_k)
    assert merged.presence_penalty == (1.5 if presence_penalty is None else presence_penalty)
    assert merged.seed == seed
    assert merged.stop == (stop or ())
    assert merged.top_p == preset.top_p


def test_overrides_name_fields_of_sampling() -> None:
    assert {*SamplingOverrides.__slots__} <= {*Sampling.__slots__}


@pytest.mark.parametrize("switch", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "hello /think",
        "hello /no_think",
        "/no_think hello",
        "/think and then /no_think",
        "see a/think or /thinking",
        "/no_think.",
        "path/no_think",
        "",
    ],
)
def test_soft_switches_are_read_as_the_engine_reads_them(text: str, switch: bool) -> None:
    from engine.prompt import soft_switch

    messages = [
        Message(Role.USER, "/think"),
        Message(Role.ASSISTANT, "x /no_think"),
        Message(Role.USER, text),
    ]
    assert will_think(messages, switch) == soft_switch(messages, switch)


def test_a_chats_wishes_win_over_the_applications() -> None:
    settings = Settings(temperature=1.1, top_p=0.5, top_k=7, min_p=0.1, presence_penalty=0.3, max_tokens=100)
    assert wishes_of(settings, ChatSettings()) == Wishes(
        temperature=1.1,
        top_p=0.5,
        top_k=7,
        min_p=0.1,
        presence_penalty=0.3,
        max_tokens=100,
        less_repetition=False,
    )
    own = ChatSettings(
        temperature=0.0, top_k=0, presence_penalty=0.0, repetition_penalty=1.2, seed=0, stop=("x",), max_tokens=1
    )
    assert wishes_of(settings, own) == Wishes(
        temperature=0.0,
        top_p=0.5,
        top_k=0,
        min_p=0.1,
        presence_penalty=0.0,
        repetition_penalty=1.2,
        seed=0,
        stop=("x",),
        max_tokens=1,
        less_repetition=False,
    )


@pytest.mark.parametrize(
    ("general", "own", "penalty"),
    [
        ({}, {}, 0.0),
        ({"less_repetition": True}, {}, 1.5),
        ({"less_repetition": True}, {"less_repetition": False}, 0.0),
        ({"less_repetition": True, "presence_penalty": 0.3}, {}, 0.3),
        ({"presence_penalty": 0.3}, {"less_repetition": True}, 1.5),
        ({"presence_penalty": 0.3}, {"less_repetition": False}, 0.3),
        ({}, {"less_repetition": True, "presence_penalty": 0.7}, 0.7),
    ],
)
def test_less_repetition_is_a_penalty_unless_the_same_place_sets_another(
    general: dict[str, Any], own: dict[str, Any], penalty: float
) -> None:
    wishes = wishes_of(Settings(**general), ChatSettings(**own))
    assert sampling_for(wishes, thinking=True, precision=Precision.BF16).presence_penalty == penalty


@pytest.mark.parametrize("thinking", [True, False])
def test_wishes_lie_over_the_preset_of_the_mode(thinking: bool) -> None:
    preset = sampling_preset(thinking=thinking, precision=Precision.NF4)
    assert sampling_for(Wishes(), thinking=thinking, precision=Precision.NF4) == preset
    wished = sampling_for(Wishes(temperature=0.0, seed=3), thinking=thinking, precision=Precision.NF4)
    assert wished == replace(preset, temperature=0.0, seed=3)
