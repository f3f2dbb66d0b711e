"""`ponder models` and `ponder doctor`, on small checkpoints and without an engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.version import VERSION
from engine.manifest import write_manifest
from tests.app.cli.command import Command
from tests.support.checkpoints import make_checkpoint


@pytest.fixture
def model(ponder_home: Path) -> Path:
    folder = make_checkpoint(ponder_home / "models" / "Kleines Mödell")
    write_manifest(folder, [each.name for each in folder.iterdir()])
    return folder


def test_list_marks_the_model_that_is_used(command: Command, model: Path) -> None:
    out = command(["models", "list"]).out.splitlines()
    assert out[0].startswith("* pocket ")
    assert "practice model, not an assistant" in out[0]
    assert out[1].startswith(f"  {model.name} ")
    assert out[1].endswith(f" kB  {model}")


def test_list_as_json_names_a_chosen_folder_from_elsewhere(
    command: Command, model: Path, tmp_path: Path, ponder_home: Path
) -> None:
    elsewhere = make_checkpoint(tmp_path / "elsewhere")
    (ponder_home / "settings.json").write_text(json.dumps({"model": str(elsewhere)}))
    report = json.loads(command(["models", "list", "--json"]).out)
    assert [(each["name"], each["built_in"], each["chosen"]) for each in report["models"]] == [
        ("pocket", True, False),
        (model.name, False, False),
        ("elsewhere", False, True),
    ]


def test_verify_a_sound_model(command: Command, model: Path) -> None:
    outcome = command(["models", "verify", model.name])
    assert (outcome.code, outcome.err) == (0, "")
    assert "files are what was installed" in outcome.out


def test_verify_without_a_manifest_says_what_was_not_checked(command: Command, model: Path) -> None:
    (model / "manifest.json").unlink()
    outcome = command(["models", "verify", model.name])
    assert outcome.code == 0
    assert "There is no manifest" in outcome.out


def test_verify_finds_an_altered_byte(command: Command, model: Path) -> None:
    weights = model / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    outcome = command(["models", "verify", "--json", model.name])
    report = json.loads(outcome.out)
    assert outcome.code == 1
    assert report["sound"] is False
    assert report["files"]["problems"] == ["model.safetensors is not the file that was installed."]


def test_verify_against_the_reference_is_skipped_with_a_reason(command: Command, model: Path) -> None:
    outcome = command(["models", "verify", "--against-reference", model.name])
    assert outcome.code == 0
    assert "Not compared with recorded outputs: Outputs are recorded for Qwen3-0.6B" in outcome.out


def test_verify_an_unknown_model(command: Command) -> None:
    outcome = command(["models", "verify", "none"])
    assert (outcome.code, outcome.out) == (1, "")
    assert "There is no model called 'none'" in outcome.err


def test_doctor_as_text_and_as_json(command: Command, model: Path) -> None:
    text = command(["doctor", "--model", model.name])
    assert text.code == 0
    assert model.name in text.out
    report = json.loads(command(["doctor", "--json", "--model", model.name]).out)
    assert set(report) == {"versions", "machine", "model"}
    assert report["versions"]["ponder"] == VERSION
    assert f"Ponder         {VERSION}, Python" in text.out


def test_doctor_reports_a_model_that_cannot_be_opened(command: Command, model: Path) -> None:
    (model / "model.safetensors").unlink()
    text = command(["doctor", "--model", model.name])
    assert text.code == 0
    assert f"{model.name} cannot run: " in text.out
    report = json.loads(command(["doctor", "--json", "--model", model.name]).out)
    assert set(report["model_error"]) == {"name", "kind", "message"}
