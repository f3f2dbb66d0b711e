"""The page about privacy: what is kept and where, what leaves the computer, and deleting all of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.paths import Paths
from app.services.upkeep import ChatUpkeep, UpkeepDone, UpkeepTask
from app.ui.buttons import Button, Look
from app.ui.controls.confirm import confirm
from app.ui.controls.divided_card import DividedCard
from app.ui.controls.spacing import Spacing
from app.ui.labels import Label
from app.ui.settings.breakable import breakable
from app.ui.settings.outcome import Outcome
from app.ui.settings.places import Place
from app.ui.settings.section_page import TitledPage
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class PrivacyPage(TitledPage):
    """Args:
    theme: Where its looks come from.
    paths: Where Ponder keeps what.
    upkeep: Deletes the chats.
    kept_folder: Where the engine keeps what it has read of long chats.
    """

    all_deleted = Signal()
    """Every chat and backup is gone for good."""

    def __init__(
        self, theme: Theme, paths: Paths, upkeep: ChatUpkeep, kept_folder: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, Place.PRIVACY, parent)
        self._upkeep = upkeep
        self.add_text(
            self.tr(
                "Everything stays on this computer. The model runs here; no question, no answer and no file leaves it."
                " Ponder counts nothing, reports nothing and does not look for updates."
            )
        )
        self.add_text(
            self.tr(
                "It connects to the network only when you click a download, and then only fetches the model's files."
            )
        )
        self._add_places(paths, kept_folder)
        self._add_deletion()
        self.column.addStretch(1)
        upkeep.started.connect(self._follow)
        upkeep.done.connect(self._follow)
        upkeep.failed.connect(self._follow)

    def _add_places(self, paths: Paths, kept_folder: Path) -> None:
        self.column.addWidget(Label(self._theme, TextRole.LABEL, Token.SECONDARY, self.tr("What is kept, and where")))
        card = DividedCard(self._theme)
        for title, text, path in (
            (self.tr("Chats"), self.tr("Your chats, drafts and backups."), paths.chats),
            (
                self.tr("Long chats kept ready"),
                self.tr("What the model has read of them, if you turned that on."),
                kept_folder,
            ),
            (self.tr("Settings"), self.tr("What you chose in this window."), paths.settings_file),
            (self.tr("Models"), self.tr("The models you downloaded or added."), paths.models),
            (
                self.tr("Log"),
                self.tr("What went wrong, for finding faults; never anything you or the model wrote."),
                paths.log_file,
            ),
        ):
            row = QWidget()
            words = QVBoxLayout(row)
            Spacing(self._theme, words, 2, (0, 2, 0, 2))
            words.addWidget(Label(self._theme, TextRole.BODY, Token.TEXT, title, wrap=True))
            words.addWidget(Label(self._theme, TextRole.FACTS, Token.SECONDARY, text, wrap=True))
            place = Label(self._theme, TextRole.FACTS, Token.SECONDARY, breakable(str(path)), wrap=True)
            place.setAccessibleName(str(path))
            words.addWidget(place)
            card.column.addWidget(row)
        self.column.addWidget(card)

    def _add_deletion(self) -> None:
        card = self.add_card(self.tr("Start over"))
        text = self.tr(
            "Deletes every chat for good, with those in the archive and the trash, all backups and whatever was set"
            " aside. What stood in the file is overwritten. Models and settings stay."
        )
        card.column.addWidget(Label(self._theme, TextRole.THOUGHT, Token.SECONDARY, text, wrap=True))
        self.delete_button = Button(self._theme, Look.DANGER, self.tr("Delete all chats for good…"), height_px=32)
        self.delete_button.setAccessibleName(self.tr("Delete all chats for good"))
        self.delete_button.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.addWidget(self.delete_button)
        row.addStretch(1)
        card.column.addLayout(row)
        self.outcome = Outcome(self._theme, self._upkeep, frozenset({UpkeepTask.DELETE_ALL}))
        card.column.addWidget(self.outcome)

    @Slot()
    def _ask(self) -> None:
        text = self.tr("Every chat and every backup is deleted for good. Nothing can bring them back.")
        confirm(self._theme, self.window(), text, self.tr("Delete all chats"), self._upkeep.delete_all)

    @Slot(object)
    def _follow(self, heard: object) -> None:
        self.delete_button.setEnabled(not self._upkeep.is_doing(UpkeepTask.DELETE_ALL, UpkeepTask.RESTORE))
        if isinstance(heard, UpkeepDone) and heard.task is UpkeepTask.DELETE_ALL:
            self.all_deleted.emit()
