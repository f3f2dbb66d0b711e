"""Lays out what goes into a package, without a second copy of the frozen folder where the file system allows it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FOLDER_MODE, PROGRAM_MODE, FILE_MODE = 0o755, 0o755, 0o644


def stage_bundle(bundle: Path, target: Path) -> None:
    """The frozen folder as `target`. Symbolic links stay links. Files are hard links where that is possible, so
    nothing may write into them; anyone may read them, and only their owner change them.
    """
    for folder, names, files in os.walk(bundle):
        here = target / Path(folder).relative_to(bundle)
        here.mkdir(mode=FOLDER_MODE, parents=True)
        here.chmod(FOLDER_MODE)
        for name in (*names, *files):
            source = Path(folder, name)
            if source.is_symlink():
                (here / name).symlink_to(source.readlink())
            elif name in files:
                _stage_file(source, here / name)


def set_modes(folder: Path) -> None:
    """Nothing of the mask of whoever makes the package remains in a folder that was written just now."""
    folder.chmod(FOLDER_MODE)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(FOLDER_MODE if path.is_dir() else _mode(path))


def _stage_file(source: Path, target: Path) -> None:
    mode = _mode(source)
    if source.stat().st_mode & 0o7777 == mode:
        try:
            os.link(source, target)
        except OSError:  # another file system, or one without links
            pass
        else:
            return
    shutil.copy2(source, target)
    target.chmod(mode)


def _mode(path: Path) -> int:
    return PROGRAM_MODE if path.stat().st_mode & 0o100 else FILE_MODE
