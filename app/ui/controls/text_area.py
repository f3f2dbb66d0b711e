"""A field for several lines of text."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QContextMenuEvent, QFontMetrics
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.ui.controls.frame import field_sheet
from app.ui.theme import Theme
from app.ui.tokens import TextRole

PADDING_PX = 4


class TextArea(QPlainTextEdit):
    """Tab leaves it. Longer texts scroll.

    Args:
        theme: Where its looks come from.
        name: What is written here, for who cannot see it.
        placeholder: Shown while it is empty.
        lines: How many lines it has room for.
    """

    def __init__(
        self, theme: Theme, *, name: str, placeholder: str = "", lines: int = 4, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = lines
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(self._theme.font(TextRole.BODY))
        self.setStyleSheet(field_sheet(self._theme, "QPlainTextEdit", self.document().documentMargin(), PADDING_PX))
        self._theme.dress_scroll_bar(self.verticalScrollBar())
        self._theme.dress_scroll_bar(self.horizontalScrollBar())
        self.setMinimumHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        lines = QFontMetrics(self.font()).lineSpacing() * self._lines
        margins = 2 * (self._theme.px(PADDING_PX) + round(self.document().documentMargin()) + 2)
        return QSize(self._theme.px(320), lines + margins)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self.sizeHint().height())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._theme.open_menu(self.createStandardContextMenu(), event.globalPos())
