"""Drawing where the model is, made to happen on a CPU, where the same steps run without a graph or as if with one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import torch
from torch import Tensor

from engine.engine import Engine
from engine.model import decoder as decoder_module
from engine.model.cuda_graph import PreparedSteps, Step, StepRunner
from engine.model.decoder import Qwen3Decoder
from engine.model.device_decoder import FIRST_BUCKET, DeviceDecoder


class CapturedSteps(PreparedSteps):
    """Prepares and starts steps as graphs would be: what is started is what was captured, whatever is given then.

    Args:
        refuses: what capturing fails with from then on when it is called; None: it works.
    """

    def __init__(self, refuses: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.refuses = refuses
        self.captures = 0
        self.begun = 0
        self.order: list[str] = []  # what was queued and what was waited for, in turn

    def run(self, owner: object, layout: Hashable, key: Hashable, step: Step) -> None:
        self.begun += 1
        super().run(owner, layout, key, step)

    def capture(self, step: Step) -> Step:
        if self.refuses is not None:
            self.refuses()
        self.captures += 1
        return step

    def fetch(self, source: Tensor) -> Callable[[], int]:
        self.order.append("queued")
        value = int(source)

        def read() -> int:
            self.order.append("read")
            return value

        return read


def lean_model(engine: Engine) -> Qwen3Decoder:
    assert engine._session is not None
    model = engine._session.model
    assert isinstance(model, Qwen3Decoder)
    return model


def draw_on_device(engine: Engine, runner: StepRunner | None = None) -> DeviceDecoder:
    """From now on the loaded model draws in its steps."""
    decoder = DeviceDecoder(lean_model(engine), runner)
    lean_model(engine).device_decoder = decoder
    return decoder


def draw_on_host(engine: Engine) -> None:
    lean_model(engine).device_decoder = None


@contextmanager
def the_same_steps(engine: Engine) -> Iterator[None]:
    """Without the native kernels, and attending as far as a device does: both ways compute the very same bits."""
    model, threads = lean_model(engine), torch.get_num_threads()
    native, model._native = model._native, None
    torch.set_num_threads(1)  # they would only wait for each other in so small a model
    try:
        with patch.object(decoder_module, "DECODE_BUCKET", FIRST_BUCKET):
            yield
    finally:
        model._native = native
        torch.set_num_threads(threads)
