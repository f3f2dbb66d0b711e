"""The workflows of the build service: they keep to its schema, take nothing that can change, and run what there is."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
IDS = [each.stem for each in WORKFLOWS]
SYSTEMS = ("linux", "windows", "macos")


def _text(name: str) -> str:
    return (ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8")


@pytest.mark.skipif(
    importlib.util.find_spec("check_jsonschema") is None, reason="check-jsonschema, which brings the schema, is missing"
)
def test_they_keep_to_the_schema() -> None:
    command = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows")
    done = subprocess.run([*command, *map(str, WORKFLOWS)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=IDS)
def test_every_action_is_named_by_its_commit(path: Path) -> None:
    used = re.findall(r"uses: *(.*)", path.read_text(encoding="utf-8"))
    assert used
    assert [each for each in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []


def test_only_the_job_that_makes_the_release_may_write() -> None:
    assert not re.search(r": write", _text("ci"))
    assert re.findall(r"(\w+): write", _text("release").split("\n  publish:")[0]) == []
    assert re.findall(r"(\w+): write", _text("release").split("\n  publish:")[1]) == ["contents"]
    for name in ("ci", "release"):
        assert "\npermissions:\n  contents: read\n" in _text(name)


def test_the_scripts_that_they_run_are_there() -> None:
    release = _text("release")
    assert "run: bash .ci/run\n" in _text("ci")
    assert (ROOT / ".ci" / "run").is_file()
    named = re.findall(r"python (packaging/[\w/]+\.py)", release)
    assert named == ["packaging/freeze/build.py", "packaging/freeze/smoke.py"]
    installers = [f"packaging/installers/{system}/make_{system}.py" for system in SYSTEMS]
    assert re.findall(r"system: (\w+)", release) == list(SYSTEMS)
    assert [each for each in (*named, *installers) if not (ROOT / each).is_file()] == []
