"""The first screen: what Ponder is, what this computer can run, and four ways to begin.

Nothing is fetched without a click. Whatever it starts goes on when it is gone.
"""

from __future__ import annotations

import itertools
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.models import CatalogueModel, HubModel, InstalledModel
from app.services.job_types import JobEnded, JobKind, JobOutcome, JobProgress
from app.services.model_shelf import ModelShelf
from app.ui.buttons import Button, Look
from app.ui.controls.card import Card
from app.ui.controls.flow import FlowLayout
from app.ui.controls.page import Page
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.models import words
from app.ui.models.download_panel import DownloadPanel
from app.ui.models.fit_line import FitLine
from app.ui.models.job_line import JobLine
from app.ui.models.pickers import pick_folder, pick_gguf
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

PROPOSED = "Qwen3-0.6B"
COLUMN_PX = 560


class Welcome(Page):
    """In place of the transcript, until the person has begun.

    Args:
        theme: Where its looks come from.
        shelf: Knows the models and the machine.
        proposed: The model of the catalogue that is offered for download.
    """

    practice_asked = Signal()
    """Begin with the practice model."""
    use_asked = Signal(object)
    """The ChosenModel to begin with."""
    dismissed = Signal()
    """Not now: go to the chat."""

    def __init__(
        self, theme: Theme, shelf: ModelShelf, *, proposed: str = PROPOSED, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._shelf = shelf
        self._proposed = proposed
        self._import_id: int | None = None
        self.setAccessibleName(self.tr("Welcome"))
        title = Label(theme, TextRole.TITLE, text=self.tr("Welcome to Ponder"), wrap=True)
        about = self.tr(
            "Ponder is a chat with a language model that runs on this computer. It works without a network, and what"
            " you write never leaves this computer."
        )
        self._machine = Label(theme, TextRole.LABEL, Token.SECONDARY, self.tr("This computer"), wrap=True)
        self.fit = FitLine(theme)
        self.largest = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self.practice_button = Button(theme, Look.PRIMARY, self.tr("Start with the practice model"), height_px=36)
        self.practice_button.setAccessibleName(self.practice_button.text())
        practice = self.tr("Ready at once. A small model, made to try things out, and not an assistant.")
        self.practice_button.setAccessibleDescription(practice)
        self.practice_button.clicked.connect(self.practice_asked)
        self.download = QVBoxLayout()
        self.panel: DownloadPanel | None = None
        goes_on = self.tr("{name} is being downloaded. It goes on while you chat, and can be paused at any time.")
        self.background = Label(theme, TextRole.FACTS, Token.SECONDARY, goes_on.format(name=proposed), wrap=True)
        self.background.hide()
        self.use_button = Button(theme, Look.PRIMARY, height_px=36)
        self.use_button.hide()
        self.use_button.clicked.connect(self._use_proposed)
        self.folder_button = Button(theme, Look.PILL, self.tr("Choose a folder…"), Icon.FOLDER, height_px=32)
        self.gguf_button = Button(theme, Look.PILL, self.tr("Choose a GGUF file…"), Icon.CUBE, height_px=32)
        self.folder_button.clicked.connect(lambda: pick_folder(self, self.import_folder))
        self.gguf_button.clicked.connect(lambda: pick_gguf(self, self.import_gguf))
        self.later_button = Button(theme, Look.GHOST, self.tr("Not now"), height_px=32)
        self.later_button.clicked.connect(self.dismissed)
        for each in (self.folder_button, self.gguf_button, self.later_button):
            each.setAccessibleName(each.text())
        self.line = JobLine(theme, self.tr("Import"))
        self.line.stop_asked.connect(shelf.cancel)
        self.failure = Label(theme, TextRole.FACTS, Token.DANGER, wrap=True)
        self.line.hide()
        self.failure.hide()

        machine = Card(theme)
        for widget in (self._machine, self.fit, self.largest):
            machine.column.addWidget(widget)
        own = FlowLayout(theme)
        for button in (self.folder_button, self.gguf_button):
            own.addWidget(button)
        self._body = QWidget()
        self._inner = QVBoxLayout(self._body)
        self._inner.setContentsMargins(0, 0, 0, 0)
        self._inner.addWidget(title)
        self._inner.addWidget(Label(theme, text=about, wrap=True))
        self._inner.addWidget(machine)
        self._inner.addWidget(self.practice_button)
        self._inner.addWidget(Label(theme, TextRole.FACTS, Token.SECONDARY, practice, wrap=True))
        self._inner.addWidget(self.use_button)
        self._inner.addLayout(self.download)
        self._inner.addWidget(self.background)
        self._inner.addWidget(self._caption(self.tr("Or use a model that is on this computer already")))
        self._inner.addLayout(own)
        self._inner.addWidget(self.line)
        self._inner.addWidget(self.failure)
        self._inner.addWidget(self.later_button)
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addWidget(self._body, 100)
        centred.addStretch(1)
        self.column.addStretch(1)
        self.column.addLayout(centred)
        self.column.addStretch(2)
        shelf.models_changed.connect(self._show)
        shelf.job_progress.connect(self._on_progress)
        shelf.job_ended.connect(self._on_ended)
        theme.changed.connect(self._arrange)
        self._arrange()
        self._show()

    def import_folder(self, path: Path) -> None:
        """Take in a model's folder where it lies, and begin with it."""
        self._begin_import(self._shelf.import_folder(path, link=True))

    def import_gguf(self, path: Path) -> None:
        """Convert a GGUF file, and begin with it."""
        self._begin_import(self._shelf.import_gguf(path))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._shelf.refresh()
        self._shelf.look()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
            return
        super().keyPressEvent(event)

    def _begin_import(self, job_id: int) -> None:
        self._import_id = job_id
        self.failure.hide()

    @Slot()
    def _show(self) -> None:
        model = next((each for each in self._shelf.shelf.catalogue if each.name == self._proposed), None)
        if model is None:
            return
        if self.panel is None:
            self._make_panel(model)
        self._machine.setText(self._machine_words())
        self.fit.show_fit(model.fit, model.problem)
        if model.fit is not None:
            self.fit.verdict.setText(words.model_runs(model.name, model.fit))
        self.largest.setText(self._words_on_larger(model))
        self.largest.setVisible(bool(self.largest.text()))
        here = bool(model.installed)
        if self.panel is not None:
            self.panel.show_here(here)
        self.use_button.setText(self.tr("Start with {name}").format(name=model.name))
        self.use_button.setAccessibleName(self.use_button.text())
        self.use_button.setVisible(here)
        self.use_button.updateGeometry()
        self._show_background()

    def _make_panel(self, model: CatalogueModel) -> None:
        offer = self.tr("Download {name} ({size})").format(name=model.name, size=words.download_size(model))
        self.panel = DownloadPanel(self._theme, self._shelf, model.name, HubModel(model.name), offer)
        self.download.addWidget(self.panel)
        order = (self.practice_button, self.use_button, self.panel, self.folder_button)
        for first, second in itertools.pairwise(order):
            QWidget.setTabOrder(first, second)

    def _machine_words(self) -> str:
        machine = self._shelf.shelf.machine
        if machine is None:
            return self.tr("This computer")
        best = machine.devices[0]
        return self.tr("This computer: {device}, {free} free").format(
            device=best.name, free=words.memory_size(best.free_bytes)
        )

    def _words_on_larger(self, model: CatalogueModel) -> str:
        """The largest model that runs here, where it is a larger one."""
        able = [each for each in self._shelf.shelf.catalogue if each.fit is not None and not each.is_base]
        largest = max(able, key=lambda each: each.parameters, default=None)
        if largest is None or largest.name == model.name or largest.fit is None:
            return ""
        return self.tr("The largest that runs here is {name}, in {precision}. You can download it later.").format(
            name=largest.name, precision=words.precision(largest.fit.precision)
        )

    def _show_background(self) -> None:
        self.background.setVisible(self._shelf.job_of(self._proposed, JobKind.DOWNLOAD) is not None)

    @Slot(object)
    def _on_progress(self, job: JobProgress) -> None:
        if job.job_id == self._import_id:
            self.line.show_job(job)
            self.line.show()
        elif job.kind is JobKind.DOWNLOAD and self.background.isHidden():
            self._show_background()

    @Slot(object)
    def _on_ended(self, end: JobEnded) -> None:
        if end.kind is JobKind.DOWNLOAD:
            self._show_background()
        if end.job_id != self._import_id:
            return
        self._import_id = None
        self.line.hide()
        if end.outcome is JobOutcome.DONE and end.entry is not None:
            self._use(end.entry)
            return
        self.failure.setText(words.ended(end))
        self.failure.show()

    def _use_proposed(self) -> None:
        model = next((each for each in self._shelf.shelf.catalogue if each.name == self._proposed), None)
        found = None if model is None else self._shelf.installed(model.installed)
        if found is not None:
            self._use(found)

    def _use(self, model: InstalledModel) -> None:
        self.use_asked.emit(self._shelf.chosen(model))

    def _caption(self, text: str) -> Label:
        return Label(self._theme, TextRole.LABEL, Token.SECONDARY, text, wrap=True)

    def _arrange(self) -> None:
        px = self._theme.px
        self._inner.setSpacing(px(12))
        self._body.setMaximumWidth(px(COLUMN_PX))
