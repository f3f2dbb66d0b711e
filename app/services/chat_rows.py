"""The rows of the sidebar in order: pinned chats, folders with what is in them, and the rest by date.

Every row has a key, and the rows are sorted by it, so that a change touches what changed and nothing else, however many
there are. Knows no store, no signal and no words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from app.core.chats import ConversationSummary, Folder

_MONTHS = 10_000 * 12


class ShelfKind(StrEnum):
    """Which chats are listed."""

    CHATS = "chats"
    ARCHIVED = "archived"
    TRASH = "trash"


class SectionKind(StrEnum):
    PINNED = "pinned"
    FOLDERS = "folders"
    TODAY = "today"
    YESTERDAY = "yesterday"
    DAYS_7 = "days_7"
    DAYS_30 = "days_30"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Section:
    """What a label stands for. `year` and `month` are those of a MONTH."""

    kind: SectionKind
    year: int = 0
    month: int = 0


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A label above the rows of a section."""

    section: Section


@dataclass(frozen=True, slots=True)
class FolderRow:
    folder: Folder
    expanded: bool


@dataclass(frozen=True, slots=True)
class ChatRow:
    """in_folder: it stands below its folder."""

    chat: ConversationSummary
    in_folder: bool = False


Row = SectionRow | FolderRow | ChatRow
Key = tuple[int, int, int, int]
"""Block, section within it, label or chat, and the place within the section."""
Entry = tuple[Key, Row]

_PINNED, _FOLDERS, _DATED = range(3)
_LABEL, _CHAT = range(2)


@dataclass(frozen=True, slots=True)
class Splice:
    """`removed` rows from `at` on are replaced by `rows`."""

    at: int
    removed: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What decides where a chat stands.

    pinned: ids in the person's order. folders: in the person's order. expanded: ids of the folders whose chats are
    shown. flat: neither pins nor folders matter, as in the trash.
    """

    today: date
    pinned: tuple[int, ...] = ()
    folders: tuple[Folder, ...] = ()
    expanded: frozenset[int] = frozenset()
    flat: bool = False

    def labels(self) -> list[Entry]:
        """The rows that are there whether or not there are chats: the folders."""
        if self.flat or not self.folders:
            return []
        rows: list[Entry] = [((_FOLDERS, -1, _LABEL, 0), SectionRow(Section(SectionKind.FOLDERS)))]
        for at, folder in enumerate(self.folders):
            rows.append(((_FOLDERS, at, _LABEL, 0), FolderRow(folder, folder.id in self.expanded)))
        return rows

    def entry(self, chat: ConversationSummary) -> Entry | None:
        """Where a chat stands; None where its folder is closed."""
        if self.flat:
            return self._dated(chat)
        if chat.pinned:
            at = self.pinned.index(chat.id) if chat.id in self.pinned else -chat.activity
            return (_PINNED, 0, _CHAT, at), ChatRow(chat)
        place = next((at for at, folder in enumerate(self.folders) if folder.id == chat.folder_id), None)
        if place is None:
            return self._dated(chat)
        if chat.folder_id not in self.expanded:
            return None
        return (_FOLDERS, place, _CHAT, -chat.activity), ChatRow(chat, in_folder=True)

    def _dated(self, chat: ConversationSummary) -> Entry:
        rank, _ = section_of(local_date(chat.updated_at_ms), self.today)
        return (_DATED, rank, _CHAT, -chat.activity), ChatRow(chat)

    def label_above(self, entry: Entry) -> SectionRow | None:
        """The label of the section in which a chat stands; None where it is no label of chats alone."""
        key, row = entry
        if key[0] == _PINNED:
            return SectionRow(Section(SectionKind.PINNED))
        if key[0] == _DATED and isinstance(row, ChatRow):
            _, found = section_of(local_date(row.chat.updated_at_ms), self.today)
            return SectionRow(found)
        return None


def _label_key(key: Key) -> Key:
    """Of the label above a chat."""
    return (key[0], key[1], _LABEL, 0)


def section_of(day: date, today: date) -> tuple[int, Section]:
    """The section of a day, with its rank; what lies in the future counts as today (a clock was set back)."""
    age = (today - day).days
    for rank, (most, kind) in enumerate(
        (
            (0, SectionKind.TODAY),
            (1, SectionKind.YESTERDAY),
            (7, SectionKind.DAYS_7),
            (30, SectionKind.DAYS_30),
        )
    ):
        if age <= most:
            return rank, Section(kind)
    return _MONTHS - (day.year * 12 + day.month), Section(SectionKind.MONTH, day.year, day.month)


def local_date(at_ms: int) -> date:
    """The day of a time at this computer's place; the first one for a time that no calendar has."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().date()
    except (OverflowError, OSError, ValueError):
        return date(1970, 1, 1)


class ChatRows:
    """The rows that are shown, and what was changed since somebody last asked."""

    def __init__(self) -> None:
        self._keys: list[Key] = []
        self._rows: list[Row] = []
        self._where: dict[int, Key] = {}
        self._splices: list[Splice] = []

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: int) -> Row:
        return self._rows[at]

    def index_of(self, conversation_id: int) -> int | None:
        key = self._where.get(conversation_id)
        return None if key is None else bisect_left(self._keys, key)

    def folder_index(self, folder_id: int) -> int | None:
        """Where a folder's row is; the rows by date, of which there may be very many, are not looked through."""
        for at in range(bisect_left(self._keys, (_DATED, 0, 0, 0))):
            row = self._rows[at]
            if isinstance(row, FolderRow) and row.folder.id == folder_id:
                return at
        return None

    def chat(self, conversation_id: int) -> ConversationSummary | None:
        at = self.index_of(conversation_id)
        row = None if at is None else self._rows[at]
        return row.chat if isinstance(row, ChatRow) else None

    def chats(self) -> tuple[ConversationSummary, ...]:
        return tuple(row.chat for row in self._rows if isinstance(row, ChatRow))

    def chats_of(self, folder_id: int) -> tuple[ConversationSummary, ...]:
        """The chats that stand below a folder."""
        found: list[ConversationSummary] = []
        at = self.folder_index(folder_id)
        while at is not None and (at := at + 1) < len(self._rows):
            row = self._rows[at]
            if not (isinstance(row, ChatRow) and row.in_folder):
                break
            found.append(row.chat)
        return tuple(found)

    def take_splices(self) -> tuple[Splice, ...]:
        """What changed since the last call, to be applied one after the other."""
        taken, self._splices = tuple(self._splices), []
        return taken

    def arrange(self, arrangement: Arrangement, chats: Iterable[ConversationSummary]) -> None:
        """Have just these chats. Rows at the top and at the end that stay as they are are left alone."""
        entries = dict(arrangement.labels())
        for chat in {each.id: each for each in chats}.values():
            if (entry := arrangement.entry(chat)) is not None:
                entries[entry[0]] = entry[1]
                above = _label_key(entry[0])
                if above not in entries and (label := arrangement.label_above(entry)) is not None:
                    entries[above] = label
        keys = sorted(entries)
        rows = [entries[key] for key in keys]
        start = 0
        while start < min(len(rows), len(self._rows)) and rows[start] == self._rows[start]:
            start += 1
        end = 0
        while end < min(len(rows), len(self._rows)) - start and rows[-1 - end] == self._rows[-1 - end]:
            end += 1
        removed = len(self._rows) - start - end
        self._keys, self._rows = keys, rows
        self._where = {row.chat.id: key for key, row in zip(keys, rows, strict=True) if isinstance(row, ChatRow)}
        self._note(start, removed, rows[start : len(rows) - end])

    def change(self, arrangement: Arrangement, chats: Mapping[int, ConversationSummary | None]) -> None:
        """Put some chats where they stand now; None for one that is not to be seen any more."""
        to_insert: list[Entry] = []
        for conversation_id, chat in chats.items():
            entry = None if chat is None else arrangement.entry(chat)
            old = self._where.get(conversation_id)
            if entry is not None and entry[0] == old:
                at = bisect_left(self._keys, entry[0])
                if self._rows[at] != entry[1]:
                    self._replace(at, entry[1])
                continue
            if old is not None:
                self._remove(old)
                del self._where[conversation_id]
            if entry is not None:
                to_insert.append(entry)
        for entry in sorted(to_insert, key=lambda each: each[0]):
            above = _label_key(entry[0])
            if not self._has(above) and (label := arrangement.label_above(entry)) is not None:
                self._insert((above, label))
            self._insert(entry)
            if isinstance(entry[1], ChatRow):
                self._where[entry[1].chat.id] = entry[0]

    def set_folder(self, row: FolderRow) -> None:
        """Show a folder otherwise."""
        at = self.folder_index(row.folder.id)
        if at is not None and self._rows[at] != row:
            self._replace(at, row)

    def _has(self, key: Key) -> bool:
        at = bisect_left(self._keys, key)
        return at < len(self._keys) and self._keys[at] == key

    def _insert(self, entry: Entry) -> None:
        at = bisect_left(self._keys, entry[0])
        self._keys.insert(at, entry[0])
        self._rows.insert(at, entry[1])
        self._note(at, 0, (entry[1],))

    def _replace(self, at: int, row: Row) -> None:
        self._rows[at] = row
        self._note(at, 1, (row,))

    def _remove(self, key: Key) -> None:
        """Remove a chat's row, and with the last one of a section its label."""
        at = bisect_left(self._keys, key)
        first, last = at, at + 1
        alone = last == len(self._keys) or self._keys[last][:2] != key[:2]
        if alone and isinstance(self._rows[at - 1], SectionRow):
            first -= 1
        del self._keys[first:last], self._rows[first:last]
        self._note(first, last - first, ())

    def _note(self, at: int, removed: int, rows: Sequence[Row]) -> None:
        if not removed and not rows:
            return
        before = self._splices[-1] if self._splices else None
        if before is not None and not removed and not before.removed and at == before.at + len(before.rows):
            self._splices[-1] = Splice(before.at, 0, (*before.rows, *rows))
        else:
            self._splices.append(Splice(at, removed, tuple(rows)))
