"""The field in which a question is written: grows with its text, sends on Enter, never loses a word."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QFocusEvent,
    QKeyEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from app.core.personas import first_placeholder
from app.core.settings import SendKey
from app.ui.theme import Theme
from app.ui.tokens import TextRole

MOST_LINES = 8
FEWEST_LINES = 2
WINDOW_SHARE = 0.2
LONGEST_PASTE_CHARACTERS = 2_500
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def local_files(data: QMimeData) -> list[Path]:
    """The files of this computer that are dragged or copied; none where anything else is among them."""
    urls = data.urls() if data.hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls] if all(url.isLocalFile() for url in urls) else []


class PromptEdit(QPlainTextEdit):
    """Enter or Ctrl+Enter asks to send, the other and Shift+Enter are a new line, Up in an empty field asks for the
    last prompt. Pasted files and very long texts are handed on instead of being written into the field."""

    send_asked = Signal()
    recall_asked = Signal()
    scroll_asked = Signal(int)
    """Screenfuls to scroll the transcript by; negative is up."""
    files_pasted = Signal(object)
    """A list of Path."""
    long_text_pasted = Signal(str)
    left = Signal()
    """The keyboard's focus went elsewhere."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._send_key = SendKey.ENTER
        self._taker: Callable[[Qt.Key], bool] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
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

    def set_send_key(self, key: SendKey) -> None:
        self._send_key = key

    def give_keys_to(self, taker: Callable[[Qt.Key], bool] | None) -> None:
        """Ask `taker` first about keys without modifiers: it says whether the key was for it."""
        self._taker = taker

    def write_prompt(self, text: str) -> None:
        """Put a text in place of all there is, as one step to undo; its first {placeholder} is selected."""
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        if place := first_placeholder(text):
            # Qt counts in UTF-16, where some characters are two.
            start, end = (len(text[:each].encode("utf-16-le")) // 2 for each in place)
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def event(self, event: QEvent) -> bool:
        # The window's own shortcuts (Esc stops an answer) come after what is open here.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._taker is not None
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        # Tab is a key like others while somebody takes it.
        return False if self._taker is not None and next else super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        key = Qt.Key(event.key())
        if plain and self._taker is not None and not self.composing and self._taker(key):
            event.accept()
            return
        match key:
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.composing:
                event.accept()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._sends(event):
                event.accept()
                self.send_asked.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                event.accept()
                self.textCursor().insertText("\n")
                self.ensureCursorVisible()
            case Qt.Key.Key_Tab if plain:
                event.accept()
                super().focusNextPrevChild(True)
            case Qt.Key.Key_Up if plain and not self.toPlainText() and not self.composing:
                event.accept()
                self.recall_asked.emit()
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown if plain and not self._scrolls():
                event.accept()
                self.scroll_asked.emit(-1 if key == Qt.Key.Key_PageUp else 1)
            case _:
                super().keyPressEvent(event)

    def _sends(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        wanted = Qt.KeyboardModifier.ControlModifier
        if self._send_key is SendKey.ENTER:
            wanted = Qt.KeyboardModifier.NoModifier
        return held == wanted

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(local_files(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if files := local_files(source):
            self.files_pasted.emit(files)
        elif source.hasText() and len(source.text()) > LONGEST_PASTE_CHARACTERS:
            self.long_text_pasted.emit(source.text())
        else:
            super().insertFromMimeData(source)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # Files are for the whole card, which says so while they are over it.
        if local_files(event.mimeData()):
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if local_files(event.mimeData()):
            event.ignore()
        else:
            super().dragMoveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._theme.open_menu(self.createStandardContextMenu(), event.globalPos())

    def _scrolls(self) -> bool:
        return self.verticalScrollBar().maximum() > 0

    def _most_px(self) -> int:
        """How high it may become: eight lines, but no more than its part of a small window."""
        line = self.fontMetrics().lineSpacing()
        window = self.window()
        if window is self.parentWidget() or window is self:
            return MOST_LINES * line
        lines = int(window.height() * WINDOW_SHARE / line)
        return min(max(lines, FEWEST_LINES), MOST_LINES) * line

    def _text_px(self, most_px: int) -> int:
        """How high the text is, wrapped as it is; anything above `most_px` where it is higher.

        Not lines times a line's height: a line with letters of another font may be higher than others.
        """
        layout, block, height = self.document().documentLayout(), self.document().firstBlock(), 0.0
        while block.isValid() and height <= most_px:
            height += layout.blockBoundingRect(block).height()
            block = block.next()
        return math.ceil(height)

    def _fit(self) -> None:
        most = self._most_px()
        text = max(self._text_px(most), self.fontMetrics().lineSpacing())
        # Line heights are rounded up, one by one.
        scrolls = text > most + MOST_LINES
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if scrolls else policy.ScrollBarAlwaysOff)
        height = (most if scrolls else text) + 2
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
