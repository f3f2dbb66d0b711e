"""The line above the archive and the trash: the way back, and for the trash the button that empties it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.services.chat_rows import ShelfKind
from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.sidebar.row_button import RowButton
from app.ui.sidebar.words import shelf_text
from app.ui.theme import Theme
from app.ui.tokens import TextRole


class ShelfHead(QWidget):
    """Shown only where the shelf is not the usual one."""

    back_asked = Signal()
    empty_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.back = RowButton(theme, "", Icon.BACK, role=TextRole.STRONG, mirrored=True)
        self.back.clicked.connect(self.back_asked)
        self.empty = Button(theme, Look.PILL, self.tr("Empty"))
        self.empty.setAccessibleName(self.tr("Empty the trash"))
        self.empty.clicked.connect(self.empty_asked)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.back, 1)
        self._row.addWidget(self.empty)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.show_shelf(ShelfKind.CHATS, empty=True)

    def show_shelf(self, shelf: ShelfKind, *, empty: bool) -> None:
        """Say which shelf is shown, and whether there is nothing on it."""
        self.setVisible(shelf is not ShelfKind.CHATS)
        self.back.set_text(shelf_text(shelf))
        self.back.setAccessibleName(self.tr("{shelf}: back to the chats").format(shelf=shelf_text(shelf)))
        self.back.setToolTip(self.tr("Back to the chats"))
        self.empty.setVisible(shelf is ShelfKind.TRASH and not empty)

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(12), px(6), px(12), px(2))
        self._row.setSpacing(px(8))
