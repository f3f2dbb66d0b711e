"""The plan against published sizes and against itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.hardware import DeviceKind
from engine.memory_plan import (
    BITSANDBYTES_BYTES,
    CONTEXT_STEP_TOKENS,
    WIDENED_BYTES,
    ModelShape,
    kv_bytes_per_token,
    largest_context_tokens,
    plan,
    weights_bytes,
)
from engine.types import Int8Kernel, KVCachePrecision, Precision

from . import GIB, LARGE, MEDIUM, SMALL, TINY

CONCRETE = [item for item in Precision if item is not Precision.AUTO]


@pytest.mark.parametrize(("shape", "expected"), [(SMALL, 114_688), (MEDIUM, 147_456), (LARGE, 262_144)])
def test_kv_cache_is_as_published(shape: ModelShape, expected: int) -> None:
    assert kv_bytes_per_token(shape, Precision.BF16, KVCachePrecision.AUTO) == expected
    assert kv_bytes_per_token(shape, Precision.FP32, KVCachePrecision.AUTO) == 2 * expected
    assert kv_bytes_per_token(shape, Precision.FP32, KVCachePrecision.BITS16) == expected
    eight = kv_bytes_per_token(shape, Precision.INT8, KVCachePrecision.BITS8)
    assert expected // 2 < eight < 0.53 * expected


def test_weights() -> None:
    assert weights_bytes(SMALL, Precision.BF16) == weights_bytes(SMALL, Precision.FP16) == 1_192_099_840
    assert weights_bytes(LARGE, Precision.FP32) == 4 * LARGE.parameters
    # Every parameter once in 8 bits, the embedding once more in 16, and scales below half a percent.
    table = SMALL.embedding_parameters
    assert 0 < weights_bytes(SMALL, Precision.INT8) - (SMALL.parameters + 2 * table) < SMALL.parameters // 200
    # Untied: the embedding only in 16 bits, the head only in 8.
    extra = weights_bytes(LARGE, Precision.INT8) - (LARGE.parameters + LARGE.embedding_parameters)
    assert 0 < extra < LARGE.parameters // 200
    assert weights_bytes(SMALL, Precision.NF4) == pytest.approx(0.5625 * SMALL.linear_parameters + 2 * table, rel=1e-3)
    with pytest.raises(ValueError, match="width"):
        weights_bytes(SMALL, Precision.AUTO)


@given(
    st.sampled_from([SMALL, MEDIUM, LARGE, TINY]),
    st.sampled_from(DeviceKind),
    st.sampled_from(CONCRETE),
    st.sampled_from(KVCachePrecision),
    st.integers(-GIB, 120 * GIB),
    st.none() | st.sampled_from([Int8Kernel.LEAN, Int8Kernel.BITSANDBYTES]),
)
def test_the_largest_context_fits_and_the_next_does_not(
    shape: ModelShape,
    kind: DeviceKind,
    precision: Precision,
    kv_cache: KVCachePrecision,
    budget_bytes: int,
    kernel: Int8Kernel | None,
) -> None:
    tokens = largest_context_tokens(shape, kind, precision, kv_cache, budget_bytes, kernel)
    assert 0 <= tokens <= shape.max_context_tokens
    if tokens:
        assert plan(shape, kind, precision, kv_cache, tokens, kernel).needed_bytes <= budget_bytes
    if tokens < shape.max_context_tokens:
        following = min(tokens + CONTEXT_STEP_TOKENS, shape.max_context_tokens)
        assert plan(shape, kind, precision, kv_cache, following, kernel).needed_bytes > budget_bytes


def test_workspace_stays_small() -> None:
    for shape in (SMALL, MEDIUM, LARGE, TINY):
        for kind in DeviceKind:
            parts = plan(shape, kind, Precision.INT8, KVCachePrecision.AUTO, shape.max_context_tokens)
            assert 0 < parts.workspace_bytes < 1.5 * GIB


def test_four_bits_are_widened_in_main_memory_too_but_never_much_of_them() -> None:
    def widened(shape: ModelShape) -> int:
        four, sixteen = (
            plan(shape, DeviceKind.CPU, precision, KVCachePrecision.AUTO, 1_024).workspace_bytes
            for precision in (Precision.NF4, Precision.BF16)
        )
        return four - sixteen

    assert widened(SMALL) == 2 * SMALL.linear_parameters // SMALL.layers < WIDENED_BYTES
    assert widened(LARGE) == WIDENED_BYTES
    # transformers' layers are not the lean decoder's.
    assert widened(replace(LARGE, lean=False)) == 2 * LARGE.linear_parameters // LARGE.layers > WIDENED_BYTES


def test_bitsandbytes_itself_takes_main_memory() -> None:
    def overhead(kind: DeviceKind, precision: Precision, kernel: Int8Kernel | None = None, *, lean: bool = True) -> int:
        shape = replace(SMALL, lean=lean)
        return plan(shape, kind, precision, KVCachePrecision.AUTO, 1_024, kernel).overhead_bytes

    plain = overhead(DeviceKind.CPU, Precision.BF16)
    for kernel in (None, Int8Kernel.LEAN):
        assert overhead(DeviceKind.CPU, Precision.INT8, kernel) == plain
    for extra in (
        overhead(DeviceKind.CPU, Precision.NF4),
        overhead(DeviceKind.CPU, Precision.INT8, Int8Kernel.BITSANDBYTES),
        overhead(DeviceKind.CPU, Precision.INT8, lean=False),
    ):
        assert extra == plain + BITSANDBYTES_BYTES
    assert overhead(DeviceKind.CUDA, Precision.INT8, Int8Kernel.BITSANDBYTES) == overhead(
        DeviceKind.CUDA, Precision.BF16
    )


def test_outside_the_lean_decoder_eight_bits_leave_embedding_and_head_alone() -> None:
    for shape in (SMALL, LARGE):
        other = weights_bytes(replace(shape, lean=False), Precision.INT8)
        tables = (1 if shape.tied_head else 2) * 2 * shape.embedding_parameters
        assert other == pytest.approx(shape.linear_parameters + tables, rel=0.005)
