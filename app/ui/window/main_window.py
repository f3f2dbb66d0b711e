"""The window: sidebar, header, transcript, composer and the panel of this chat's settings, joined to the services.

Says what goes where and what leads to what; what anything looks like and does is the business of its parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.core.window_state import WindowState
from app.services.chat_actions import ActionDone, ChatAction
from app.services.open_chats import ChatOpened, ChatTitled, PathShown
from app.services.settings import SettingsChanged
from app.services.status import (
    ChosenModel,
    EngineReady,
    EngineStarting,
    EngineStatus,
)
from app.services.upkeep import UpkeepTask
from app.ui.commands import Commands
from app.ui.composer.composer import Composer
from app.ui.controls.confirm import confirm
from app.ui.links import LinkOpener
from app.ui.sidebar.drawer import SidebarFrame
from app.ui.sidebar.sidebar import ChatChosen, Sidebar
from app.ui.toast import Toast
from app.ui.tokens import COLUMN_PX, COMPOSER_OVERHANG_PX, GRID_PX
from app.ui.transcript.transcript_view import TranscriptView
from app.ui.window.actions import WindowActions
from app.ui.window.chat_wiring import ChatWiring
from app.ui.window.declared_commands import add_commands
from app.ui.window.drafts import Drafts
from app.ui.window.header import Header
from app.ui.window.notices import Notices
from app.ui.window.parts import WindowParts
from app.ui.window.tab_order import next_stop
from app.ui.window.tray import Tray
from app.ui.window.troubles import Troubles

if TYPE_CHECKING:
    from app.services.model_shelf import ModelShelf
    from app.ui.chat_settings.panel import ChatSettingsPanel
    from app.ui.models.download_chip import DownloadChip
    from app.ui.welcome import Welcome

FIRST_SIZE_PX = (1180, 800)
SMALLEST_PX = (400, 360)
# Narrower than this, the panel takes the chat's place.
PANEL_BESIDE_PX = 760
BOTTOM_PX = 14
FOOT_GAP_PX = 6


class MainWindow(QMainWindow):
    """Everything a person sees.

    Args:
        parts: What it is made of.
        model: The model being loaded.
    """

    closing = Signal()
    """The window is about to go for good; what it remembers is in `state`."""

    def __init__(self, parts: WindowParts, model: ChosenModel) -> None:
        super().__init__()
        self._parts = parts
        self._theme = theme = parts.theme
        self._session = parts.session
        self._status: EngineStatus = EngineStarting(model)
        self._chip: DownloadChip | None = None
        self._welcome: Welcome | None = None
        self._panel: ChatSettingsPanel | None = None
        self._quitting = False
        self._sure = False

        self.commands = Commands(self, parts.settings.value.shortcuts)
        self.toast = Toast(theme, self)
        self.links = LinkOpener(theme, self)
        self.sidebar = Sidebar(theme, parts.chats, parts.search, self.toast)
        self.header = Header(theme)
        self.transcript = TranscriptView(theme, parts.settings)
        self.notices = Notices(theme)
        self.composer = Composer(theme, parts.settings, thinking=parts.settings.value.thinking, personas=parts.personas)
        self.tray = Tray(parts.settings, self)
        self._lay_out()
        self.troubles = Troubles(parts, self.notices, self)
        self.drafts = Drafts(self._session, self.composer, parts.state.draft)
        self.deeds = WindowActions(self, parts)
        self._wiring = ChatWiring(self, parts)
        add_commands(self.commands, self.deeds, theme)
        self._connect()
        self.setMinimumSize(*SMALLEST_PX)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._restore(parts.state)
        first = ChatOpened(self._session.conversation, None)
        self.drafts.show(first)
        self._show_chat(first)
        self._show_title(ChatTitled(""))
        self.transcript.show_path(PathShown(self._session.conversation))
        self._show_status(self._status)
        self._show_welcome()
        self.composer.edit.setFocus()

    # -- what is made when it is first wanted: the window opens sooner without it --

    @property
    def shelf(self) -> ModelShelf:
        """The models; with the first look at them comes the chip that shows downloads."""
        shelf = self._parts.make_shelf()
        if self._chip is None:
            from app.ui.models.download_chip import DownloadChip

            self._chip = DownloadChip(self._theme, shelf)
            self._chip.clicked.connect(self.deeds.open_models)
            self.header.add_chip(self._chip)
        return shelf

    @property
    def download_chip(self) -> DownloadChip | None:
        """Says how far a download is; None before anybody looked at models."""
        return self._chip

    @property
    def welcome(self) -> Welcome:
        """The first screen."""
        if self._welcome is None:
            from app.ui.welcome import Welcome

            self._welcome = welcome = Welcome(self._theme, self.shelf)
            self._middle.addWidget(welcome)
            welcome.practice_asked.connect(self.end_welcome)
            welcome.dismissed.connect(self.end_welcome)
            welcome.use_asked.connect(self.use_model)
        return self._welcome

    @property
    def panel(self) -> ChatSettingsPanel:
        """The settings of the chat that is shown."""
        if self._panel is None:
            from app.ui.chat_settings.panel import ChatSettingsPanel

            self._panel = panel = ChatSettingsPanel(self._theme, self._parts.personas, self._parts.settings)
            panel.hide()
            self._beside.addWidget(panel)
            self.tell_panel()
            panel.changed.connect(self._wiring.take_settings)
            panel.system_prompt_changed.connect(self._session.set_system_prompt)
            panel.close_asked.connect(self.deeds.toggle_panel)
        return self._panel

    def is_panel_open(self) -> bool:
        return self._panel is not None and not self._panel.isHidden()

    @Slot()
    def _flush_panel(self) -> None:
        if self._panel is not None:
            self._panel.flush()

    def tell_panel(self) -> None:
        """Show there how the chat and the model are."""
        if self._panel is None:
            return
        conversation, status = self._session.conversation, self._status
        self._panel.show_chat(conversation.settings, conversation.system_prompt)
        if isinstance(status, EngineReady):
            self._panel.set_loaded(status.loaded.precision, status.loaded.context_tokens)

    # -- place --

    def _lay_out(self) -> None:
        self._body = QWidget()
        self._beside = beside = QHBoxLayout(self._body)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        self._chat = QWidget()
        column = QVBoxLayout(self._chat)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.transcript)
        self._bottom = QHBoxLayout()
        self._bottom.addStretch(1)
        self._foot = QWidget()
        self._foot_column = QVBoxLayout(self._foot)
        self._foot_column.setContentsMargins(0, 0, 0, 0)
        self._foot_column.addWidget(self.notices)
        self._foot_column.addWidget(self.composer)
        self._bottom.addWidget(self._foot, 1000)
        self._bottom.addStretch(1)
        column.addWidget(self.header)
        column.addWidget(self._middle, 1)
        column.addLayout(self._bottom)
        beside.addWidget(self._chat, 1)
        self.frame = SidebarFrame(self._theme, self.sidebar, self._body)
        self.setCentralWidget(self.frame)

    def _connect(self) -> None:
        parts, session = self._parts, self._session
        parts.link.status_changed.connect(self._show_status)
        session.path_shown.connect(self._on_path)
        session.leaving.connect(self._flush_panel)
        session.opened.connect(self._show_chat)
        session.busy_changed.connect(self._on_busy)
        session.titled.connect(self._show_title)
        header, sidebar = self.header, self.sidebar
        header.new_chat_asked.connect(self.deeds.new_chat)
        header.sidebar_asked.connect(self.deeds.toggle_sidebar)
        header.panel_asked.connect(self.deeds.toggle_panel)
        header.models_asked.connect(self.deeds.open_models)
        header.title.renamed.connect(session.rename)
        header.title.edited.connect(self.deeds.focus_composer)
        sidebar.chat_chosen.connect(self._on_chosen)
        sidebar.new_chat_asked.connect(self.deeds.new_chat)
        sidebar.settings_asked.connect(self.deeds.open_settings)
        sidebar.models_asked.connect(self.deeds.open_models)
        sidebar.set_search_keys(self.commands.shown_keys("chat.search"))
        parts.chats.actions.done.connect(self._on_chat_action)
        self.frame.changed.connect(self._on_frame)
        self.notices.dismissed.connect(self.deeds.focus_composer)
        self.tray.show_asked.connect(self._come_from_tray)
        self.tray.new_chat_asked.connect(self._new_chat_in_front)
        self.tray.quit_asked.connect(self.quit)
        parts.settings.changed.connect(self._on_settings)
        parts.upkeep.started.connect(self._on_upkeep)
        parts.upkeep.replaced.connect(self.deeds.new_chat)
        for changed in (parts.upkeep.replaced, parts.upkeep.trash_emptied, parts.rescue.recovered):
            changed.connect(parts.chats.reload)
        self.commands.keys_changed.connect(self._keep_keys)

    # -- what arrives --

    @Slot(object)
    def _show_status(self, status: EngineStatus) -> None:
        self._status = status
        self.header.show_status(status)
        self.transcript.show_status(status)
        self.composer.set_raw(status.model.base)
        self.transcript.set_raw(status.model.base)
        self._session.set_raw(status.model.base)
        self._wiring.show_context()
        self.commands.refresh()
        if isinstance(status, EngineReady):
            self.tell_panel()
            self.composer.recount()  # another model counts otherwise

    @Slot(object)
    def _on_path(self, shown: PathShown) -> None:
        self.transcript.show_path(shown)
        self._wiring.show_context()
        self._show_welcome()
        self.sidebar.set_current(self._session.conversation_id)
        self.commands.refresh()

    @Slot(object)
    def _show_chat(self, opened: ChatOpened) -> None:
        conversation = opened.conversation
        self.composer.set_temporary(conversation.temporary)
        if conversation.settings.thinking is not None:
            self.composer.set_thinking(conversation.settings.thinking)
        else:
            self.composer.set_thinking(self._parts.settings.value.thinking)
        self.tell_panel()
        self.sidebar.set_current(opened.conversation_id)
        self.deeds.focus_composer()

    @Slot(object)
    def _on_chosen(self, chosen: ChatChosen) -> None:
        if self._chat.isHidden():  # under the panel, in a narrow window
            self.set_panel_open(False)
        self._session.open(chosen.conversation_id, chosen.message_id)

    @Slot(object)
    def _on_chat_action(self, done: ActionDone) -> None:
        """The chat that is shown may have been thrown away."""
        gone = done.action in (ChatAction.TRASH, ChatAction.PURGE, ChatAction.ARCHIVE)
        if gone and self._session.conversation_id in done.conversation_ids:
            self._session.stop()
            self.deeds.new_chat()

    @Slot(object)
    def use_model(self, model: ChosenModel) -> None:
        """Take another model from now on."""
        self._session.stop()
        self.shelf.remember(model)
        self._parts.link.use(model)
        self.end_welcome()

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:
        self.composer.set_busy(busy)
        self.transcript.set_busy(busy)
        self.commands.refresh()
        if not busy:
            self._wiring.show_context()

    @Slot(object)
    def _show_title(self, titled: ChatTitled) -> None:
        title = titled.title or self.tr("New chat")
        self.header.title.set_title(title)
        self.setWindowTitle(title)
        if (
            self.sidebar.list.rows.current_id != self._session.conversation_id
        ):  # it has just been written for the first time
            self.sidebar.set_current(self._session.conversation_id)
            self.commands.refresh()

    @Slot(object)
    def _on_settings(self, changed: SettingsChanged) -> None:
        if "thinking" in changed.names and self._session.conversation.settings.thinking is None:
            self.composer.set_thinking(changed.settings.thinking)

    @Slot(object)
    def _on_upkeep(self, task: UpkeepTask) -> None:
        if task in (UpkeepTask.RESTORE, UpkeepTask.DELETE_ALL):
            self._session.close()  # what is being written would go into chats that are about to be others

    # -- the first screen --

    def _show_welcome(self) -> None:
        welcome = not self._parts.settings.value.welcomed and self._session.conversation.is_empty
        self._middle.setCurrentWidget(self.welcome if welcome else self.transcript)

    @Slot()
    def end_welcome(self) -> None:
        if not self._parts.settings.value.welcomed:
            self._parts.settings.change(welcomed=True)
        self._show_welcome()
        self.deeds.focus_composer()

    # -- coming and going --

    @Slot()
    def come_forward(self) -> None:
        """Show the window, whatever became of it. Whether it may have the focus is for the system to say."""
        if self.isMinimized():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()

    @Slot()
    def _come_from_tray(self) -> None:
        self.come_forward()
        self.activateWindow()

    @Slot()
    def _new_chat_in_front(self) -> None:
        self._come_from_tray()
        self.deeds.new_chat()

    @Slot()
    def quit(self) -> None:
        """Close for good, also where closing the window leaves Ponder in the tray."""
        self._quitting = True
        self.close()

    def state(self) -> WindowState:
        """What to remember until the next start."""
        self.drafts.keep()
        return WindowState(
            geometry=bytes(self.saveGeometry().toBase64().data()).decode("ascii"),
            sidebar_px=round(self.frame.width_px()),
            sidebar_open=self.frame.is_shown(),
            open_folders=tuple(self._parts.chats.expanded),
            panel_open=self.is_panel_open(),
            draft=self.drafts.of_new_chat,
        )

    def _restore(self, state: WindowState) -> None:
        self.resize(*FIRST_SIZE_PX)
        if state.geometry:
            self.restoreGeometry(QByteArray.fromBase64(state.geometry.encode("ascii")))
        self.frame.set_width_px(state.sidebar_px)
        self.frame.set_shown(state.sidebar_open)
        self._parts.chats.restore_expanded(state.open_folders)
        self.set_panel_open(state.panel_open)
        self._on_frame()

    @Slot()
    def _on_frame(self) -> None:
        self.header.set_sidebar_shown(self.frame.is_open() and not self.frame.is_drawer())
        self._arrange_panel()

    def set_panel_open(self, shown: bool) -> None:
        """Show or hide the settings of this chat."""
        self._flush_panel()
        if shown or self._panel is not None:
            self.panel.setVisible(shown)
        self._arrange_panel()

    def _arrange_panel(self) -> None:
        """Where there is no room for both, the panel takes the chat's place."""
        narrow = self._body.width() < self._theme.px(PANEL_BESIDE_PX)
        self._chat.setVisible(not self.is_panel_open() or not narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange_panel()

    def focusNextPrevChild(self, next: bool) -> bool:
        parts = (self.sidebar, self.frame.grip, self.header, self._middle, self.notices, self.composer)
        beside = (self._panel,) if self._panel is not None else ()
        stop = next_stop((*parts, *beside, self.toast), QApplication.focusWidget(), forward=next)
        if stop is None:
            return super().focusNextPrevChild(next)
        stop.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
        return True

    @Slot()
    def _keep_keys(self) -> None:
        self.sidebar.set_search_keys(self.commands.shown_keys("chat.search"))
        self._parts.settings.change(shortcuts=self.commands.chosen())

    def _restyle(self) -> None:
        px = self._theme.px
        self._foot.setMaximumWidth(px(COLUMN_PX + 2 * COMPOSER_OVERHANG_PX))
        self._foot_column.setSpacing(px(GRID_PX))
        self._bottom.setContentsMargins(px(8), px(FOOT_GAP_PX), px(8), px(BOTTOM_PX))
        self._arrange_panel()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Into the tray where there is one; else for good, after a question where something could not be saved."""
        if self.tray.is_shown() and not self._quitting:
            event.ignore()
            self.hide()
            return
        if self.troubles.something_is_unsaved and not self._sure:
            event.ignore()
            self._quitting = False
            self._ask_before_losing()
            return
        self.deeds.close_dialogs()
        self.closing.emit()
        event.accept()
        QApplication.quit()

    def _ask_before_losing(self) -> None:
        def close() -> None:
            self._sure = self._quitting = True
            self.close()

        confirm(
            self._theme,
            self,
            self.tr("What you wrote last is not saved yet, and is lost when Ponder closes now."),
            self.tr("Close anyway"),
            close,
        )
