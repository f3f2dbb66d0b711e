"""What SQLite says about a file's structure. Knows no table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.store.database import Database
from app.store.work import UNWATCHED, Work


class Depth(StrEnum):
    """QUICK does not compare indexes with their tables."""

    QUICK = "quick_check"
    FULL = "integrity_check"


@dataclass(frozen=True, slots=True)
class Structure:
    """What is wrong, a line each: with the file, and with a full-text index alone, which can be made anew."""

    file: tuple[str, ...]
    index: tuple[str, ...]


def structure_of(database: Database, depth: Depth, work: Work = UNWATCHED) -> Structure:
    """Have SQLite look at the whole file.

    Raises:
        StoreDamaged: it is so damaged that SQLite cannot even look.
        StoreError: it cannot be read.
        Cancelled: it was stopped.
    """
    with work.stopping(database.connection):
        lines = [row[0] for row in database.rows(f"PRAGMA {depth}")]
    return parted(lines)


def parted(lines: list[str]) -> Structure:
    """SQLite's lines, those about full-text indexes apart, which newer versions of it look at too.

    Values against a CHECK are left out: an older version or a file that is only read would not tell.
    """
    wrong = [line for line in lines if line != "ok" and not line.startswith("CHECK constraint")]
    index = tuple(line for line in wrong if "FTS5" in line)
    return Structure(tuple(line for line in wrong if line not in index), index)
