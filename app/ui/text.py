"""Numbers in words: durations, sizes, speeds and names of number formats, as people read them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from app.core.chats import GenerationFacts
from engine.types import Loaded, Precision

translate = QCoreApplication.translate
SHORTEST_IN_SECONDS_S = 0.1
_BITS = {
    Precision.BF16: 16,
    Precision.FP16: 16,
    Precision.FP32: 32,
    Precision.INT8: 8,
    Precision.NF4: 4,
}


def count(number: int) -> str:
    """With the separators of this person's language."""
    return QLocale().toString(number)


def decimal(number: float, digits: int) -> str:
    return QLocale().toString(number, "f", digits)


def duration(seconds: float) -> str:
    """ "1 second", "6 seconds", "2 min 5 s"; "a moment" for less than one."""
    whole = int(seconds + 0.5)
    if whole < 1:
        return translate("Ponder", "a moment")
    if whole == 1:
        return translate("Ponder", "1 second")
    if whole < 60:
        return translate("Ponder", "{n} seconds").format(n=whole)
    return translate("Ponder", "{m} min {s} s").format(m=whole // 60, s=whole % 60)


def thought_for(seconds: float) -> str:
    return translate("Ponder", "Thought for {duration}").format(duration=duration(seconds))


def file_size(size_bytes: int) -> str:
    """Decimal units, as memory and disks are sold."""
    if size_bytes >= 10**9:
        return translate("Ponder", "{n} GB").format(n=decimal(size_bytes / 10**9, 1))
    return translate("Ponder", "{n} MB").format(n=max(1, round(size_bytes / 10**6)))


def device_name(device: str) -> str:
    """ "CPU" or "GPU"; which one of several is in the tooltip."""
    return "CPU" if device == "cpu" else "GPU"


def precision_name(precision: Precision) -> str:
    bits = _BITS.get(precision)
    return translate("Ponder", "{n}-bit").format(n=bits) if bits else precision.value


def loaded_facts(loaded: Loaded) -> str:
    """ "16-bit · CPU · 1.2 GB" """
    parts = [precision_name(loaded.precision), device_name(loaded.device)]
    if loaded.weights_bytes > 0:
        parts.append(file_size(loaded.weights_bytes))
    return " · ".join(parts)


def answer_facts(facts: GenerationFacts) -> str:
    """ "212 tokens · 46 tokens/s · first in 0.3 s"; empty where nothing is known."""
    tokens = (facts.thinking_tokens or 0) + (facts.answer_tokens or 0)
    if tokens == 0:
        return ""
    parts = [
        translate("Ponder", "1 token") if tokens == 1 else translate("Ponder", "{n} tokens").format(n=count(tokens))
    ]
    if facts.tokens_per_s:
        digits = 0 if facts.tokens_per_s >= 10 else 1
        parts.append(translate("Ponder", "{n} tokens/s").format(n=decimal(facts.tokens_per_s, digits)))
    if facts.first_token_s is not None:
        if facts.first_token_s < SHORTEST_IN_SECONDS_S:
            parts.append(translate("Ponder", "first in {n} ms").format(n=max(1, round(facts.first_token_s * 1000))))
        else:
            parts.append(translate("Ponder", "first in {n} s").format(n=decimal(facts.first_token_s, 1)))
    return " · ".join(parts)
