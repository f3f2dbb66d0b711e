"""The lean 8-bit layer against the plain product it stands for."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model import linear
from engine.model.linear import DenseLinear, Int8Linear, integer_product_is_exact, one_thread, quantize_rows

CPU = torch.device("cpu")


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(1, 70), st.floats(1e-4, 1e4), st.integers(0, 99))
def test_quantised_rows_are_within_half_a_step(rows: int, columns: int, size: float, seed: int) -> None:
    x = torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed)) * size
    codes, scale = quantize_rows(x)
    assert codes.dtype == torch.int8
    assert codes.abs().max() <= 127
    assert ((codes.float() * scale - x).abs() <= scale * 0.5001 + 1e-12).all()


def test_a_row_of_zeros_stays_zero() -> None:
    codes, scale = quantize_rows(torch.zeros(2, 8))
    assert not codes.any()
    assert (scale == 1).all()


@pytest.mark.parametrize("shape", [(8, 16), (100, 192), (7, 33), (300, 1024)])
@pytest.mark.parametrize("rows", [1, 2, 17])
def test_the_fast_and_the_plain_integer_product_agree(shape: tuple[int, int], rows: int) -> None:
    torch.manual_seed(1)
    weight = torch.randn(shape)
    x = torch.randn(rows, shape[1])
    codes, scale = quantize_rows(weight)
    fast = Int8Linear(codes, scale.reshape(1, -1), integer_product=True)
    plain = Int8Linear(codes, scale.reshape(1, -1), integer_product=False)
    torch.testing.assert_close(fast(x), plain(x), rtol=1e-5, atol=1e-5)
    exact = DenseLinear(weight)(x)
    assert (fast(x) - exact).norm() / exact.norm() < 0.02


def test_a_token_is_multiplied_the_same_in_any_company() -> None:
    torch.manual_seed(2)
    layer = Int8Linear.from_weights([torch.randn(24, 40)], CPU)
    x = torch.randn(6, 40)
    x[3] *= 1_000  # an outlier must not cost the other tokens their precision
    alone = torch.cat([layer(row[None]) for row in x])
    torch.testing.assert_close(layer(x), alone, rtol=0, atol=0)


def test_a_stack_is_its_matrices_put_together() -> None:
    torch.manual_seed(5)
    weights = [torch.randn(rows, 40, dtype=torch.bfloat16) for rows in (130, 5, 64)]
    codes, scale = quantize_rows(torch.cat(weights))
    eight = Int8Linear.from_weights(weights, CPU)
    assert torch.equal(eight.codes, codes)
    assert torch.equal(eight.scale[0], scale[:, 0])
    dense = DenseLinear.from_weights(weights, CPU, torch.float16)
    assert torch.equal(dense.weight, torch.cat(weights).half())


def test_a_matrix_as_it_is_kept_is_a_copy() -> None:
    weight = torch.ones(4, 8)
    layer = DenseLinear.from_weights([weight], CPU, torch.float32)
    weight.zero_()  # as if the file that it is mapped from went away
    assert layer.weight.all()


def test_this_cpu_multiplies_integers_without_overflow_or_says_so() -> None:
    if integer_product_is_exact(CPU, 16, 4096):
        x = torch.full((3, 4096), 127, dtype=torch.int8)
        assert (torch._int_mm(x, torch.full((16, 4096), -127, dtype=torch.int8).t()) == -127 * 127 * 4096).all()


def test_widening_goes_a_few_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(4)
    weight, x = torch.randn(50, 32), torch.randn(3, 32)
    codes, scale = quantize_rows(weight)
    layer = Int8Linear(codes, scale.reshape(1, -1), integer_product=False)
    whole = layer(x)
    widest = 0

    def watched(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        nonlocal widest
        widest = max(widest, right.numel() * right.element_size())
        return left @ right.t()

    monkeypatch.setattr(linear, "WIDENED_BYTES", 7 * 4 * 32)
    monkeypatch.setattr(torch.nn.functional, "linear", watched)
    torch.testing.assert_close(layer(x), whole, rtol=1e-6, atol=1e-6)
    assert widest == 7 * 4 * 32


def test_one_thread_is_for_the_time_being_whatever_happens() -> None:
    before = torch.get_num_threads()

    def fail() -> None:
        with one_thread():
            raise ValueError(torch.get_num_threads())

    with pytest.raises(ValueError, match=r"^1$"):
        fail()
    assert torch.get_num_threads() == before
