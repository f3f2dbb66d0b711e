"""What is done with chats from the sidebar: asked about where nothing brings it back, said when it is done, with Undo.

Knows neither rows nor menus.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.core.chats import ConversationSummary, Folder
from app.services.chat_actions import ActionDone, ActionFailed, ChatAction, ExportFormat, PurgeOutcome, export_name
from app.services.chat_list import ChatList
from app.ui.controls.confirm import confirm
from app.ui.sidebar.words import short_title, title_text
from app.ui.theme import Theme
from app.ui.toast import Toast

Chats = Sequence[ConversationSummary]


class ChatDeeds(QObject):
    """Bound to a window.

    Args:
        theme: For the questions.
        chats: Does it.
        toast: Says that it is done.
        place: In whose window questions are asked.
    """

    folder_made = Signal(object)
    """A Folder that has no name of the person's yet."""
    rename_failed = Signal()

    def __init__(self, theme: Theme, chats: ChatList, toast: Toast, place: QWidget) -> None:
        super().__init__(place)
        self._theme = theme
        self._chats = chats
        self._toast = toast
        self._place = place
        self.with_thoughts = False
        """Whether thoughts are exported, too."""
        self._titles: dict[int, str] = {}
        chats.actions.done.connect(self._on_done)
        chats.actions.failed.connect(self._on_failed)

    # -- to be undone --

    def trash(self, chats: Chats) -> None:
        """Put chats into the trash; more than one only after a question."""
        number = len(chats)
        if number == 1:
            self._trash(chats)
        elif number:
            text = self.tr("Move %n chats to the trash? They can be restored from there.", "", number)
            action = self.tr("Delete %n chats", "", number)
            confirm(self._theme, self._place.window(), text, action, partial(self._trash, chats))

    def _trash(self, chats: Chats) -> None:
        self._remember(self._chats.actions.trash(_ids(chats)), chats)

    def restore(self, chats: Chats) -> None:
        self._remember(self._chats.actions.restore(_ids(chats)), chats)

    def set_archived(self, chats: Chats, archived: bool) -> None:
        self._remember(self._chats.actions.set_archived(_ids(chats), archived), chats)

    def set_pinned(self, chats: Chats, pinned: bool) -> None:
        self._chats.actions.set_pinned(_ids(chats), pinned)

    def shift_pinned(self, chat: ConversationSummary, by: int) -> None:
        """Put a pinned chat so many places further down, or up where it is negative."""
        order = list(self._chats.pinned)
        if chat.id not in order:
            return
        at = order.index(chat.id)
        to = min(max(at + by, 0), len(order) - 1)
        if to != at:
            order.insert(to, order.pop(at))
            self._chats.actions.arrange_pinned(order)

    def move(self, chats: Chats, folder_id: int | None) -> None:
        self._remember(self._chats.actions.move(_ids(chats), folder_id), chats)

    def new_folder(self, chats: Chats = ()) -> None:
        """Make a folder with these chats in it, to be named at once."""
        self._chats.actions.create_folder(self.tr("New folder"), _ids(chats))

    def delete_folder(self, folder: Folder) -> None:
        self._chats.actions.delete_folder(folder.id)

    def duplicate(self, chat: ConversationSummary) -> None:
        self._chats.actions.duplicate(chat.id, self.tr("{title} (copy)").format(title=title_text(chat.title)))

    # -- for good --

    def purge(self, chats: Chats) -> None:
        """Remove chats for good, after a question."""
        if not chats:
            return
        if len(chats) == 1:
            text = self.tr("Delete “{title}” for good? It goes from the backups too, and nothing brings it back.")
            text = text.format(title=short_title(chats[0].title))
        else:
            text = self.tr(
                "Delete %n chats for good? They go from the backups too, and nothing brings them back.", "", len(chats)
            )
        work = partial(self._chats.actions.purge, _ids(chats))
        confirm(self._theme, self._place.window(), text, self.tr("Delete for good"), work)

    def empty_trash(self) -> None:
        """Remove for good what is in the trash, after a question."""
        text = self.tr(
            "Delete everything in the trash for good? It goes from the backups too, and nothing brings it back."
        )
        confirm(self._theme, self._place.window(), text, self.tr("Empty the trash"), self._chats.actions.empty_trash)

    # -- as files --

    def export(self, chats: Chats, form: ExportFormat) -> None:
        """Ask for a file, and write chats to it."""
        if not chats:
            return
        dialog = QFileDialog(self._place.window(), self.tr("Export"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(form.suffix.removeprefix("."))
        dialog.setDirectory(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        name = chats[0].title if len(chats) == 1 else self.tr("%n chats", "", len(chats))
        dialog.selectFile(export_name(name, form))
        dialog.fileSelected.connect(partial(self._export_to, _ids(chats), form))
        dialog.open()

    def _export_to(self, ids: tuple[int, ...], form: ExportFormat, path: str) -> None:
        self._chats.actions.export(ids, Path(path), form, thinking=self.with_thoughts)

    # -- what came of it --

    def _remember(self, request: int, chats: Chats) -> None:
        """Keep the title for the sentence that says what was done."""
        if len(chats) == 1:
            self._titles[request] = short_title(chats[0].title)

    @Slot(object)
    def _on_done(self, done: ActionDone) -> None:
        title = self._titles.pop(done.request_id, "")
        number = len(done.conversation_ids)
        if done.action is ChatAction.CREATE_FOLDER and isinstance(done.value, Folder):
            self.folder_made.emit(done.value)
        text = self._words(done, title, number)
        if text and done.undo is not None:
            undo: Callable[[], object] = partial(self._chats.actions.undo, done.undo)
            self._toast.show_message(text, self.tr("Undo"), undo)
        elif text:
            self._toast.show_message(text)

    def _words(self, done: ActionDone, title: str, number: int) -> str:
        """What to say; nothing where it can be seen."""
        match done.action, done.value:
            case ChatAction.TRASH, _:
                one, more = self.tr("“{title}” is in the trash."), self.tr("%n chats are in the trash.", "", number)
            case ChatAction.RESTORE, _:
                one, more = self.tr("“{title}” is back."), self.tr("%n chats are back.", "", number)
            case ChatAction.ARCHIVE, _:
                one, more = self.tr("“{title}” is archived."), self.tr("%n chats are archived.", "", number)
            case ChatAction.UNARCHIVE, _:
                one = self.tr("“{title}” is among the chats again.")
                more = self.tr("%n chats are among the chats again.", "", number)
            case ChatAction.MOVE, _ if done.undo is not None:
                one, more = self.tr("“{title}” was moved."), self.tr("%n chats were moved.", "", number)
            case ChatAction.DELETE_FOLDER, Folder(name=name):
                return self.tr("The folder “{name}” is gone; its chats were kept.").format(name=short_title(name))
            case ChatAction.EXPORT, Path() as path:
                return self.tr("Exported to {path}.").format(path=path)
            case ChatAction.PURGE, PurgeOutcome() as outcome:
                return self._purged_words(outcome)
            case _:
                return ""
        if number == 1:
            return one.format(title=title) if title else self._untitled_words(done.action)
        return more

    def _untitled_words(self, action: ChatAction) -> str:
        """For what was done to a chat from elsewhere in the window."""
        match action:
            case ChatAction.TRASH:
                return self.tr("The chat is in the trash.")
            case ChatAction.RESTORE:
                return self.tr("The chat is back.")
            case ChatAction.ARCHIVE:
                return self.tr("The chat is archived.")
            case ChatAction.UNARCHIVE:
                return self.tr("The chat is among the chats again.")
            case _:
                return self.tr("The chat was moved.")

    def _purged_words(self, outcome: PurgeOutcome) -> str:
        if outcome.error is not None:
            text = self.tr("Deleted for good, but a backup still holds it: {error}")
            return text.format(error=outcome.error)
        if outcome.report.set_aside:
            return self.tr("Deleted for good. Older files that were set aside may still hold some of it.")
        return self.tr("Deleted for good.")

    @Slot(object)
    def _on_failed(self, failed: ActionFailed) -> None:
        self._titles.pop(failed.request_id, None)
        if failed.action in (ChatAction.RENAME, ChatAction.RENAME_FOLDER):
            self.rename_failed.emit()
        self._toast.show_message(str(failed.error))


def _ids(chats: Chats) -> tuple[int, ...]:
    return tuple(each.id for each in chats)
