"""What is on this computer: a card for each model, and one for each download that was stopped."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core.models import InstalledModel, StoppedDownload
from app.services.job_types import JobEnded, JobKind, JobOutcome, JobProgress
from app.services.model_shelf import ModelShelf
from app.ui import text as plain
from app.ui.buttons import Button, Look
from app.ui.controls.card import Card
from app.ui.controls.confirm import confirm
from app.ui.controls.flow import FlowLayout
from app.ui.controls.page import Page
from app.ui.icons import Icon
from app.ui.labels import ElidedLabel, Label
from app.ui.models import words
from app.ui.models.download_panel import DownloadPanel
from app.ui.models.fit_line import FitLine
from app.ui.models.job_line import JobLine
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class InstalledCard(Card):
    """One model. It changes in place, so that the keyboard's focus stays where it is."""

    use_asked = Signal(object)
    """The InstalledModel."""

    def __init__(self, theme: Theme, shelf: ModelShelf, model: InstalledModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._shelf = shelf
        self._model = model
        self._in_use = False
        self._name = ElidedLabel(theme, TextRole.STRONG)
        self.mark = Label(theme, TextRole.LABEL, Token.ACCENT, self.tr("In use"))
        self._facts = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self._about = Label(theme, TextRole.FACTS, wrap=True)
        self.fit = FitLine(theme)
        self.outcome = Label(theme, TextRole.FACTS, wrap=True)
        self.line = JobLine(theme, model.name)
        self.line.stop_asked.connect(shelf.cancel)
        head = QHBoxLayout()
        head.addWidget(self._name, 1)
        head.addWidget(self.mark)
        self.use_button = self._button(Look.PRIMARY, self.tr("Use"))
        self.verify_button = self._button(Look.PILL, self.tr("Verify"), Icon.CHECK)
        self.repair_button = self._button(Look.PILL, self.tr("Download again"), Icon.DOWNLOAD)
        self.remove_button = self._button(Look.PILL, self.tr("Remove…"), Icon.TRASH)
        self.use_button.clicked.connect(lambda: self.use_asked.emit(self._model))
        self.verify_button.clicked.connect(self._verify)
        self.repair_button.clicked.connect(self._repair)
        self.remove_button.clicked.connect(self._ask_to_remove)
        self._buttons = FlowLayout(theme)
        for each in (self.use_button, self.repair_button, self.verify_button, self.remove_button):
            self._buttons.addWidget(each)
        self.column.addLayout(head)
        for widget in (self._facts, self._about, self.fit, self.outcome, self.line):
            self.column.addWidget(widget)
        self.column.addLayout(self._buttons)
        self.outcome.hide()
        self.line.hide()
        self.show_model(model, in_use=False)

    @property
    def model(self) -> InstalledModel:
        return self._model

    def show_model(self, model: InstalledModel, *, in_use: bool) -> None:
        """Say how the model is now."""
        self._model, self._in_use = model, in_use
        self.setAccessibleName(self.tr("Model: {name}").format(name=model.name))
        self._name.setText(model.name)
        size = plain.file_size(model.size_bytes)
        facts = (words.origin(model), words.parameters(model.parameters), size)
        self._facts.setText(" · ".join(each for each in facts if each))
        self._about.setText(self._words_about(model))
        self._about.setVisible(bool(self._about.text()))
        self.fit.setVisible(not model.damaged)
        self.fit.show_fit(model.fit, model.problem)
        self.mark.setVisible(in_use)
        if model.damaged:
            self._say(self.tr("It cannot be opened. {why}").format(why=model.problem), Token.DANGER)
        self._arrange_buttons()

    def show_job(self, job: JobProgress) -> None:
        """Say how far work on it is."""
        self.line.show_job(job)
        if self.line.isHidden():
            self.outcome.hide()
            self._arrange_buttons()

    def show_end(self, end: JobEnded) -> None:
        """Say what came of work on it."""
        self.line.hide()
        failed = end.outcome is JobOutcome.FAILED
        if not self._model.damaged or failed:
            self._say(words.ended(end), Token.DANGER if failed else Token.SECONDARY)
        self._arrange_buttons(repairable=failed and end.kind is JobKind.VERIFY)

    def _words_about(self, model: InstalledModel) -> str:
        if model.built_in:
            return self.tr("A practice model: small, made to try things out, and not an assistant.")
        if model.is_base:
            return self.tr("A base model: it continues text and was not taught to answer questions.")
        return ""

    def _say(self, text: str, token: Token) -> None:
        self.outcome.set_token(token)
        self.outcome.setText(text)
        self.outcome.setVisible(bool(text))

    def _arrange_buttons(self, *, repairable: bool = False) -> None:
        model, job = self._model, self._shelf.job_of(self._model.name)
        if job is not None:
            self.line.show_job(job)
        self.line.setVisible(job is not None)
        self.use_button.setVisible(not self._in_use and not model.damaged)
        self.repair_button.setVisible(model.source is not None and (model.damaged or repairable))
        self.remove_button.setVisible(model.removable)
        for each in (self.use_button, self.verify_button, self.repair_button):
            each.setEnabled(job is None)
        self.remove_button.setEnabled(job is None and not self._in_use)
        in_use = self.tr("It is in use. Use another model first.") if self._in_use else ""
        self.remove_button.setToolTip(in_use)
        self.remove_button.setAccessibleDescription(in_use)

    def _verify(self) -> None:
        self._shelf.verify(self._model)

    def _repair(self) -> None:
        if self._model.source is not None:
            self._shelf.download(self._model.source)

    def _ask_to_remove(self) -> None:
        model = self._model
        if model.link:
            text = self.tr(
                "Remove {name} from Ponder? Its files stay where they are, in {folder}; only the link goes."
            ).format(name=model.name, folder=model.folder)
        else:
            text = self.tr("Remove {name} from this computer? That frees {size} and cannot be undone.").format(
                name=model.name, size=plain.file_size(model.freed_bytes)
            )
        confirm(self._theme, self.window(), text, self.tr("Remove"), partial(self._shelf.remove, model))

    def _button(self, look: Look, text: str, icon: Icon | None = None) -> Button:
        button = Button(self._theme, look, text, icon, height_px=32)
        button.setAccessibleName(self.tr("{action}: {name}").format(action=text, name=self._model.name))
        return button


class StoppedCard(Card):
    """A download that was stopped, or goes on."""

    def __init__(
        self, theme: Theme, shelf: ModelShelf, stopped: StoppedDownload, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        name = ElidedLabel(theme, TextRole.STRONG)
        name.setText(stopped.name)
        self.setAccessibleName(self.tr("Download: {name}").format(name=stopped.name))
        what = self.tr("A download of {repository}").format(repository=stopped.source.repository)
        self.panel = DownloadPanel(theme, shelf, stopped.name, stopped.source, self.tr("Download"))
        self.column.addWidget(name)
        self.column.addWidget(Label(theme, TextRole.FACTS, Token.SECONDARY, what, wrap=True))
        self.column.addWidget(self.panel)


class InstalledPage(Page):
    """All cards, in the shelf's order."""

    use_asked = Signal(object)
    """The InstalledModel."""

    def __init__(self, theme: Theme, shelf: ModelShelf, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._shelf = shelf
        self._folder = ""
        self.cards: dict[str, InstalledCard] = {}
        self.stopped_cards: dict[str, StoppedCard] = {}
        self._told = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self._told.hide()
        self.column.addWidget(self._told)
        self.column.addStretch(1)
        shelf.models_changed.connect(self._show)
        shelf.job_progress.connect(self._on_progress)
        shelf.job_ended.connect(self._on_ended)
        self._show()

    def show_in_use(self, folder: str) -> None:
        """Mark the model in this folder as the one in use."""
        self._folder = folder
        self._show()

    def told(self) -> str:
        """What came of the last removal; empty where there was none."""
        return self._told.text()

    @Slot()
    def _show(self) -> None:
        shelf = self._shelf.shelf
        # A download that is known by its job alone has not written its plan yet.
        stopped = {each.name: each for each in shelf.stopped}
        models = {each.name: each for each in shelf.installed}
        for name in [each for each in self.cards if each not in models]:
            self._take_away(self.cards.pop(name))
        for name in [each for each in self.stopped_cards if each not in stopped]:
            self._take_away(self.stopped_cards.pop(name))
        for at, (name, download) in enumerate(stopped.items()):
            if name not in self.stopped_cards:
                self.stopped_cards[name] = StoppedCard(self._theme, self._shelf, download)
                self.column.insertWidget(at + 1, self.stopped_cards[name])
        for at, (name, model) in enumerate(models.items()):
            card = self.cards.get(name)
            if card is None:
                card = self.cards[name] = InstalledCard(self._theme, self._shelf, model)
                card.use_asked.connect(self.use_asked)
                self.column.insertWidget(1 + len(stopped) + at, card)
            card.show_model(model, in_use=model.folder == self._folder)

    def _take_away(self, card: Card) -> None:
        self.column.removeWidget(card)
        card.hide()
        card.deleteLater()

    @Slot(object)
    def _on_progress(self, job: JobProgress) -> None:
        card = self.cards.get(job.name)
        if card is not None and job.kind is not JobKind.IMPORT:
            card.show_job(job)

    @Slot(object)
    def _on_ended(self, end: JobEnded) -> None:
        card = self.cards.get(end.name)
        if card is not None and end.kind is not JobKind.IMPORT:
            card.show_end(end)
        if end.kind in (JobKind.REMOVE, JobKind.DISCARD) and end.outcome is JobOutcome.DONE:
            self._told.setText(words.ended(end))
            self._told.setVisible(bool(self._told.text()))
