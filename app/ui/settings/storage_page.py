"""The page about the files of the chats: where they lie, backups, a check, and the trash."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core.store_reports import Backup
from app.services.kept_chats import KeptChats
from app.services.settings import SettingsService
from app.services.upkeep import BackupsListed, ChatUpkeep, UpkeepDone, UpkeepTask
from app.ui.buttons import Button, Look
from app.ui.controls.card import Card
from app.ui.controls.confirm import confirm
from app.ui.controls.flow import FlowLayout
from app.ui.labels import Label
from app.ui.settings.backup_list import BackupList
from app.ui.settings.breakable import breakable
from app.ui.settings.kept_line import KeptLine
from app.ui.settings.outcome import Outcome
from app.ui.settings.places import Place
from app.ui.settings.section_page import SectionPage
from app.ui.settings.upkeep_words import backup_title
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

TASKS = frozenset({UpkeepTask.BACK_UP, UpkeepTask.CHECK, UpkeepTask.RESTORE, UpkeepTask.EMPTY_TRASH})


class StoragePage(SectionPage):
    """Args:
    theme: Where its looks come from.
    settings: Read, changed and followed.
    upkeep: Does what the buttons say.
    kept: What the engine keeps of long chats.
    """

    folder_asked = Signal(str)
    """A folder that a person wants to see in the system's file manager."""

    def __init__(
        self,
        theme: Theme,
        settings: SettingsService,
        upkeep: ChatUpkeep,
        kept: KeptChats,
        parent: QWidget | None = None,
    ) -> None:
        self._upkeep = upkeep
        self._kept = kept
        super().__init__(theme, settings, Place.STORAGE, parent)
        upkeep.started.connect(self._follow_upkeep)
        upkeep.done.connect(self._on_done)
        upkeep.failed.connect(self._follow_upkeep)

    def add_below(self) -> None:
        self.kept = KeptLine(self._theme, self._kept)
        self.add_card(self.tr("Long chats kept ready")).column.addWidget(self.kept)
        self._add_folder()
        self._add_work()
        self.column.addWidget(Label(self._theme, TextRole.LABEL, Token.SECONDARY, self.tr("Backups")))
        self.backups = BackupList(self._theme)
        self.backups.restore_asked.connect(self._restore)
        self.column.addWidget(self.backups)

    def _add_folder(self) -> None:
        card = self.add_card(self.tr("Where the chats lie"))
        path = Label(self._theme, TextRole.THOUGHT, Token.TEXT, breakable(str(self._upkeep.folder)), wrap=True)
        path.setAccessibleName(str(self._upkeep.folder))
        self.folder_button = Button(self._theme, Look.PILL, self.tr("Show folder"), height_px=30)
        self.folder_button.setAccessibleName(self.tr("Show the folder of the chats"))
        self.folder_button.clicked.connect(lambda: self.folder_asked.emit(str(self._upkeep.folder)))
        row = QHBoxLayout()
        row.addWidget(path, 1)
        row.addWidget(self.folder_button, 0, Qt.AlignmentFlag.AlignTop)
        card.column.addLayout(row)

    def _add_work(self) -> None:
        card: Card = self.add_card(self.tr("Keep them whole"))
        self.backup_button = self._button(self.tr("Back up now"), self._upkeep.back_up)
        self.check_button = self._button(self.tr("Check the chats"), self._upkeep.check)
        self.trash_button = self._button(self.tr("Empty the trash…"), self._empty_trash)
        buttons = FlowLayout(self._theme)
        for each in (self.backup_button, self.check_button, self.trash_button):
            buttons.addWidget(each)
        card.column.addLayout(buttons)
        self.outcome = Outcome(self._theme, self._upkeep, TASKS)
        card.column.addWidget(self.outcome)

    def _button(self, text: str, on_click: object) -> Button:
        button = Button(self._theme, Look.PILL, text, height_px=30)
        button.setAccessibleName(text)
        button.clicked.connect(on_click)
        return button

    def show_result(self, text: str) -> None:
        """Say what came of something that this page asked others for."""
        self.outcome.show_result(text)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._upkeep.is_doing(UpkeepTask.LIST):
            self._upkeep.list_backups()

    @Slot()
    def _empty_trash(self) -> None:
        text = self.tr("All chats in the trash are removed for good. Only a backup could bring them back.")
        confirm(self._theme, self.window(), text, self.tr("Empty the trash"), self._upkeep.empty_trash)

    @Slot(object)
    def _restore(self, backup: Backup) -> None:
        text = self.tr(
            "The backup of {time} takes the place of your chats. The chats of now are set aside in their folder,"
            " untouched."
        ).format(time=backup_title(backup))
        confirm(self._theme, self.window(), text, self.tr("Restore"), lambda: self._upkeep.restore(backup))

    @Slot(object)
    def _on_done(self, done: UpkeepDone) -> None:
        self._follow_upkeep()
        if isinstance(done.report, BackupsListed):
            self.backups.show_backups(done.report.backups)
            self.backups.set_busy(self._upkeep.is_doing(*TASKS))
        elif self.isVisible():
            self._upkeep.list_backups()

    @Slot()
    @Slot(object)
    def _follow_upkeep(self, _: object = None) -> None:
        busy = self._upkeep.is_doing(*TASKS, UpkeepTask.DELETE_ALL)
        for each in (self.backup_button, self.check_button, self.trash_button):
            each.setEnabled(not busy)
        self.backups.set_busy(busy)
