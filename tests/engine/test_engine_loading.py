"""Loading a model into the engine in this process: every precision, progress."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.engine import Engine
from engine.types import LoadProgress, LoadRequest, Precision
from tests.support.answers import finished, request, run
from tests.support.checkpoints import TOKENS, make_checkpoint


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # No padding rows: transformers would draw them, the engine never does.
    return make_checkpoint(tmp_path_factory.mktemp("models") / "noise", vocab=TOKENS)


@pytest.mark.parametrize("precision", [p for p in Precision if p is not Precision.AUTO])
def test_every_precision_loads_and_answers(folder: Path, precision: Precision) -> None:
    engine = Engine()
    loaded = engine.load(LoadRequest(str(folder), device="cpu", precision=precision))
    assert loaded.precision is precision
    assert loaded.reason
    assert finished(run(engine, request())).token_ids
    engine.close()


def test_loading_reports_progress_up_to_the_end(folder: Path) -> None:
    seen: list[LoadProgress] = []
    engine = Engine()
    engine.load(LoadRequest(str(folder), device="cpu"), seen.append)
    assert [p.done_bytes for p in seen] == sorted(p.done_bytes for p in seen)
    assert seen[-1].done_bytes == seen[-1].total_bytes
    engine.close()
