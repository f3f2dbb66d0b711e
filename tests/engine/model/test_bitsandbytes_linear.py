"""The layers that compute through bitsandbytes: against the plain product, and against bitsandbytes' own layer."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.model import bitsandbytes_linear
from engine.model.bitsandbytes_linear import (
    OUTLIER_THRESHOLD,
    BitsAndBytesInt8Linear,
    Nf4Linear,
    trial,
)
from engine.model.linear import DenseLinear
from engine.types import Precision

CPU = torch.device("cpu")
DEVICES = [CPU, *(torch.device("cuda", index) for index in range(min(1, torch.cuda.device_count())))]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def with_outliers(rows: int, columns: int) -> Tensor:
    """Activations like a transformer's: a few columns far larger than the rest, in some of the tokens."""
    x = torch.randn(rows, columns)
    x[:, 3] *= 20
    x[rows // 2, 7] = 90.0
    return x


def off_by(got: Tensor, exact: Tensor) -> float:
    return float((got.float() - exact.float()).norm() / exact.float().norm())


def their_layer(weight: Tensor, device: torch.device) -> torch.nn.Module:
    from bitsandbytes import nn

    layer = nn.Linear8bitLt(
        weight.shape[1], weight.shape[0], bias=False, has_fp16_weights=False, threshold=OUTLIER_THRESHOLD
    )
    layer.load_state_dict({"weight": weight.half()})
    moved: torch.nn.Module = layer.to(device)
    return moved.eval()


@pytest.mark.parametrize("device", DEVICES, ids=str)
@pytest.mark.parametrize("outliers", [False, True])
@pytest.mark.parametrize("shape", [(8, 16), (100, 192), (7, 33), (300, 1024)])
def test_a_token_alone_is_exactly_what_bitsandbytes_makes_of_it(
    shape: tuple[int, int], outliers: bool, device: torch.device
) -> None:
    weight = torch.randn(shape) * 0.05
    ours, theirs = BitsAndBytesInt8Linear.from_weights([weight], device), their_layer(weight, device)
    x = with_outliers(1, shape[1]) if outliers else torch.randn(1, shape[1]).clamp(-4, 4)
    x = x.to(device).half()
    with torch.inference_mode():
        torch.testing.assert_close(ours(x), theirs(x), rtol=0, atol=0)


@pytest.mark.parametrize("device", DEVICES, ids=str)
def test_many_tokens_are_as_near_to_the_exact_product_as_bitsandbytes_own(device: torch.device) -> None:
    weight, x = torch.randn(300, 512) * 0.05, with_outliers(40, 512)
    exact = DenseLinear(weight)(x)
    with torch.inference_mode():
        theirs = their_layer(weight, device)(x.to(device).half()).cpu()
        ours = BitsAndBytesInt8Linear.from_weights([weight], device)(x.to(device)).cpu()
    assert off_by(theirs, exact) < 0.01
    assert off_by(ours, exact) < 0.01


def test_an_outlier_costs_the_others_of_its_token_little() -> None:
    weight, x = torch.randn(64, 256), torch.randn(4, 256)
    x[:, 9] = 100.0
    rest = DenseLinear(weight)(x) - weight[:, 9] * 100
    held, flat = (
        off_by(BitsAndBytesInt8Linear.from_weights([weight], CPU, threshold)(x) - weight[:, 9] * 100, rest)
        for threshold in (OUTLIER_THRESHOLD, 0.0)
    )
    assert held < 0.1  # what is left is the rounding of the outlier's own column
    assert flat > 2 * held


@pytest.mark.parametrize("threshold", [0.0, OUTLIER_THRESHOLD])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_a_token_is_multiplied_the_same_in_any_company(threshold: float, dtype: torch.dtype) -> None:
    layer = BitsAndBytesInt8Linear.from_weights([torch.randn(24, 40)], CPU, threshold)
    x = with_outliers(9, 40).to(dtype)
    alone = torch.cat([layer(row[None]) for row in x])
    together = layer(x)
    assert together.dtype == dtype
    # The outliers' part is a floating-point sum of as many columns as the company has.
    step = {torch.float32: 1e-5, torch.bfloat16: 0.02, torch.float16: 0.003}[dtype]
    torch.testing.assert_close(together, alone, rtol=step, atol=step * float(alone.abs().max()))


def test_the_input_is_left_as_it_was() -> None:
    layer = BitsAndBytesInt8Linear.from_weights([torch.randn(24, 40)], CPU)
    for x in (torch.randn(3, 40).half(), with_outliers(3, 40).half(), torch.randn(3, 80).half()[:, ::2]):
        before = x.clone()
        layer(x)
        assert torch.equal(x, before)


def test_zeros_and_activations_beyond_sixteen_bits() -> None:
    weight = torch.randn(16, 32)
    layer = BitsAndBytesInt8Linear.from_weights([weight], CPU)
    x = torch.zeros(3, 32)
    x[1, 4] = 1e6  # infinite as FP16
    x[2] = torch.randn(32)
    got = layer(x)
    assert not got[0].any()
    assert off_by(got[1], weight[:, 4] * 1e6) < 0.01
    assert off_by(got[2], weight @ x[2]) < 0.02


def test_rows_of_zeros_in_the_weights_stay_zero() -> None:
    weight = torch.randn(8, 32)
    weight[3] = 0
    got = BitsAndBytesInt8Linear.from_weights([weight], CPU)(with_outliers(2, 32))
    assert torch.isfinite(got).all()
    assert not got[:, 3].any()


@pytest.mark.parametrize("capability", ["AVX512", "DEFAULT"])
def test_widening_goes_a_few_rows_at_a_time(monkeypatch: pytest.MonkeyPatch, capability: str) -> None:
    layer = BitsAndBytesInt8Linear.from_weights([torch.randn(200, 48)], CPU)
    x = with_outliers(6, 48)
    whole = layer(x)
    parts: list[int] = []
    mixed = layer._mixed

    def watched(*arguments: Tensor) -> tuple[Tensor, Tensor | None]:
        parts.append(len(arguments[2]))
        return mixed(*arguments)

    layer._mixed = watched
    monkeypatch.setattr(bitsandbytes_linear, "WIDENED_BYTES", 64 * 9 * int((x.abs() >= 6).any(0).sum()))
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    torch.testing.assert_close(layer(x), whole, rtol=1e-5, atol=1e-4)
    assert sum(parts) == 200
    assert max(parts) == {"AVX512": 64, "DEFAULT": 32}[capability]


def test_the_weights_take_a_byte_each_and_a_scale_a_row() -> None:
    layer = BitsAndBytesInt8Linear.from_weights([torch.randn(5_000, 24)], CPU)  # more rows than are quantised at once
    assert layer.codes.dtype == torch.int8
    assert layer.weights_bytes == 5_000 * 24 + 5_000 * 4


def test_four_bits_are_coarse_but_related() -> None:
    weight, x = torch.randn(64, 128), torch.randn(5, 128)
    exact = DenseLinear(weight)(x)
    layer = Nf4Linear([weight], CPU, torch.bfloat16)
    assert 0.01 < off_by(layer(x), exact) < 0.2
    assert layer.weights_bytes < weight.numel()


@pytest.mark.parametrize("shape", [(2_500, 64), (1_100, 24), (3, 192), (5, 7)])
def test_four_bits_are_bitsandbytes_own_however_many_rows_at_a_time(shape: tuple[int, int]) -> None:
    from bitsandbytes import functional

    weight = torch.randn(shape, dtype=torch.bfloat16)
    packed, state = functional.quantize_4bit(weight, blocksize=64, quant_type="nf4")
    wanted = functional.dequantize_4bit(packed, state)
    layer = Nf4Linear([weight], CPU, torch.bfloat16)
    assert torch.equal(layer(torch.eye(shape[1], dtype=torch.bfloat16)), wanted.t())
    assert layer.weights_bytes == packed.numel() + 4 * state.absmax.numel()


@pytest.mark.parametrize("columns", [64, 24, 7])
def test_four_bits_of_a_stack_are_those_of_the_matrices_put_together(columns: int) -> None:
    # Where the columns are no whole blocks, one of them holds the end of a matrix and the start of the next.
    weights = [torch.randn(rows, columns, dtype=torch.bfloat16) for rows in (130, 5, 64)]
    x = torch.randn(3, columns, dtype=torch.bfloat16)
    stacked, together = (Nf4Linear(each, CPU, torch.bfloat16) for each in (weights, [torch.cat(weights)]))
    assert torch.equal(stacked(x), together(x))
    assert stacked.weights_bytes == together.weights_bytes


@pytest.mark.parametrize("columns", [64, 24, 7])
def test_four_bits_are_expanded_a_few_rows_at_a_time(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    weight, x = torch.randn(300, columns, dtype=torch.bfloat16), torch.eye(columns, dtype=torch.bfloat16)
    whole = Nf4Linear([weight], CPU, torch.bfloat16)
    monkeypatch.setattr(bitsandbytes_linear, "WIDENED_BYTES", 130 * 2 * columns)
    layer = Nf4Linear([weight], CPU, torch.bfloat16)
    widest = 0
    product = torch.nn.functional.linear

    def watched(left: Tensor, right: Tensor) -> Tensor:
        nonlocal widest
        widest = max(widest, len(right))
        return product(left, right)

    monkeypatch.setattr(torch.nn.functional, "linear", watched)
    assert torch.equal(layer(x), whole(x))  # of the unit vectors there is nothing to round
    assert widest == 300  # the whole one's
    widest = 0
    layer(x)
    assert widest == 128


def test_eight_bits_of_a_stack_are_those_of_the_matrices_put_together() -> None:
    weights = [torch.randn(rows, 48, dtype=torch.bfloat16) for rows in (130, 5, 64)]
    stacked, together = (BitsAndBytesInt8Linear.from_weights(each, CPU) for each in (weights, [torch.cat(weights)]))
    assert torch.equal(stacked.codes, together.codes)
    assert torch.equal(stacked.absmax, together.absmax)


@pytest.mark.parametrize("precision", [Precision.INT8, Precision.NF4])
def test_it_works_here_and_says_why_it_does_not(precision: Precision, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [trial(precision, device) for device in DEVICES] == [""] * len(DEVICES)

    def broken() -> object:
        raise OSError("libcudart.so.13: cannot open shared object file\nlong advice")

    with monkeypatch.context() as patch:
        patch.setattr(bitsandbytes_linear, "import_functional", broken)
        problem = trial(precision, CPU)
    assert problem == "bitsandbytes does not work on cpu: libcudart.so.13: cannot open shared object file."

    def starved() -> object:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(bitsandbytes_linear, "import_functional", starved)
        with pytest.raises(MemoryError):
            trial(precision, CPU)

    kind = BitsAndBytesInt8Linear if precision is Precision.INT8 else Nf4Linear
    monkeypatch.setattr(kind, "__call__", lambda _, x: torch.zeros(len(x), 64))
    assert trial(precision, CPU) == "bitsandbytes computes wrongly on cpu."
