"""Allocations that fail at a chosen moment with the errors that really occur, and a count of what is still held.

`StarvingEngine` is the real engine with such a moment in it, for a child process:
`ProcessEngine("tests.support.starving:StarvingEngine")`. A request whose last message begins with "starve N" runs out
of memory at the N-th pass through the last layer; a load does so at tensor PONDER_TEST_STARVE_TENSOR, once.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from unittest.mock import patch

import torch
from torch import Tensor

from engine.cancel import CancelToken
from engine.engine import Engine
from engine.model.decoder import Qwen3Decoder
from engine.model.kv_cache import KVCache
from engine.model.linear import Linear
from engine.native.step import NativeStep
from engine.tensor_reader import StoredTensor, TensorReader
from engine.types import GenerateEvent, GenerateRequest, Loaded, LoadProgress, LoadRequest


class Shortage(StrEnum):
    CPU_ALLOCATOR = "PyTorch's allocator for main memory"
    CUDA_ALLOCATOR = "PyTorch's allocator for CUDA"
    PYTHON = "Python's own"

    def strike(self) -> None:
        """Raise what this allocator raises."""
        match self:
            case Shortage.CPU_ALLOCATOR:
                torch.empty(1 << 60, dtype=torch.uint8)
            case Shortage.CUDA_ALLOCATOR:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total …")
            case Shortage.PYTHON:
                bytearray(1 << 60)


class Countdown:
    """Strikes when it has been called `at` times."""

    def __init__(self, shortage: Shortage, at: int) -> None:
        self._shortage, self._left = shortage, at

    def __call__(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._shortage.strike()


class StarvingLinear:
    """A linear layer that is counted at every call."""

    def __init__(self, inner: Linear, count: Countdown) -> None:
        self._inner, self._count = inner, count

    @property
    def weights_bytes(self) -> int:
        return self._inner.weights_bytes

    def __call__(self, x: Tensor) -> Tensor:
        y = self._inner(x)
        self._count()
        return y


class StarvingStep(NativeStep):
    """A native step that is counted when it was the last of a pass, which is the one that gives logits."""

    def __init__(self, inner: NativeStep, count: Countdown) -> None:
        self.kernels, self.close = inner.kernels, inner.close  # type: ignore[method-assign]
        self._inner, self._count = inner, count

    def run(
        self, ids: Sequence[int], cache: KVCache, cancel: CancelToken | None = None, *, logit_rows: int = 1
    ) -> Tensor:
        logits = self._inner.run(ids, cache, cancel, logit_rows=logit_rows)
        if logit_rows:
            self._count()
        return logits


def starve_pass(engine: Engine, shortage: Shortage, at: int) -> None:
    """Make the loaded model fail at its `at`-th pass from now, in its last layer or in the native kernels."""
    assert engine._session is not None
    model = engine._session.model
    assert isinstance(model, Qwen3Decoder)
    count = Countdown(shortage, at)
    *layers, last = model.weights.layers
    model._weights = replace(model.weights, layers=(*layers, replace(last, down=StarvingLinear(last.down, count))))
    if model._native is not None:
        model._native = StarvingStep(model._native, count)


class starve_tensor:
    """A context in which loading fails at its `at`-th tensor."""

    def __init__(self, shortage: Shortage, at: int) -> None:
        find = TensorReader._stored
        left = [at]

        def stored(reader: TensorReader, name: str) -> StoredTensor:
            left[0] -= 1
            if left[0] == 0:
                shortage.strike()
            return find(reader, name)

        self._patch = patch.object(TensorReader, "_stored", stored)

    def __enter__(self) -> None:
        self._patch.start()

    def __exit__(self, *_: object) -> None:
        self._patch.stop()


def tensor_bytes() -> int:
    """What all tensors of this process hold, each storage counted once."""
    # By type(): looking at __class__ makes some of torch's old proxies warn.
    tensors = [item for item in gc.get_objects() if issubclass(type(item), Tensor)]
    storages = {tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes() for tensor in tensors}
    return sum(storages.values())


class StarvingEngine(Engine):
    def __init__(self) -> None:
        super().__init__()
        self._starve_tensor = int(os.environ.get("PONDER_TEST_STARVE_TENSOR", "0"))

    def load(self, request: LoadRequest, progress: Callable[[LoadProgress], None] | None = None) -> Loaded:
        at, self._starve_tensor = self._starve_tensor, 0
        with starve_tensor(Shortage.CPU_ALLOCATOR, at):
            return super().load(request, progress)

    def generate(self, request: GenerateRequest) -> Iterator[GenerateEvent]:
        words = request.messages[-1].content.split()
        if words[0] == "starve":
            starve_pass(self, Shortage.CPU_ALLOCATOR, int(words[1]))
        return super().generate(request)
