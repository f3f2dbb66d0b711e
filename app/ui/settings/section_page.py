"""A page of the settings window: a title, what it is about, and a card with the settings declared for it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.services.settings import SettingsChanged, SettingsService
from app.ui.buttons import Button, Look
from app.ui.controls.card import Card
from app.ui.controls.divided_card import DividedCard
from app.ui.controls.page import Page
from app.ui.labels import Label
from app.ui.settings.places import Place, place_intro, place_title
from app.ui.settings.setting_row import SettingRow
from app.ui.settings.shapes import shape_of, shown_settings
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class TitledPage(Page):
    """A page with the title and introduction of its section.

    Args:
        theme: Where its looks come from.
        place: Which section it is.
    """

    def __init__(self, theme: Theme, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.place = place
        self.setAccessibleName(place_title(place))
        self.column.addWidget(Label(theme, TextRole.TITLE, text=place_title(place), wrap=True))
        if intro := place_intro(place):
            self.add_text(intro, Token.SECONDARY)

    def add_card(self, title: str = "") -> Card:
        """A new card at the end, under its title."""
        if title:
            self.column.addWidget(Label(self._theme, TextRole.LABEL, Token.SECONDARY, title))
        card = Card(self._theme)
        self.column.addWidget(card)
        return card

    def add_text(self, text: str, token: Token = Token.TEXT) -> Label:
        """A new paragraph at the end."""
        label = Label(self._theme, TextRole.BODY if token is Token.TEXT else TextRole.THOUGHT, token, text, wrap=True)
        self.column.addWidget(label)
        return label


class SectionPage(TitledPage):
    """Args:
    theme: Where its looks come from.
    settings: Read, changed and followed.
    place: Which section it is; one that settings are declared in.
    """

    def __init__(self, theme: Theme, settings: SettingsService, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(theme, place, parent)
        self._settings = settings
        self.rows: list[SettingRow] = []
        if place.section is not None:
            for declared in shown_settings(place.section):
                shape = shape_of(declared.name)
                if shape is not None:
                    self.rows.append(SettingRow(theme, settings, declared, shape))
        self.add_above()
        if self.rows:
            card = DividedCard(theme)
            for row in self.rows:
                card.column.addWidget(row)
            self.column.addWidget(card)
        self.reset_button = Button(theme, Look.PILL, self.tr("Back to the defaults"))
        self.reset_button.setAccessibleName(
            self.tr("{section}: back to the defaults").format(section=place_title(place))
        )
        self.reset_button.clicked.connect(self._reset)
        self._foot = QHBoxLayout()
        self._foot.addStretch(1)
        self._foot.addWidget(self.reset_button)
        self.column.addLayout(self._foot)
        self.add_below()
        self.column.addStretch(1)
        settings.changed.connect(self._follow)
        self._follow()

    def add_above(self) -> None:
        """What stands above the settings."""

    def add_below(self) -> None:
        """What stands below the settings."""

    @Slot()
    @Slot(object)
    def _follow(self, changed: SettingsChanged | None = None) -> None:
        self.reset_button.setEnabled(any(row.reset_button.isVisibleTo(row) for row in self.rows))

    @Slot()
    def _reset(self) -> None:
        self._settings.reset(*(row.name for row in self.rows))
