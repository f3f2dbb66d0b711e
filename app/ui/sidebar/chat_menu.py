"""The menus of the list: what can be done with the chats that are selected, or with a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.core.chats import Folder
from app.services.chat_actions import ExportFormat
from app.services.chat_list import ChatList
from app.services.chat_rows import ChatRow, ShelfKind
from app.ui.sidebar.deeds import ChatDeeds
from app.ui.sidebar.words import short_title


class StayingMenu(QMenu):
    """A menu that stays open while something in it is switched."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._switch():
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if not (chosen and self._switch()):
            super().keyPressEvent(event)

    def _switch(self) -> bool:
        action = self.activeAction()
        if action is None or not action.isCheckable():
            return False
        action.trigger()
        return True


class ChatMenu(QMenu):
    """For one or more chats of one shelf.

    Args:
        rows: Which; at least one.
        chats: The list they are in.
        deeds: Does what is chosen.
        open_chat: Opens the only one.
        rename: Lets the person name the only one.
    """

    def __init__(
        self,
        rows: Sequence[ChatRow],
        chats: ChatList,
        deeds: ChatDeeds,
        open_chat: Callable[[int], object],
        rename: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._chats = chats
        self._deeds = deeds
        self._all = tuple(each.chat for each in rows)
        if len(self._all) == 1:
            _add(self, self.tr("Open"), partial(open_chat, self._all[0].id), "Return")
        if chats.shelf is ShelfKind.TRASH:
            _add(self, self.tr("Restore"), partial(deeds.restore, self._all))
            self._add_export()
            self.addSeparator()
            _add(self, self.tr("Delete for good…"), partial(deeds.purge, self._all), "Del")
            return
        if len(self._all) == 1:
            _add(self, self.tr("Rename"), rename, "F2")
        if chats.shelf is ShelfKind.CHATS:
            self._add_pinning()
            self._add_moving()
        if len(self._all) == 1:
            _add(self, self.tr("Duplicate"), partial(deeds.duplicate, self._all[0]))
        self._add_export()
        self.addSeparator()
        archived = chats.shelf is ShelfKind.ARCHIVED
        words = self.tr("Bring back from the archive") if archived else self.tr("Archive")
        _add(self, words, partial(deeds.set_archived, self._all, not archived))
        _add(self, self.tr("Delete"), partial(deeds.trash, self._all), "Del")

    def _add_pinning(self) -> None:
        pinned = all(each.pinned for each in self._all)
        words = self.tr("Unpin") if pinned else self.tr("Pin")
        _add(self, words, partial(self._deeds.set_pinned, self._all, not pinned))
        if pinned and len(self._all) == 1:
            order, [chat] = self._chats.pinned, self._all
            up = _add(self, self.tr("Move up"), partial(self._deeds.shift_pinned, chat, -1), "Alt+Up")
            up.setEnabled(order[:1] != (chat.id,))
            down = _add(self, self.tr("Move down"), partial(self._deeds.shift_pinned, chat, 1), "Alt+Down")
            down.setEnabled(order[-1:] != (chat.id,))

    def _add_moving(self) -> None:
        menu = self.addMenu(self.tr("Move to folder"))
        inside = {each.folder_id for each in self._all}
        for folder in self._chats.folders:
            action = _add(menu, _literal(folder.name), partial(self._deeds.move, self._all, folder.id))
            action.setEnabled(inside != {folder.id})
        if inside != {None}:
            _add(menu, self.tr("No folder"), partial(self._deeds.move, self._all, None))
        if not menu.isEmpty():
            menu.addSeparator()
        _add(menu, self.tr("New folder…"), partial(self._deeds.new_folder, self._all))

    def _add_export(self) -> None:
        menu = StayingMenu(self.tr("Export"), self)
        self.addMenu(menu)
        for form, words in (
            (ExportFormat.MARKDOWN, self.tr("Markdown…")),
            (ExportFormat.HTML, self.tr("Web page…")),
            (ExportFormat.TEXT, self.tr("Plain text…")),
            (ExportFormat.JSON, self.tr("JSON, with everything…")),
        ):
            _add(menu, words, partial(self._deeds.export, self._all, form))
        menu.addSeparator()
        thoughts = menu.addAction(self.tr("Include thoughts"))
        thoughts.setCheckable(True)
        thoughts.setChecked(self._deeds.with_thoughts)
        thoughts.toggled.connect(self._on_thoughts)

    def _on_thoughts(self, on: bool) -> None:
        self._deeds.with_thoughts = on


def folder_menu(
    folder: Folder,
    expanded: bool,
    deeds: ChatDeeds,
    toggle: Callable[[], object],
    rename: Callable[[], object],
    parent: QWidget,
) -> QMenu:
    """What can be done with a folder."""
    translate = QCoreApplication.translate
    menu = QMenu(parent)
    words = translate("ChatMenu", "Close folder") if expanded else translate("ChatMenu", "Open folder")
    _add(menu, words, toggle, "Return")
    _add(menu, translate("ChatMenu", "Rename"), rename, "F2")
    menu.addSeparator()
    _add(menu, translate("ChatMenu", "Delete folder, keep its chats"), partial(deeds.delete_folder, folder))
    return menu


def _add(menu: QMenu, words: str, run: Callable[[], object], keys: str = "") -> QAction:
    action = menu.addAction(words)
    if keys:
        action.setShortcut(keys)
        # Shown only: the list looks after its keys itself.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setShortcutVisibleInContextMenu(True)
    action.triggered.connect(lambda: run())
    return action


def _literal(name: str) -> str:
    """A name as a menu shows it: & would mark a letter."""
    return short_title(name).replace("&", "&&")
