"""`ponder models show` and the catalogue in `ponder models list`, on a made-up machine."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from engine.catalog import CATALOG, CatalogEntry
from engine.download.plan import PLAN_NAME, DownloadPlan, PlannedFile
from engine.hardware import Machine
from tests.app.cli.command import Command
from tests.engine.hardware import cuda, machine
from tests.support.checkpoints import make_checkpoint
from tests.support.fake_hub import REPOSITORY
from tests.support.hub_cache import put_into_cache


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
        "presence penalty",
        "not validated beyond",
        "1.52 GB; size and SHA-256 of all 8 files are recorded",
    ):
        assert part in outcome.out
    assert "\N{NO-BREAK SPACE}" not in outcome.out


def test_the_card_of_a_model_that_does_not_run_here(command: Command) -> None:
    outcome = command(["models", "show", "Qwen/Qwen3-32B"])
    assert outcome.code == 0
    assert "Not enough memory" in outcome.out
    assert "too small" in outcome.out
    assert "SHA-256 of 4 files are recorded, the weights' are those that the hub lists" in " ".join(outcome.out.split())
    assert "131,072 with YaRN, which costs short texts some quality" in " ".join(outcome.out.split())


@pytest.mark.parametrize("entry", CATALOG, ids=lambda entry: entry.name)
def test_every_model_has_a_card_with_scores_of_its_modes(command: Command, entry: CatalogEntry) -> None:
    lines = command(["models", "show", entry.name]).out.splitlines()
    assert max(map(len, lines)) <= 100
    start = lines.index("Benchmarks (Qwen3 Technical Report, arXiv:2505.09388):")
    assert lines[start + 1].split() == (["base"] if entry.is_base else ["thinking", "direct"])
    rows = lines[start + 2 :]
    assert len(rows) == (15 if entry.is_base else 22)
    assert all("–" not in row for row in rows)


def test_a_base_model_continues_greedily(command: Command) -> None:
    out = command(["models", "show", "qwen3-1.7b-base"]).out
    assert "Continuing       greedy" in out
    assert "Thinking" not in out
    assert "commit not recorded" in out
    assert "sizes and SHA-256 are those that the hub lists" in out


def test_the_card_as_json(command: Command) -> None:
    card = json.loads(command(["models", "show", "--json", "4b"]).out)
    assert card["repository"] == "Qwen/Qwen3-4B"
    assert card["context"] == {"native_tokens": 32_768, "position_tokens": 40_960, "yarn_tokens": 131_072}
    assert card["here"]["precision"] == "int8"


def test_the_calculator_for_a_precision_and_a_context(command: Command) -> None:
    outcome = command(["models", "show", "8b", "--precision", "q4_k_m", "--context", "32768"])
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "Qwen3-8B         32,768 tokens of context"
    assert "does not fit" in lines[1]  # 7 GB are free on this card
    (row,) = [line for line in lines if line.startswith("  Q4_K_M (GGUF)")]
    weights, cache, workspace, runtime, needed = (float(each) for each in row.split()[2::2])
    assert needed == pytest.approx(weights + cache + workspace + runtime, abs=0.3)
    text = " ".join(outcome.out.split())
    assert "fits RTX 3080 10 GB" in text or "fits GTX 1080 Ti 11 GB" in text
    assert "too small GTX 1650 4 GB" in text
    assert "Benchmarks" not in text


def test_the_calculator_without_a_precision_shows_all(command: Command) -> None:
    out = command(["models", "show", "0.6b", "--context", "4096", "--kv-cache", "8"]).out
    assert "4,096 tokens of context in a KV cache of 8 bits" in out
    assert [line.split()[0] for line in out.splitlines() if line.startswith("  ") and " GB  " in line][:8] == [
        *("fp32", "bf16", "int8", "nf4", "F16", "Q8_0", "Q6_K", "Q4_K_M"),
    ]
    assert "16-bit" in out


def test_the_calculator_as_json(command: Command) -> None:
    report = json.loads(command(["models", "show", "4b", "--precision", "INT8", "--json"]).out)
    assert report["name"] == "Qwen3-4B"
    (found,) = report["calculations"]
    assert (found["weights"], found["context_tokens"], found["device"]) == ("int8", 8_192, "cuda")
    assert len(found["gpus"]) >= 25
    every = json.loads(command(["models", "show", "4b", "--context", "100", "--json"]).out)["calculations"]
    assert len(every) == 8


@pytest.mark.parametrize(
    "arguments", [["--precision", "q9"], ["--context", "0"], ["--context", "many"], ["--kv-cache", "4"]]
)
def test_numbers_that_the_calculator_does_not_take(command: Command, arguments: list[str]) -> None:
    assert command(["models", "show", "4b", *arguments]).code == 2


def test_a_context_beyond_the_model_is_said(command: Command) -> None:
    out = " ".join(command(["models", "show", "0.6b", "--context", "100000"]).out.split())
    assert "does not work with 100,000, whatever the memory" in out


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


def test_the_list_shows_downloads_that_were_stopped(command: Command, ponder_home: Path) -> None:
    folder = ponder_home / "models" / ".incomplete-Tiny"
    folder.mkdir(parents=True)
    files = (PlannedFile("config.json", 1_000_000, None, "1" * 40),)
    (folder / PLAN_NAME).write_text(DownloadPlan("Maker/Tiny", "0" * 40, None, files).as_text())
    (folder / "config.json.part").write_bytes(bytes(250_000))
    lines = command(["models", "list"]).out.splitlines()
    start = lines.index("Stopped downloads:")
    assert lines[start + 1] == "  Tiny  250 kB of 1.0 MB; go on with: ponder models download Maker/Tiny"
    (stopped,) = json.loads(command(["models", "list", "--json"]).out)["unfinished"]
    assert (stopped["name"], stopped["kept_bytes"], stopped["total_bytes"]) == ("Tiny", 250_000, 1_000_000)
    outcome = command(["models", "remove", "Tiny", "--yes"])
    assert (outcome.code, outcome.out) == (0, "Tiny: removed, 250 kB freed\n")
    assert "Stopped downloads:" not in command(["models", "list"]).out


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_a_remembered_model_of_the_hub_cache_is_listed_by_its_repository(
    command: Command, ponder_home: Path, tmp_path: Path
) -> None:
    folder = put_into_cache(Path(os.environ["HF_HOME"]) / "hub", make_checkpoint(tmp_path / "model"))
    ponder_home.mkdir()
    (ponder_home / "settings.json").write_text(json.dumps({"model": str(folder)}))
    lines = command(["models", "list"]).out.splitlines()
    assert lines[1].startswith(f"* {REPOSITORY} ")
    assert lines[1].endswith(f"{folder} (in the Hugging Face cache)")
    assert not any(line.lstrip("* ").startswith(folder.name) for line in lines)
    (chosen,) = [each for each in json.loads(command(["models", "list", "--json"]).out)["models"] if each["chosen"]]
    assert chosen["name"] == REPOSITORY


def test_the_list_as_json(command: Command, ponder_home: Path) -> None:
    folder = make_checkpoint(ponder_home / "models" / "Qwen3-0.6B")
    report = json.loads(command(["models", "list", "--json"]).out)
    assert [each["name"] for each in report["models"]] == ["pocket", "Qwen3-0.6B"]
    first, *rest = report["catalogue"]
    assert first["installed"] == str(folder)
    assert first["here"]["fits"] is True
    assert all(each["installed"] is None for each in rest)
