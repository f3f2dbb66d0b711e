"""Long work on models as it is told of: frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from app.core.models import HubModel, InstalledModel


class JobKind(Enum):
    """DISCARD: throwing away what has arrived of a download."""

    DOWNLOAD = auto()
    IMPORT = auto()
    VERIFY = auto()
    REMOVE = auto()
    DISCARD = auto()


class JobStage(Enum):
    """STARTING: no byte was looked at yet. WAITING: `note` says what for. FINISHING: everything is read once more."""

    STARTING = auto()
    CHECKING = auto()
    FETCHING = auto()
    WAITING = auto()
    COPYING = auto()
    CONVERTING = auto()
    FINISHING = auto()


class JobOutcome(Enum):
    DONE = auto()
    CANCELLED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is. total_bytes: 0 where it is not known yet. remaining_s: None likewise.

    name: of the model that it is about. source: what a download fetches.
    """

    job_id: int
    kind: JobKind
    name: str
    done_bytes: int = 0
    total_bytes: int = 0
    rate_bytes_per_s: float = 0.0
    remaining_s: float | None = None
    stage: JobStage = JobStage.STARTING
    note: str = ""
    source: HubModel | None = None

    @property
    def fraction(self) -> float | None:
        """Between 0 and 1; None where the whole is not known."""
        return min(self.done_bytes / self.total_bytes, 1.0) if self.total_bytes > 0 else None


@dataclass(frozen=True, slots=True)
class JobResult:
    """What a job's function returns.

    entry: the model that is there now. note: what people should know though it went well. problems: what a check found,
    which makes a failure of it. count: files checked. freed_bytes: by a removal.
    """

    entry: InstalledModel | None = None
    note: str = ""
    problems: tuple[str, ...] = ()
    count: int = 0
    freed_bytes: int = 0


@dataclass(frozen=True, slots=True)
class JobEnded:
    """How a job ended, told once.

    message: why it failed and what to do, or what to know though it went well; may be empty.
    kept_bytes: of total_bytes, what has arrived of a download that did not end well. The rest as of JobResult.
    error_kind: of a PonderError; empty otherwise.
    """

    job_id: int
    kind: JobKind
    name: str
    outcome: JobOutcome
    message: str = ""
    entry: InstalledModel | None = None
    kept_bytes: int = 0
    total_bytes: int = 0
    count: int = 0
    freed_bytes: int = 0
    error_kind: str = ""
    source: HubModel | None = None
