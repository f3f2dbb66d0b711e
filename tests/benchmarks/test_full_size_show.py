"""The showing of the full size works from end to end, with a small model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks.full_size_show import lines, main


def test_a_small_model_goes_all_the_way(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code = main(["--small", "--precision", "fp32", "--without-transformers", "--json", "--workspace", str(tmp_path)])
    said = capsys.readouterr()
    assert code == 0, said.err
    report = json.loads(said.out)
    assert report["verify"]["sound"]
    assert report["download"]["bytes"] > report["weights_bytes"] > 0
    (load,) = report["loads"]
    assert load["way"] == "ponder fp32"
    assert load["load_s"] > 0
    assert load["peak_mib"] > 50
    assert 1 <= len(load["token_ids"]) <= 8
    assert any("ponder fp32" in line for line in lines(report))
