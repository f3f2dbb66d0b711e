"""What a person should know about the store that was just opened: it works, but not as it might. Frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StoreNoticeKind(StrEnum):
    """NETWORK_FOLDER, SYNCED_FOLDER: where the store lies, another journal had to be taken.

    NO_WAL: the file system cannot share memory between processes, with the same consequence.
    READ_ONLY: the store cannot be written at present.
    SET_ASIDE: changes beside the store do not belong to it; they were given another name.
    CUT_SHORT: changes beside the store are damaged, and those after the damage are not in it; they were copied.
    """

    NETWORK_FOLDER = "network_folder"
    SYNCED_FOLDER = "synced_folder"
    NO_WAL = "no_wal"
    READ_ONLY = "read_only"
    SET_ASIDE = "set_aside"
    CUT_SHORT = "cut_short"


@dataclass(frozen=True, slots=True)
class StoreNotice:
    """`message` says what is so, `remedy` what can be done; the latter may be empty."""

    kind: StoreNoticeKind
    message: str
    remedy: str = ""

    def words(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()
