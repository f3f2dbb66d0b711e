"""What the smoke test found: rows of a table, each with its limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MB = 1_000_000
# How far over its limit a time has to be before it is a failure: the machine that measures may be a slow or busy one.
FAR_OVER = 10


class Verdict(StrEnum):
    """How a row came out. OVER: worth a look, and no failure."""

    GOOD = "ok"
    OVER = "OVER"
    FAILED = "FAILED"
    TOLD = ""


class SmokeFailure(Exception):
    """Something that a person needs does not work. The text says what."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    found: str
    limit: str = ""
    verdict: Verdict = Verdict.GOOD


def timing(what: str, seconds: float, limit_s: float) -> Row:
    """A time: over its limit is said, far over it is a failure."""
    verdict = Verdict.GOOD if seconds <= limit_s else Verdict.OVER
    if seconds > FAR_OVER * limit_s:
        verdict = Verdict.FAILED
    return Row(what, f"{seconds:.2f} s", f"{limit_s:g} s", verdict)


def size(what: str, size_bytes: int, limit_bytes: int | None) -> Row:
    """A size: over its limit is a failure."""
    if limit_bytes is None:
        return Row(what, f"{size_bytes / MB:.0f} MB", verdict=Verdict.TOLD)
    verdict = Verdict.GOOD if size_bytes <= limit_bytes else Verdict.FAILED
    return Row(what, f"{size_bytes / MB:.0f} MB", f"{limit_bytes / MB:.0f} MB", verdict)


def table(rows: Iterable[Row]) -> str:
    """The rows as aligned text."""
    cells = [("", "found", "at most", ""), *((row.what, row.found, row.limit, row.verdict.value) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )
