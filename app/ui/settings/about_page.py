"""The page about Ponder: its version, its licence, and the licences of what it is made with."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.licences import Licences, Licensed, licences_here
from app.ui.buttons import Button, Look
from app.ui.controls.dialog import Dialog
from app.ui.controls.divided_card import DividedCard
from app.ui.controls.spacing import Spacing
from app.ui.controls.text_area import TextArea
from app.ui.icons import application_icon
from app.ui.labels import Label
from app.ui.settings.breakable import breakable
from app.ui.settings.places import Place
from app.ui.settings.section_page import TitledPage
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from app.version import DISTRIBUTION, VERSION

LOGO_PX = 48
QT_SOURCE = "https://code.qt.io"
LGPL_TEXT = "https://www.gnu.org/licenses/lgpl-3.0.html"
QT = "Qt"  # as a package of Ponder lists it; its text holds the notice and the LGPL


class AboutPage(TitledPage):
    """Opens nothing on the network by itself.

    Args:
        theme: Where its looks come from.
        licences: Of what Ponder is made with; by default those of this copy.
        parent: As of any widget.
    """

    link_asked = Signal(str)
    """An address that a person wants to open in a browser."""

    def __init__(self, theme: Theme, licences: Licences | None = None, parent: QWidget | None = None) -> None:
        super().__init__(theme, Place.ABOUT, parent)
        self._licences = licences_here(DISTRIBUTION) if licences is None else licences
        self._add_head()
        self._add_qt()
        self._add_packages()
        self.column.addStretch(1)

    def _add_head(self) -> None:
        card = self.add_card()
        words = QVBoxLayout()
        Spacing(self._theme, words, 2)
        words.addWidget(Label(self._theme, TextRole.STRONG, Token.TEXT, f"Ponder {VERSION}", wrap=True))
        text = self.tr("A chat with a language model of your own, on your own computer. Licensed under Apache 2.0.")
        words.addWidget(Label(self._theme, TextRole.FACTS, Token.SECONDARY, text, wrap=True))
        self.licence_button = Button(self._theme, Look.PILL, self.tr("Licence"), height_px=30)
        self.licence_button.setAccessibleName(self.tr("Ponder's licence"))
        self.licence_button.clicked.connect(partial(self._show_licence, "Ponder", DISTRIBUTION))
        row = QHBoxLayout()
        Spacing(self._theme, row, 14)
        row.addWidget(_Logo(self._theme))
        row.addLayout(words, 1)
        words.addSpacing(4)
        words.addWidget(self.licence_button, 0, Qt.AlignmentFlag.AlignLeft)
        card.column.addLayout(row)

    def _add_qt(self) -> None:
        card = self.add_card(self.tr("Qt"))
        text = self.tr(
            "The window is made with Qt and PySide6, used under the GNU Lesser General Public License, version 3."
            " Their libraries are separate files beside the program; you may replace them with builds of your own"
            " from Qt's source code."
        )
        card.column.addWidget(Label(self._theme, TextRole.THOUGHT, Token.TEXT, text, wrap=True))
        row = QHBoxLayout()
        self.link_buttons: list[Button] = []
        for words, address in ((self.tr("Read the licence"), LGPL_TEXT), (self.tr("Qt's source code"), QT_SOURCE)):
            button = Button(self._theme, Look.PILL, words, height_px=30)
            if address == LGPL_TEXT and self._licences.text(QT):
                button.setAccessibleName(self.tr("Licence of {package}").format(package=QT))
                button.clicked.connect(partial(self._show_licence, QT, QT))
            else:
                button.setAccessibleName(self.tr("{words}: opens the browser").format(words=words))
                button.setToolTip(self.tr("Opens {address} in your browser").format(address=address))
                button.clicked.connect(partial(self._ask_link, address))
            row.addWidget(button)
            self.link_buttons.append(button)
        row.addStretch(1)
        card.column.addLayout(row)

    def _add_packages(self) -> None:
        found = self._licences.packages
        self.column.addWidget(Label(self._theme, TextRole.LABEL, Token.SECONDARY, self.tr("Made with")))
        card = DividedCard(self._theme)
        self.package_rows = [self._package(each) for each in found]
        for row in self.package_rows:
            card.column.addWidget(row)
        if not found:
            text = self.tr("This copy of Ponder does not know what it was installed with.")
            card.column.addWidget(Label(self._theme, TextRole.THOUGHT, Token.SECONDARY, text, wrap=True))
        self.column.addWidget(card)

    def _package(self, package: Licensed) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        Spacing(self._theme, layout, 12)
        words = QVBoxLayout()
        Spacing(self._theme, words, 0)
        title = f"{package.name} {package.version}".strip()
        words.addWidget(Label(self._theme, TextRole.BODY, Token.TEXT, breakable(title), wrap=True))
        if package.licence:
            words.addWidget(Label(self._theme, TextRole.FACTS, Token.SECONDARY, breakable(package.licence), wrap=True))
        button = Button(self._theme, Look.PILL, self.tr("Licence"))
        button.setAccessibleName(self.tr("Licence of {package}").format(package=package.name))
        button.clicked.connect(partial(self._show_licence, package.name, package.name))
        layout.addLayout(words, 1)
        layout.addWidget(button)
        return row

    @Slot()
    def _ask_link(self, address: str) -> None:
        self.link_asked.emit(address)

    @Slot()
    def _show_licence(self, title: str, distribution: str) -> None:
        text = self._licences.text(distribution) or self.tr(
            "The package brings no licence text of its own. What it states is shown in the list."
        )
        LicenceDialog(self._theme, title, text, self.window()).show()


class LicenceDialog(Dialog):
    """The text of a licence, to read and to copy."""

    def __init__(self, theme: Theme, title: str, text: str, parent: QWidget | None) -> None:
        super().__init__(theme, self.tr("Licence of {package}").format(package=title), parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.area = TextArea(theme, name=self.windowTitle(), lines=12)
        self.area.setReadOnly(True)
        self.area.setPlainText(text)
        layout = QVBoxLayout(self)
        Spacing(theme, layout, 8, (16, 16, 16, 16))
        layout.addWidget(self.area)
        self.resize_to(640, 520)


class _Logo(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icon = application_icon()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(LOGO_PX), self._theme.px(LOGO_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        self._icon.paint(QPainter(self), self.rect())
