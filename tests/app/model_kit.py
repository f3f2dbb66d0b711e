"""A shelf of models over a folder of its own, and a hub on this machine to fill it from."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import huggingface_hub
import huggingface_hub.constants
import pytest
from pytestqt.qtbot import QtBot

from app.core.models import HubModel
from app.core.paths import user_paths
from app.core.settings import Settings
from app.library import machine_process
from app.services import model_shelf
from app.services.job_types import JobEnded
from app.services.model_shelf import ModelShelf
from app.services.settings import SettingsService
from engine.cancel import CancelToken
from engine.hardware import CpuInfo, DeviceKind, GpuInfo, InstructionSet, Machine, MemoryInfo
from tests.support.checkpoints import make_checkpoint
from tests.support.fake_hub import FakeHub, serving

PATIENCE_MS = 30_000
# The catalogue holds no digests of this one's files, so that a small model can stand for it.
NAME = "Qwen3-1.7B-Base"
SOURCE = HubModel(NAME)
WEIGHTS = "model.safetensors"
GIB = 1 << 30

LAPTOP = Machine(
    os="Test OS",
    python="3.11",
    cpu=CpuInfo("Test CPU", "x86_64", 4, 8, 8, (InstructionSet.AVX2,)),
    memory=MemoryInfo(16 * GIB, 12 * GIB, 16 * GIB),
)
GAMER = Machine(
    os="Test OS",
    python="3.11",
    cpu=LAPTOP.cpu,
    memory=LAPTOP.memory,
    gpus=(GpuInfo(DeviceKind.CUDA, 0, "Test GPU", 8 * GIB, 7 * GIB, True, "sm_86", bitsandbytes=True),),
)


@contextlib.contextmanager
def small_hub(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A hub that has a small model under the name of one of the catalogue; downloads go there."""
    model = make_checkpoint(folder / "on-the-hub", chat_template=False)
    files = {each.name: each.read_bytes() for each in model.iterdir() if each.name != "manifest.json"}
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving(FakeHub(files, repository=f"Qwen/{NAME}")) as hub:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", hub.url)
        huggingface_hub.close_session()  # the one kept in this process may know another hub
        yield hub
        huggingface_hub.close_session()


def pretend_machine(monkeypatch: pytest.MonkeyPatch, machine: Machine = LAPTOP) -> None:
    """Have every shelf find this machine, at once."""

    def look(cancel: CancelToken, time_limit_s: float = machine_process.TIME_LIMIT_S) -> Machine:
        return machine

    monkeypatch.setattr(model_shelf, "look_at_machine", look)


@contextlib.contextmanager
def open_shelf(qtbot: QtBot, settings: SettingsService | None = None) -> Iterator[ModelShelf]:
    """A shelf that has read the disk."""
    shelf = ModelShelf(user_paths(), settings or SettingsService(None, Settings()))
    try:
        with qtbot.waitSignal(shelf.models_changed, timeout=PATIENCE_MS):
            shelf.refresh()
        yield shelf
    finally:
        shelf.close()
        shelf.deleteLater()


def ended(qtbot: QtBot, shelf: ModelShelf, act: Callable[[], object]) -> JobEnded:
    """How the job that `act` starts or stops ended."""
    with qtbot.waitSignal(shelf.job_ended, timeout=PATIENCE_MS) as told:
        act()
    found = told.args[0]
    assert isinstance(found, JobEnded)
    return found
