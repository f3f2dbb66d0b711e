"""Models that lie elsewhere: a small file in the models folder that says where.

A file of our own and no symbolic link, since those need special rights on Windows and are followed by everything
that copies or deletes folders. Format: `NAME.ponder-link.json` with `{"format": 1, "folder": ABSOLUTE PATH}`.
"""

from __future__ import annotations

import json
from pathlib import Path

from app.core.files import write_atomically

SUFFIX = ".ponder-link.json"
_FORMAT = 1
_MAX_BYTES = 64 << 10


def link_path(name: str, models_folder: Path) -> Path:
    """Where the link called `name` lies, or would lie."""
    return models_folder / (name + SUFFIX)


def name_of_link(path: Path) -> str | None:
    """The model's name where `path` is named as a link is."""
    name = path.name.removesuffix(SUFFIX)
    return name if name and name != path.name and not name.startswith(".") else None


def write_link(name: str, folder: Path, models_folder: Path) -> Path:
    """Make `name` mean `folder`, complete or not at all. Raises OSError."""
    path = link_path(name, models_folder)
    text = json.dumps({"format": _FORMAT, "folder": str(folder.absolute())}, ensure_ascii=True, indent=1) + "\n"
    write_atomically(path, text.encode("ascii"))
    return path


def read_link(path: Path) -> Path | None:
    """The folder that a link means, whether it is there or not; None where the file is no link of ours."""
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return None
        data = json.loads(path.read_bytes())
        folder = data.get("folder") if isinstance(data, dict) and data.get("format") == _FORMAT else None
        if not isinstance(folder, str) or "\0" in folder:
            return None
        target = Path(folder)
        return target if target.is_absolute() else None  # a relative one would depend on where the shell stands
    except (OSError, ValueError, RecursionError):
        return None
