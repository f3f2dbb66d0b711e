"""The sidebar as a whole: puts its parts together and passes on what the window has to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.core.chats import Folder
from app.core.search import SearchHit
from app.services.chat_list import ChatList, ListFailed
from app.services.chat_rows import ChatRow, FolderRow, Row, ShelfKind
from app.services.chat_search import ChatSearch, SearchFailed, SearchFound, SearchScope
from app.ui.icons import Icon
from app.ui.sidebar.chat_menu import ChatMenu, folder_menu
from app.ui.sidebar.chat_model import ChatModel
from app.ui.sidebar.chat_view import ChatView
from app.ui.sidebar.deeds import ChatDeeds
from app.ui.sidebar.foot import Foot
from app.ui.sidebar.hit_list import HitList
from app.ui.sidebar.placeholder import Placeholder
from app.ui.sidebar.row_button import WideButton
from app.ui.sidebar.scope_choice import ScopeChoice
from app.ui.sidebar.search_field import SearchField
from app.ui.sidebar.shelf_head import ShelfHead
from app.ui.theme import Theme
from app.ui.toast import Toast
from app.ui.tokens import Token


@dataclass(frozen=True, slots=True)
class ChatChosen:
    """A chat to be opened. message_id: where to go in it; None: as it was left."""

    conversation_id: int
    message_id: int | None = None


class Sidebar(QWidget):
    """New chat, search, the list, and the ways to what else there is.

    Args:
        theme: For everything in it.
        chats: The list.
        search: Finds chats.
        toast: Says what was done.
    """

    chat_chosen = Signal(object)
    """A ChatChosen."""
    new_chat_asked = Signal()
    settings_asked = Signal()
    models_asked = Signal()
    sight_asked = Signal()
    """The person is about to do something here, and has to see it."""

    def __init__(
        self, theme: Theme, chats: ChatList, search: ChatSearch, toast: Toast, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chats = chats
        self._search = search
        self._current: int | None = None
        self._edit_next: Callable[[], bool] | None = None
        self._error = ""
        self._repairable = False
        self.new_chat = WideButton(theme, self.tr("New chat"), Icon.NEW_CHAT)
        self.field = SearchField(theme)
        self.scope = ScopeChoice(theme)
        self.head = ShelfHead(theme)
        self.model = ChatModel(chats, self)
        self.list = ChatView(theme, chats, self.model)
        self.hits = HitList(theme)
        self.placeholder = Placeholder(theme)
        self.foot = Foot(theme)
        self.deeds = ChatDeeds(theme, chats, toast, self)
        self.setAccessibleName(self.tr("Sidebar"))
        self._lay_out()
        self._connect()
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show_page()

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        for page in (self.list, self.hits, self.placeholder):
            self._pages.addWidget(page)
        self._top = QVBoxLayout()
        self._top.addWidget(self.new_chat)
        self._top.addWidget(self.field)
        self._top.addWidget(self.scope)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._top)
        column.addWidget(self.head)
        column.addWidget(self._pages, 1)
        column.addWidget(self.foot)

    def _connect(self) -> None:
        self.new_chat.clicked.connect(self.new_chat_asked)
        self.field.edited.connect(self._look_for)
        self.field.stepped.connect(self.hits.step)
        self.field.entered.connect(self.hits.choose)
        self.field.left.connect(self._to_list)
        self.scope.chosen.connect(self._on_scope)
        self.hits.hit_chosen.connect(self._on_hit)
        self.head.back_asked.connect(partial(self.show_shelf, ShelfKind.CHATS))
        self.head.empty_asked.connect(self.deeds.empty_trash)
        self.list.chat_opened.connect(self._open)
        self.list.folder_toggled.connect(self._chats.set_expanded)
        self.list.menu_asked.connect(self._open_menu)
        self.list.delete_asked.connect(self._delete)
        self.list.arrange_asked.connect(self._arrange)
        self.model.renamed.connect(self._rename)
        self.model.changed.connect(self._on_rows)
        self.placeholder.acted.connect(self._help)
        self.foot.shelf_asked.connect(self.show_shelf)
        self.foot.models_asked.connect(self.models_asked)
        self.foot.settings_asked.connect(self.settings_asked)
        self.deeds.folder_made.connect(self._on_folder_made)
        self.deeds.rename_failed.connect(self.model.resync)
        self._chats.failed.connect(self._on_list_failed)
        self._search.found.connect(self._on_found)
        self._search.failed.connect(self._on_search_failed)

    # -- what the window calls --

    def set_current(self, conversation_id: int | None) -> None:
        """Mark the chat that the window shows; None while it shows one that is kept nowhere."""
        self._current = conversation_id
        self.list.set_current_chat(conversation_id)

    def focus_search(self) -> None:
        """Let the person search: what is written there is selected, to be typed over."""
        self.sight_asked.emit()
        self.field.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.edit.selectAll()

    def begin_rename_current(self) -> None:
        """Let the person name the chat that the window shows."""
        if self._current is None:
            return
        self.sight_asked.emit()
        self._leave_search()
        self._edit_when_there(partial(self._edit_chat, self._current))
        if self._edit_next is not None:
            self.show_shelf(ShelfKind.CHATS)
            self._chats.reveal(self._current)

    def begin_new_folder(self) -> None:
        """Make a folder and let the person name it."""
        self.sight_asked.emit()
        self._leave_search()
        self.show_shelf(ShelfKind.CHATS)
        self.deeds.new_folder()

    def set_search_keys(self, keys: str) -> None:
        """Show by which keys the search is reached, as this system writes them."""
        self.field.set_keys(keys)

    def show_shelf(self, shelf: ShelfKind) -> None:
        """List other chats."""
        self._leave_search()
        self._error = ""
        self._chats.show(shelf)
        self.foot.show_shelf(shelf)
        self._show_page()

    # -- the list --

    @Slot(int)
    def _open(self, conversation_id: int) -> None:
        self.chat_chosen.emit(ChatChosen(conversation_id))

    @Slot()
    def _delete(self) -> None:
        chats = tuple(each.chat for each in self.list.selected_chats())
        if self._chats.shelf is ShelfKind.TRASH:
            self.deeds.purge(chats)
        else:
            self.deeds.trash(chats)

    @Slot(int)
    def _arrange(self, by: int) -> None:
        row = self.list.current_row()
        if isinstance(row, ChatRow) and row.chat.pinned and self._chats.shelf is ShelfKind.CHATS:
            self.deeds.shift_pinned(row.chat, by)

    @Slot(object, str)
    def _rename(self, row: Row, name: str) -> None:
        if isinstance(row, ChatRow):
            self._chats.actions.rename(row.chat.id, name)
        elif isinstance(row, FolderRow):
            self._chats.actions.rename_folder(row.folder.id, name)

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        row, menu = self.list.current_row(), None
        if isinstance(row, FolderRow):
            rename = partial(self._edit_folder, row.folder.id)
            toggle = partial(self._chats.set_expanded, row.folder.id, not row.expanded)
            menu = folder_menu(row.folder, row.expanded, self.deeds, toggle, rename, self.list)
        elif rows := self.list.selected_chats():
            rename = partial(self._edit_chat, rows[0].chat.id)
            menu = ChatMenu(rows, self._chats, self.deeds, self._open, rename, self.list)
        if menu is not None:
            self._theme.open_menu(menu, place)

    def open_menu(self) -> QMenu | None:
        """The menu of the list while it is open."""
        return next((each for each in self.list.findChildren(QMenu) if each.isVisible()), None)

    @Slot(object)
    def _on_folder_made(self, folder: Folder) -> None:
        self._chats.set_expanded(folder.id, True)
        self._edit_when_there(partial(self._edit_folder, folder.id))

    def _edit_when_there(self, edit: Callable[[], bool]) -> None:
        """Let a row be named, now or as soon as it is listed."""
        self._edit_next = None if edit() else edit

    def _edit_chat(self, conversation_id: int) -> bool:
        return self._edit(self.model.index_of(conversation_id))

    def _edit_folder(self, folder_id: int) -> bool:
        return self._edit(self.model.index_of_folder(folder_id))

    def _edit(self, index: QModelIndex) -> bool:
        if not index.isValid():
            return False
        self.list.edit_row(index)
        return True

    @Slot()
    def _on_rows(self) -> None:
        self._error = ""
        self._show_page()
        if self._edit_next is not None:
            self._edit_when_there(self._edit_next)

    @Slot(object)
    def _on_list_failed(self, failed: ListFailed) -> None:
        self._error = str(failed.error)
        self._show_page()

    # -- searching --

    @Slot(str)
    def _look_for(self, text: str) -> None:
        if not text.strip():
            self._search.clear()
            self._show_page()
            return
        if not self._search.query:
            self.scope.offer(self._folder_here())
        folder = self.scope.folder()
        self._search.search(text, SearchScope(self._chats.shelf, None if folder is None else folder.id))

    def _folder_here(self) -> Folder | None:
        """The folder of the chat that the window shows, or of the row the list is at."""
        if self._chats.shelf is not ShelfKind.CHATS:
            return None
        row = self.list.current_row()
        if isinstance(row, FolderRow):
            return row.folder
        chat = row.chat if isinstance(row, ChatRow) else None
        if chat is None and self._current is not None:
            chat = self._chats.chat(self._current)
        return next((each for each in self._chats.folders if chat is not None and each.id == chat.folder_id), None)

    @Slot()
    def _on_scope(self) -> None:
        self._look_for(self.field.text())
        self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_hit(self, hit: SearchHit) -> None:
        self.chat_chosen.emit(ChatChosen(hit.conversation_id, hit.message_id))

    @Slot()
    def _to_list(self) -> None:
        self.list.setFocus(Qt.FocusReason.TabFocusReason)

    def _leave_search(self) -> None:
        if self.field.text():
            self.field.clear()

    @Slot(object)
    def _on_found(self, found: SearchFound) -> None:
        self._error = ""
        self.hits.set_hits(found.hits)
        self._show_page()

    @Slot(object)
    def _on_search_failed(self, failed: SearchFailed) -> None:
        if failed.repairable:
            text = self.tr("The search index is damaged; the chats themselves are read without it.")
            self.placeholder.say(text, self.tr("Repair the search"))
        else:
            self.placeholder.say(str(failed.error), self.tr("Search again"))
        self._repairable = failed.repairable
        self._pages.setCurrentWidget(self.placeholder)

    # -- what is shown --

    def _show_page(self) -> None:
        """The list, what was found, or why there is neither."""
        searching = bool(self._search.query)
        self.scope.setVisible(searching and self.scope.is_needed())
        self.head.show_shelf(self._chats.shelf, empty=len(self._chats) == 0)
        if searching and self.hits.hits.rowCount():
            self._pages.setCurrentWidget(self.hits)
        elif searching:
            self.placeholder.say(self.tr("Nothing found for “{query}”.").format(query=self._search.query))
            self._pages.setCurrentWidget(self.placeholder)
        elif self._error and not len(self._chats):
            self.placeholder.say(self._error, self.tr("Try again"))
            self._pages.setCurrentWidget(self.placeholder)
        elif self._chats.loaded and not len(self._chats):
            self.placeholder.say(self._empty_words())
            self._pages.setCurrentWidget(self.placeholder)
        else:
            self._pages.setCurrentWidget(self.list)

    def _empty_words(self) -> str:
        match self._chats.shelf:
            case ShelfKind.CHATS:
                return self.tr("No chats yet. What you ask is kept here, on this computer.")
            case ShelfKind.ARCHIVED:
                return self.tr("Nothing is archived. Archived chats are kept here, out of the way.")
            case ShelfKind.TRASH:
                return self.tr("The trash is empty.")

    @Slot()
    def _help(self) -> None:
        """What the placeholder's button says."""
        if not self._search.query:
            self._chats.reload()
        elif self._repairable:
            self.placeholder.say(self.tr("The search is being repaired…"))
            self._search.repair()
        else:
            self._search.again()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowActivate:
            self._chats.follow_date()  # the computer may have slept through midnight
        return super().event(event)

    def _restyle(self) -> None:
        px = self._theme.px
        self._top.setContentsMargins(px(12), px(12), px(12), px(1))
        self._top.setSpacing(px(10))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color(Token.SIDEBAR))
