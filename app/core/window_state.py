"""What the window remembers from one run to the next without anybody choosing it: its place, its parts, and what was
being written in a chat that does not exist yet.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import CannotSave
from app.core.files import write_atomically


class WindowState(BaseModel):
    """geometry: Qt's own form of a window's place, in base 64; empty where it was never kept.

    sidebar_px: In pixels of the design, before the zoom.
    open_folders: Of the sidebar, by their ids.
    draft: Of the new chat.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    geometry: str = Field(default="", max_length=4096)
    sidebar_px: int = Field(default=264, ge=120, le=800)
    sidebar_open: bool = True
    open_folders: tuple[int, ...] = ()
    panel_open: bool = False
    draft: str = ""


def read_window_state(path: Path) -> WindowState:
    """What was kept; the defaults where it is missing or wrong, for nothing of it is worth a word."""
    try:
        return WindowState.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError, ValidationError):
        return WindowState()


def write_window_state(path: Path, state: WindowState) -> None:
    """Keep it.

    Raises:
        CannotSave: the file cannot be written.
    """
    try:
        write_atomically(path, json.dumps(state.model_dump(mode="json"), indent=2).encode("ascii"))
    except OSError as error:
        raise CannotSave(f"The window's place could not be saved in {path}: {error.strerror or error}.") from error
