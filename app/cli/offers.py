"""How offers of a smaller choice are shown: as a command to try for people, as objects for programs."""

from __future__ import annotations

from engine.types import JsonValue, KVCachePrecision, SmallerChoice


def with_command(message: str, offers: tuple[SmallerChoice, ...]) -> str:
    """The message, which names the offers already, and how to take up the first of them."""
    return f"{message} Try: ponder ask {_options(offers[0])} …" if offers else message


def as_json(offers: tuple[SmallerChoice, ...]) -> list[JsonValue]:
    """One object for each, with the options' own names and values where there is an option."""
    return [
        {
            "device": offer.device,
            "precision": offer.precision.value,
            "kv_cache": offer.kv_cache.value,
            "context": offer.context_tokens,
            "needed_bytes": offer.needed_bytes,
            "reason": offer.reason,
        }
        for offer in offers
    ]


def _options(offer: SmallerChoice) -> str:
    cache = "" if offer.kv_cache is KVCachePrecision.AUTO else f" --kv-cache {offer.kv_cache.value}"
    return f"--context {offer.context_tokens} --precision {offer.precision.value} --device {offer.device}{cache}"
