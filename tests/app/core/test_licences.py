"""What Ponder is made with: found through requirements and their extras, or read from the file of a package."""

from __future__ import annotations

import json
from pathlib import Path

from app.core.licences import InstalledLicences, bundled_licences, find_distribution, licence_text, licensed, required
from app.version import DISTRIBUTION


def _install(folder: Path, name: str, *lines: str, **texts: str) -> None:
    """As pip leaves a distribution; `texts` go among its licence files."""
    place = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    files = {"METADATA": "\n".join(["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *lines, ""])}
    files |= {f"licenses/{file}": text for file, text in texts.items()}
    for file, text in files.items():
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        (place / file).write_text(text, encoding="utf-8")
    (place / "RECORD").write_text("".join(f"{place.name}/{each},,\n" for each in files), encoding="utf-8")


def test_requirements_are_followed_with_the_extras_that_are_asked_for_and_no_others(tmp_path: Path) -> None:
    _install(
        tmp_path,
        "big",
        "Requires-Dist: small_one>=2; python_version >= '3'",
        "Requires-Dist: toolkit[fast, Other]==1 ; platform_system == 'Linux'",
        "Requires-Dist: pytest; extra == 'test'",
        "Requires-Dist: not-here",
    )
    for name in ("small-one", "pytest", "kernels", "slow"):
        _install(tmp_path, name, "Requires-Dist: big")  # and round again
    _install(
        tmp_path,
        "toolkit",
        "Requires-Dist: kernels; extra == 'fast' and platform_machine != 'none'",
        "Requires-Dist: slow; extra == 'slow'",
    )
    found = required(["Big>=1,<2"], [str(tmp_path)])
    assert [each.name for each in found] == ["big", "kernels", "small-one", "toolkit"]


def test_a_licence_is_stated_in_a_few_words_and_told_in_full(tmp_path: Path) -> None:
    _install(tmp_path, "one", "License-Expression: MIT", LICENSE="the terms")
    _install(tmp_path, "two", "License: " + "all of it " * 60, "Classifier: License :: OSI Approved :: BSD License")
    _install(tmp_path, "three", LICENSE="the terms", NOTICE="and others", COPYING="the terms")
    one, two, three = (find_distribution(name, [str(tmp_path)]) for name in ("one", "two", "three"))
    assert one is not None
    assert two is not None
    assert three is not None
    assert (licensed(one).licence, licence_text(one)) == ("MIT", "the terms")
    assert (licensed(two).licence, licence_text(two)) == ("BSD License", "")
    assert licence_text(three) == "LICENSE\n-------\n\nthe terms\n\n\nNOTICE\n------\n\nand others"


def test_those_of_what_is_installed_here() -> None:
    here = InstalledLicences(DISTRIBUTION)
    found = {each.name.lower().replace("_", "-"): each for each in here.packages}
    assert "LGPL" in found["pyside6-essentials"].licence
    assert {"torch", "pydantic", "annotated-types"} <= found.keys()
    assert "pytest" not in found
    assert "MIT" in here.text("pydantic")
    assert here.text("no-such-package-anywhere") == ""
    assert InstalledLicences("no-such-package-anywhere").packages == ()


def test_those_that_a_package_carries(tmp_path: Path) -> None:
    path = tmp_path / "licences.json"
    entry = {"name": "torch", "version": "2.13.0", "licence": "BSD-3-Clause", "text": "torch's terms"}
    path.write_text(json.dumps([entry, entry | {"name": DISTRIBUTION, "text": "Ponder's"}]), encoding="utf-8")
    bundled = bundled_licences(path, DISTRIBUTION)
    assert bundled is not None
    assert [each.name for each in bundled.packages] == ["torch"]
    assert [bundled.text(name) for name in ("torch", DISTRIBUTION, "other")] == ["torch's terms", "Ponder's", ""]
    for broken in ("", "{}}", '[{"name": "torch"}]', "[1]", "7"):
        path.write_text(broken, encoding="utf-8")
        assert bundled_licences(path, DISTRIBUTION) is None
    assert bundled_licences(tmp_path / "none.json", DISTRIBUTION) is None
