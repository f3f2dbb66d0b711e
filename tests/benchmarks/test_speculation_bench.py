"""That the benchmark of reading ahead measures what it says, on the built-in model. Its figures are not looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import resources
from engine.engine import Engine
from engine.types import LoadRequest
from tests.benchmarks.speculation_bench import cases, measure


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    engine.load(LoadRequest(str(Path(resources.__file__).parent / "pocket"), device="cpu"))
    yield engine
    engine.close()


def test_each_case_says_its_answer_both_ways(engine: Engine) -> None:
    session = engine._session
    for case in cases():
        row = measure(engine, case, tokens=24, rounds=1)
        assert (row.case, row.tokens) == (case.name, 24)
        assert row.plain > 0 < row.ahead
        assert 0 <= row.accepted <= row.drafted
    assert engine._session is session
