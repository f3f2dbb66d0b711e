"""The benchmark's engine side: what is counted, and that real processes measure the built-in model."""

from __future__ import annotations

import json
import multiprocessing
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app.library.models import built_in_model
from engine.bench.limit import bytes_per_token
from engine.bench.measure import fill
from engine.bench.report import Decoded, MakeCase, ModelCase, NotMeasured, Report, Spread, report_json
from engine.bench.runner import BenchRequest, measure_case, run_bench, run_case
from engine.checkpoint import open_checkpoint
from engine.engine import Engine
from engine.errors import EngineGone, InvalidRequest, NoModel
from engine.memory_plan import ModelShape
from engine.model.kv_cache import KVCache
from engine.model.load import load_decoder
from engine.model_shape import model_shape
from engine.types import KVCachePrecision, Precision
from tests.support.checkpoints import make_checkpoint

POCKET = built_in_model().folder
SMALL = 1 << 26


def quiet(text: str) -> None:
    pass


# -- what a token costs to read --


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("precision", [Precision.FP32, Precision.BF16, Precision.INT8])
def test_a_token_costs_the_loaded_matrices_and_the_cache(tmp_path: Path, precision: Precision, tied: bool) -> None:
    checkpoint = open_checkpoint(make_checkpoint(tmp_path, tied=tied))
    shape = model_shape(checkpoint)
    assert checkpoint.geometry is not None
    with checkpoint.reader() as reader:
        model = load_decoder(
            reader,
            checkpoint.geometry,
            precision=precision,
            kv_cache=KVCachePrecision.AUTO,
            device=torch.device("cpu"),
            context_tokens=64,
            total_bytes=checkpoint.weights_bytes,
        )
    weights = model.weights
    products = [weights.head]
    for layer in weights.layers:
        products += [layer.qkv, layer.output, layer.gate_up, layer.down]
    read = sum(each.weights_bytes for each in products)
    # The norms are left out of the products and in the count: they are few.
    assert bytes_per_token(shape, precision, KVCachePrecision.AUTO, 0) == pytest.approx(read, rel=0.02)
    cache = model.new_cache()
    cache.reserve(64)
    counted = bytes_per_token(shape, precision, KVCachePrecision.AUTO, cache.capacity)
    empty = bytes_per_token(shape, precision, KVCachePrecision.AUTO, 0)
    assert counted is not None
    assert empty is not None
    assert counted - empty == cache.allocated_bytes


def test_the_published_geometry_costs_what_its_sizes_say() -> None:
    shape = ModelShape(
        parameters=596_049_920,
        embedding_parameters=151_936 * 1024,
        tied_head=True,
        layers=28,
        kv_heads=8,
        head_dim=128,
        hidden=1024,
        vocab=151_936,
        max_context_tokens=40_960,
    )
    auto = KVCachePrecision.AUTO
    assert bytes_per_token(shape, Precision.BF16, auto, 0) == 2 * 596_049_920
    assert bytes_per_token(shape, Precision.INT8, auto, 0) == pytest.approx(596_049_920, rel=0.01)
    deep, empty = (bytes_per_token(shape, Precision.INT8, auto, depth) for depth in (4096, 0))
    assert deep is not None
    assert empty is not None
    assert deep - empty == 4096 * 114_688
    assert bytes_per_token(replace(shape, lean=False), Precision.BF16, auto, 0) is None


def test_a_share_of_the_limit_is_speed_over_limit() -> None:
    decoded = Decoded(0, Spread.of([30.0, 20.0, 10.0]), 1_000_000_000)
    assert decoded.tokens_per_s == Spread(20.0, 10.0, 30.0)
    assert decoded.ms_per_token == Spread(50.0, 1000 / 30.0, 100.0)
    assert decoded.limit_tokens_per_s(40e9) == 40
    assert decoded.share_of_limit(40e9) == 0.5
    assert replace(decoded, bytes_per_token=None).share_of_limit(40e9) is None
    with pytest.raises(ValueError, match="nothing was measured"):
        Spread.of([])


# -- the cache --


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.int8, torch.float32])
def test_a_filled_cache_holds_no_empty_page(dtype: torch.dtype) -> None:
    compute = torch.float32 if dtype == torch.int8 else dtype
    cache = KVCache(
        layers=2, kv_heads=2, head_dim=8, limit=1000, dtype=dtype, compute_dtype=compute, device=torch.device("cpu")
    )
    cache.reserve(700)
    fill(cache, 300)
    fill(cache, 700)
    assert cache.length == 700
    for layer in range(2):
        for side in cache.view(layer, 700):
            assert bool((side != 0).any(-1).all())
            assert bool(side.isfinite().all())
    cache.truncate(300)
    fill(cache, 200)
    assert cache.length == 300, "filling never forgets"


# -- in processes of their own --


@pytest.fixture(scope="module")
def report() -> Report:
    depths = (128, 0, 2040)
    request = BenchRequest(POCKET, depths, (Precision.INT8,), "cpu", tokens=16, runs=2, read_bytes=SMALL)
    said: list[str] = []
    report = run_bench(replace(request, depths_may_go=True), said.append)
    assert "int8: decode with 128 tokens cached" in said
    assert not multiprocessing.active_children()
    return report


def test_every_figure_is_there_and_fits_the_others(report: Report) -> None:
    memory = report.memory
    assert (memory.device, memory.threads > 0, memory.bytes_per_s > 0) == ("cpu", True, True)
    assert memory.read_bytes == SMALL
    assert set(memory.precisions) == {Precision.BF16, Precision.INT8}
    (each,) = report.measured
    assert each.precision is Precision.INT8
    spreads = [each.load_s, each.prefill_tokens_per_s, each.reply_tokens_per_s, each.first_turn.first_token_s]
    spreads += [part.tokens_per_s for part in each.decode]
    assert all(0 < spread.low <= spread.median <= spread.high for spread in spreads)
    assert [part.depth_tokens for part in each.decode] == [0, 128]
    assert each.prefill_tokens == 512
    assert each.peak_memory_bytes > each.weights_bytes
    assert each.device_memory_bytes == 0


def test_the_next_turn_reuses_what_came_before(report: Report) -> None:
    for each in report.measured:
        first, after = each.first_turn, each.follow_up
        assert first.reused_tokens < 10
        assert first.prompt_tokens > 400
        # All but the question's end, which the template writes otherwise once an answer follows.
        assert first.prompt_tokens - after.reused_tokens < 10
        assert after.prompt_tokens - after.reused_tokens < 100


def test_the_json_agrees_with_itself(report: Report) -> None:
    found = json.loads(json.dumps(report_json(report)))
    assert {"model", "parameters", "device", "memory_bytes_per_s", "results", "failures", "notes"} <= found.keys()
    assert [each["precision"] for each in found["results"]] == [each.precision.value for each in report.measured]
    for each in found["results"]:
        for decoded in each["decode"]:
            limit = found["memory_bytes_per_s"] / decoded["bytes_per_token"]
            assert decoded["limit_tokens_per_s"] == pytest.approx(limit)
            assert decoded["percent_of_limit"] == pytest.approx(100 * decoded["tokens_per_s"]["median"] / limit)
            assert decoded["ms_per_token"]["low"] == pytest.approx(1000 / decoded["tokens_per_s"]["high"])


def test_what_has_no_room_is_told_in_words(tmp_path: Path) -> None:
    folder = make_checkpoint(tmp_path, kv_heads=4, head_dim=4096, max_position_embeddings=10_000_000)
    case = ModelCase(str(folder), "cpu", Precision.FP32, KVCachePrecision.AUTO, (9_000_000,), tokens=1, runs=1)
    failure = measure_case(case, quiet)
    assert isinstance(failure, NotMeasured)
    assert (failure.precision, failure.kind) == (Precision.FP32, "out_of_memory")
    assert "9,000,001" in failure.message


def test_a_depth_beyond_the_context_is_left_out_or_refused(report: Report) -> None:
    assert report.notes == ("Depths left out: 2,040, because this model's context is 2,048 tokens.",)
    for depths, may_go in (((0, 2040), False), ((2040,), True)):
        request = BenchRequest(POCKET, depths, device="cpu", tokens=16, depths_may_go=may_go)
        with pytest.raises(InvalidRequest, match=r"2,040: this model's context is 2,048 tokens"):
            run_bench(request, quiet)


def test_a_process_that_ends_without_a_word_is_told() -> None:
    def kill() -> None:
        for each in multiprocessing.active_children():
            each.kill()

    killer = threading.Timer(0.05, kill)
    killer.start()
    with pytest.raises(EngineGone, match="ended"):
        run_case(MakeCase("/nowhere", str(POCKET)), quiet)
    killer.join()
    assert not multiprocessing.active_children()


def test_an_interrupt_leaves_no_process_behind() -> None:
    def interrupt(text: str) -> None:
        raise KeyboardInterrupt

    case = ModelCase(str(POCKET), "cpu", Precision.INT8, KVCachePrecision.AUTO, (0,), tokens=1, runs=1)
    with pytest.raises(KeyboardInterrupt):
        run_case(case, interrupt)
    assert not multiprocessing.active_children()


def test_the_model_is_borrowed_only_where_there_is_one() -> None:
    with pytest.raises(NoModel), Engine().borrowed_model():
        pass
