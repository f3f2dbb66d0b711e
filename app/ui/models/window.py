"""The models window: four pages, and a line on what this computer has."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.core.models import InstalledModel
from app.services.model_shelf import ModelShelf
from app.services.settings import SettingsChanged, SettingsService
from app.services.status import EngineStatus
from app.ui.buttons import Button, Look
from app.ui.controls.dialog import Dialog
from app.ui.controls.flow import FlowLayout
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.models import words
from app.ui.models.calculator import CalculatorPage
from app.ui.models.catalogue import CataloguePage
from app.ui.models.import_page import ImportPage
from app.ui.models.installed import InstalledPage
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

SMALLEST_PX = (360, 320)
SIZE_PX = (720, 640)


class ModelsWindow(Dialog):
    """Work that it starts goes on when it is closed.

    Args:
        theme: Where its looks come from.
        shelf: The models.
        settings: Which model was chosen last.
        parent: The window it belongs to.
    """

    use_asked = Signal(object)
    """The ChosenModel to load from now on."""

    def __init__(
        self, theme: Theme, shelf: ModelShelf, settings: SettingsService, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "", parent)
        self.setWindowTitle(self.tr("Models"))
        self.setAccessibleName(self.tr("Models"))
        self._shelf = shelf
        self._settings = settings
        self._loaded = ""
        self.installed_page = InstalledPage(theme, shelf)
        self.catalogue_page = CataloguePage(theme, shelf)
        self.import_page = ImportPage(theme, shelf)
        self.calculator_page = CalculatorPage(theme, shelf)
        self._machine = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self.look_button = Button(theme, Look.GHOST, icon=Icon.RETRY)
        self.look_button.setAccessibleName(self.tr("Look at this computer again"))
        self.look_button.setToolTip(self.tr("Look at this computer again, such as after closing other programs"))
        self.look_button.clicked.connect(self._look_again)
        self._pages = QStackedWidget()
        self._tabs = FlowLayout(theme)
        self._group = QButtonGroup(self)
        for page, title in (
            (self.installed_page, self.tr("On this computer")),
            (self.catalogue_page, self.tr("Download")),
            (self.import_page, self.tr("Import")),
            (self.calculator_page, self.tr("Memory calculator")),
        ):
            self._add_page(page, title)
        self._facts = QHBoxLayout()
        self._facts.addWidget(self._machine, 1)
        self._facts.addWidget(self.look_button)
        self._top = QVBoxLayout()
        self._top.addLayout(self._tabs)
        self._top.addLayout(self._facts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._top)
        column.addWidget(self._pages, 1)
        for page in (self.installed_page, self.catalogue_page, self.import_page):
            page.use_asked.connect(self._use)
        shelf.models_changed.connect(self._show)
        settings.changed.connect(self._on_settings)
        theme.changed.connect(self._restyle)
        self.set_smallest(*SMALLEST_PX)
        self.resize_to(*SIZE_PX)
        self._restyle()
        self._show()
        self.show_page(self.installed_page)

    def show_page(self, page: QWidget) -> None:
        """Go to one of the pages."""
        at = self._pages.indexOf(page)
        self._pages.setCurrentIndex(at)
        self._group.button(at).setChecked(True)

    def current_page(self) -> QWidget | None:
        return self._pages.currentWidget()

    def show_status(self, status: EngineStatus) -> None:
        """Mark the model that the engine has, or is loading."""
        self._loaded = status.model.request.model
        self._show()

    def machine_words(self) -> str:
        """What is said of this computer."""
        return self._machine.text()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._shelf.refresh()
        self._shelf.look()
        self._show_machine()

    def _add_page(self, page: QWidget, title: str) -> None:
        tab = Button(self._theme, Look.CHIP, title, height_px=32)
        tab.setAccessibleName(title)
        tab.clicked.connect(lambda: self.show_page(page))
        self._group.addButton(tab, self._pages.addWidget(page))
        self._tabs.addWidget(tab)

    @Slot(object)
    def _use(self, model: InstalledModel) -> None:
        self.use_asked.emit(self._shelf.chosen(model))

    def _look_again(self) -> None:
        self._shelf.look(again=True)
        self._show_machine()

    @Slot(object)
    def _on_settings(self, change: SettingsChanged) -> None:
        if "model" in change.names:
            self._show()

    @Slot()
    def _show(self) -> None:
        self.installed_page.show_in_use(self._in_use())
        self._show_machine()

    def _in_use(self) -> str:
        """The folder of the model in use: the engine's, else the one chosen last, else the practice model's."""
        chosen = self._loaded or self._settings.value.model
        if chosen is not None:
            found = next((each for each in self._shelf.shelf.installed if chosen in (each.folder, each.name)), None)
            if found is not None:
                return found.folder
        practice = self._shelf.practice_model()
        return "" if practice is None else practice.folder

    def _show_machine(self) -> None:
        machine = self._shelf.shelf.machine
        self.look_button.setEnabled(not self._shelf.looking)
        if machine is None:
            self._machine.setText(self.tr("Looking at this computer…") if self._shelf.looking else "")
            return
        parts = [
            self.tr("{name}: {free} of {total} free").format(
                name=each.name, free=words.memory_size(each.free_bytes), total=words.memory_size(each.total_bytes)
            )
            for each in machine.devices
        ]
        self._machine.setText("\n".join((*parts, *([machine.gpu_problem] if machine.gpu_problem else ()))))

    def _restyle(self) -> None:
        px = self._theme.px
        self._top.setContentsMargins(px(24), px(16), px(24), px(8))
        self._top.setSpacing(px(8))
        self._facts.setSpacing(px(8))
