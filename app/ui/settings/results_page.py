"""What a search in the settings found: the same rows as in the sections, under their titles."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.settings import Declared
from app.services.settings import SettingsService
from app.ui.controls.divided_card import DividedCard
from app.ui.controls.page import Page
from app.ui.controls.spacing import Spacing
from app.ui.labels import Label
from app.ui.settings.places import Place, place_title
from app.ui.settings.setting_row import SettingRow
from app.ui.settings.shapes import shape_of, shown_settings
from app.ui.settings.strings import translated
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


def matching(query: str) -> dict[Place, tuple[Declared, ...]]:
    """The settings whose title, help or section holds every word of the query, by section; empty ones left out."""
    words = query.casefold().split()
    found: dict[Place, tuple[Declared, ...]] = {}
    for place in Place:
        if place.section is None:
            continue
        title = place_title(place)
        hits = tuple(
            each
            for each in shown_settings(place.section)
            if _holds(f"{title} {translated(each.title)} {translated(each.help)}", words)
        )
        if hits:
            found[place] = hits
    return found


def _holds(text: str, words: list[str]) -> bool:
    folded = text.casefold()
    return all(each in folded for each in words)


class ResultsPage(Page):
    """Empty until something is searched."""

    def __init__(self, theme: Theme, settings: SettingsService, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._settings = settings
        self._found: dict[Place, tuple[Declared, ...]] | None = None
        self.rows: list[SettingRow] = []
        self._content: QWidget | None = None
        self.setAccessibleName(self.tr("Settings found"))
        self.column.addStretch(1)

    def search(self, query: str) -> None:
        """Show what fits; rows stay as they are while the same settings fit."""
        found = matching(query)
        if found == self._found and found:
            return
        self.clear()
        self._found = found
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        Spacing(self._theme, column, 12)
        for place, hits in found.items():
            column.addWidget(Label(self._theme, TextRole.LABEL, Token.SECONDARY, place_title(place)))
            card = DividedCard(self._theme)
            for declared in hits:
                shape = shape_of(declared.name)
                if shape is not None:
                    row = SettingRow(self._theme, self._settings, declared, shape)
                    self.rows.append(row)
                    card.column.addWidget(row)
            column.addWidget(card)
        if not found:
            text = self.tr("No setting fits “{query}”.").format(query=query.strip())
            column.addWidget(Label(self._theme, TextRole.BODY, Token.SECONDARY, text, wrap=True))
        self.column.insertWidget(0, self._content)
        self._content.show()

    def clear(self) -> None:
        """Show nothing."""
        self.rows.clear()
        self._found = None
        content, self._content = self._content, None
        if content is not None:
            content.hide()
            content.deleteLater()
