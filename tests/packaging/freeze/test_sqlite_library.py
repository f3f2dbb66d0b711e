"""The SQLite of a frozen folder is new enough, and made of the sources that were meant."""

from __future__ import annotations

import io
import sqlite3
import sys
import tarfile
from pathlib import Path

import pytest
import sqlite_library
from sqlite_library import LIBRARY, OLDEST, SOURCE, put_newer, version

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="other systems' bundles keep Python's own SQLite")


def _loaded() -> Path | None:
    """The library that Python's module is linked to."""
    sqlite3.connect(":memory:").close()
    lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    return next((Path(line.split()[-1]) for line in lines if "libsqlite3.so" in line), None)


@linux_only
def test_the_version_is_read_from_the_library() -> None:
    library = _loaded()
    if library is None:
        pytest.skip("Python has SQLite built in here")
    assert version(library) == sqlite3.sqlite_version_info


@linux_only
def test_a_new_enough_library_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_internal").mkdir()
    (library := tmp_path / "_internal" / LIBRARY).write_bytes(b"as it was")
    monkeypatch.setattr(sqlite_library, "version", lambda _: OLDEST)
    put_newer(tmp_path, tmp_path)
    assert library.read_bytes() == b"as it was"


def test_a_folder_without_a_library_of_its_own_is_left_alone(tmp_path: Path) -> None:
    put_newer(tmp_path, tmp_path)
    assert not list(tmp_path.iterdir())


@linux_only
def test_other_sources_than_expected_are_not_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tarfile.open(tmp_path / "carrier.tgz", "w:gz") as packed:
        entry = tarfile.TarInfo(SOURCE)
        entry.size = len(text := b"int surprise;\n")
        packed.addfile(entry, io.BytesIO(text))
    npm = tmp_path / "npm"
    npm.write_text(f'#!/bin/sh\ncp "{tmp_path}/carrier.tgz" .\n', encoding="utf-8")
    npm.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(npm) if name == "npm" else None)
    (tmp_path / "_internal").mkdir()
    (tmp_path / "_internal" / LIBRARY).write_bytes(b"")
    monkeypatch.setattr(sqlite_library, "version", lambda _: (3, 40, 1))
    with pytest.raises(SystemExit, match="nothing was built"):
        put_newer(tmp_path, tmp_path / "work")
