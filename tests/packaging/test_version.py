"""There is one version, and everything that tells one says that."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from app.version import VERSION

ROOT = Path(__file__).resolve().parents[2]


def test_the_command_says_it() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "app", "--version"], capture_output=True, text=True, timeout=60, check=True, cwd=ROOT
    )
    assert said.stdout == f"ponder {VERSION}\n"


def test_the_changelog_begins_with_it() -> None:
    changelog = (ROOT / "packaging" / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", changelog, re.MULTILINE)
    assert releases[0] == VERSION
    numbers = [tuple(map(int, each.split("."))) for each in releases]
    assert numbers == sorted(numbers, reverse=True)


def test_pyproject_takes_it_from_the_code() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in pyproject["project"]
    assert pyproject["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "app.version.VERSION"}
