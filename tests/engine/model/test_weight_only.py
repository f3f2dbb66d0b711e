"""8-bit weights under activations as they are: every way against the plain product, and the choice between them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from engine.model import weight_only
from engine.model.linear import DenseLinear
from engine.model.weight_only import FEW_ROWS, Product, WeightOnlyInt8Linear, fastest, packed, quantised, widened

CPU = torch.device("cpu")


def layer_and_exact(single: Product | None = None) -> tuple[WeightOnlyInt8Linear, DenseLinear]:
    torch.manual_seed(3)
    weights = [torch.randn(rows, 64) for rows in (40, 24)]
    choice = {} if single is None else {torch.Size((64, 64)): single}
    layer = WeightOnlyInt8Linear.from_weights(weights, CPU, torch.bfloat16, choice)
    return layer, DenseLinear.from_weights(weights, CPU, torch.float32)


@pytest.mark.parametrize("single", [widened, packed, quantised])
@pytest.mark.parametrize("rows", [1, FEW_ROWS, FEW_ROWS + 1])
def test_every_way_is_the_product_it_stands_for(single: Product, rows: int) -> None:
    layer, exact = layer_and_exact(single)
    assert layer.single is single
    x = torch.randn(rows, 64).bfloat16()
    got, wanted = layer(x), exact(x.float())
    assert got.dtype == torch.bfloat16
    assert (got.float() - wanted).norm() / wanted.norm() < 0.02
    assert layer.weights_bytes == 64 * 64 + 64 * 2


def test_the_fastest_way_that_works_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    layer, _ = layer_and_exact(widened)
    seconds: dict[Product, float] = {widened: 3.0, packed: 1.0, quantised: 2.0}
    monkeypatch.setattr(weight_only, "seconds", lambda work, _: seconds[work.func])
    assert fastest(layer.codes, layer.scale) is packed

    def missing(x: Tensor, codes: Tensor, scale: Tensor) -> Tensor:
        raise NotImplementedError("Could not run 'aten::_weight_int8pack_mm' with arguments from this backend")

    monkeypatch.setattr(weight_only, "packed", missing)
    assert fastest(layer.codes, layer.scale) is quantised
    monkeypatch.setattr(weight_only, "quantised", lambda x, codes, scale: widened(x, codes, scale) * 2)
    assert fastest(layer.codes, layer.scale) is widened


def test_each_size_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = list[torch.Size]()

    def watched(codes: Tensor, scale: Tensor) -> Product:
        measured.append(codes.shape)
        return widened

    monkeypatch.setattr(weight_only, "fastest", watched)
    choice: dict[torch.Size, Product] = {}
    for rows in (8, 16, 8, 16):
        WeightOnlyInt8Linear.from_weights([torch.randn(rows, 32)], CPU, torch.bfloat16, choice)
    assert measured == [(8, 32), (16, 32)]


def test_running_out_of_memory_is_no_verdict_on_a_way(monkeypatch: pytest.MonkeyPatch) -> None:
    layer, _ = layer_and_exact(widened)

    def starved(x: Tensor, codes: Tensor, scale: Tensor) -> Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(weight_only, "packed", starved)
    with pytest.raises(torch.OutOfMemoryError):
        fastest(layer.codes, layer.scale)


def test_both_8_bit_kernels_are_timed_against_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([1.0, 2.0, 2.0, 1.0])
    monkeypatch.setattr(weight_only, "fastest", lambda *_: widened)

    def seconds(work: Callable[[], Tensor], _: torch.device) -> float:
        assert work().shape == (1, 2_048)
        return next(times)

    monkeypatch.setattr(weight_only, "seconds", seconds)
    assert weight_only.beats_bitsandbytes(CPU, torch.bfloat16)
    assert not weight_only.beats_bitsandbytes(CPU, torch.float16)


def test_large_activations_do_not_overflow_fp16() -> None:
    weight = torch.full((8, 64), 0.01)
    layer = WeightOnlyInt8Linear.from_weights([weight], CPU, torch.float16, {weight.shape: widened})
    x = torch.full((1, 64), 1_000.0, dtype=torch.float16)
    torch.testing.assert_close(layer(x), torch.full((1, 8), 640.0, dtype=torch.float16), rtol=0.01, atol=0)
