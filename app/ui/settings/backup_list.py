"""The backups there are, each with a way to make it the chats again."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.store_reports import Backup
from app.ui.buttons import Button, Look
from app.ui.controls.divided_card import DividedCard
from app.ui.controls.spacing import Spacing
from app.ui.labels import Label
from app.ui.settings.upkeep_words import backup_facts, backup_title
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class BackupList(DividedCard):
    """Changes nothing: `restore_asked` says which backup a person wants back."""

    restore_asked = Signal(object)
    """A Backup."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.restore_buttons: list[Button] = []
        self.show_backups(())

    def show_backups(self, backups: tuple[Backup, ...]) -> None:
        """Show these, in their order."""
        while (item := self.column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.restore_buttons = []
        for backup in backups:
            self.column.addWidget(self._row(backup))
        if not backups:
            text = self.tr("There are no backups yet.")
            self.column.addWidget(Label(self._theme, TextRole.THOUGHT, Token.SECONDARY, text, wrap=True))
        self.update()

    def set_busy(self, busy: bool) -> None:
        for each in self.restore_buttons:
            each.setEnabled(not busy)

    def _row(self, backup: Backup) -> QWidget:
        row = QWidget()
        title = backup_title(backup)
        words = QVBoxLayout()
        Spacing(self._theme, words, 2)
        words.addWidget(Label(self._theme, TextRole.BODY, Token.TEXT, title))
        words.addWidget(Label(self._theme, TextRole.FACTS, Token.SECONDARY, backup_facts(backup), wrap=True))
        layout = QHBoxLayout(row)
        Spacing(self._theme, layout, 12, (0, 2, 0, 2))
        layout.addLayout(words, 1)
        if backup.readable:
            button = Button(self._theme, Look.PILL, self.tr("Restore…"), height_px=30)
            button.setAccessibleName(self.tr("Restore the backup of {time}").format(time=title))
            button.clicked.connect(partial(self._ask, backup))
            layout.addWidget(button)
            self.restore_buttons.append(button)
        return row

    @Slot()
    def _ask(self, backup: Backup) -> None:
        self.restore_asked.emit(backup)
