"""A store of every schema there ever was, as text: `schema_N.sql` holds what schema N could hold.

They are made by `python -m tests.app.store.schemas.make N` when schema N is the newest, and never changed afterwards.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

FOLDER = Path(__file__).parent


def schemas() -> list[int]:
    """The schemas there is a store of, oldest first."""
    return sorted(int(path.stem.removeprefix("schema_")) for path in FOLDER.glob("schema_*.sql"))


def load(schema: int, file: Path) -> None:
    """Make `file` a store of that schema."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file)
    connection.executescript((FOLDER / f"schema_{schema}.sql").read_text(encoding="utf-8"))
    connection.close()
