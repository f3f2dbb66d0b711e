"""What long work on the store tells: how far it is, what it found, what it did. Frozen data with words for people.

Knows no database. Paths are shown as they are, because a person has to find the files by them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class StoreStage(StrEnum):
    """COPYING pages of a file; VERIFYING a file's structure; READING and WRITING rows; SHRINKING the file."""

    COPYING = "copying"
    VERIFYING = "verifying"
    READING = "reading"
    WRITING = "writing"
    SHRINKING = "shrinking"


@dataclass(frozen=True, slots=True)
class StoreProgress:
    """How much of a stage is done, in steps of its own; `total` is 0 where nobody can know it."""

    stage: StoreStage
    done: int
    total: int


ProgressReport = Callable[[StoreProgress], None]


# -- backups --


class BackupKind(StrEnum):
    """UPGRADE: made before a newer Ponder changed the store's form, so that an older one could read it again."""

    REGULAR = "regular"
    UPGRADE = "upgrade"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup in the backups' folder.

    number: grows with every backup; the order, as clocks go back.
    made_at: UTC, to the second.
    conversations, messages: None where the file cannot be read.
    """

    path: Path
    number: int
    made_at: datetime
    kind: BackupKind
    schema: int
    size_bytes: int
    conversations: int | None
    messages: int | None

    @property
    def readable(self) -> bool:
        """Its content was verified when it was made, and it still opens; restoring verifies it again."""
        return self.conversations is not None

    def words(self) -> str:
        when = f"{self.made_at:%Y-%m-%d %H:%M} UTC"
        if self.conversations is None or self.messages is None:
            return f"backup of {when}, which cannot be read"
        what = f"{counted(self.conversations, 'conversation')}, {counted(self.messages, 'message')}"
        return f"backup of {when}: {what}" + (", before an update" if self.kind is BackupKind.UPGRADE else "")


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """The backup that is the store now, what is in it, and the folder where the store before lies; None: there was
    none.
    """

    backup: Path
    set_aside: Path | None
    conversations: int
    messages: int

    def words(self) -> tuple[str, ...]:
        what = f"{counted(self.conversations, 'conversation')} and {counted(self.messages, 'message')}"
        lines = [f"Restored {what} from {self.backup}."]
        if self.set_aside is not None:
            lines.append(f"What was there before lies untouched in {self.set_aside}.")
        return tuple(lines)


# -- rescue --


@dataclass(frozen=True, slots=True)
class TableRescue:
    """Rows of one table.

    recovered: all that were found, damaged ones too.
    damaged: those of them of which a value had to be left out, cut short or replaced.
    lost: rows that an index still names and that could not be made again; there may be more that nothing names.
    """

    name: str
    recovered: int
    damaged: int
    lost: int


@dataclass(frozen=True, slots=True)
class RescueReport:
    """What could be read of a damaged store.

    conversations, messages: in the new store.
    renamed: conversations whose title was lost; they are called "Recovered".
    rebuilt: messages of which only the text was left.
    suspect: parts of messages whose text does not match its checksum; shown as damaged, kept as they are.
    recalled: lost or damaged rows that were taken from the newest sound backup.
    unreadable_pages: pages of the file that belong to a table and could not be read.
    wal_left_out: the changes in the -wal file belong to another store and were not used.
    losses_known: the indexes could be found that tell what is missing; where not, nothing counts as lost.
    """

    tables: tuple[TableRescue, ...]
    conversations: int
    messages: int
    renamed: int = 0
    rebuilt: int = 0
    suspect: int = 0
    recalled: int = 0
    unreadable_pages: int = 0
    wal_left_out: bool = False
    losses_known: bool = True

    @property
    def lost_messages(self) -> int:
        return self._lost("messages")

    @property
    def lost_texts(self) -> int:
        """Parts of messages that are there, of which nothing was found; each leaves a mark."""
        return self._lost("parts")

    def _lost(self, name: str) -> int:
        return sum(table.lost for table in self.tables if table.name == name)

    def words(self) -> tuple[str, ...]:
        if not self.conversations:
            return ("Nothing could be read of the damaged file.",)
        what = f"{counted(self.conversations, 'conversation')} and {counted(self.messages, 'message')}"
        lines = [f"{what} could be read."]
        if self.lost_messages:
            lines.append(f"{counted(self.lost_messages, 'message')} could not be found again.")
        if self.lost_texts:
            lines.append(f"{counted(self.lost_texts, 'text')} could not be found again; where each was is marked.")
        if not self.losses_known:
            lines.append("Whether anything is missing cannot be told.")
        if self.recalled:
            lines.append(f"{counted(self.recalled, 'piece')} lost or damaged here came from the newest backup.")
        if self.rebuilt:
            lines.append(f"Of {counted(self.rebuilt, 'message')} only the text was left; who wrote it is a guess.")
        if self.renamed:
            lines.append(f"{counted(self.renamed, 'title')} could not be found again; it says “Recovered” there.")
        if self.suspect:
            lines.append(f"{counted(self.suspect, 'text')} damaged, and marked so.")
        if self.wal_left_out:
            lines.append("The latest changes in the -wal file belong to another store and were not used.")
        return tuple(lines)


class RecoveryChoice(StrEnum):
    """What becomes the store instead of a damaged one: the BACKUP, what was SALVAGED, or nothing at all (EMPTY)."""

    BACKUP = "backup"
    SALVAGED = "salvaged"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class RecoveryOffer:
    """What can be done about a damaged store. The damaged file has not been touched.

    salvaged: the finished store of what could be read, waiting for the choice.
    backup: the newest backup that was verified just now; None where there is none.
    """

    folder: Path
    salvaged: Path
    rescue: RescueReport
    backup: Backup | None

    @property
    def choices(self) -> tuple[RecoveryChoice, ...]:
        """What makes sense, the best first: whatever holds more; where that is the same, what was read, being newer."""
        ranked: list[tuple[int, int, RecoveryChoice]] = []
        if self.rescue.conversations:
            ranked.append((self.rescue.messages - self.rescue.lost_texts, 1, RecoveryChoice.SALVAGED))
        if self.backup is not None and self.backup.conversations:
            ranked.append((self.backup.messages or 0, 0, RecoveryChoice.BACKUP))
        return (*(choice for _, _, choice in sorted(ranked, reverse=True)), RecoveryChoice.EMPTY)

    def words(self) -> tuple[str, ...]:
        lines = list(self.rescue.words())
        lines.append(
            "There is no backup." if self.backup is None else f"The newest sound backup: {self.backup.words()}."
        )
        lines.append("Whatever you choose, the damaged file is kept as it is.")
        return tuple(lines)


@dataclass(frozen=True, slots=True)
class RecoveryReport:
    """What was done. `set_aside` is the folder in which the damaged file lies as it was."""

    choice: RecoveryChoice
    set_aside: Path | None
    conversations: int
    messages: int

    def words(self) -> tuple[str, ...]:
        what = f"{counted(self.conversations, 'conversation')} and {counted(self.messages, 'message')}"
        match self.choice:
            case RecoveryChoice.EMPTY:
                lines = ["Ponder starts with an empty store."]
            case RecoveryChoice.BACKUP:
                lines = [f"The backup is in place: {what}."]
            case RecoveryChoice.SALVAGED:
                lines = [f"What could be read is in place: {what}."]
        if self.set_aside is not None:
            lines.append(f"The damaged file lies untouched in {self.set_aside}.")
        return tuple(lines)


# -- check --


class FindingKind(StrEnum):
    """FILE: SQLite finds the file inconsistent. LINK: a row points to one that is not there. VALUE: a column holds
    what it may not. CHECKSUM: a text is not what was written. TREE: messages do not form a tree. SEARCH: the search
    index does not say what the conversations say.
    """

    FILE = "file"
    LINK = "link"
    VALUE = "value"
    CHECKSUM = "checksum"
    TREE = "tree"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, in words; with the conversation and message it is in, where it is in one."""

    kind: FindingKind
    message: str
    conversation_id: int | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found. `findings` holds the first of each kind; `count` counts all of them.

    conversations, messages, parts: how many rows were looked at; None where they cannot be counted.
    """

    path: Path | None
    findings: tuple[Finding, ...]
    count: int
    conversations: int | None = None
    messages: int | None = None
    parts: int | None = None

    @property
    def sound(self) -> bool:
        return not self.count

    def of(self, kind: FindingKind) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.kind is kind)

    def words(self) -> tuple[str, ...]:
        what = ""
        if self.conversations is not None and self.messages is not None:
            what = f"{counted(self.conversations, 'conversation')}, {counted(self.messages, 'message')}: "
        if self.sound:
            return (f"{what}everything is as it was written.",)
        lines = [f"{what}{counted(self.count, 'problem')} found.", *(each.message for each in self.findings)]
        if self.count > len(self.findings):
            lines.append(f"… and {self.count - len(self.findings)} more.")
        if self.of(FindingKind.FILE):
            lines.append("Restore a backup, or let Ponder save what is readable.")
        elif self.of(FindingKind.SEARCH):
            lines.append("Nothing is lost by that: the search index can be made anew.")
        return tuple(lines)


# -- purge --


@dataclass(frozen=True, slots=True)
class Purged:
    """The uids of what was removed, by which it can be found in other copies of the store too."""

    conversations: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What was removed for good, and what still holds it.

    conversations, messages: how many; the messages of removed conversations are counted too.
    shrunk: the file was rewritten without the gaps. Where not, what was removed is overwritten, the file is as large
        as before, and `why_not_shrunk` says why.
    settled: nothing of it is left in the -wal file either; False while another connection was reading.
    backups: how many backups hold some of it.
    set_aside: how many stores and files were set aside, or are backups that cannot be read, and may hold some of it.
    """

    purged: Purged
    conversations: int
    messages: int
    shrunk: bool = True
    why_not_shrunk: str = ""
    settled: bool = True
    backups: int = 0
    set_aside: int = 0

    def words(self) -> tuple[str, ...]:
        if not self.conversations and not self.messages:
            return ("There was nothing to remove.",)
        what = f"{counted(self.conversations, 'conversation')} and {counted(self.messages, 'message')}"
        lines = [f"{what} removed for good; what stood there is overwritten."]
        if not self.shrunk:
            lines.append(f"The file is as large as before: {self.why_not_shrunk}")
        if not self.settled:
            lines.append("Something else is still reading the store; the last traces go when Ponder is closed.")
        if self.backups:
            lines.append(f"It is still in {counted(self.backups, 'backup')}, until it is removed from there too.")
        if self.set_aside:
            lines.append(f"{counted(self.set_aside, 'older file')} set aside may hold some of it.")
        return tuple(lines)


@dataclass(frozen=True, slots=True)
class CopiesReport:
    """What was done to other copies of the store.

    rewritten: backups that hold all but what was removed now.
    deleted: stores and files set aside, and unreadable backups, that are gone.
    left: how many of those were left, because nobody wished otherwise, or because they could not be deleted.
    """

    rewritten: int
    deleted: int
    left: int

    def words(self) -> tuple[str, ...]:
        lines = [f"Removed from {counted(self.rewritten, 'backup')}, which still hold everything else."]
        if self.deleted:
            lines.append(f"{counted(self.deleted, 'older file')} deleted.")
        if self.left:
            lines.append(f"{counted(self.left, 'older file')} set aside may still hold some of it.")
        return tuple(lines)


def counted(number: int, noun: str) -> str:
    """ "1 message", "2,000 messages"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
