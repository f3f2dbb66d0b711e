"""Read-only text that is as high as it needs to be, can be selected, and grows cheaply while it is streamed.

Qt lays out a paragraph anew whenever it grows, so one endless paragraph would cost more with every token. A paragraph
past a limit is therefore cut where it wraps anyway; the cut cannot be seen, and copying does not contain it. Text is
always taken literally: no markup is read, and nothing is ever loaded from disk or network.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QPalette,
    QResizeEvent,
    QShowEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QSizePolicy, QTextBrowser, QWidget

from app.ui.markdown.utf16 import FORBIDDEN, cut
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

# Longer than nearly every real paragraph, short enough that laying one out takes about a millisecond.
PARAGRAPH_LIMIT = 2_000
_CONTINUES = 1
# Without Shift they move no cursor, which nobody sees here, but the transcript.
_MOVES = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
    *(Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
)


class _InertDocument(QTextDocument):
    """A document that loads nothing, whatever is in it (Qt would fetch file:// and network-share images)."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        return None


class CopiedText(QMimeData):
    """What the transcript gave to the clipboard or to a drag; told apart so that shutdown can replace it."""


def copy_text(text: str) -> None:
    """Put a text on the clipboard."""
    data = CopiedText()
    data.setText(text)
    QApplication.clipboard().setMimeData(data)


class TextView(QTextBrowser):
    """Text of one role. Its height follows from its width.

    Args:
        theme: Where its font and colour come from.
        role: The text's size.
        token: The text's colour.
    """

    def __init__(
        self,
        theme: Theme,
        role: TextRole = TextRole.BODY,
        token: Token = Token.TEXT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role = role
        self._token = token
        self._held_back = ""
        self._empty = True
        document = _InertDocument(self)
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(0)
        self.setDocument(document)
        self.setReadOnly(True)
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._end = QTextCursor(document)
        theme.changed.connect(self._restyle)
        self._restyle()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing, whatever is asked for."""
        return None

    def center(self) -> None:
        """Centre every line."""
        option = self.document().defaultTextOption()
        option.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.document().setDefaultTextOption(option)

    def append(self, text: str) -> None:
        """Add text at the end. Newlines before the first and after the last word are not shown."""
        text = self._held_back + text.translate(FORBIDDEN)
        if self._empty:
            text = text.lstrip("\n")
        shown = text.rstrip("\n")
        self._held_back = text[len(shown) :]
        if not shown:
            return
        self._empty = False
        # A cut only helps before the paragraph is long, so a big piece goes in a bit at a time.
        for start in range(0, len(shown), PARAGRAPH_LIMIT):
            self._end.movePosition(QTextCursor.MoveOperation.End)
            self._end.insertText(shown[start : start + PARAGRAPH_LIMIT])
            self._cut_long_paragraph()
        self._fit()

    def set_text(self, text: str) -> None:
        """Replace everything."""
        self.document().clear()
        self._held_back, self._empty = "", True
        self._set_line_height()
        self.append(text)
        self._fit()

    @property
    def is_empty(self) -> bool:
        """Nothing is shown."""
        return self._empty

    def text(self) -> str:
        """What is shown, exactly: without the cuts in long paragraphs."""
        return self.text_between(0, self.document().characterCount() - 1)

    def ideal_width_px(self, limit_px: int) -> int:
        """The width that the text needs where it may take `limit_px` at most."""
        document = self.document()
        document.setTextWidth(limit_px)
        return min(limit_px, int(document.idealWidth()) + 1)

    def height_px(self) -> int:
        """How high the text is at its present width."""
        return int(self.document().size().height()) + 1

    def _cut_long_paragraph(self) -> None:
        block = self.document().lastBlock()
        layout = block.layout()
        if block.length() <= PARAGRAPH_LIMIT or layout is None or layout.lineCount() < 2:
            return
        line = layout.lineAt(layout.lineCount() - 1)
        self._end.setPosition(block.position() + line.textStart())
        self._end.insertBlock()
        self.document().lastBlock().setUserState(_CONTINUES)

    def _fit(self) -> None:
        height = self.height_px()
        if height != self.height():
            self.setFixedHeight(height)

    def _restyle(self) -> None:
        self.document().setDefaultFont(self._theme.font(self._role))
        palette = self._theme.palette()
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        palette.setColor(QPalette.ColorRole.Text, self._theme.color(self._token))
        palette.setColor(QPalette.ColorRole.Highlight, self._theme.color(Token.ACCENT))
        palette.setColor(QPalette.ColorRole.HighlightedText, self._theme.color(Token.ON_ACCENT))
        self.setPalette(palette)
        self._set_line_height()
        self._fit()

    def _set_line_height(self) -> None:
        """Of every paragraph; new ones take it from the one before."""
        form = QTextBlockFormat()
        minimum = QTextBlockFormat.LineHeightTypes.MinimumHeight
        form.setLineHeight(self._theme.line_height_px(self._role), minimum.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(form)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            super().resizeEvent(event)
            self._fit()
        else:
            # Qt would lay out the whole document again, for each line that is added to it.
            self.verticalScrollBar().setRange(0, 0)

    def sizeHint(self) -> QSize:
        return QSize(self.document().size().toSize().width(), self.height_px())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height_px())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The transcript scrolls, never a piece of it."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in _MOVES and not shift:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        # Tooltips of Qt's own would read markup out of what a text says.
        if event.type() is QEvent.Type.ToolTip:
            return False
        return super().viewportEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Where a selection by keyboard would begin; for who uses the mouse it would blink for nothing.
        self.setCursorWidth(
            1 if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason) else 0
        )

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            cursor = self.textCursor()
            cursor.clearSelection()
            self.setTextCursor(cursor)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._theme.open_menu(self.createStandardContextMenu(), event.globalPos())

    def createMimeDataFromSelection(self) -> QMimeData:
        """Plain text, as it was written. Used for copying, dragging and the X11 selection."""
        cursor = self.textCursor()
        data = CopiedText()
        data.setText(self.text_between(cursor.selectionStart(), cursor.selectionEnd()))
        return data

    def text_between(self, start: int, end: int) -> str:
        """The text between two positions of the document, as it was written."""
        pieces: list[str] = []
        block: QTextBlock = self.document().findBlock(start)
        while block.isValid() and block.position() <= end:
            if pieces and block.userState() != _CONTINUES:
                pieces.append("\n")
            first = max(0, start - block.position())
            pieces.append(cut(block.text(), first, end - block.position()))
            block = block.next()
        return "".join(pieces)
