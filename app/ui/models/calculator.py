"""The memory calculator: a model, how its weights are held and a context; what it takes, and where that fits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.models import CatalogueModel, MemorySum, PlaceSum
from app.services.model_shelf import ModelShelf
from app.ui import text as plain
from app.ui.controls.card import Card
from app.ui.controls.choice import Choice
from app.ui.controls.flow import FlowLayout
from app.ui.controls.page import Page
from app.ui.controls.slider import Slider
from app.ui.labels import Label
from app.ui.models import words
from app.ui.models.memory_bar import MemoryBar, Part
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

STEP_TOKENS = 1024
FIRST_TOKENS = 8192
FIRST_WEIGHTS = "bf16"


class CalculatorPage(Page):
    """Figures follow every change at once, also while the slider is being moved."""

    def __init__(self, theme: Theme, shelf: ModelShelf, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._shelf = shelf
        self._models: dict[str, CatalogueModel] = {}
        self._tokens = FIRST_TOKENS
        self.sum: MemorySum | None = None
        self.model: Choice | None = None
        self.context: Slider | None = None
        held = [(each.value, words.weights(each)) for each in shelf.weights_choices()]
        self.weights = Choice(theme, held, FIRST_WEIGHTS, name=self.tr("Precision of the weights"))
        self.weights.chosen.connect(self._calculate)
        self._choices = FlowLayout(theme)
        self._slot = QVBoxLayout()
        self._remark = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self.warning = Label(theme, TextRole.FACTS, Token.WARNING, wrap=True)
        self.total = Label(theme, TextRole.STRONG, wrap=True)
        self.bar = MemoryBar(theme)
        self.here = Label(theme, TextRole.FACTS, wrap=True)
        self.fits = Label(theme, TextRole.FACTS, wrap=True)
        self.too_small = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self.cannot = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self._asked = Card(theme)
        self._asked.column.addLayout(self._choices)
        self._asked.column.addWidget(self._title(self.tr("Context")))
        self._asked.column.addLayout(self._slot)
        self._asked.column.addWidget(self._remark)
        self._asked.column.addWidget(self.warning)
        answer = Card(theme)
        for each in (self.total, self.bar, self._title(self.tr("This computer")), self.here):
            answer.column.addWidget(each)
        answer.column.addWidget(self._title(self.tr("Common graphics cards, with nothing else on them")))
        for each in (self.fits, self.too_small, self.cannot):
            answer.column.addWidget(each)
        self.column.addWidget(self._asked)
        self.column.addWidget(answer)
        self.column.addStretch(1)
        shelf.models_changed.connect(self._show_models)
        self._show_models()

    @Slot()
    def _show_models(self) -> None:
        """The catalogue never changes, but it is there only once the shelf was read."""
        catalogue = self._shelf.shelf.catalogue
        if self.model is None and catalogue:
            self._models = {each.name: each for each in catalogue}
            names = [(name, name) for name in self._models]
            self.model = Choice(self._theme, names, catalogue[0].name, name=self.tr("Model"))
            self.model.chosen.connect(self._on_model)
            self._choices.addWidget(self.model)
            self._choices.addWidget(self.weights)
            QWidget.setTabOrder(self.model, self.weights)
            self._make_slider()
        self._calculate()

    @Slot()
    def _on_model(self) -> None:
        self._make_slider()
        self._calculate()

    def _make_slider(self) -> None:
        """How far it goes depends on the model."""
        if self.model is None:
            return
        longest = self._models[str(self.model.value())].position_context_tokens
        self._tokens = min(self._tokens, longest)
        old = self.context
        self.context = Slider(
            self._theme,
            name=self.tr("Context in tokens"),
            low=STEP_TOKENS,
            high=longest,
            step=STEP_TOKENS,
            value=self._tokens,
            shown=self._tokens_words,
        )
        self.context.changed.connect(self._on_context)
        self.context.track.sliderMoved.connect(lambda place: self._on_context(STEP_TOKENS * (place + 1)))
        self._slot.addWidget(self.context)
        QWidget.setTabOrder(self.weights, self.context)
        if old is not None:
            self._slot.removeWidget(old)
            old.hide()
            old.deleteLater()

    def _tokens_words(self, tokens: float) -> str:
        return self.tr("{n} tokens").format(n=plain.count(round(tokens)))

    def _on_context(self, tokens: float) -> None:
        self._tokens = round(tokens)
        self._calculate()

    @Slot()
    def _calculate(self) -> None:
        if self.model is None:
            return
        found = self._shelf.calculate(str(self.model.value()), str(self.weights.value()), self._tokens)
        self.sum = found
        self._remark.setText(found.remark)
        self._remark.setVisible(bool(found.remark))
        self.warning.setText(found.warning)
        self.warning.setVisible(bool(found.warning))
        needed = words.memory_size(found.needed_bytes)
        self.total.setText(self.tr("{size} of memory in all").format(size=needed))
        self.bar.show_parts(
            (
                Part(self.tr("Weights"), found.weights_bytes, Token.ACCENT),
                Part(self.tr("KV cache"), found.kv_cache_bytes, Token.WARNING),
                Part(self.tr("Workspace"), found.workspace_bytes, Token.ACCENT, 0.5),
                Part(self.tr("Runtime"), found.overhead_bytes, Token.SECONDARY, 0.7),
            )
        )
        self.here.setText(self._here_words(found.here))
        able = [each for each in found.gpus if each.computes]
        self._list(self.fits, self.tr("Fits: {names}"), [each for each in able if each.fits])
        self._list(self.too_small, self.tr("Too small: {names}"), [each for each in able if not each.fits])
        self._list(self.cannot, self.tr("Cannot run it: {names}"), [each for each in found.gpus if not each.computes])

    def _here_words(self, places: Sequence[PlaceSum]) -> str:
        if not places:
            return self.tr("Checking what this computer has…")
        lines = []
        for place in places:
            needed, free = words.memory_size(place.needed_bytes), words.memory_size(place.memory_bytes)
            if not place.computes:
                line = self.tr("{place}: cannot run it")
            elif place.fits:
                line = self.tr("{place}: fits, {needed} of {free} free")
            else:
                line = self.tr("{place}: does not fit, {needed} needed and a margin, {free} free")
            lines.append(line.format(place=place.name, needed=needed, free=free))
        return "\n".join(lines)

    def _list(self, label: Label, template: str, places: Sequence[PlaceSum]) -> None:
        label.setText(template.format(names=", ".join(each.name for each in places)))
        label.setVisible(bool(places))

    def _title(self, text: str) -> Label:
        return Label(self._theme, TextRole.LABEL, Token.SECONDARY, text, wrap=True)
