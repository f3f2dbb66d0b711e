"""`ponder_origin.json` in a model folder: where an imported model came from, so that it can be shown for what it is.

Weights that were once quantised stay what quantisation made of them, whatever they are stored in now; only this
file tells. Standard library only.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.bounded_json import read_json_object
from engine.errors import PonderError
from engine.file_safety import member

ORIGIN_NAME = "ponder_origin.json"
FULL_PRECISION = frozenset({"F32", "F16", "BF16"})
_FORMAT = 1
_MAX_TEXT = 300


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model came from.

    kind: "gguf" or "folder".
    file: the name of the file or folder, without its path.
    quantisation: as people know it (Q4_K_M); empty for a folder.
    title: what the file calls the model; may be empty.
    license: as the file names it; may be empty.
    """

    kind: str
    file: str
    quantisation: str = ""
    title: str = ""
    license: str = ""

    @property
    def lossy(self) -> bool:
        """Whether the weights differ from the published ones by design."""
        return bool(self.quantisation) and self.quantisation not in FULL_PRECISION

    @property
    def words(self) -> str:
        """For people: "imported from Q4_K_M"."""
        return f"imported from {self.quantisation or self.file}"


def origin_json(origin: Origin) -> str:
    """The file's text."""
    return json.dumps({"format": _FORMAT, **asdict(origin)}, ensure_ascii=False, indent=1) + "\n"


def read_origin(folder: Path) -> Origin | None:
    """The origin recorded in `folder`; None where there is none, or none that can be read: it is only a remark."""
    try:
        path = member(folder.resolve(), ORIGIN_NAME)
        if path is None:
            return None
        data = read_json_object(path, ORIGIN_NAME, max_bytes=64 << 10, max_items=1000)
    except (PonderError, OSError):
        return None

    def text(name: str) -> str:
        value = data.get(name)
        return "".join(each for each in value if each.isprintable())[:_MAX_TEXT] if isinstance(value, str) else ""

    if data.get("format") != _FORMAT or not text("kind"):
        return None
    return Origin(text("kind"), text("file"), text("quantisation"), text("title"), text("license"))
