"""A tiny checkpoint and its GGUF file for each module."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.checkpoints import make_checkpoint
from tests.support.gguf_files import write_gguf


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("source") / "Tiny-Qwen3", dtype="bfloat16")


@pytest.fixture(scope="module")
def gguf_file(checkpoint: Path) -> Path:
    return write_gguf(checkpoint.parent / "Tiny-Qwen3-Q8_0.gguf", checkpoint, "Q8_0")
