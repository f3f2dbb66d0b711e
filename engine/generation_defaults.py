"""The sampling a model's author suggests in generation_config.json, with everything unreasonable left out.

transformers obeys that file to the letter (200,000 beams, when it says so). Ponder takes five numbers and the
stop ids from it, clamps them, and says what it did with the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.file_safety import bare, shown
from engine.types import JsonValue

_BOUNDS = {
    "temperature": (0.0, 5.0),
    "top_p": (0.01, 1.0),
    "min_p": (0.0, 1.0),
    "repetition_penalty": (0.5, 2.0),
}
_MAX_STOP_IDS = 64
# Known, harmless here: Ponder has its own ideas about lengths and caches, or the field names nothing that
# runs.
_SILENT = {
    "_from_model_config",
    "bos_token_id",
    "decoder_start_token_id",
    "do_sample",
    "eos_token_id",
    "max_length",
    "max_new_tokens",
    "min_length",
    "min_new_tokens",
    "pad_token_id",
    "top_k",
    "transformers_version",
    "use_cache",
    *_BOUNDS,
}
_LENGTHS = ("max_length", "max_new_tokens", "min_length", "min_new_tokens")
_SANE_LENGTH_TOKENS = 1 << 24


@dataclass(frozen=True, slots=True)
class GenerationDefaults:
    """None means that the file does not say. `warnings` tell what was ignored or clamped."""

    do_sample: bool | None = None
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    repetition_penalty: float | None = None
    eos_token_ids: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


def parse_generation_config(
    config: Mapping[str, JsonValue], *, vocab_size: int | None, source: str = "generation_config.json"
) -> GenerationDefaults:
    """Take what is usable. Never raises: a model does not become unusable by its suggestions.

    Args:
        vocab_size: ids from there on are dropped; None where it is unknown.
    """
    warnings: list[str] = []

    def warn(what: str) -> None:
        if len(warnings) < 20:
            warnings.append(f"{source}: {what}")

    def number(name: str) -> float | None:
        value = config.get(name)
        if value is None:
            return None
        least, most = _BOUNDS[name]
        if not isinstance(value, int | float) or isinstance(value, bool) or value != value:
            warn(f"{name} is {shown(value)}; ignored.")
            return None
        clamped = most if value > most else least if value < least else float(value)
        if clamped != value:
            warn(f"{name} is {shown(value)}; taken as {clamped:g}.")
        return clamped

    numbers = {name: number(name) for name in _BOUNDS}
    do_sample = config.get("do_sample")
    if not isinstance(do_sample, bool | None):
        warn(f"do_sample is {shown(do_sample)}; ignored.")
        do_sample = None
    top_k = config.get("top_k")
    if isinstance(top_k, int) and not isinstance(top_k, bool):
        most = vocab_size if vocab_size is not None else 1 << 24
        if not 0 <= top_k <= most:
            warn(f"top_k is {shown(top_k)}; taken as {min(max(top_k, 0), most)}.")
            top_k = min(max(top_k, 0), most)
    elif top_k is not None:
        warn(f"top_k is {shown(top_k)}; ignored.")
        top_k = None
    for name in _LENGTHS:
        value = config.get(name)
        if value is not None and not (isinstance(value, int) and 0 <= value <= _SANE_LENGTH_TOKENS):
            warn(f"{name} is {shown(value)}; ignored.")
    for name, value in config.items():
        if name not in _SILENT and value not in (None, False, 0, 1, 1.0, [], {}):
            warn(f"{bare(name)} ({shown(value)}) is not used by Ponder; ignored.")
    return GenerationDefaults(
        do_sample=do_sample,
        temperature=numbers["temperature"],
        top_k=top_k,
        top_p=numbers["top_p"],
        min_p=numbers["min_p"],
        repetition_penalty=numbers["repetition_penalty"],
        eos_token_ids=_stop_ids(config.get("eos_token_id"), vocab_size, warn),
        warnings=tuple(warnings),
    )


def _stop_ids(value: JsonValue, vocab_size: int | None, warn: Callable[[str], None]) -> tuple[int, ...]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    ids: dict[int, None] = {}
    for item in items[:_MAX_STOP_IDS]:
        if isinstance(item, int) and not isinstance(item, bool) and 0 <= item < (vocab_size or 1 << 24):
            ids[item] = None
        else:
            warn(f"eos_token_id has {shown(item)}, which is no id of the vocabulary; ignored.")
    if len(items) > _MAX_STOP_IDS:
        warn(f"eos_token_id lists {len(items)} ids; the first {_MAX_STOP_IDS} are used.")
    return tuple(ids)
