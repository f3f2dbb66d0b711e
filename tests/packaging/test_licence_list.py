"""The licences that a package of Ponder carries: everything it is made of is there, and nothing of the tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from app.core.licences import BundledLicences, bundled_licences
from app.version import DISTRIBUTION

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "licences" / "collect.py"


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> BundledLicences:
    """Collected from the environment of this test as for a package."""
    path = tmp_path_factory.mktemp("licences") / "new folder" / "third_party_licences.json"
    subprocess.run([sys.executable, str(SCRIPT), "--output", str(path)], check=True, cwd=path.parents[1], timeout=120)
    found = bundled_licences(path, DISTRIBUTION)
    assert found is not None
    return found


def test_everything_has_a_licence_with_its_text(bundled: BundledLicences) -> None:
    names = {each.name for each in bundled.packages}
    assert {"torch", "transformers", "Python", "Qt", "PyInstaller bootloader", "Practice model"} <= names
    assert {"STIX Two Math (font)", "tokenizers", "latex2mathml"} <= names
    assert [each.name for each in bundled.packages if not each.licence] == []
    assert [each for each in (*names, DISTRIBUTION) if len(bundled.text(each)) < 500] == []


def test_what_only_tests_and_builds_need_is_not_listed(bundled: BundledLicences) -> None:
    assert not {"pytest", "mypy", "ruff", "hypothesis", "pip", DISTRIBUTION} & {each.name for each in bundled.packages}


def test_what_torch_carries_inside_is_named(bundled: BundledLicences) -> None:
    text = bundled.text("torch")
    for part in ("third_party/fbgemm", "third_party/sleef", "third_party/XNNPACK"):
        assert part in text


def test_the_notice_for_qt_says_what_the_lgpl_asks_for(bundled: BundledLicences) -> None:
    notice = bundled.text("Qt")
    assert f"Qt {version('PySide6_Essentials')}" in notice
    assert "{" not in notice.split("=" * 80)[0]
    assert "https://download.qt.io/official_releases/qt/" in notice
    assert "builds of your own in their place" in notice
    for licence in ("GNU LESSER GENERAL PUBLIC LICENSE", "GNU GENERAL PUBLIC LICENSE"):
        assert licence in notice


def test_the_notice_names_every_part_of_qt_that_ponder_calls(bundled: BundledLicences) -> None:
    called = set()
    for path in (ROOT / "app").rglob("*.py"):
        called |= set(re.findall(r"PySide6\.(Qt\w+)|from PySide6 import (Qt\w+)", path.read_text(encoding="utf-8")))
    modules = {name for pair in called for name in pair if name}
    [said] = re.findall(r"calls the modules (.*?)\. ", bundled.text("Qt"))
    assert set(re.findall(r"Qt\w+", said)) == modules


@pytest.mark.skipif(os.name == "nt", reason="stands a shell script in for an interpreter")
def test_a_package_without_a_text_stops_the_build(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    for name, file in (("torch", "torch/__init__.py"), ("numpy", None)):  # numpy: nothing but a name
        place = packages / f"{name}-1.dist-info"
        place.mkdir(parents=True)
        (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n", encoding="utf-8")
        record = [f"{place.name}/METADATA,,", *([] if file is None else [f"{file},,"])]
        (place / "RECORD").write_text("\n".join(record), encoding="utf-8")
    program = tmp_path / "python"
    program.write_text(
        f"#!/bin/sh\nexec '{sys.executable}' -c 'import sys; sys.path = [sys.argv[2]] + "
        f'[each for each in sys.path if "site-packages" not in each]; exec(sys.argv[1])\' "$3" \'{packages}\'\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    output = tmp_path / "licences.json"
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--output", str(output), "--python", str(program)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "No licence text for torch: put it into" in done.stderr
    assert not output.exists()
