"""The rows at the foot of the sidebar: the other shelves, the models and the settings."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.chat_rows import ShelfKind
from app.ui.icons import Icon
from app.ui.sidebar.row_button import RowButton
from app.ui.sidebar.words import shelf_text
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

EDGE_PX = 12


class Foot(QWidget):
    """Archived and trash as quiet switches, then the ways out of the sidebar."""

    shelf_asked = Signal(object)
    """A ShelfKind."""
    models_asked = Signal()
    settings_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.archived = RowButton(theme, shelf_text(ShelfKind.ARCHIVED), Icon.ARCHIVE, role=TextRole.FACTS)
        self.trash = RowButton(theme, shelf_text(ShelfKind.TRASH), Icon.TRASH, role=TextRole.FACTS)
        self.models = RowButton(theme, self.tr("Models"), Icon.CUBE)
        self.settings = RowButton(theme, self.tr("Settings"), Icon.SETTINGS)
        for button, shelf in ((self.archived, ShelfKind.ARCHIVED), (self.trash, ShelfKind.TRASH)):
            button.setCheckable(True)
            button.clicked.connect(lambda on, shelf=shelf: self.shelf_asked.emit(shelf if on else ShelfKind.CHATS))
        self.models.clicked.connect(self.models_asked)
        self.settings.clicked.connect(self.settings_asked)
        self._shelves = QHBoxLayout()
        self._shelves.addWidget(self.archived)
        self._shelves.addWidget(self.trash)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._shelves)
        self._column.addWidget(self.models)
        self._column.addWidget(self.settings)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_shelf(self, shelf: ShelfKind) -> None:
        """Say which shelf is shown."""
        self.archived.setChecked(shelf is ShelfKind.ARCHIVED)
        self.trash.setChecked(shelf is ShelfKind.TRASH)

    def _restyle(self) -> None:
        px = self._theme.px
        self._shelves.setSpacing(px(4))
        self._column.setContentsMargins(px(EDGE_PX), px(8), px(EDGE_PX), px(EDGE_PX))
        self._column.setSpacing(px(2))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        edge = self._theme.px(EDGE_PX)
        line = QRect(edge, 0, self.width() - 2 * edge, 1)
        QPainter(self).fillRect(line, self._theme.color(Token.LINE))
