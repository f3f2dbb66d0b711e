"""What automatic amounts to, and the presets of one chat."""

from __future__ import annotations

import pytest

from app.core.chats import ChatSettings
from app.core.settings import Settings
from app.services.sampling import Preset, automatic_sampling, preset_of, with_preset
from engine.types import Precision

BF16 = Precision.BF16
OWN_DEFAULTS = Settings(temperature=1.2, less_repetition=True)


def test_automatic_follows_thinking_weights_and_settings() -> None:
    assert automatic_sampling(Settings(), ChatSettings(), BF16).temperature == 0.6
    assert automatic_sampling(Settings(), ChatSettings(thinking=False), BF16).temperature == 0.7
    assert automatic_sampling(Settings(), ChatSettings(), Precision.NF4).presence_penalty == 1.5
    assert automatic_sampling(OWN_DEFAULTS, ChatSettings(temperature=0.1), BF16).temperature == 1.2


@pytest.mark.parametrize("settings", [Settings(), OWN_DEFAULTS])
@pytest.mark.parametrize("preset", list(Preset))
def test_a_preset_that_is_chosen_is_the_one_that_shows(settings: Settings, preset: Preset) -> None:
    chat = with_preset(ChatSettings(top_k=3, model="m"), preset, settings, BF16)
    assert preset_of(chat, settings, BF16) is preset
    assert chat.model == "m"


def test_advice_overrules_the_settings_only_where_they_differ() -> None:
    assert with_preset(ChatSettings(), Preset.ADVICE, Settings(), BF16) == ChatSettings(less_repetition=False)
    chat = with_preset(ChatSettings(), Preset.LESS_REPETITION, OWN_DEFAULTS, BF16)
    assert chat == ChatSettings(less_repetition=True, temperature=0.6)


def test_one_value_of_its_own_makes_it_own() -> None:
    assert preset_of(ChatSettings(min_p=0.1), Settings(), BF16) is Preset.OWN
    assert preset_of(ChatSettings(less_repetition=True, top_k=3), Settings(), BF16) is Preset.OWN
    started = with_preset(ChatSettings(top_k=3), Preset.OWN, OWN_DEFAULTS, BF16)
    assert (started.temperature, started.top_k, started.presence_penalty) == (1.2, 3, 1.5)
