"""A folder that this process may read and not write, also where it runs as root, to whom every folder is open."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def open_folder() -> Iterator[Path]:
    """A new folder that everybody may enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="ponder-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def write_protected(folder: Path) -> Iterator[None]:
    """Inside, nothing in `folder` may be changed or made. Needs the folder to be in an `open_folder`."""
    if sys.platform == "win32":
        raise NotImplementedError("a read-only folder on Windows takes new files nevertheless")
    paths = [folder, *folder.rglob("*")]
    before = [path.stat().st_mode for path in paths]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path, mode in zip(paths, before, strict=True):
            path.chmod(mode)
