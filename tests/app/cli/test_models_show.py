"""`ponder models show` and the catalogue in `ponder models list`, on a made-up machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.hardware import Machine
from tests.app.cli.command import Command
from tests.engine.hardware import cuda, machine
from tests.support.checkpoints import make_checkpoint


def here() -> Machine:
    return machine(cuda(8, 7), ram_gib=32)


@pytest.fixture(autouse=True)
def _this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.library.catalogue.detect_machine", here)


def test_the_card(command: Command) -> None:
    outcome = command(["models", "show", "0.6b"])
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[0].startswith("Qwen3-0.6B ")
    for part in (
        "Qwen/Qwen3-0.6B, commit c1899de289a04d12100db370d81485cdf75e47ca",
        "Apache-2.0",
        "596,049,920",
        "temperature 0.6, top-p 0.95, top-k 20, min-p 0",
        "bf16 on cuda:0",
        "Memory on cuda",
        "Q4_K_M (GGUF)",
        "GTX 1650 4 GB",
        "MATH-500",
    ):
        assert part in outcome.out
    assert "\N{NO-BREAK SPACE}" not in outcome.out


def test_the_card_of_a_model_that_does_not_run_here(command: Command) -> None:
    outcome = command(["models", "show", "Qwen/Qwen3-32B"])
    assert outcome.code == 0
    assert "Not enough memory" in outcome.out
    assert "too small" in outcome.out
    assert "Benchmarks" not in outcome.out


def test_a_base_model_continues_greedily(command: Command) -> None:
    out = command(["models", "show", "qwen3-1.7b-base"]).out
    assert "Continuing       greedy" in out
    assert "Thinking" not in out
    assert "commit not recorded" in out


def test_the_card_as_json(command: Command) -> None:
    card = json.loads(command(["models", "show", "--json", "4b"]).out)
    assert card["repository"] == "Qwen/Qwen3-4B"
    assert card["context"] == {"native_tokens": 32_768, "position_tokens": 40_960, "yarn_tokens": 131_072}
    assert card["here"]["precision"] == "int8"


def test_an_unknown_name(command: Command) -> None:
    outcome = command(["models", "show", "pocket-xl"])
    assert (outcome.code, outcome.out) == (1, "")
    assert "no model called 'pocket-xl'" in outcome.err


def test_the_list_ends_with_the_catalogue(command: Command, ponder_home: Path) -> None:
    make_checkpoint(ponder_home / "models" / "Qwen3-0.6B")
    lines = command(["models", "list"]).out.splitlines()
    assert lines[1].startswith("  Qwen3-0.6B ")
    start = lines.index("Catalogue:")
    assert lines[start - 1] == ""
    catalogue = lines[start + 1 :]
    assert len(catalogue) == 8
    assert catalogue[0].endswith("installed")
    assert "bf16 on cuda:0, 32,768 tokens" in catalogue[0]
    assert not catalogue[1].endswith("installed")
    assert catalogue[5].endswith("does not run here")
    assert max(map(len, lines[start:])) <= 100


def test_the_list_as_json(command: Command, ponder_home: Path) -> None:
    folder = make_checkpoint(ponder_home / "models" / "Qwen3-0.6B")
    report = json.loads(command(["models", "list", "--json"]).out)
    assert [each["name"] for each in report["models"]] == ["pocket", "Qwen3-0.6B"]
    first, *rest = report["catalogue"]
    assert first["installed"] == str(folder)
    assert first["here"]["fits"] is True
    assert all(each["installed"] is None for each in rest)
