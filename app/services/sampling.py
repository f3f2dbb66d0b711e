"""What the model is sampled with where a chat decides nothing: the advice for the model, and the settings over it."""

from __future__ import annotations

from enum import StrEnum

from app.core.chats import ChatSettings
from app.core.settings import Settings
from app.library.presets import sampling_for, sampling_preset, wishes_of
from engine.types import Precision, Sampling

DRAWN = ("temperature", "top_p", "top_k", "min_p", "presence_penalty", "repetition_penalty")


def thinks(settings: Settings, chat: ChatSettings) -> bool:
    """Whether a chat thinks first, as it and the settings say."""
    return settings.thinking if chat.thinking is None else chat.thinking


def automatic_sampling(settings: Settings, chat: ChatSettings, precision: Precision) -> Sampling:
    """What holds wherever the chat's own values are None.

    Args:
        settings: The application's.
        chat: Decides alone whether it thinks and whether less repetition is wanted.
        precision: Of the weights that are loaded.
    """
    undecided = ChatSettings(less_repetition=chat.less_repetition)
    return sampling_for(wishes_of(settings, undecided), thinking=thinks(settings, chat), precision=precision)


class Preset(StrEnum):
    """Where a chat's sampling comes from. AUTOMATIC: the application's settings. OWN: from nowhere but the chat."""

    AUTOMATIC = "automatic"
    ADVICE = "advice"
    LESS_REPETITION = "less_repetition"
    OWN = "own"


def preset_of(chat: ChatSettings, settings: Settings, precision: Precision) -> Preset:
    """The preset that a chat's values amount to."""
    own = {name: getattr(chat, name) for name in DRAWN if getattr(chat, name) is not None}
    if chat.less_repetition is None:
        return Preset.OWN if own else Preset.AUTOMATIC
    preset = Preset.LESS_REPETITION if chat.less_repetition else Preset.ADVICE
    advised = _advised(settings, chat, precision)
    return preset if all(getattr(advised, name) == value for name, value in own.items()) else Preset.OWN


def with_preset(chat: ChatSettings, preset: Preset, settings: Settings, precision: Precision) -> ChatSettings:
    """A chat's settings with its sampling from a preset.

    Advice leaves automatic what the application's settings leave automatic too, so that it follows the Think switch.
    OWN starts from what holds now.
    """
    if preset is Preset.AUTOMATIC:
        return chat.model_copy(update={**dict.fromkeys(DRAWN), "less_repetition": None})
    if preset is Preset.OWN:
        now = automatic_sampling(settings, chat, precision)
        given = {name: getattr(chat, name) for name in DRAWN}
        own = {name: getattr(now, name) if value is None else value for name, value in given.items()}
        return chat.model_copy(update={**own, "less_repetition": None})
    chosen = chat.model_copy(update={"less_repetition": preset is Preset.LESS_REPETITION})
    advised = _advised(settings, chosen, precision)
    overruled = {name: None if getattr(settings, name, None) is None else getattr(advised, name) for name in DRAWN}
    return chosen.model_copy(update=overruled)


def _advised(settings: Settings, chat: ChatSettings, precision: Precision) -> Sampling:
    """What Qwen's cards advise for this way of thinking, whatever else the settings say."""
    return sampling_preset(
        thinking=thinks(settings, chat), precision=precision, less_repetition=bool(chat.less_repetition)
    )
