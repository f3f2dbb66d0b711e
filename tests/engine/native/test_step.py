"""The native step against torch's decode, whole models of several geometries; the same results however it is called."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.model.decoder import NATIVE_PREFILL_TOKENS, Qwen3Decoder
from engine.model.kv_cache import FIRST_STEP, KVCache
from engine.native.library import MAX_ROWS, native
from engine.native.step import NativeStep, supports
from engine.types import KVCachePrecision, Precision
from tests.engine.model.test_decoder_parity import GEOMETRIES, Sizes, lean, random_ids, reference_model
from tests.engine.native.kernel_table import NAMES, kernels_named

CPU = torch.device("cpu")
PROMPT = NATIVE_PREFILL_TOKENS + 1  # for torch in every precision
STEPS = 24
# Three chunks of positions, the last one begun.
LONG = 2 * 256 + 5

pytestmark = pytest.mark.skipif(not native().available, reason=f"native kernels: {native().reason}")


@pytest.fixture(autouse=True)
def _same_threads_again() -> Iterator[None]:
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def both(
    sizes: Sizes,
    precision: Precision,
    kv_cache: KVCachePrecision = KVCachePrecision.AUTO,
    *,
    context_tokens: int = 256,
    seed: int = 0,
) -> tuple[Qwen3Decoder, Qwen3Decoder]:
    """The same model decoding natively, and in torch."""
    module = reference_model(sizes, seed)
    fast = lean(module, precision, kv_cache, context_tokens)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PONDER_NATIVE", "0")
        slow = lean(module, precision, kv_cache, context_tokens)
    assert fast.kernels is not None
    assert slow.kernels is None
    return fast, slow


def stepped(model: Qwen3Decoder, ids: list[int], cache: KVCache, *, prompt: int = PROMPT) -> Tensor:
    """Logits after each id behind the prompt, one step at a time."""
    model.prefill(ids[:prompt], cache)
    return torch.stack([model.decode(token, cache) for token in ids[prompt:]])


def greedy(model: Qwen3Decoder, prompt: list[int], count: int) -> tuple[list[int], list[float]]:
    """What it says, and by how much each token led."""
    cache = model.new_cache()
    logits, said, lead = model.prefill(prompt, cache), list[int](), list[float]()
    for _ in range(count):
        best = logits.topk(2)
        said.append(int(best.indices[0]))
        lead.append(float(best.values[0] - best.values[1]))
        logits = model.decode(said[-1], cache)
    return said, lead


def kl(wanted: Tensor, got: Tensor) -> float:
    wanted, got = wanted.double().log_softmax(-1), got.double().log_softmax(-1)
    return float((wanted.exp() * (wanted - got)).sum(-1).mean())


@pytest.mark.parametrize("sizes", GEOMETRIES, ids=str)
def test_float32_equals_torch(sizes: Sizes) -> None:
    fast, slow = both(sizes, Precision.FP32)
    ids = random_ids(sizes.vocab, PROMPT + STEPS)
    assert (stepped(fast, ids, fast.new_cache()) - stepped(slow, ids, slow.new_cache())).abs().max() < 1e-4
    (said, lead), (wanted, _) = greedy(fast, ids[:PROMPT], 40), greedy(slow, ids[:PROMPT], 40)
    parted = next((at for at, pair in enumerate(zip(said, wanted, strict=True)) if pair[0] != pair[1]), None)
    assert parted is None or lead[parted] < 1e-4


@pytest.mark.parametrize("sizes", GEOMETRIES, ids=str)
def test_8_bit_weights_equal_torch(sizes: Sizes) -> None:
    """With a float32 cache, since torch rounds queries to a 16-bit one's dtype and the native step does not."""
    weights = lean(reference_model(sizes), Precision.INT8)
    fast, slow = (
        Qwen3Decoder(
            weights.geometry,
            weights.weights,
            device=CPU,
            context_tokens=256,
            compute_dtype=torch.float32,
            cache_dtype=torch.float32,
            prefill_chunk_tokens=64,
            kernels=kernels,
        )
        for kernels in (native().kernels, None)
    )
    ids = random_ids(sizes.vocab, PROMPT + STEPS, seed=3)
    got, wanted = (stepped(model, ids, model.new_cache()) for model in (fast, slow))
    # A number just between two codes may be rounded the other way, which is rare.
    assert (got - wanted).abs().median() < 1e-6
    assert kl(wanted, got) < 1e-4


@pytest.mark.parametrize("sizes", [GEOMETRIES[index] for index in (0, 4, 7, 8, 9)], ids=str)
@pytest.mark.parametrize(
    ("precision", "kv_cache", "most_kl"),
    [
        (Precision.INT8, KVCachePrecision.AUTO, 5e-3),
        (Precision.INT8, KVCachePrecision.BITS8, 5e-3),
        (Precision.BF16, KVCachePrecision.AUTO, 5e-3),
        (Precision.BF16, KVCachePrecision.BITS8, 5e-3),
        (Precision.FP32, KVCachePrecision.BITS16, 1e-3),
        (Precision.FP32, KVCachePrecision.BITS8, 1e-3),
    ],
)
def test_other_precisions_stay_close_to_torch(
    sizes: Sizes, precision: Precision, kv_cache: KVCachePrecision, most_kl: float
) -> None:
    fast, slow = both(sizes, precision, kv_cache)
    ids = random_ids(sizes.vocab, PROMPT + STEPS, seed=3)
    assert 0 <= kl(stepped(slow, ids, slow.new_cache()), stepped(fast, ids, fast.new_cache())) < most_kl


@pytest.mark.parametrize("precision", [Precision.BF16, Precision.INT8])
def test_it_is_no_further_from_float32_than_torch(precision: Precision) -> None:
    fast, slow = both(GEOMETRIES[9], precision)
    exact = both(GEOMETRIES[9], Precision.FP32)[1]
    ids = random_ids(700, PROMPT + STEPS, seed=4)
    wanted = stepped(exact, ids, exact.new_cache())
    ours, theirs = (kl(wanted, stepped(model, ids, model.new_cache())) for model in (fast, slow))
    assert ours < 1.2 * theirs


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("precision", [Precision.FP32, Precision.BF16, Precision.INT8])
def test_every_instruction_set_says_the_same(name: str, precision: Precision) -> None:
    kernels, portable = kernels_named(name), kernels_named("portable")
    model = both(GEOMETRIES[9], precision)[0]
    cache = model.new_cache()
    model.prefill(random_ids(700, PROMPT), cache)
    logits = []
    for each in (kernels, portable):
        step = NativeStep(model.geometry, model.weights, model.rotary, each)
        assert step.kernels.name == each.name
        logits.append(step.run([5, 6, 7], cache, logit_rows=3))
        step.close()
    assert (logits[0] - logits[1]).abs().max() < 1e-3


@pytest.mark.parametrize("kv_cache", [KVCachePrecision.AUTO, KVCachePrecision.BITS8])
@pytest.mark.parametrize("precision", [Precision.FP32, Precision.BF16, Precision.INT8])
def test_threads_and_rows_change_no_bit(precision: Precision, kv_cache: KVCachePrecision) -> None:
    fast, _ = both(GEOMETRIES[2], precision, kv_cache, context_tokens=LONG + 64)
    ids = random_ids(501, LONG + 40)
    results = []
    for threads in (1, 2, 3, 4):
        torch.set_num_threads(threads)
        cache = fast.new_cache()
        fast.prefill(ids[: LONG - 20], cache)
        kept = cache.length
        results.append(torch.stack([fast.decode(token, cache) for token in ids[LONG - 20 :]]))
        for rows in (2, 7, MAX_ROWS):
            cache.truncate(kept)
            parts = [ids[at : at + rows] for at in range(LONG - 20, len(ids), rows)]
            results.append(torch.cat([fast.prefill(part, cache, all_positions=True) for part in parts]))
    # Only the long prompt, which torch reads, may hang on the number of threads.
    for threads in range(4):
        first, *others = results[4 * threads : 4 * threads + 4]
        assert all(torch.equal(each, first) for each in others)
        assert (first - results[0]).abs().max() < 0.2


def test_one_thread_is_as_good_as_four() -> None:
    fast, _ = both(GEOMETRIES[0], Precision.INT8, context_tokens=LONG + 8)
    cache = fast.new_cache()
    ids = random_ids(300, LONG)
    fast.prefill(ids, cache)
    got = []
    for threads in (1, 4, 2):
        torch.set_num_threads(threads)
        got.append(fast.decode(7, cache))
        cache.truncate(LONG)
    assert torch.equal(got[0], got[1])
    assert torch.equal(got[0], got[2])


@pytest.mark.parametrize("kv_cache", [KVCachePrecision.AUTO, KVCachePrecision.BITS16, KVCachePrecision.BITS8])
def test_the_cache_grows_under_it(kv_cache: KVCachePrecision) -> None:
    fast, slow = both(GEOMETRIES[0], Precision.FP32, kv_cache, context_tokens=FIRST_STEP + 100)
    ids = random_ids(300, FIRST_STEP + 20)
    caches = [model.new_cache() for model in (fast, slow)]
    before = caches[0].capacity
    logits = [
        stepped(model, ids, cache, prompt=FIRST_STEP - 10) for model, cache in zip((fast, slow), caches, strict=True)
    ]
    assert caches[0].capacity > before
    assert caches[0].length == FIRST_STEP + 20
    assert (logits[0] - logits[1]).abs().max() < (1e-4 if kv_cache is KVCachePrecision.AUTO else 0.2)


def test_what_it_writes_into_the_cache_is_what_torch_writes() -> None:
    for kv_cache in (KVCachePrecision.AUTO, KVCachePrecision.BITS16, KVCachePrecision.BITS8):
        fast, slow = both(GEOMETRIES[0], Precision.FP32, kv_cache)
        views = []
        for model in (fast, slow):
            cache = model.new_cache()
            stepped(model, random_ids(300, PROMPT + STEPS), cache)
            views.append(torch.stack([torch.stack(cache.view(layer, PROMPT + STEPS)) for layer in range(2)]))
        assert (views[0] - views[1]).abs().max() < 0.05
        assert (views[0] - views[1]).abs().mean() < 1e-3


def test_a_cut_back_cache_and_another_one_between() -> None:
    fast, slow = both(GEOMETRIES[3], Precision.FP32)
    ids = random_ids(300, 60)
    cache, other = fast.new_cache(), fast.new_cache()
    stepped(fast, random_ids(300, 80, seed=9), cache)
    assert cache.truncate(0) == 0
    stepped(fast, ids[:50] + random_ids(300, 30, seed=8), cache)
    stepped(fast, random_ids(300, 70, seed=7), other)
    cache.truncate(50)
    got = torch.stack([fast.decode(token, cache) for token in ids[50:]])
    wanted = stepped(slow, ids, slow.new_cache(), prompt=50)
    assert (got - wanted).abs().max() < 1e-4


def test_short_prompts_equal_torch() -> None:
    fast, slow = both(GEOMETRIES[9], Precision.FP32)
    for count in (1, 2, 5, MAX_ROWS, MAX_ROWS + 1, NATIVE_PREFILL_TOKENS, NATIVE_PREFILL_TOKENS + 1):
        ids = random_ids(700, count)
        every = [model.prefill(ids, model.new_cache(), all_positions=True) for model in (fast, slow)]
        last = fast.prefill(ids, fast.new_cache())
        assert every[0].shape == (count, 700)
        assert (every[0] - every[1]).abs().max() < 1e-4
        assert (last - every[1][-1]).abs().max() < 1e-4


def test_a_set_token_ends_it_before_and_between_layers() -> None:
    fast, _ = both(GEOMETRIES[0], Precision.FP32)
    cache = fast.new_cache()
    fast.prefill(random_ids(300, 30), cache)
    wanted = fast.decode(5, cache)
    cache.truncate(30)
    token = CancelToken()
    step = NativeStep(fast.geometry, fast.weights, fast.rotary, kernels_named(str(fast.kernels)))

    class LateToken(CancelToken):
        """Set after the first look, so that only the library can see it."""

        def raise_if_cancelled(self) -> None:
            self.cancel()

    for each in (token, LateToken()):
        if each is token:
            threading.Thread(target=token.cancel).start()
            while not token.cancelled:
                pass
        with pytest.raises(Cancelled):
            step.run([5], cache, each)
        assert cache.length == 30
    assert torch.equal(fast.decode(5, cache), wanted)
    step.close()


def test_a_prompt_cancelled_halfway_leaves_the_cache_as_it_was() -> None:
    fast, _ = both(GEOMETRIES[0], Precision.FP32)
    cache = fast.new_cache()
    fast.prefill(random_ids(300, 30), cache)
    wanted = fast.decode(5, cache)
    cache.truncate(30)

    class SecondLook(CancelToken):
        def __init__(self) -> None:
            super().__init__()
            self.looks = 0

        def raise_if_cancelled(self) -> None:
            self.looks += 1
            if self.looks == 2:
                self.cancel()
            super().raise_if_cancelled()

    token = SecondLook()
    with pytest.raises(Cancelled):
        fast.prefill(random_ids(300, 2 * MAX_ROWS, seed=6), cache, token)
    assert token.looks == 2
    assert cache.length == 30
    assert torch.equal(fast.decode(5, cache), wanted)


def test_what_does_not_fit_is_refused() -> None:
    fast, _ = both(GEOMETRIES[0], Precision.FP32)
    step = NativeStep(fast.geometry, fast.weights, fast.rotary, kernels_named(str(fast.kernels)))
    cache = fast.new_cache()
    for bad in (-1, 300, 1 << 40):
        with pytest.raises(IndexError, match="300 tokens"):
            step.run([1, bad], cache)
    with pytest.raises(ValueError, match="do not fit"):
        step.run([1] * (MAX_ROWS + 1), cache)
    with pytest.raises(ValueError, match="do not fit"):
        step.run([1], cache, logit_rows=2)
    cache.length = cache.capacity
    with pytest.raises(ValueError, match="do not fit"):
        step.run([1], cache)
    step.close()
    with pytest.raises(RuntimeError, match="closed"):
        step.run([1], fast.new_cache())


@pytest.mark.parametrize("precision", [Precision.FP16, Precision.NF4])
def test_weights_that_it_does_not_know_stay_with_torch(precision: Precision) -> None:
    decoder = lean(reference_model(GEOMETRIES[9]), precision)
    assert decoder.kernels is None
    assert decoder.decode(3, decoder.new_cache()).isfinite().all()


def test_a_cache_or_device_that_it_does_not_know() -> None:
    weights = lean(reference_model(GEOMETRIES[0])).weights
    assert supports(weights, CPU, torch.bfloat16)
    assert not supports(weights, CPU, torch.float16)
    assert not supports(weights, torch.device("meta"), torch.bfloat16)


def test_nan_in_the_weights_reaches_the_logits() -> None:
    for precision in (Precision.FP32, Precision.INT8):
        fast, _ = both(GEOMETRIES[0], precision)
        fast.weights.layers[0].attention_norm[3] = torch.nan
        step = NativeStep(fast.geometry, fast.weights, fast.rotary, kernels_named(str(fast.kernels)))
        assert step.run([3], fast.new_cache()).isnan().all()
        step.close()


def test_closing_waits_for_the_step_that_runs() -> None:
    fast, _ = both(GEOMETRIES[9], Precision.FP32)
    step = NativeStep(fast.geometry, fast.weights, fast.rotary, kernels_named(str(fast.kernels)))
    cache, outcome = fast.new_cache(), list[str]()

    def decode_until_closed() -> None:
        try:
            while True:
                step.run([3] * MAX_ROWS, cache)
        except RuntimeError as error:
            outcome.append(str(error))

    threads = [threading.Thread(target=decode_until_closed) for _ in range(2)]
    for thread in threads:
        thread.start()
    step.close()
    for thread in threads:
        thread.join(30)
    assert outcome == ["the model was closed"] * 2


def test_a_closed_model_lets_go() -> None:
    fast, _ = both(GEOMETRIES[0], Precision.FP32)
    fast.close()
    assert fast.kernels is None
    with pytest.raises(RuntimeError, match="closed"):
        fast.prefill([1], fast.new_cache())
