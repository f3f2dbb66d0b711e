"""Each native kernel of each instruction set against the same written out in torch, over sizes with odd ends."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from engine.model.decoder import rms_norm
from engine.model.linear import quantize_rows
from tests.engine.native.kernel_table import NAMES, PAD, KernelTable, kernels_named

SIZES = st.integers(1, 300)
SEEDS = st.integers(0, 1 << 30)


@pytest.fixture(params=NAMES, scope="module")
def table(request: pytest.FixtureRequest) -> KernelTable:
    return KernelTable(kernels_named(request.param))


def noise(*shape: int, seed: int, scale: float = 1.0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)) * scale


def close(got: Tensor, wanted: Tensor) -> bool:
    """To some units in the last place of the largest number wanted."""
    return bool((got - wanted).abs().max() <= 2e-6 * max(float(wanted.abs().max()), 1e-30))


@settings(max_examples=30)
@given(size=SIZES, seed=SEEDS, scale=st.sampled_from([1e-3, 1.0, 1e3]))
def test_norm(table: KernelTable, size: int, seed: int, scale: float) -> None:
    x, weight = noise(size, seed=seed, scale=scale), noise(size, seed=seed + 1)
    assert close(table.norm(x, weight, 1e-6), rms_norm(x, weight, 1e-6))


@settings(max_examples=30)
@given(size=SIZES, seed=SEEDS, scale=st.sampled_from([0.1, 1.0, 30.0]))
def test_gate(table: KernelTable, size: int, seed: int, scale: float) -> None:
    gate, up = noise(size, seed=seed, scale=scale), noise(size, seed=seed + 1)
    assert close(table.gate(gate, up), torch.nn.functional.silu(gate) * up)


@settings(max_examples=10)
@given(size=SIZES, seed=SEEDS)
def test_add_scaled(table: KernelTable, size: int, seed: int) -> None:
    x, y = noise(size, seed=seed), noise(size, seed=seed + 1)
    assert close(table.add_scaled(y, x, 0.37), y + 0.37 * x)


@settings(max_examples=50)
@given(x=st.floats(-87.0, 0.0, width=32))
def test_exponential(table: KernelTable, x: float) -> None:
    assert table.exponential(x) == pytest.approx(math.exp(x), rel=3e-7)


def test_exponential_far_below(table: KernelTable) -> None:
    assert table.exponential(-math.inf) == 0.0
    assert 0.0 <= table.exponential(-1e30) < 1e-37


@settings(max_examples=30)
@given(size=SIZES, seed=SEEDS, scale=st.sampled_from([1e-20, 1e-3, 1.0, 1e4]))
def test_quantise_is_the_same_to_the_bit(table: KernelTable, size: int, seed: int, scale: float) -> None:
    x = noise(size, seed=seed, scale=scale)
    codes, found, total = table.quantise(x)
    wanted, wanted_scale = quantize_rows(x.unsqueeze(0))
    assert torch.equal(codes[:size].to(torch.int8), wanted[0])
    assert not codes[size:].any()
    assert len(codes) % PAD == 0
    assert found == float(wanted_scale)
    assert total == int(wanted.long().sum())


def test_quantise_rounds_ties_to_even_and_takes_zeros(table: KernelTable) -> None:
    halves = torch.tensor([127.0, 0.5, 1.5, 2.5, -0.5, -1.5, -127.0])
    assert table.quantise(halves)[0][:7].tolist() == [127, 0, 2, 2, 0, -2, -127]
    codes, scale, total = table.quantise(torch.zeros(5))
    assert (codes.any(), scale, total) == (torch.tensor(False), 1.0, 0)


@pytest.mark.parametrize("spoilt", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", [0, 33, 69])
def test_what_is_no_number_shows_in_the_scale(table: KernelTable, spoilt: float, place: int) -> None:
    x = torch.ones(70)
    x[place] = spoilt
    assert math.isnan(table.quantise(x)[1])


@settings(max_examples=30)
@given(size=SIZES, out=st.integers(1, 40), rows=st.integers(1, 16), seed=SEEDS)
def test_8_bit_product_is_exact(table: KernelTable, size: int, out: int, rows: int, seed: int) -> None:
    weight, scale = quantize_rows(noise(out, size, seed=seed))
    x = noise(rows, size, seed=seed + 1)
    codes, x_scale = quantize_rows(x)
    integers = (codes.long() @ weight.long().T).float()
    assert torch.equal(table.product(weight, scale, x), integers * x_scale * scale.T)


@pytest.mark.parametrize("columns", [1, 31, 64, 127, 3072, 65_536])
@pytest.mark.parametrize("sign", [1, -1])
def test_8_bit_product_does_not_saturate(table: KernelTable, columns: int, sign: int) -> None:
    weight = torch.full((3, columns), 127 * sign, dtype=torch.int8)
    got = table.product(weight, torch.ones(3), torch.full((2, columns), 127.0))
    assert torch.equal(got, torch.full((2, 3), float(127 * 127 * columns * sign)))


@settings(max_examples=30)
@given(
    size=SIZES,
    out=st.integers(1, 40),
    rows=st.integers(1, 16),
    dtype=st.sampled_from([torch.float32, torch.bfloat16]),
    seed=SEEDS,
)
def test_float_product(table: KernelTable, size: int, out: int, rows: int, dtype: torch.dtype, seed: int) -> None:
    weight, x = noise(out, size, seed=seed).to(dtype), noise(rows, size, seed=seed + 1)
    wanted = (x.double() @ weight.double().T).float()
    assert (table.product(weight, None, x) - wanted).abs().max() < 1e-6 * size**0.5 * 10


@settings(max_examples=15)
@given(
    out=st.integers(2, 40),
    rows=st.integers(1, 16),
    dtype=st.sampled_from([torch.float32, torch.bfloat16, torch.int8]),
    seed=SEEDS,
    data=st.data(),
)
def test_part_of_a_product_is_added(
    table: KernelTable, out: int, rows: int, dtype: torch.dtype, seed: int, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, out - 1))
    last = data.draw(st.integers(first, out))
    weight, x, before = noise(out, 70, seed=seed), noise(rows, 70, seed=seed + 1), noise(rows, out, seed=seed + 2)
    scale = None
    if dtype == torch.int8:
        weight, scale = quantize_rows(weight)
    weight = weight.to(dtype)
    whole = table.product(weight, scale, x)
    got = table.product(weight, scale, x, rows=(first, last), add_to=before)
    wanted = before.clone()
    wanted[:, first:last] += whole[:, first:last]
    assert torch.equal(got, wanted)


@settings(max_examples=15)
@given(
    size=SIZES,
    rows=st.integers(2, 16),
    dtype=st.sampled_from([torch.float32, torch.bfloat16, torch.int8]),
    seed=SEEDS,
)
def test_many_rows_give_what_one_gives(table: KernelTable, size: int, rows: int, dtype: torch.dtype, seed: int) -> None:
    weight, scale = quantize_rows(noise(21, size, seed=seed))
    weight = weight.to(dtype)
    x = noise(rows, size, seed=seed + 1)
    single = torch.cat([table.product(weight, scale, x[row : row + 1]) for row in range(rows)])
    assert torch.equal(table.product(weight, scale, x), single)


@settings(max_examples=40)
@given(
    half=st.integers(1, 70) | st.just(64),
    group=st.integers(1, 5),
    visible=st.lists(st.integers(0, 200), min_size=1, max_size=4),
    dtype=st.sampled_from([torch.float32, torch.bfloat16, torch.int8]),
    sharpness=st.sampled_from([0.3, 5.0]),
    seed=SEEDS,
)
def test_attention(
    table: KernelTable,
    half: int,
    group: int,
    visible: list[int],
    dtype: torch.dtype,
    sharpness: float,
    seed: int,
) -> None:
    size = 2 * half
    keys, values = noise(200, size, seed=seed), noise(200, size, seed=seed + 1)
    queries = noise(len(visible), group, size, seed=seed + 2, scale=sharpness * size**-0.5)
    scales: tuple[Tensor, Tensor] | tuple[None, None] = (None, None)
    if dtype == torch.int8:
        (keys, key_scales), (values, value_scales) = quantize_rows(keys), quantize_rows(values)
        scales = (key_scales, value_scales)
    keys, values = keys.to(dtype), values.to(dtype)
    got = table.attend(queries, keys, values, torch.tensor(visible), *scales)
    wide = [
        each.double() * (1.0 if scale is None else scale.double())
        for each, scale in zip((keys, values), scales, strict=True)
    ]
    for row, seen in enumerate(visible):
        if seen == 0:
            assert got.peak[row].tolist() == [-math.inf] * group
            assert not got.total[row].any()
            assert not got.mixed[row].any()
            continue
        scores = queries[row].double() @ wide[0][:seen].T
        weights = (scores - scores.amax(-1, keepdim=True)).exp()
        # An error in a score is one of the weights too, relative to them; both may nearly cancel out in a sum.
        total = weights.sum(-1)
        assert (got.peak[row] - scores.amax(-1)).abs().max() < 2e-5
        assert ((got.total[row] - total) / total).abs().max() < 5e-5
        assert ((got.mixed[row] - weights @ wide[1][:seen]) / total[:, None]).abs().max() < 2e-4


def test_attention_lets_what_is_no_number_through(table: KernelTable) -> None:
    keys, values = noise(100, 64, seed=0), noise(100, 64, seed=1)
    keys[50, 3] = math.nan
    got = table.attend(noise(1, 2, 64, seed=2), keys, values, torch.tensor([100]))
    assert got.mixed.isnan().all()
    clean = table.attend(noise(1, 2, 64, seed=2), keys, values, torch.tensor([50]))
    assert not clean.mixed.isnan().any()
