"""What a person can do from anywhere in the window; see `declared_commands` for the words and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog

from app.core.answer import Answer
from app.core.settings import ThemeChoice
from app.services.status import EngineReady
from app.ui.transcript.text_view import copy_text
from app.ui.window.parts import WindowParts

if TYPE_CHECKING:
    from app.ui.models.window import ModelsWindow
    from app.ui.palette import CommandPalette
    from app.ui.settings.window import SettingsWindow
    from app.ui.window.main_window import MainWindow


class WindowActions(QObject):
    """Does what commands, buttons and menus of the whole window ask for.

    Args:
        window: Whose.
        parts: What the window is made of.
    """

    def __init__(self, window: MainWindow, parts: WindowParts) -> None:
        super().__init__(window)
        self._window = window
        self._parts = parts
        self._dialogs: dict[str, QDialog] = {}
        self._palette: CommandPalette | None = None

    def close_dialogs(self) -> None:
        """Close whatever is open beside the window."""
        for dialog in self._dialogs.values():
            dialog.close()

    def _open_dialog(self, name: str, make: Callable[[], QDialog]) -> QDialog:
        """Show a dialog of which there is one, where it is open already, in front."""
        dialog = self._dialogs.get(name)
        if dialog is None:
            dialog = self._dialogs[name] = make()
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        return dialog

    def new_chat(self) -> None:
        """Start over, and let the person write at once."""
        self._parts.session.new_chat()

    def new_temporary_chat(self) -> None:
        self._parts.session.new_chat(temporary=True)

    def keep_chat(self) -> None:
        self._parts.session.keep()
        self._window.composer.set_temporary(False)

    def new_folder(self) -> None:
        self._window.frame.set_open(True)
        self._window.sidebar.begin_new_folder()

    def search_chats(self) -> None:
        self._window.frame.set_open(True)
        self._window.sidebar.focus_search()

    def find_in_chat(self) -> None:
        self._window.transcript.open_find()

    def rename_chat(self) -> None:
        self._window.header.title.edit()

    def pin_chat(self) -> None:
        if (number := self._parts.session.conversation_id) is not None:
            actions = self._parts.chats.actions
            actions.set_pinned([number], number not in self._parts.chats.pinned)

    def duplicate_chat(self) -> None:
        if (number := self._parts.session.conversation_id) is not None:
            title = self.tr("Copy of {title}").format(title=self._parts.session.conversation.title)
            self._parts.chats.actions.duplicate(number, title)

    def archive_chat(self) -> None:
        if (number := self._parts.session.conversation_id) is not None:
            self._parts.chats.actions.set_archived([number], True)

    def delete_chat(self) -> None:
        if (number := self._parts.session.conversation_id) is not None:
            self._parts.chats.actions.trash([number])

    def regenerate(self) -> None:
        self._parts.session.try_again()

    def edit_last_question(self) -> None:
        questions = self._window.transcript.question_views
        if questions:
            self._window.transcript.jump_to_latest()
            questions[-1].edit()

    def copy_last_answer(self) -> None:
        answers = [each for each in self._parts.session.conversation.path() if isinstance(each, Answer)]
        if answers:
            copy_text(answers[-1].said)

    def copy_last_code(self) -> None:
        from app.ui.markdown.code_blocks import last_code

        for entry in reversed(self._parts.session.conversation.path()):
            if isinstance(entry, Answer) and (code := last_code(entry.said)) is not None:
                copy_text(code)
                return

    def stop(self) -> None:
        self._parts.session.stop()

    def answer_now(self) -> None:
        self._parts.session.answer_now()

    def toggle_thinking(self) -> None:
        self._window.composer.think.toggle()

    def attach_files(self) -> None:
        self._window.composer.choose_files()

    def focus_composer(self) -> None:
        self._window.composer.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_sidebar(self) -> None:
        self._window.frame.toggle()

    def toggle_panel(self) -> None:
        self._window.set_panel_open(not self._window.is_panel_open())

    def toggle_theme(self) -> None:
        choice = ThemeChoice.LIGHT if self._parts.theme.is_dark() else ThemeChoice.DARK
        self._parts.settings.change(theme=choice)

    def jump_to_latest(self) -> None:
        self._window.transcript.jump_to_latest()

    # Dialogs are imported when they are opened: the window comes up sooner without them.

    def open_settings(self) -> None:
        from app.ui.settings.window import SettingsWindow

        def make() -> SettingsWindow:
            window = SettingsWindow(
                self._parts.theme,
                self._parts.settings,
                self._window.commands,
                self._parts.upkeep,
                self._parts.kept,
                self._parts.paths,
                self._window,
            )
            window.link_asked.connect(self._window.links.ask)
            window.folder_asked.connect(self._window.links.open_folder)
            return window

        self._open_dialog("settings", make)

    def open_models(self) -> None:
        from app.ui.models.window import ModelsWindow

        def make() -> ModelsWindow:
            window = ModelsWindow(self._parts.theme, self._window.shelf, self._parts.settings, self._window)
            window.use_asked.connect(self._window.use_model)
            window.show_status(self._parts.link.status)
            self._parts.link.status_changed.connect(window.show_status)
            return window

        self._open_dialog("models", make)

    def open_library(self) -> None:
        from app.ui.chat_settings.library_dialog import LibraryDialog

        parts, window = self._parts, self._window
        self._open_dialog("library", lambda: LibraryDialog(parts.theme, parts.personas, parts.settings, window))

    def open_keys(self) -> None:
        from app.ui.key_sheet import KeySheet

        parts, window = self._parts, self._window
        self._open_dialog("keys", lambda: KeySheet(parts.theme, window.commands, parts.settings, window))

    def open_palette(self) -> None:
        if self._palette is None:
            from app.ui.palette import CommandPalette

            self._palette = CommandPalette(self._parts.theme, self._window.commands, self._window)
        self._palette.open()

    def unload_model(self) -> None:
        self._parts.link.unload()

    def load_model(self) -> None:
        self._parts.link.load()

    def quit(self) -> None:
        """Close for good, also where closing the window leaves Ponder in the tray."""
        self._window.quit()

    def has_chat(self) -> bool:
        return not self._parts.session.conversation.is_empty

    def has_kept_chat(self) -> bool:
        return self._parts.session.conversation_id is not None

    def is_temporary(self) -> bool:
        return self._parts.session.conversation.temporary

    def is_busy(self) -> bool:
        return self._parts.session.busy

    def has_answer(self) -> bool:
        return self._parts.session.conversation.has_answer

    def is_loaded(self) -> bool:
        return isinstance(self._parts.link.status, EngineReady) and not self._parts.session.working

    def is_unloaded(self) -> bool:
        return not isinstance(self._parts.link.status, EngineReady)
