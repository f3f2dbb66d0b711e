"""Weights read by the library: the same bits as torch makes, the same errors, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import FileIO
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.cancel import CancelToken
from engine.checkpoint import open_checkpoint
from engine.errors import Cancelled, DamagedModel
from engine.model.decoder import Qwen3Decoder
from engine.model.linear import DenseLinear, Int8Linear, Linear, quantized_stack, stacked
from engine.model.load import load_decoder
from engine.native import reading
from engine.native.library import SWITCH, Kernels, native
from engine.native.reading import NativeReading
from engine.safetensors_header import TensorInfo
from engine.tensor_reader import StoredTensor
from engine.types import KVCachePrecision, LoadProgress, Precision
from tests.engine.native.kernel_table import NAMES, kernels_named
from tests.support.checkpoints import make_checkpoint

CPU = torch.device("cpu")
DTYPES = {"BF16": torch.bfloat16, "F16": torch.float16, "F32": torch.float32}
NAME = "model.layers.0.mlp.up_proj.weight"


@pytest.fixture(params=NAMES, scope="module")
def kernels(request: pytest.FixtureRequest) -> Kernels:
    return kernels_named(request.param)


@pytest.fixture
def best() -> Kernels:
    found = native().kernels
    if found is None:
        pytest.skip("there are no native kernels here")
    return found


@pytest.fixture(autouse=True)
def _threads_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(reading, "PIECE_BYTES", 20_000)  # several pieces of everything
    yield
    assert not [thread.name for thread in threading.enumerate() if thread.name == "weights-reader"]


class Files:
    """Matrices in files, and their readers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self.stack = ExitStack()

    def store(
        self,
        matrix: Tensor,
        *,
        missing_bytes: int = 0,
        mode: str = "rb",
        name: str = NAME,
        duplicate: StoredTensor | None = None,
    ) -> StoredTensor:
        self._count += 1
        path = self._folder / f"{self._count}.bin"
        raw = matrix.contiguous().view(torch.uint8).numpy().tobytes()
        path.write_bytes(b"begin" + raw[: len(raw) - missing_bytes])
        kind = next(key for key, dtype in DTYPES.items() if dtype == matrix.dtype)
        info = TensorInfo(kind, tuple(matrix.shape), 5, 5 + len(raw), path)
        return StoredTensor(name, info, self.stack.enter_context(FileIO(path, mode)), duplicate)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    made = Files(tmp_path)
    with made.stack:
        yield made


def awkward(rows: int, columns: int, dtype: torch.dtype) -> Tensor:
    """Numbers of all sizes that are finite in `dtype`, ties between two roundings, both zeros, rows of nothing else."""
    generator = torch.Generator().manual_seed(rows * columns)
    x = torch.randn(rows, columns, generator=generator)
    if dtype == torch.float16:
        x *= 10.0 ** torch.randint(-8, 4, (rows, 1), generator=generator)
    else:
        x *= 10.0 ** torch.randint(-38, 30, (rows, 1), generator=generator)
    x[0] = torch.arange(columns) - columns // 2 + 0.5
    x[1] = 2.0**-14 + torch.arange(columns) * 2.0**-25  # between two of the smallest FP16 numbers
    x[2] = 65_519.0  # the last that FP16 does not round to infinity
    x[3] = 1.0 + torch.arange(columns) * 2.0**-12  # between two BF16 numbers, or FP16
    x[4], x[5] = 0.0, -0.0
    x[6, 0] = 127.0
    x[6, 1:] = torch.arange(1, columns) % 127 - 63.5
    return x.to(dtype).nan_to_num(posinf=1.0)


def fill(kernels: Kernels, ask: Callable[[NativeReading], object], threads: int = 3) -> None:
    with NativeReading(kernels) as weights:
        ask(weights)
        weights.start(threads)
        weights.finish(lambda done_bytes: None)


def same_bits(got: Tensor, wanted: Tensor) -> bool:
    return got.dtype == wanted.dtype and torch.equal(got.view(torch.uint8), wanted.contiguous().view(torch.uint8))


@pytest.mark.parametrize("columns", [64, 131])
@pytest.mark.parametrize("dtype", DTYPES.values())
def test_the_same_bits_as_torch(files: Files, kernels: Kernels, dtype: torch.dtype, columns: int) -> None:
    matrices = [awkward(rows, columns, dtype) for rows in (61, 17, 400)]
    stored = [files.store(each) for each in matrices]
    for wanted in (torch.bfloat16, torch.float16, torch.float32):
        plain: list[Tensor] = []

        def ask(weights: NativeReading, wanted: torch.dtype = wanted, plain: list[Tensor] = plain) -> None:
            plain.append(weights.stacked(stored, wanted))

        fill(kernels, ask)
        assert same_bits(plain[0], stacked(matrices, CPU, wanted)), wanted
    coded: list[tuple[Tensor, Tensor]] = []
    fill(kernels, lambda weights: coded.append(weights.quantized(stored)))
    for got, right in zip(coded[0], quantized_stack(matrices, CPU), strict=True):
        assert same_bits(got, right)


@pytest.mark.parametrize("dtype", DTYPES.values())
def test_a_tied_vocabulary_is_read_once_for_both(files: Files, kernels: Kernels, dtype: torch.dtype) -> None:
    matrix = awkward(300, 96, dtype)
    kept = torch.bfloat16 if dtype == torch.float32 else dtype
    made: list[tuple[Tensor, tuple[Tensor, Tensor]]] = []
    fill(kernels, lambda weights: made.append(weights.both(files.store(matrix), kept)))
    plain, coded = made[0]
    right = stacked([matrix], CPU, kept)
    assert same_bits(plain, right)
    assert all(same_bits(got, each) for got, each in zip(coded, quantized_stack([right], CPU), strict=True))


def test_what_lies_in_memory_is_converted_at_once(best: Kernels) -> None:
    matrix = awkward(30, 64, torch.bfloat16)
    with NativeReading(best) as weights:
        assert same_bits(weights.stacked([matrix], torch.float16), stacked([matrix], CPU, torch.float16))
        assert same_bits(weights.quantized([matrix])[0], quantized_stack([matrix], CPU)[0])
        weights.start(2)
        weights.finish(lambda done_bytes: None)


def test_without_threads_whoever_waits_reads(files: Files, best: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    matrix = awkward(200, 64, torch.bfloat16)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    made: list[Tensor] = []
    fill(best, lambda weights: made.append(weights.stacked([files.store(matrix)], torch.bfloat16)))
    assert same_bits(made[0], matrix)


# --- what is wrong with a file --------------------


def failure(kernels: Kernels, stored: StoredTensor) -> str:
    with pytest.raises(DamagedModel) as caught:
        fill(kernels, lambda weights: weights.quantized([stored]))
    return str(caught.value)


def test_a_file_that_ends_too_soon(files: Files, best: Kernels) -> None:
    assert "ended while it was being read" in failure(best, files.store(torch.ones(300, 64), missing_bytes=1))


def test_a_file_that_cannot_be_read(files: Files, best: Kernels) -> None:
    assert f"{NAME} cannot be read from" in failure(best, files.store(torch.ones(300, 64), mode="ab"))


@pytest.mark.parametrize("dtype", DTYPES.values())
@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_none(files: Files, kernels: Kernels, dtype: torch.dtype, number: float) -> None:
    matrix = torch.ones(300, 70, dtype=dtype)
    matrix[-1, -1] = number
    assert "holds NaN or infinite numbers" in failure(kernels, files.store(matrix))


def test_regions_of_zeros(files: Files, best: Kernels) -> None:
    matrix = torch.ones(300, 64)
    matrix[:90] = -0.0
    assert "90 of 300 rows" in failure(best, files.store(matrix))
    assert "entirely zero" in failure(best, files.store(torch.zeros(300, 64)))


@pytest.mark.parametrize("dtype", DTYPES.values())
def test_a_duplicate_must_be_equal(files: Files, best: Kernels, dtype: torch.dtype) -> None:
    matrix = awkward(300, 64, dtype)
    same = matrix.clone()
    same[4] = -0.0  # as good as 0
    fill(best, lambda weights: weights.quantized([files.store(matrix, duplicate=files.store(same))]))
    same[299, 63] += 1
    assert "differs" in failure(best, files.store(matrix, duplicate=files.store(same)))


def test_a_duplicate_of_another_type_is_compared_as_well(files: Files, best: Kernels) -> None:
    matrix = awkward(300, 64, torch.bfloat16)
    same = matrix.float()
    fill(best, lambda weights: weights.quantized([files.store(matrix, duplicate=files.store(same))]))
    same[299, 63] += 1
    assert "differs" in failure(best, files.store(matrix, duplicate=files.store(same)))


# --- whole models --------------------


def load(
    folder: Path,
    precision: Precision,
    told: list[LoadProgress] | None = None,
    cancel: CancelToken | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> Qwen3Decoder:
    checkpoint = open_checkpoint(folder)
    assert checkpoint.geometry is not None
    with checkpoint.reader() as reader:
        return load_decoder(
            reader,
            checkpoint.geometry,
            precision=precision,
            kv_cache=KVCachePrecision.AUTO,
            device=CPU,
            context_tokens=64,
            total_bytes=checkpoint.weights_bytes,
            progress=None if told is None else told.append,
            cancel=cancel,
            meanwhile=meanwhile,
        )


def tensors(model: Qwen3Decoder) -> Iterator[Tensor]:
    def of(product: Linear) -> Iterator[Tensor]:
        if isinstance(product, Int8Linear):
            yield from (product.codes, product.scale)
        else:
            assert isinstance(product, DenseLinear)
            yield product.weight

    yield model.weights.embedding
    yield from of(model.weights.head)
    for layer in model.weights.layers:
        for product in (layer.qkv, layer.output, layer.gate_up, layer.down):
            yield from of(product)


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("precision", [Precision.INT8, Precision.BF16, Precision.FP16, Precision.FP32])
def test_a_model_is_the_same_without_the_library(
    tmp_path: Path, best: Kernels, monkeypatch: pytest.MonkeyPatch, precision: Precision, tied: bool
) -> None:
    folder = make_checkpoint(tmp_path / "m", tied=tied, dtype="bfloat16")
    told: list[LoadProgress] = []
    fast = load(folder, precision, told)
    monkeypatch.setenv(SWITCH, "0")
    plain = load(folder, precision)
    assert all(same_bits(a, b) for a, b in zip(tensors(fast), tensors(plain), strict=True))
    done = [each.done_bytes for each in told]
    assert done == sorted(done)
    assert done[-1] == told[-1].total_bytes


def test_other_work_is_done_while_weights_are_read(tmp_path: Path, best: Kernels) -> None:
    def fail() -> None:
        raise DamagedModel("the other work failed")

    folder = make_checkpoint(tmp_path / "m")
    with pytest.raises(DamagedModel, match="the other work failed"):
        load(folder, Precision.INT8, meanwhile=fail)


def test_reading_ends_when_it_is_cancelled(tmp_path: Path, best: Kernels) -> None:
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        load(make_checkpoint(tmp_path / "m"), Precision.INT8, cancel=cancel, meanwhile=cancel.cancel)
