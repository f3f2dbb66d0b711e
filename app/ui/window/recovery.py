"""Asks what is to become of a damaged store: what could be read, a backup, or nothing. The damaged file is kept."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.store_reports import RecoveryChoice, RecoveryOffer
from app.ui.buttons import Button, Look
from app.ui.controls.dialog import Dialog
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

WIDTH_PX = 520


class RecoveryDialog(Dialog):
    """The best choice has the primary button; closing the dialog leaves everything as it is.

    Args:
        theme: Where its looks come from.
        offer: What there is.
        parent: The window it belongs to.
    """

    chosen = Signal(object)
    """A RecoveryChoice."""

    def __init__(self, theme: Theme, offer: RecoveryOffer, parent: QWidget | None) -> None:
        super().__init__(theme, self.tr("Damaged chats"), parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._column = QVBoxLayout(self)
        self._column.addWidget(
            Label(theme, TextRole.STRONG, text=self.tr("The file that holds your chats is damaged."), wrap=True)
        )
        for line in offer.words():
            self._column.addWidget(Label(theme, TextRole.BODY, Token.SECONDARY, text=line, wrap=True))
        self._column.addStretch(1)
        self._row = QHBoxLayout()
        self._row.addStretch(1)
        self.buttons: dict[RecoveryChoice, Button] = {}
        for number, choice in enumerate(reversed(offer.choices)):
            best = number == len(offer.choices) - 1
            button = Button(theme, Look.PRIMARY if best else Look.PILL, self._words(choice), height_px=32)
            button.setAccessibleName(button.text())
            button.clicked.connect(lambda *, chosen=choice: self._choose(chosen))
            self.buttons[choice] = button
            self._row.addWidget(button)
        self._column.addLayout(self._row)
        self.set_smallest(WIDTH_PX, 220)
        theme.changed.connect(self._arrange)
        self._arrange()

    def _words(self, choice: RecoveryChoice) -> str:
        match choice:
            case RecoveryChoice.SALVAGED:
                return self.tr("Use what could be read")
            case RecoveryChoice.BACKUP:
                return self.tr("Restore the backup")
            case RecoveryChoice.EMPTY:
                return self.tr("Start empty")

    def _choose(self, choice: RecoveryChoice) -> None:
        self.chosen.emit(choice)
        self.accept()

    def _arrange(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(20), px(20), px(20), px(16))
        self._column.setSpacing(px(10))
        self._row.setSpacing(px(8))
