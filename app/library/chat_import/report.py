"""What came of an import: numbers, and what went wrong in words. Frozen data."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import PonderError


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far it is: bytes of the file at hand, and conversations of all files so far."""

    file: str
    done_bytes: int
    total_bytes: int
    imported: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not, or not wholly, taken over. `conversation` is empty for a problem of the whole file."""

    file: str
    conversation: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an import. The numbers are of conversations.

    already_there: left as they are. in_trash: there, but thrown away; restore them to see them. empty: without any
    message. failed: could not be read or written; `problems` says why.
    unreadable: files (of an archive too) that could not be read to their end, or held no conversation.
    formats: the programs whose conversations were in the files, by name.
    conversation_ids: of the new ones.
    more_problems: how many are not among `problems`.
    stopped_by: why the store took no more; None where it took all.
    """

    imported: int = 0
    already_there: int = 0
    in_trash: int = 0
    empty: int = 0
    failed: int = 0
    unreadable: int = 0
    formats: tuple[str, ...] = ()
    conversation_ids: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()
    more_problems: int = 0
    cancelled: bool = False
    stopped_by: PonderError | None = None

    @property
    def complete(self) -> bool:
        """Whether everything that was to be imported is there now."""
        return not (self.failed or self.unreadable or self.cancelled or self.stopped_by)

    @property
    def skipped(self) -> int:
        return self.already_there + self.in_trash + self.empty
