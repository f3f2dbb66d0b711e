"""What can be downloaded: a card for each model, with what it takes, how it would run here and how good it is."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core.models import CatalogueModel, HubModel
from app.services.model_shelf import ModelShelf
from app.ui.buttons import Button, Look
from app.ui.controls.card import Card
from app.ui.controls.page import Page
from app.ui.icons import Icon
from app.ui.labels import ElidedLabel, Label
from app.ui.models import words
from app.ui.models.download_panel import DownloadPanel
from app.ui.models.fit_line import FitLine
from app.ui.models.scores import ScoreTable
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class CatalogueCard(Card):
    """One model. It changes in place."""

    use_asked = Signal(object)
    """The InstalledModel that it is on this computer."""

    def __init__(self, theme: Theme, shelf: ModelShelf, model: CatalogueModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._shelf = shelf
        self._model = model
        self.setAccessibleName(self.tr("Model: {name}").format(name=model.name))
        name = ElidedLabel(theme, TextRole.STRONG)
        name.setText(model.name)
        self.mark = Label(theme, TextRole.LABEL, Token.ACCENT)
        head = QHBoxLayout()
        head.addWidget(name, 1)
        head.addWidget(self.mark)
        facts = (words.parameters(model.parameters), words.context(model), model.licence)
        self.facts = Label(theme, TextRole.FACTS, Token.SECONDARY, " · ".join(facts), wrap=True)
        self.fit = FitLine(theme)
        offer = self.tr("Download {size}").format(size=words.download_size(model))
        self.panel = DownloadPanel(theme, shelf, model.name, HubModel(model.name), offer)
        self.use_button = Button(theme, Look.PRIMARY, self.tr("Use"), height_px=32)
        self.use_button.setAccessibleName(self.tr("Use {name}").format(name=model.name))
        self.use_button.clicked.connect(self._use)
        self.scores_button = Button(theme, Look.PILL, icon=Icon.CHEVRON_DOWN, height_px=32)
        self.scores_button.setCheckable(True)
        self.scores_button.setText(self.tr("Benchmarks"))
        self.scores_button.setAccessibleName(self.tr("Benchmarks of {name}").format(name=model.name))
        self.scores_button.toggled.connect(self._show_scores)
        self.scores: ScoreTable | None = None
        self.panel.add_button(self.use_button)
        self.panel.add_button(self.scores_button)
        self.column.addLayout(head)
        self.column.addWidget(Label(theme, TextRole.FACTS, text=model.description, wrap=True))
        self.column.addWidget(self.facts)
        self.column.addWidget(self.fit)
        self.column.addWidget(self.panel)
        self.scores_button.setVisible(bool(model.scores))
        self.show_model(model)

    def show_model(self, model: CatalogueModel) -> None:
        """Say how the model is now."""
        self._model = model
        here = bool(model.installed)
        self.mark.setText(self.tr("On this computer") if here else "")
        self.mark.setVisible(here)
        self.fit.show_fit(model.fit, model.problem)
        self.panel.show_here(here)
        self.use_button.setVisible(here)

    def _use(self) -> None:
        found = self._shelf.installed(self._model.installed)
        if found is not None:
            self.use_asked.emit(found)

    @Slot(bool)
    def _show_scores(self, shown: bool) -> None:
        if self.scores is None:
            self.scores = ScoreTable(self._theme, self._model)
            self.column.addWidget(self.scores)
        self.scores.setVisible(shown)


class CataloguePage(Page):
    """All cards, in the catalogue's order."""

    use_asked = Signal(object)
    """The InstalledModel."""

    def __init__(self, theme: Theme, shelf: ModelShelf, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._shelf = shelf
        self.cards: dict[str, CatalogueCard] = {}
        text = self.tr(
            "Models come from the Hugging Face hub, are verified byte by byte, and stay on this computer. Nothing is"
            " fetched before you press Download. A -Base model continues text; for questions, take one without -Base."
        )
        self.column.addWidget(Label(theme, TextRole.FACTS, Token.SECONDARY, text, wrap=True))
        self.column.addStretch(1)
        shelf.models_changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        for at, model in enumerate(self._shelf.shelf.catalogue):
            card = self.cards.get(model.name)
            if card is None:
                card = self.cards[model.name] = CatalogueCard(self._theme, self._shelf, model)
                card.use_asked.connect(self.use_asked)
                self.column.insertWidget(1 + at, card)
            card.show_model(model)
