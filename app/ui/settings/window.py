"""The settings window: sections at the side, one of them open, and a search over all settings."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.core.paths import Paths
from app.services.kept_chats import KeptChats
from app.services.settings import SettingsService
from app.services.upkeep import ChatUpkeep
from app.ui.commands import Commands
from app.ui.controls.choice import Choice
from app.ui.controls.dialog import Dialog
from app.ui.controls.page import Page
from app.ui.controls.spacing import Spacing
from app.ui.controls.text_field import TextField
from app.ui.settings.about_page import AboutPage
from app.ui.settings.keys_page import KeysPage
from app.ui.settings.navigation import Navigation
from app.ui.settings.places import Place, place_title
from app.ui.settings.privacy_page import PrivacyPage
from app.ui.settings.results_page import ResultsPage
from app.ui.settings.sampling_page import SamplingPage
from app.ui.settings.section_page import SectionPage
from app.ui.settings.storage_page import StoragePage
from app.ui.theme import Theme
from app.ui.tokens import Token

FIRST_SIZE_PX = (860, 640)
SMALLEST_PX = (360, 320)
SIDE_FROM_PX = 640


class SettingsWindow(Dialog):
    """Every change takes effect at once; there is nothing to confirm.

    Args:
        theme: Where its looks come from.
        settings: Read, changed and followed.
        commands: Whose keys can be chosen.
        upkeep: Backups, checks and deleting.
        kept: What the engine keeps of long chats.
        paths: Where Ponder keeps what.
        parent: The main window.
    """

    folder_asked = Signal(str)
    """A folder that a person wants to see in the system's file manager."""
    link_asked = Signal(str)
    """An address that a person wants to open in a browser."""

    def __init__(
        self,
        theme: Theme,
        settings: SettingsService,
        commands: Commands,
        upkeep: ChatUpkeep,
        kept: KeptChats,
        paths: Paths,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, "", parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setAccessibleName(self.windowTitle())
        self._settings = settings
        self._commands = commands
        self._upkeep = upkeep
        self._kept = kept
        self._paths = paths
        self._place = Place.GENERAL
        self._pages: dict[Place, Page] = {}
        self.field = TextField(theme, name=self.tr("Search the settings"), placeholder=self.tr("Search settings"))
        self.field.setClearButtonEnabled(False)
        self.field.textChanged.connect(self._search)
        self.navigation = Navigation(theme)
        self.navigation.chosen.connect(self._go)
        self.drop_down = Choice(
            theme,
            [(each, place_title(each)) for each in Place],
            self._place,
            name=self.tr("Section of the settings"),
        )
        self.drop_down.chosen.connect(self._go)
        self._results = ResultsPage(theme, settings)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._results)
        self._lay_out()
        self.set_smallest(*SMALLEST_PX)
        self.resize_to(*FIRST_SIZE_PX)
        theme.changed.connect(self._arrange)
        self.show_place(Place.GENERAL)
        self._arrange()

    @property
    def place(self) -> Place:
        """The section that is open, or was before the search."""
        return self._place

    def show_place(self, place: Place) -> None:
        """Open a section."""
        self.field.clear()
        self._go(place)

    def page(self, place: Place) -> Page:
        """The page of a section; it is made when it is first wanted."""
        if place not in self._pages:
            page = self._pages[place] = self._make_page(place)
            self._stack.addWidget(page)
        return self._pages[place]

    def results(self) -> ResultsPage:
        """What the search found."""
        return self._results

    def _make_page(self, place: Place) -> Page:
        theme, settings = self._theme, self._settings
        match place:
            case Place.SAMPLING:
                return SamplingPage(theme, settings, place)
            case Place.STORAGE:
                storage = StoragePage(theme, settings, self._upkeep, self._kept)
                storage.folder_asked.connect(self.folder_asked)
                return storage
            case Place.KEYS:
                return KeysPage(theme, self._commands, settings)
            case Place.PRIVACY:
                return PrivacyPage(theme, self._paths, self._upkeep, self._kept.folder)
            case Place.ABOUT:
                about = AboutPage(theme)
                about.link_asked.connect(self.link_asked)
                return about
            case _:
                return SectionPage(theme, settings, place)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.addWidget(self.navigation, 1)
        self._top = QHBoxLayout()
        Spacing(self._theme, self._top, 8, (24, 16, 24, 4))
        self._top.addWidget(self.drop_down)
        self._top.addWidget(self.field, 1)
        main = QVBoxLayout()
        Spacing(self._theme, main, 0)
        main.addLayout(self._top)
        main.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        Spacing(self._theme, row, 0)
        row.addLayout(side)
        row.addLayout(main, 1)
        for before, after in ((self.field, self.drop_down), (self.drop_down, self.navigation)):
            QWidget.setTabOrder(before, after)
        QWidget.setTabOrder(self.navigation, self._stack)

    @Slot(object)
    def _go(self, place: Place) -> None:
        self._place = place
        if self.field.text():
            self.field.clear()  # shows the section
        else:
            self._show_section()

    def _show_section(self) -> None:
        self._stack.setCurrentWidget(self.page(self._place))
        self.navigation.show_place(self._place)
        self.drop_down.set_value(self._place)

    @Slot(str)
    def _search(self, text: str) -> None:
        if text.strip():
            self._results.search(text)
            self._stack.setCurrentWidget(self._results)
            self.navigation.show_place(None)
        else:
            self._results.clear()
            self._show_section()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        beside = self.width() >= self._theme.px(SIDE_FROM_PX)
        self.navigation.setVisible(beside)
        self.drop_down.setVisible(not beside)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.navigation.isVisible():
            painter = QPainter(self)
            side = self.navigation.geometry()
            line: QColor = self._theme.color(Token.LINE)
            mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            painter.fillRect(QRect(side.left() - 1 if mirrored else side.right() + 1, 0, 1, self.height()), line)
