"""The field in which a question is written: grows with its text, sends on Enter, never loses a word."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPalette, QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from app.ui.theme import Theme
from app.ui.tokens import TextRole

MOST_LINES = 8


class PromptEdit(QPlainTextEdit):
    """Enter asks to send, Shift+Enter is a new line, Up in an empty field asks for the last prompt."""

    send_asked = Signal()
    recall_asked = Signal()
    scroll_asked = Signal(int)
    """Screenfuls to scroll the transcript by; negative is up."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setPlaceholderText(self.tr("Ask anything. It stays on this computer."))
        self.setAccessibleName(self.tr("Your question"))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def composing(self) -> bool:
        """An input method is in the middle of a word; Enter belongs to it then."""
        layout = self.textCursor().block().layout()
        return layout is not None and bool(layout.preeditAreaText())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.composing:
                event.accept()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if plain:
                event.accept()
                self.send_asked.emit()
            case Qt.Key.Key_Up if plain and not self.toPlainText() and not self.composing:
                event.accept()
                self.recall_asked.emit()
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown if plain and not self._scrolls():
                event.accept()
                self.scroll_asked.emit(-1 if event.key() == Qt.Key.Key_PageUp else 1)
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._theme.open_menu(self.createStandardContextMenu(), event.globalPos())

    def _scrolls(self) -> bool:
        return self.verticalScrollBar().maximum() > 0

    def _line_px(self) -> int:
        return self.fontMetrics().lineSpacing()

    def _fit(self) -> None:
        # This layout measures in lines, wrapped ones included.
        lines = max(1, math.ceil(self.document().size().height()))
        scrolls = lines > MOST_LINES
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if scrolls else policy.ScrollBarAlwaysOff)
        height = min(lines, MOST_LINES) * self._line_px() + 2
        if height != self.height():
            self.setFixedHeight(height)
            if not scrolls:  # what Qt scrolled out of sight before there was room
                self.verticalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _restyle(self) -> None:
        font = self._theme.font(TextRole.BODY)
        self.setFont(font)
        palette = QPalette(self._theme.palette())
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(palette)
        self._theme.dress_scroll_bar(self.verticalScrollBar())
        self._fit()
