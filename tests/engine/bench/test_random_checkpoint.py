"""The model of full size with random weights, on a small geometry."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.library.models import built_in_model
from engine import random_checkpoint
from engine.checkpoint import open_checkpoint
from engine.engine import Engine
from engine.errors import InvalidRequest
from engine.random_checkpoint import QWEN3_0_6B, make_random_checkpoint
from engine.types import LoadRequest

POCKET = built_in_model().folder


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = replace(
        QWEN3_0_6B, vocab_size=2048, hidden_size=64, intermediate_size=96, layers=2, heads=2, kv_heads=1, head_dim=32
    )
    monkeypatch.setattr(random_checkpoint, "QWEN3_0_6B", sizes)


def test_it_has_the_published_sizes() -> None:
    assert QWEN3_0_6B.parameter_count == 596_049_920


@pytest.mark.usefixtures("small")
def test_it_loads_with_the_tokenizer_it_was_given(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    folder = make_random_checkpoint(tmp_path / "made", POCKET, progress=lambda done, total: told.append((done, total)))
    checkpoint = open_checkpoint(folder)
    assert checkpoint.warnings == ()
    assert checkpoint.max_context_tokens == 40_960
    assert checkpoint.eos_token_ids == open_checkpoint(POCKET).eos_token_ids
    assert told[-1] == (checkpoint.weights_bytes, checkpoint.weights_bytes)
    engine = Engine()
    try:
        engine.load(LoadRequest(str(folder), device="cpu", context_tokens=64))
        logits = engine.logits([1, 2, 3])
    finally:
        engine.close()
    assert bool(logits.isfinite().all())
    assert 0.3 < float(logits.std()) < 3, "noise of a sane size"


@pytest.mark.usefixtures("small")
def test_it_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    def fail(done: int, total: int) -> None:
        raise OSError("no more room")

    with pytest.raises(OSError, match="no more room"):
        make_random_checkpoint(tmp_path / "made", POCKET, progress=fail)
    assert list(tmp_path.iterdir()) == []
    make_random_checkpoint(tmp_path / "made", POCKET)
    with pytest.raises(InvalidRequest, match="already"):
        make_random_checkpoint(tmp_path / "made", POCKET)
