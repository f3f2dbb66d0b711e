"""Loading a model into the engine in this process: every precision, progress."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import engine as engine_module
from engine.engine import Engine
from engine.model.decoder import Qwen3Decoder
from engine.model.load import load_decoder
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


def test_what_does_not_run_as_it_should_is_told_with_the_reason(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    reason = engine.load(LoadRequest(str(folder), device="cpu")).reason

    def load_with_caveat(*args: Any, **options: Any) -> Qwen3Decoder:
        model = load_decoder(*args, **options)
        model.caveat = "Answers are written more slowly than this GPU could."
        return model

    monkeypatch.setattr(engine_module, "load_decoder", load_with_caveat)
    assert engine.load(LoadRequest(str(folder), device="cpu")).reason == (
        f"{reason} Answers are written more slowly than this GPU could."
    )
    engine.close()
