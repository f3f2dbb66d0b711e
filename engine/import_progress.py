"""How far an import is: frozen data. Standard library only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class ImportStage(StrEnum):
    """CHECKING: every file that was written is read back and hashed for the manifest."""

    COPYING = "copying"
    CONVERTING = "converting"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """Bytes done of the bytes in all, of this stage alone."""

    stage: ImportStage
    done_bytes: int
    total_bytes: int


Report = Callable[[ImportProgress], None]


def reporter(stage: ImportStage, report: Report | None) -> Callable[[int, int], None]:
    """`report` for one stage, as a function of the bytes done and the bytes in all."""

    def tell(done: int, total: int) -> None:
        if report is not None:
            report(ImportProgress(stage, done, total))

    return tell
