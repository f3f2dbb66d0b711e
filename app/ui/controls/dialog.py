"""A window beside the main one."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QWidget

from app.ui.theme import Theme
from app.ui.tokens import Token

SMALLEST_PX = (320, 160)
SCREEN_SHARE = 0.9


class Dialog(QDialog):
    """Non-modal unless it is opened with `open()`. Esc closes it. It remembers nothing.

    Args:
        theme: Where its looks come from.
        title: Of the window.
        parent: The window it belongs to.
    """

    def __init__(self, theme: Theme, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._smallest_px: tuple[float, float] = SMALLEST_PX
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAutoFillBackground(True)
        theme.changed.connect(self._dress)
        self._dress()

    def set_smallest(self, width_px: float, height_px: float) -> None:
        """How small it can be made, in the design's pixels; never larger than most of the screen."""
        self._smallest_px = (width_px, height_px)
        self._dress()

    def resize_to(self, width_px: float, height_px: float) -> None:
        """Give it a size in the design's pixels, as far as the screen has room."""
        room = self.screen().availableSize() * SCREEN_SHARE
        self.resize(min(self._theme.px(width_px), room.width()), min(self._theme.px(height_px), room.height()))

    def _dress(self) -> None:
        room = self.screen().availableSize() * SCREEN_SHARE
        width, height = (self._theme.px(each) for each in self._smallest_px)
        self.setMinimumSize(min(width, room.width()), min(height, room.height()))
        palette = QPalette(self._theme.palette())
        palette.setColor(QPalette.ColorRole.Window, self._theme.color(Token.WINDOW))
        self.setPalette(palette)
