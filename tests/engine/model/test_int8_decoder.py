"""Both 8-bit kernels in the whole decoder, on the built-in model: the same result however a prompt is fed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor

from engine.checkpoint import open_checkpoint
from engine.model.bitsandbytes_linear import OUTLIER_THRESHOLD, BitsAndBytesInt8Linear
from engine.model.decoder import Qwen3Decoder
from engine.model.linear import Int8Linear
from engine.model.load import compute_dtype_for, load_decoder, prefill_chunk_tokens_for
from engine.types import Int8Kernel, KVCachePrecision, Precision
from tests.support.accuracy import POCKET, make_tasks

CPU = torch.device("cpu")
IDS = [token for task in make_tasks(1)[::5] for token in task.ids][:128]
# Of one text fed in two ways: half of what 8 bits may be off from 32.
FEEDING_KL = 0.005


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Threads only wait for each other in so small a model."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def load(precision: Precision, kernel: Int8Kernel = Int8Kernel.LEAN) -> Qwen3Decoder:
    checkpoint = open_checkpoint(POCKET)
    if checkpoint.geometry is None:
        raise RuntimeError("the built-in model is not Qwen3")
    with checkpoint.reader() as reader:
        return load_decoder(
            reader,
            checkpoint.geometry,
            precision=precision,
            kv_cache=KVCachePrecision.AUTO,
            device=CPU,
            context_tokens=256,
            total_bytes=checkpoint.weights_bytes,
            int8_kernel=kernel,
        )


def mean_kl(wanted: Tensor, got: Tensor) -> float:
    wanted, got = (each.double().log_softmax(-1) for each in (wanted, got))
    return float((wanted.exp() * (wanted - got)).sum(-1).mean())


def in_chunks(model: Qwen3Decoder, tokens: int) -> Tensor:
    cache = model.new_cache()
    parts = [IDS[at : at + tokens] for at in range(0, len(IDS), tokens)]
    return torch.cat([model.prefill(part, cache, all_positions=True) for part in parts])


@pytest.fixture(scope="module")
def exact() -> Tensor:
    return in_chunks(load(Precision.FP32), len(IDS))


@pytest.mark.parametrize(
    ("kernel", "layer"),
    [(Int8Kernel.LEAN, Int8Linear), (Int8Kernel.BITSANDBYTES, BitsAndBytesInt8Linear)],
)
def test_chunks_and_single_steps_change_next_to_nothing(kernel: Int8Kernel, layer: type[object], exact: Tensor) -> None:
    model = load(Precision.INT8, kernel)
    weights = model.weights
    products = [product for each in weights.layers for product in (each.qkv, each.output, each.gate_up, each.down)]
    assert all(isinstance(product, layer) for product in [*products, weights.head])
    whole = in_chunks(model, len(IDS))
    assert mean_kl(exact, whole) < 0.01
    for tokens in (9, 64):
        assert mean_kl(whole, in_chunks(model, tokens)) < FEEDING_KL
    cache = model.new_cache()
    model.prefill(IDS[:64], cache)
    steps = torch.stack([model.decode(token, cache) for token in IDS[64:]])
    assert mean_kl(whole[64:], steps) < FEEDING_KL


def test_both_kernels_take_the_same_memory() -> None:
    lean, theirs = (load(Precision.INT8, kernel) for kernel in (Int8Kernel.LEAN, Int8Kernel.BITSANDBYTES))
    assert lean.weights_bytes == theirs.weights_bytes


def test_only_the_head_widens_nothing_for_outliers() -> None:
    weights = load(Precision.INT8, Int8Kernel.BITSANDBYTES).weights
    assert isinstance(weights.head, BitsAndBytesInt8Linear)
    assert isinstance(weights.layers[0].down, BitsAndBytesInt8Linear)
    assert (weights.head.threshold, weights.layers[0].down.threshold) == (0.0, OUTLIER_THRESHOLD)


def test_a_slower_kernel_reads_shorter_chunks() -> None:
    sizes = [
        prefill_chunk_tokens_for(15_000_000, Precision.INT8, CPU, kernel)
        for kernel in (Int8Kernel.LEAN, Int8Kernel.BITSANDBYTES)
    ]
    assert sizes[0] > sizes[1]


@pytest.mark.parametrize("precision", [Precision.INT8, Precision.NF4])
def test_gpus_without_bf16_compute_in_fp16(precision: Precision, monkeypatch: pytest.MonkeyPatch) -> None:
    def capability(found: tuple[int, int]) -> Callable[[torch.device], tuple[int, int]]:
        return lambda _: found

    gpu = torch.device("cuda:0")
    monkeypatch.setattr(torch.cuda, "get_device_capability", capability((8, 6)))
    assert compute_dtype_for(precision, gpu) == torch.bfloat16
    monkeypatch.setattr(torch.cuda, "get_device_capability", capability((7, 5)))
    assert compute_dtype_for(precision, gpu) == torch.float16
    monkeypatch.setattr(torch.version, "hip", "7.2")
    assert compute_dtype_for(precision, gpu) == torch.bfloat16
