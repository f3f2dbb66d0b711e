"""What the installers are made of here: a stand-in for the frozen folder, and a changelog that knows its versions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import linux_share
import pytest
from linux_share import Edition
from system_needs import SystemNeeds

OLD, NEW = "0.0.8", "0.0.9"
CHANGELOG = f"# Changelog\n\n## [{NEW}] - 2026-01-31\n\n- Better\n\n## [{OLD}] - 2025-12-24\n\n- Good\n"


def stand_in(folder: Path, version: str, *files: str) -> Path:
    """A folder like PyInstaller's: a program that says its version, files beside it, and a link between them."""
    inside = folder / "_internal"
    inside.mkdir(parents=True)
    program = folder / "ponder"
    program.write_text(f"#!/bin/sh\necho ponder {version}\n")
    program.chmod(0o755)
    for name in ("library.so.1", *files):
        (inside / name).write_text(f"{name} of {version}")
    (inside / "library.so").symlink_to("library.so.1")
    # Whoever made it may have let nobody else read it.
    (inside / "library.so.1").chmod(0o600)
    return folder


def edition(version: str, glibc: str = "2.34") -> Edition:
    return Edition(version, datetime(2026, 1, 31, tzinfo=UTC), None, SystemNeeds(glibc, ("libegl1", "libgl1")))


@pytest.fixture(autouse=True)
def _changelog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(CHANGELOG)
    monkeypatch.setattr(linux_share, "CHANGELOG", path)
