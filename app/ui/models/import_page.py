"""Taking in models that are on this computer already: a folder, a GGUF file, or what other programs keep."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.core.models import FoundModel, InstalledModel
from app.services.job_types import JobEnded, JobKind, JobOutcome, JobProgress
from app.services.model_shelf import ModelShelf
from app.ui import text as plain
from app.ui.buttons import Button, Look
from app.ui.controls.card import Card
from app.ui.controls.flow import FlowLayout
from app.ui.controls.page import Page
from app.ui.controls.switch import Switch
from app.ui.icons import Icon
from app.ui.labels import ElidedLabel, Label
from app.ui.models import words
from app.ui.models.job_line import JobLine
from app.ui.models.pickers import pick_folder, pick_gguf
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class ImportCard(Card):
    """One import: how far it is, then what came of it."""

    use_asked = Signal(object)
    """The InstalledModel."""

    def __init__(self, theme: Theme, shelf: ModelShelf, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._entry: InstalledModel | None = None
        self.setAccessibleName(self.tr("Import: {name}").format(name=name))
        title = ElidedLabel(theme, TextRole.STRONG)
        title.setText(name)
        self.line = JobLine(theme, name)
        self.line.stop_asked.connect(shelf.cancel)
        self.outcome = Label(theme, TextRole.FACTS, wrap=True)
        self.outcome.hide()
        self.use_button = Button(theme, Look.PRIMARY, self.tr("Use"), height_px=32)
        self.use_button.hide()
        self.use_button.clicked.connect(lambda: self.use_asked.emit(self._entry))
        self.column.addWidget(title)
        self.column.addWidget(self.line)
        self.column.addWidget(self.outcome)
        self.column.addWidget(self.use_button)

    def show_end(self, end: JobEnded) -> None:
        """Say what came of it."""
        self._entry = end.entry
        self.line.hide()
        text = words.ended(end)
        if end.outcome is JobOutcome.DONE and end.entry is not None:
            text = self.tr("{name} is on this computer now.").format(name=end.entry.name)
            self.use_button.setAccessibleName(self.tr("Use {name}").format(name=end.entry.name))
        self.outcome.set_token(Token.DANGER if end.outcome is JobOutcome.FAILED else Token.SECONDARY)
        self.outcome.setText(text)
        self.outcome.show()
        self.use_button.setVisible(end.entry is not None)


class FoundCard(Card):
    """A model that another program keeps."""

    add_asked = Signal(object)
    """The FoundModel."""
    use_asked = Signal(object)
    """The FoundModel, which needs no import."""

    def __init__(self, theme: Theme, found: FoundModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.found = found
        self.setAccessibleName(self.tr("Model of {program}: {name}").format(program=found.program, name=found.name))
        name = ElidedLabel(theme, TextRole.STRONG)
        name.setText(found.name)
        facts = (found.program, found.precision, plain.file_size(found.size_bytes))
        self.column.addWidget(name)
        self.column.addWidget(
            Label(theme, TextRole.FACTS, Token.SECONDARY, " · ".join(each for each in facts if each), wrap=True)
        )
        self.column.addWidget(Label(theme, TextRole.FACTS, text=self._what_happens(), wrap=True))
        self.button: Button | None = None
        if not found.problem:
            action = self.tr("Use") if found.in_place else self.tr("Add")
            self.button = Button(theme, Look.PILL, action, height_px=32)
            self.button.setAccessibleName(self.tr("{action}: {name}").format(action=action, name=found.name))
            self.button.clicked.connect(self._act)
            self.column.addWidget(self.button)

    def _what_happens(self) -> str:
        found = self.found
        if found.problem:
            return self.tr("It cannot be used: {why}").format(why=found.problem)
        if found.in_place or found.is_folder:
            return self.tr("It is used where it lies and takes no more room.")
        return self.tr("It is converted once, and takes {size} more on the disk.").format(
            size=plain.file_size(found.imported_bytes)
        )

    def _act(self) -> None:
        (self.use_asked if self.found.in_place else self.add_asked).emit(self.found)


class ImportPage(Page):
    """Buttons, the imports of this window, and what was found."""

    use_asked = Signal(object)
    """The InstalledModel."""

    def __init__(self, theme: Theme, shelf: ModelShelf, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._shelf = shelf
        self._searched = False
        self.imports: dict[int, ImportCard] = {}
        self.found_cards: list[FoundCard] = []
        text = self.tr(
            "Use a model that is on this computer already: a folder with config.json and safetensors weights, or a GGUF"
            " file of Qwen3, which is converted once."
        )
        self.folder_button = Button(theme, Look.PILL, self.tr("Choose a folder…"), Icon.FOLDER, height_px=32)
        self.gguf_button = Button(theme, Look.PILL, self.tr("Choose a GGUF file…"), Icon.CUBE, height_px=32)
        self.copy_switch = Switch(theme, self.tr("Copy a folder into Ponder's own instead of using it where it lies"))
        self.search_button = Button(theme, Look.PILL, self.tr("Look again"), Icon.RETRY, height_px=28)
        for each in (self.folder_button, self.gguf_button, self.search_button):
            each.setAccessibleName(each.text())
        self.folder_button.clicked.connect(lambda: pick_folder(self, self.import_folder))
        self.gguf_button.clicked.connect(lambda: pick_gguf(self, shelf.import_gguf))
        self.search_button.clicked.connect(shelf.search_elsewhere)
        buttons = FlowLayout(theme)
        buttons.addWidget(self.folder_button)
        buttons.addWidget(self.gguf_button)
        self._others = Label(theme, TextRole.LABEL, Token.SECONDARY, self.tr("Models of other programs"))
        self._found_words = Label(theme, TextRole.FACTS, Token.SECONDARY, self.tr("Looking…"), wrap=True)
        head = FlowLayout(theme)
        head.addWidget(self._others)
        head.addWidget(self.search_button)
        self.column.addWidget(Label(theme, TextRole.FACTS, Token.SECONDARY, text, wrap=True))
        self.column.addLayout(buttons)
        self.column.addWidget(self.copy_switch)
        self._imports_at = self.column.count()
        self.column.addLayout(head)
        self.column.addWidget(self._found_words)
        self.column.addStretch(1)
        shelf.job_progress.connect(self._on_progress)
        shelf.job_ended.connect(self._on_ended)
        shelf.found_elsewhere.connect(self._show_found)

    def import_folder(self, path: Path) -> None:
        """Take in a folder, linked or copied as the switch says."""
        self._shelf.import_folder(path, link=not self.copy_switch.isChecked())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._searched:  # what other programs keep is looked for when somebody comes to see it
            self._searched = True
            self._shelf.search_elsewhere()

    @Slot(object)
    def _on_progress(self, job: JobProgress) -> None:
        if job.kind is JobKind.IMPORT:
            self._card_of(job).line.show_job(job)

    @Slot(object)
    def _on_ended(self, end: JobEnded) -> None:
        if end.kind is JobKind.IMPORT:
            self._card_of(end).show_end(end)

    def _card_of(self, job: JobProgress | JobEnded) -> ImportCard:
        """What is refused at once has an end and no progress."""
        card = self.imports.get(job.job_id)
        if card is None:
            card = self.imports[job.job_id] = ImportCard(self._theme, self._shelf, job.name)
            card.use_asked.connect(self.use_asked)
            self.column.insertWidget(self._imports_at, card)
        return card

    @Slot(object)
    def _show_found(self, found: tuple[FoundModel, ...]) -> None:
        for card in self.found_cards:
            self.column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.found_cards = [FoundCard(self._theme, each) for each in found]
        for card in self.found_cards:
            card.add_asked.connect(self._shelf.import_found)
            card.use_asked.connect(self._use_in_place)
            self.column.insertWidget(self.column.count() - 1, card)
        where = self.tr("LM Studio, Ollama, llama.cpp and the Hugging Face cache")
        nothing = self.tr("Nothing was found in the folders of {where}.").format(where=where)
        some = self.tr("Found in the folders of {where}.").format(where=where)
        self._found_words.setText(some if found else nothing)

    @Slot(object)
    def _use_in_place(self, found: FoundModel) -> None:
        model = self._shelf.installed(found.in_place)
        if model is not None:
            self.use_asked.emit(model)
