"""From parsed options and settings to the engine's requests. Pure functions."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.prompt import Asked
from app.core.settings import Settings
from app.library.models import ModelEntry
from app.library.presets import SamplingOverrides, sampling_preset, will_think, with_overrides
from engine.types import GenerateRequest, Int8Kernel, KVCachePrecision, LoadRequest, Overflow, Precision


def load_request(options: argparse.Namespace, settings: Settings, entry: ModelEntry, cache: Path) -> LoadRequest:
    """An option wins over the setting. cache: the folder for what can be found again."""
    return LoadRequest(
        model=str(entry.folder),
        device=options.device or settings.device,
        precision=Precision(options.precision) if options.precision else settings.precision,
        kv_cache=KVCachePrecision(options.kv_cache) if options.kv_cache else settings.kv_cache,
        context_tokens=options.context,
        int8_kernel=Int8Kernel(options.int8_kernel),
        cache_folder=str(cache),
    )


def generate_request(
    request_id: int,
    asked: Asked,
    options: argparse.Namespace,
    settings: Settings,
    precision: Precision,
    think: bool,
) -> GenerateRequest:
    """Args:
    precision: What the weights were loaded in; the sampling preset depends on it.
    think: The hard switch of this turn; raw text never thinks.
    """
    thinking = think and asked.raw_text is None
    preset = sampling_preset(thinking=thinking and will_think(asked.messages, think), precision=precision)
    budget = settings.thinking_budget_tokens if options.thinking_budget is None else options.thinking_budget
    return GenerateRequest(
        request_id,
        messages=asked.messages,
        raw_text=asked.raw_text,
        tools=asked.tools,
        sampling=with_overrides(preset, sampling_overrides(options)),
        thinking=thinking,
        thinking_budget_tokens=budget,
        overflow=Overflow(options.overflow),
    )


def sampling_overrides(options: argparse.Namespace) -> SamplingOverrides:
    return SamplingOverrides(
        temperature=options.temperature,
        top_k=options.top_k,
        top_p=options.top_p,
        min_p=options.min_p,
        presence_penalty=options.presence_penalty,
        repetition_penalty=options.repetition_penalty,
        seed=options.seed,
        stop=tuple(options.stop) if options.stop else None,
        max_tokens=options.max_tokens,
    )
