"""Decoding with the draw inside the step, run as it stands on a CPU, against decode and the ordinary sampler."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from engine.cancel import CancelToken
from engine.errors import Cancelled, NumericFailure
from engine.model import decoder as decoder_module
from engine.model import device_decoder as device_decoder_module
from engine.model.cuda_graph import EagerSteps, Step
from engine.model.decoder import Qwen3Decoder
from engine.model.device_decoder import COARSE, FIRST_BUCKET, DeviceDecoder, bucket_for, tried_decoder, uniforms_from
from engine.model.device_sampling import INVALID
from engine.model.kv_cache import FIRST_STEP
from engine.sampling import Sampler
from engine.types import KVCachePrecision, Precision, Sampling
from tests.engine.model.test_decoder_parity import CPU, GEOMETRIES, lean, random_ids, reference_model
from tests.support.on_device import CapturedSteps

SIZES = GEOMETRIES[0]
USABLE = SIZES.vocab - 3
PROMPT = random_ids(USABLE, 24)
GREEDY = Sampling(temperature=0.0, seed=1)
SAMPLED = Sampling(temperature=0.8, top_k=20, top_p=0.95, presence_penalty=0.5, repetition_penalty=1.1, seed=5)


@pytest.fixture(autouse=True)
def _same_attended_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    """How much is attended in vain changes the last bits of 16-bit sums."""
    monkeypatch.setattr(decoder_module, "DECODE_BUCKET", FIRST_BUCKET)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Threads only wait for each other in so small a model."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def model_of(precision: Precision = Precision.FP32, kv_cache: KVCachePrecision = KVCachePrecision.AUTO) -> Qwen3Decoder:
    """With torch's own step, which is what a GPU runs."""
    loaded = lean(reference_model(SIZES), precision, kv_cache)
    cache = loaded.new_cache()
    return Qwen3Decoder(
        loaded.geometry,
        loaded.weights,
        device=CPU,
        context_tokens=256,
        compute_dtype=loaded.weights.final_norm.dtype,
        cache_dtype=cache.buffers()[0][0].dtype,
        prefill_chunk_tokens=64,
    )


def ordinary(model: Qwen3Decoder, sampling: Sampling, count: int, prompt: list[int] = PROMPT) -> list[int]:
    cache, sampler = model.new_cache(), Sampler(sampling, prompt, USABLE)
    logits, said = model.prefill(prompt, cache), list[int]()
    while True:
        said.append(sampler.sample(logits))
        if len(said) == count:
            return said
        sampler.accept(said[-1])
        logits = model.decode(said[-1], cache)


def on_device(decoder: DeviceDecoder, model: Qwen3Decoder, sampling: Sampling, count: int) -> list[int]:
    cache = model.new_cache()
    run = decoder.begin(sampling, PROMPT, USABLE, sampling.seed or 0)
    said = [run.first(model.prefill(PROMPT, cache))]
    while len(said) < count:
        said.append(run.next(said[-1], cache))
    assert cache.length == len(PROMPT) + count - 1
    return said


@pytest.mark.parametrize(
    ("precision", "kv_cache", "sampling"),
    [
        (Precision.FP32, KVCachePrecision.AUTO, GREEDY),
        (Precision.FP32, KVCachePrecision.AUTO, SAMPLED),
        (Precision.INT8, KVCachePrecision.BITS8, GREEDY),
        (Precision.INT8, KVCachePrecision.BITS8, SAMPLED),
        (Precision.BF16, KVCachePrecision.AUTO, GREEDY),  # sampled, the order of equal logits may differ
    ],
)
def test_it_says_what_the_ordinary_loop_says(
    precision: Precision, kv_cache: KVCachePrecision, sampling: Sampling
) -> None:
    model = model_of(precision, kv_cache)
    decoder = DeviceDecoder(model)
    for _ in range(2):  # the second answer meets what the first left behind on the device
        assert on_device(decoder, model, sampling, 60) == ordinary(model, sampling, 60)


def test_ids_put_in_between_and_draws_in_vain_change_nothing_behind_them() -> None:
    model = model_of()
    forced = [7, 8, 9]

    def talk(
        draw: Callable[[Tensor], int], step: Callable[[int], int], read: Callable[[list[int]], Tensor]
    ) -> list[int]:
        said = [draw(read(PROMPT))]
        for _ in range(9):
            said.append(step(said[-1]))
        said.append(draw(read(forced)))  # instead of the token drawn last, which is never read
        for _ in range(9):
            said.append(step(said[-1]))
        return said

    cache, sampler = model.new_cache(), Sampler(SAMPLED, PROMPT, USABLE)

    def plain_step(token: int) -> int:
        sampler.accept(token)
        return sampler.sample(model.decode(token, cache))

    wanted = talk(sampler.sample, plain_step, lambda ids: model.prefill(ids, cache))
    other = model.new_cache()
    run = DeviceDecoder(model).begin(SAMPLED, PROMPT, USABLE, 5)
    got = talk(run.first, lambda token: run.next(token, other), lambda ids: model.prefill(ids, other))
    assert got == wanted
    assert other.length == cache.length


def test_another_run_may_come_in_between() -> None:
    model = model_of()
    decoder = DeviceDecoder(model)
    wanted = ordinary(model, SAMPLED, 20)
    cache = model.new_cache()
    run = decoder.begin(SAMPLED, PROMPT, USABLE, 5)
    said = [run.first(model.prefill(PROMPT, cache))]
    while len(said) < 20:
        said.append(run.next(said[-1], cache))
        if len(said) == 10:
            on_device(decoder, model, Sampling(temperature=0.0), 5)
    assert said == wanted


def test_it_goes_to_the_end_of_the_context_and_over_growing_caches() -> None:
    loaded = lean(reference_model(SIZES), context_tokens=FIRST_STEP + 40)
    model = Qwen3Decoder(
        loaded.geometry,
        loaded.weights,
        device=CPU,
        context_tokens=FIRST_STEP + 40,
        compute_dtype=torch.float32,
        cache_dtype=torch.float32,
        prefill_chunk_tokens=64,
    )
    prompt = random_ids(USABLE, FIRST_STEP - 20)
    cache, sampling = model.new_cache(), Sampling(temperature=0.0)
    run = DeviceDecoder(model).begin(sampling, prompt, USABLE, 0)
    said = [run.first(model.prefill(prompt, cache))]
    while cache.length < cache.limit:
        said.append(run.next(said[-1], cache))
    assert said == ordinary(model, sampling, 61, prompt)


def test_a_set_token_ends_it_and_nothing_is_lost() -> None:
    model = model_of()
    wanted = ordinary(model, SAMPLED, 10)
    cache, cancel = model.new_cache(), CancelToken()
    run = DeviceDecoder(model).begin(SAMPLED, PROMPT, USABLE, 5)
    said = [run.first(model.prefill(PROMPT, cache))]
    said.append(run.next(said[-1], cache))
    cancel.cancel()
    before = cache.length
    with pytest.raises(Cancelled):
        run.next(said[-1], cache, cancel)
    assert cache.length == before
    while len(said) < 10:
        said.append(run.next(said[-1], cache))
    assert said == wanted


def test_invalid_numbers_are_told() -> None:
    model = model_of()
    model.weights.embedding[PROMPT[0]] = float("nan")
    cache = model.new_cache()
    run = DeviceDecoder(model).begin(SAMPLED, PROMPT, USABLE, 5)
    with pytest.raises(NumericFailure):
        run.first(model.prefill(PROMPT, cache))
    cache.clear()
    model.prefill(PROMPT[1:], cache)
    with pytest.raises(NumericFailure):
        run.next(PROMPT[0], cache)


class Recorded(EagerSteps):
    """Runs steps as a graph would: only what it was first given for a key."""

    def __init__(self) -> None:
        self.captured: dict[Hashable, Step] = {}
        self.runs = 0

    def run(self, owner: object, layout: Hashable, key: Hashable, step: Step) -> None:
        self.runs += 1
        self.captured.setdefault((id(owner), layout, key), step)()


def test_a_step_can_be_run_again_as_it_was_first_given() -> None:
    model = model_of()
    runner = Recorded()
    decoder = DeviceDecoder(model, runner)
    cache = model.new_cache()
    for sampling in (SAMPLED, replace(SAMPLED, temperature=0.3, top_k=5, seed=9)):
        cache.truncate(0)
        run = decoder.begin(sampling, PROMPT, USABLE, sampling.seed or 0)
        said = [run.first(model.prefill(PROMPT, cache))]
        while len(said) < 40:
            said.append(run.next(said[-1], cache))
        assert said == ordinary(model, sampling, 40)
    assert len(runner.captured) == 1
    assert runner.runs == 80  # one ahead of each answer, and one for each token but the first


def test_buckets_hold_what_is_attended_and_are_few() -> None:
    sizes = [bucket_for(positions, 32_768) for positions in range(1, 32_769)]
    assert all(size >= positions for positions, size in enumerate(sizes, 1))
    assert all(3 * positions > 2 * size or size <= COARSE for positions, size in enumerate(sizes, 1))
    assert len(set(sizes)) == 12
    assert bucket_for(1_030, 1_100) == 1_100


def test_random_numbers_go_on_where_they_stopped() -> None:
    whole = uniforms_from(3, 0, 2_000)
    assert torch.equal(uniforms_from(3, 700, 1_300), whole[700:])


@pytest.mark.parametrize("kv_cache", [KVCachePrecision.AUTO, KVCachePrecision.BITS8])
def test_prefill_without_a_mask_equals_prefill_with_one(kv_cache: KVCachePrecision) -> None:
    """As a GPU's flash attention is asked for it: the whole prompt, then a chunk behind it, then a single token."""
    model = model_of(Precision.FP32, kv_cache)
    parts = [PROMPT, random_ids(SIZES.vocab, 13, seed=4), [5]]
    results = []
    for flash in (False, True):
        model.flash_prefill = flash
        cache = model.new_cache()
        results.append(torch.cat([model.prefill(part, cache, all_positions=True) for part in parts]))
    assert (results[0] - results[1]).abs().max() < 1e-4


# What waits for the device to tell a number or a size, and what brings a number to it from ordinary memory: a capture
# allows neither. `torch.where` brings its numbers so, by `scalar_tensor`.
NOT_IN_A_CAPTURE = {
    "aten::_local_scalar_dense",
    "aten::item",
    "aten::is_nonzero",
    "aten::equal",
    "aten::nonzero",
    "aten::masked_select",
    "aten::_unique2",
    "aten::bincount",
    "aten::scalar_tensor",
    "aten::lift_fresh",
    "aten::rand",
    "aten::multinomial",
}


@pytest.mark.parametrize(
    "sampling",
    [GREEDY, SAMPLED, Sampling(temperature=1.0, top_p=0.9, min_p=0.1, frequency_penalty=0.5)],
    ids=["greedy", "few", "all"],
)
@pytest.mark.parametrize("kv_cache", [KVCachePrecision.AUTO, KVCachePrecision.BITS8])
def test_nothing_in_a_step_is_forbidden_in_a_capture(sampling: Sampling, kv_cache: KVCachePrecision) -> None:
    model = model_of(Precision.INT8, kv_cache)
    done = set[str]()

    class Steps(EagerSteps):
        def run(self, owner: object, layout: Hashable, key: Hashable, step: Step) -> None:
            with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as watched:
                step()
            done.update(event.name for event in watched.events() or ())

    on_device(DeviceDecoder(model, Steps()), model, sampling, 3)
    assert "aten::index_select" in done
    assert not done & NOT_IN_A_CAPTURE


def test_ids_that_the_model_has_no_row_for_are_passed_over() -> None:
    sampling = Sampling(temperature=0.0, repetition_penalty=1.5)
    model = model_of()
    cache = model.new_cache()
    run = DeviceDecoder(model).begin(sampling, [*PROMPT, SIZES.vocab, SIZES.vocab + 7], USABLE, 0)
    assert run.first(model.prefill(PROMPT, cache)) == ordinary(model, sampling, 1)[0]


# -- the trial --


def test_what_works_passes_its_trial_and_leaves_nothing_behind() -> None:
    model = model_of()
    for runner in (EagerSteps(), CapturedSteps()):
        decoder = DeviceDecoder(model, runner)
        assert decoder.trial() == ""
        assert on_device(decoder, model, SAMPLED, 20) == ordinary(model, SAMPLED, 20)
    decoder_there, why = tried_decoder(model)
    assert decoder_there is not None
    assert why == ""


@pytest.mark.parametrize("invalid", [False, True])
def test_steps_that_do_something_else_when_they_are_captured_fail_it(invalid: bool) -> None:
    class Stuck(CapturedSteps):
        def capture(self, step: Step) -> Step:
            super().capture(step)
            return spoil if invalid else lambda: None

    def spoil() -> None:
        decoder._drawn.fill_(INVALID)

    decoder = DeviceDecoder(model_of(), Stuck())
    assert "same tokens" in decoder.trial()


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("operation not permitted when stream is capturing\nand more", "without CUDA graphs: operation not permitted"),
        ("CUDA out of memory. Tried to allocate", "without CUDA graphs: there was not enough memory."),
    ],
)
@pytest.mark.parametrize("in_capture", [True, False])
def test_a_device_that_fails_it_goes_the_ordinary_way_and_says_why(
    reason: str, told: str, in_capture: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError(reason)

    class Failing(CapturedSteps):
        def run(self, owner: object, layout: Hashable, key: Hashable, step: Step) -> None:
            if not in_capture:
                fail()
            super().run(owner, layout, key, step)

    monkeypatch.setattr(device_decoder_module, "EagerSteps", lambda: Failing(fail))
    decoder, why = tried_decoder(model_of())
    assert decoder is None
    assert told in why
    assert why.endswith(".")
    assert "\n" not in why
    caplog.clear()


def test_a_model_that_computes_nonsense_is_no_fault_of_the_steps() -> None:
    model = model_of()
    model.weights.embedding.fill_(float("nan"))
    assert DeviceDecoder(model).trial() == ""
