"""The memory calculator by name: every way to hold weights, any context, and what is said of it."""

from __future__ import annotations

import json

import pytest

from app.library.calculation import ALL_WEIGHTS, beyond, calculate, calculation_json, weights_named
from engine.calculator import COMMON_GPUS, FileFormat, estimate, fits
from engine.catalog import CATALOG, CatalogEntry, find_entry
from engine.errors import InvalidRequest
from engine.hardware import DeviceKind
from engine.types import KVCachePrecision, Precision


def entry_of(name: str) -> CatalogEntry:
    entry = find_entry(name)
    assert entry is not None
    return entry


@pytest.mark.parametrize("name", ["bf16", "FP32", "Int8", "nf4", "q4_k_m", "Q6_K", "q8_0", "f16"])
def test_weights_go_by_their_names_in_any_case(name: str) -> None:
    assert weights_named(name).value.casefold() == name.casefold()


@pytest.mark.parametrize("name", ["", "auto", "q4", "bf-16"])
def test_other_names_are_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(InvalidRequest, match=r"fp32.*Q4_K_M"):
        weights_named(name)


@pytest.mark.parametrize("entry", CATALOG, ids=lambda entry: entry.name)
@pytest.mark.parametrize("context_tokens", [512, 8_192, 32_768])
def test_it_is_the_engines_calculator(entry: CatalogEntry, context_tokens: int) -> None:
    for weights in ALL_WEIGHTS:
        found = calculate(entry, weights, context_tokens, DeviceKind.CPU)
        assert found.here == estimate(entry.shape, weights, KVCachePrecision.AUTO, context_tokens, DeviceKind.CPU)
        assert [each.gpu for each in found.gpus] == list(COMMON_GPUS)
        assert all(each.fits == (each.computes and fits(each.needed, each.gpu)) for each in found.gpus)


def test_a_card_that_cannot_compute_it_fits_nothing() -> None:
    found = {each.gpu.name: each for each in calculate(entry_of("0.6b"), Precision.NF4, 512, DeviceKind.CPU).gpus}
    assert not found["Apple M4 Max 64 GB"].computes
    assert not found["Apple M4 Max 64 GB"].fits
    assert found["RTX 4090 24 GB"].fits
    as_file = calculate(entry_of("0.6b"), FileFormat.Q4_K_M, 512, DeviceKind.CPU).gpus[0]
    assert as_file.fits


def test_an_eight_bit_cache_lets_more_cards_in() -> None:
    sixteen, eight = (
        calculate(entry_of("8b"), FileFormat.Q4_K_M, 32_768, DeviceKind.CUDA, cache)
        for cache in (KVCachePrecision.BITS16, KVCachePrecision.BITS8)
    )
    assert eight.here.kv_cache_bytes < 0.6 * sixteen.here.kv_cache_bytes
    assert {each.gpu.name for each in sixteen.gpus if each.fits} < {each.gpu.name for each in eight.gpus if each.fits}


def test_what_is_said_of_contexts_beyond_the_training() -> None:
    assert beyond(entry_of("8b"), 32_768) == ""
    assert "leave room for the prompt" in beyond(entry_of("0.6b"), 40_960)
    assert "YaRN" in beyond(entry_of("8b"), 100_000)
    assert "does not work with 100,000" in beyond(entry_of("0.6b"), 100_000)
    assert "does not work with 200,000" in beyond(entry_of("8b"), 200_000)


def test_as_json() -> None:
    report = calculation_json(calculate(entry_of("4b"), FileFormat.Q6_K, 4_096, DeviceKind.CPU))
    assert json.loads(json.dumps(report)) == report
    parts = ("weights_bytes", "kv_cache_bytes", "workspace_bytes", "overhead_bytes")
    assert sum(int(str(report[part])) for part in parts) == report["needed_bytes"]
    assert (report["weights"], report["is_file_format"]) == ("Q6_K", True)
