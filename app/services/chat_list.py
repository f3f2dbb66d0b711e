"""The sidebar's list: which rows there are, kept up to date with the store, and what a person does with chats.

Rows are read in pages as far as somebody looks, and read again only where something changed. Knows no words and no
widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.core.chats import ConversationSummary, Folder
from app.services.chat_actions import ChatActions
from app.services.chat_pages import PAGE_ROWS, ListRead, Page, Source, read_chats, read_page, read_shelf
from app.services.chat_rows import Arrangement, ChatRows, FolderRow, Row, ShelfKind, Splice
from app.services.chat_store import ChatsChanged, RequestDone, RequestFailed, StoreOpened, StoreService
from engine.errors import PonderError

if TYPE_CHECKING:
    from app.store.store import ChatStore

AHEAD_ROWS = 50
GATHER_MS = 40
MANY = 200
_MIDNIGHT_LATE_MS = 1_000


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """splices: to be applied to the rows one after the other. loaded: the first page of this shelf is there."""

    shelf: ShelfKind
    splices: tuple[Splice, ...]
    loaded: bool


@dataclass(frozen=True, slots=True)
class ListFailed:
    """The chats could not be read."""

    error: PonderError


@dataclass(slots=True)
class _Reading:
    """How far a source was read. lowest: the `activity` of the last row that was read."""

    complete: bool = False
    lowest: int | None = None
    request: int | None = None


class ChatList(QObject):
    """One shelf of chats at a time. `actions` is what can be done with chats.

    Args:
        store: Where they are.
        parent: Its Qt parent.
        today: Tells the day, for sorting by date.
    """

    rows_changed = Signal(object)
    """A RowsChanged."""
    failed = Signal(object)
    """A ListFailed."""

    def __init__(
        self, store: StoreService, parent: QObject | None = None, *, today: Callable[[], date] = date.today
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._today = today
        self.actions = ChatActions(store, self)
        self._shelf = ShelfKind.CHATS
        self._rows = ChatRows()
        self._arrangement = Arrangement(today())
        self._readings: dict[Source, _Reading] = {}
        self._requests: dict[int, Callable[[ListRead], None]] = {}
        self._loaded = False
        self._opened = False
        self._dirty: set[int] = set()
        self._gather = self._timer(GATHER_MS, self._read_changed)
        self._midnight = self._timer(0, self.follow_date)
        store.opened.connect(self._on_opened)
        store.changed.connect(self._on_changed)
        store.done.connect(self._on_done)
        store.failed.connect(self._on_failed)
        self.actions.chat_made.connect(self._on_changed)
        self.actions.list_changed.connect(self.reload)

    def _timer(self, interval_ms: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(call)
        return timer

    # -- what there is --

    @property
    def shelf(self) -> ShelfKind:
        return self._shelf

    @property
    def loaded(self) -> bool:
        """Whether the first page of the shelf is there."""
        return self._loaded

    @property
    def folders(self) -> tuple[Folder, ...]:
        """All of them, in the person's order."""
        return self._arrangement.folders

    @property
    def pinned(self) -> tuple[int, ...]:
        """The ids of the pinned chats, in the person's order."""
        return self._arrangement.pinned

    @property
    def expanded(self) -> frozenset[int]:
        """The ids of the folders that are open."""
        return self._arrangement.expanded

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, at: int) -> Row:
        return self._rows[at]

    def rows(self) -> tuple[Row, ...]:
        return tuple(self._rows[at] for at in range(len(self._rows)))

    def index_of(self, conversation_id: int) -> int | None:
        """The row of a chat; None where it is not shown."""
        return self._rows.index_of(conversation_id)

    def folder_index(self, folder_id: int) -> int | None:
        """The row of a folder; None where it is not shown."""
        return self._rows.folder_index(folder_id)

    def chat(self, conversation_id: int) -> ConversationSummary | None:
        """A chat that is shown."""
        return self._rows.chat(conversation_id)

    # -- what is shown --

    def show(self, shelf: ShelfKind) -> None:
        """List other chats."""
        if shelf is not self._shelf:
            self._shelf = shelf
            self._loaded = False
            self._forget_requests()
            self._rows.arrange(Arrangement(self._today(), flat=True), ())
            self._emit()
            self.reload()

    def set_expanded(self, folder_id: int, expanded: bool) -> None:
        """Open or close a folder."""
        if expanded is (folder_id in self.expanded):
            return
        was_shown = self._rows.chats_of(folder_id)
        ids = self.expanded | {folder_id} if expanded else self.expanded - {folder_id}
        self._arrangement = replace(self._arrangement, expanded=ids)
        if self._rows.folder_index(folder_id) is None:
            return
        folder = next(each for each in self.folders if each.id == folder_id)
        self._rows.change(self._arrangement, {each.id: None for each in was_shown})
        self._rows.set_folder(FolderRow(folder, expanded))
        if expanded:
            self._readings[folder_id] = _Reading()
            self._read_page(folder_id)
        else:
            self._drop(folder_id)
        self._emit()

    def restore_expanded(self, folder_ids: Sequence[int]) -> None:
        """Have these folders open, as they were when somebody looked last."""
        self._arrangement = replace(self._arrangement, expanded=frozenset(folder_ids))
        if self._opened:
            self.reload()

    def reveal(self, conversation_id: int) -> None:
        """Show a chat of this shelf: open its folder, and list it however far down it is."""

        def take(read: ListRead) -> None:
            chat = read.changed[conversation_id]
            if chat is None or self._shelf_of(chat) is not self._shelf:
                return
            if chat.folder_id is not None and not chat.pinned:
                self.set_expanded(chat.folder_id, True)
            self._rows.change(self._arrangement, {chat.id: chat})

        self._ask(partial(read_chats, (conversation_id,)), take)

    def reach(self, first: int, last: int) -> None:
        """Somebody sees the rows from `first` to `last`: read on where rows are missing there or soon after."""
        if not self._loaded:
            return
        for source, reading in tuple(self._readings.items()):
            if reading.complete or reading.request is not None:
                continue
            end = len(self._rows) if source is None else self._end_of(source)
            if first <= end and last + AHEAD_ROWS >= end:
                self._read_page(source)

    @Slot()
    def reload(self) -> None:
        """Read everything that is shown again."""
        self._gather.stop()
        self._dirty.clear()
        self._forget_requests()
        sources: tuple[Source, ...] = (None,)
        if self._shelf is ShelfKind.CHATS:
            sources = (None, *sorted(self.expanded))
        wanted = {each: max(PAGE_ROWS, self._count(each)) for each in sources}
        self._ask(partial(read_shelf, self._shelf, wanted), self._take_all)

    @Slot()
    def follow_date(self) -> None:
        """Sort by the date of today, where it is another one than before."""
        if self._today() != self._arrangement.today and self._loaded:
            self._arrangement = replace(self._arrangement, today=self._today())
            self._rows.arrange(self._arrangement, self._rows.chats())
            self._emit()
        self._await_midnight()

    # -- following the store --

    @Slot(object)
    def _on_opened(self, opened: StoreOpened) -> None:
        self._opened = True
        self.reload()

    @Slot(object)
    def _on_changed(self, changed: ChatsChanged) -> None:
        self._dirty.update(changed.conversation_ids)
        if not self._gather.isActive():
            self._gather.start()

    @Slot()
    def _read_changed(self) -> None:
        if len(self._dirty) > MANY or not self._loaded:
            self.reload()
        elif self._dirty:
            ids, self._dirty = tuple(self._dirty), set()
            self._ask(partial(read_chats, ids), self._take_changed)

    def _read_page(self, source: Source) -> None:
        reading = self._readings[source]
        work = partial(read_page, self._shelf, source, reading.lowest)
        reading.request = self._ask(work, partial(self._take_page, source))

    def _ask(self, work: Callable[[ChatStore], ListRead], take: Callable[[ListRead], None]) -> int:
        request = self._store.read(work)
        self._requests[request] = take
        return request

    def _forget_requests(self) -> None:
        for request in self._requests:
            self._store.cancel(request)
        self._requests.clear()
        for reading in self._readings.values():
            reading.request = None

    @Slot(object)
    def _on_done(self, done: RequestDone) -> None:
        take = self._requests.pop(done.request_id, None)
        if take is not None and isinstance(done.value, ListRead):
            take(done.value)
            self._emit()

    @Slot(object)
    def _on_failed(self, failed: RequestFailed) -> None:
        if self._requests.pop(failed.request_id, None) is None:
            return
        for reading in self._readings.values():
            if reading.request == failed.request_id:
                reading.request = None
        self.failed.emit(ListFailed(failed.error))

    def _take_all(self, read: ListRead) -> None:
        self._forget_requests()  # what was to follow what is replaced now
        flat = self._shelf is not ShelfKind.CHATS
        known = {each.id for each in read.folders}
        self._arrangement = Arrangement(
            self._today(),
            tuple(each.id for each in read.pinned),
            read.folders,
            self.expanded & known,
            flat,
        )
        self._readings = {}
        chats = list(read.pinned)
        for source, page in read.pages.items():
            if source is None or source in known:
                self._readings[source] = _Reading()
                self._note_read(source, page)
                chats.extend(page.rows)
        self._loaded = True
        self._rows.arrange(self._arrangement, chats)
        self._await_midnight()
        for folder_id in () if flat else self.expanded - self._readings.keys():
            self._readings[folder_id] = _Reading()  # opened while this was being read
            self._read_page(folder_id)

    def _take_page(self, source: Source, read: ListRead) -> None:
        self._readings[source].request = None
        for each, page in read.pages.items():
            self._note_read(each, page)
            self._rows.change(self._arrangement, {chat.id: chat for chat in page.rows})

    def _take_changed(self, read: ListRead) -> None:
        flat = self._shelf is not ShelfKind.CHATS
        chats: dict[int, ConversationSummary | None] = {
            each: chat if chat is not None and self._belongs(chat) else None for each, chat in read.changed.items()
        }
        if not flat:
            order = tuple(each.id for each in read.pinned)
            if order != self.pinned:
                self._arrangement = replace(self._arrangement, pinned=order)
                chats.update((each.id, each) for each in read.pinned)
        self._rows.change(self._arrangement, chats)

    def _belongs(self, chat: ConversationSummary) -> bool:
        """Whether a chat is on this shelf, and as high up as has been read."""
        shelf = self._shelf_of(chat)
        if shelf is not self._shelf:
            return False
        if shelf is ShelfKind.CHATS and chat.pinned:
            return True
        filed = shelf is ShelfKind.CHATS and chat.folder_id in {each.id for each in self.folders}
        reading = self._readings.get(chat.folder_id if filed else None)
        return reading is not None and (reading.complete or reading.lowest is None or chat.activity >= reading.lowest)

    @staticmethod
    def _shelf_of(chat: ConversationSummary) -> ShelfKind:
        if chat.trashed_at_ms is not None:
            return ShelfKind.TRASH
        return ShelfKind.ARCHIVED if chat.archived else ShelfKind.CHATS

    def _note_read(self, source: Source, page: Page) -> None:
        reading = self._readings[source]
        reading.complete = len(page.rows) < page.wanted
        if page.rows:
            reading.lowest = page.rows[-1].activity

    def _count(self, source: Source) -> int:
        """How many rows of a source are shown."""
        if source is not None:
            return len(self._rows.chats_of(source))
        return len(self._rows) if self._loaded else 0

    def _end_of(self, folder_id: int) -> int:
        at = self._rows.folder_index(folder_id)
        return 0 if at is None else at + 1 + len(self._rows.chats_of(folder_id))

    def _drop(self, source: Source) -> None:
        reading = self._readings.pop(source, None)
        if reading is not None and reading.request is not None:
            self._store.cancel(reading.request)
            self._requests.pop(reading.request, None)

    def _await_midnight(self) -> None:
        now = datetime.now()
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time())
        # As seconds since 1970: where clocks are changed tonight, the day has 23 or 25 hours.
        self._midnight.start(round((midnight.timestamp() - now.timestamp()) * 1000) + _MIDNIGHT_LATE_MS)

    def _emit(self) -> None:
        self.rows_changed.emit(RowsChanged(self._shelf, self._rows.take_splices(), self._loaded))
