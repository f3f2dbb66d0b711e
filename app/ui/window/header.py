"""The line above the transcript: the chat's name, how the model is, and the ways to the sides of the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.services.status import EngineStatus
from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import HEADER_PX, Token
from app.ui.window.status_pill import StatusPill
from app.ui.window.title_field import TitleField

# The title keeps at least this much before the pill gives up its facts.
TITLE_MINIMUM_PX = 120
BUTTON_PX = 32


class Header(QWidget):
    """Title left, model right.

    Args:
        theme: Where its looks come from.
    """

    new_chat_asked = Signal()
    sidebar_asked = Signal()
    panel_asked = Signal()
    models_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.title = TitleField(theme)
        self.pill = StatusPill(theme)
        self.pill.clicked.connect(self.models_asked)
        self.sidebar_button = self._button(Icon.SIDEBAR, self.tr("Show the chats"), self.sidebar_asked)
        self.new_chat_button = self._button(Icon.NEW_CHAT, self.tr("New chat"), self.new_chat_asked)
        self.panel_button = self._button(Icon.PANEL, self.tr("This chat's settings"), self.panel_asked)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.sidebar_button)
        self._row.addWidget(self.new_chat_button)
        self._row.addWidget(self.title, 1)
        self._row.addWidget(self.pill)
        self._row.addWidget(self.panel_button)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_sidebar_shown(self, shown: bool) -> None:
        """Where the sidebar is in sight it has these buttons itself."""
        self.sidebar_button.setVisible(not shown)
        self.new_chat_button.setVisible(not shown)
        self._share_room()

    def add_chip(self, chip: QWidget) -> None:
        """Put something small before the model."""
        self._row.insertWidget(self._row.indexOf(self.pill), chip)

    def show_status(self, status: EngineStatus) -> None:
        """Say how the model is."""
        self.pill.show_status(status)
        self._share_room()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _button(self, icon: Icon, name: str, asked: SignalInstance) -> Button:
        button = Button(self._theme, Look.GHOST, icon=icon, height_px=BUTTON_PX)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(asked)
        return button

    def _share_room(self) -> None:
        px = self._theme.px
        buttons = [self.sidebar_button, self.new_chat_button, self.panel_button]
        shown = sum(not button.isHidden() for button in buttons)
        self.pill.shrink_to(self.width() - px(TITLE_MINIMUM_PX + 16 + shown * (BUTTON_PX + 8) + 8))

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(HEADER_PX))
        self._row.setContentsMargins(px(16), 0, px(10), 0)
        self._row.setSpacing(px(8))
        self._share_room()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color(Token.LINE))
