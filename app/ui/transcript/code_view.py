"""Program text in a frame: its language and a Copy button above, coloured lines that never wrap below."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
    QTextCharFormat,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QStyle, QWidget

from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.markdown.highlight import highlighted
from app.ui.markdown.lexers import lexers
from app.ui.markdown.utf16 import FORBIDDEN, units
from app.ui.markdown.writer import CODE_TOKENS
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CARD_PX, TextRole, Token
from app.ui.transcript.text_view import TextView, copy_text

# While it is written, longer code is coloured only once it is whole.
COLOURED_WHILE_OPEN = 1_500
# Longer code is coloured so many words at a time, with the window's other work in between.
WORDS_AT_ONCE = 250
TAB_LETTERS = 4
TOLD_MS = 2_000
HEADER_PX = 32
SIDE_PX = 13
END_PX = 5
ABOVE_PX = 9
BELOW_PX = 11


class CodeText(TextView):
    """The lines. Scrolls sideways by itself where they are longer than the frame. Always from left to right."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, TextRole.CODE, Token.TEXT, parent)
        self._code = ""
        self._language = ""
        self._coloured = True
        self._whole = True
        self._words: Iterator[tuple[int, int, QTextCharFormat]] | None = None
        self._coloured_to = 0
        self._colouring = QTimer(self, interval=0)
        self._colouring.timeout.connect(self._colour_on)
        lexers().learnt.connect(self._on_learnt)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        option = self.document().defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        self.document().setDefaultTextOption(option)
        self.setLineWrapMode(TextView.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    @property
    def code(self) -> str:
        """As it was written."""
        return self._code

    def show_code(self, code: str, language: str, *, closed: bool) -> None:
        """Show this code; what is there already is not written again where that can be avoided."""
        coloured = closed or len(code) <= COLOURED_WHILE_OPEN
        if (code, language) == (self._code, self._language) and (self._whole or not closed):
            return
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        grown = bool(self._code) and language == self._language and code.startswith(self._code)
        if grown:
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(code[len(self._code) :].translate(FORBIDDEN), self._form(Token.TEXT))
        else:
            self.document().clear()
            self._set_line_height()
            cursor.insertText(code.translate(FORBIDDEN), self._form(Token.TEXT))
        cursor.endEditBlock()
        self._code, self._language, self._empty = code, language, False
        self._coloured, self._whole = coloured, closed
        if not grown:
            self._coloured_to = 0
        if coloured and lexers().knows(language):
            # Of what is open only the end is coloured again; all of it once more when it is closed.
            self._words = self._coloured_words(0 if closed else code.rfind("\n", 0, self._coloured_to) + 1)
            self._coloured_to = len(code)
            self._colour_on()
        self._fit()

    @Slot(str)
    def _on_learnt(self, language: str) -> None:
        if language == self._language and self._coloured and self._code:
            self._words = self._coloured_words(0)
            self._coloured_to = len(self._code)
            self._colour_on()

    @Slot()
    def _colour_on(self) -> None:
        """Colour the next words."""
        some = list(itertools.islice(self._words, WORDS_AT_ONCE)) if self._words is not None else []
        if len(some) < WORDS_AT_ONCE:
            self._words = None
            self._colouring.stop()
        elif not self._colouring.isActive():
            self._colouring.start()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for start, end, form in some:
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(form)
        cursor.endEditBlock()

    def _coloured_words(self, first: int) -> Iterator[tuple[int, int, QTextCharFormat]]:
        """(start, end, look) in positions of the document, from the character `first` on.

        What is plain is among them: it may have been coloured before.
        """
        code = self._code
        forms = {token: self._form(token) for token in set(CODE_TOKENS.values())}
        plain = forms[Token.TEXT]
        at = position = 0
        for start, length, kind in highlighted(code, self._language):
            if start > at:
                end = position + units(code[at:start])
                if start > first:
                    yield position, end, plain
                position = end
            at = start + length
            end = position + units(code[start:at])
            if at > first:
                yield position, end, forms[CODE_TOKENS[kind]]
            position = end
        if at < len(code):
            yield position, position + units(code[at:]), plain

    def _form(self, token: Token) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setForeground(self._theme.color(token))
        return form

    def height_px(self) -> int:
        bar = self.horizontalScrollBar()
        needs_bar = self.document().idealWidth() > max(1, self.width())
        return super().height_px() + (bar.sizeHint().height() if needs_bar else 0)

    def text(self) -> str:
        return self._code

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Sideways is its own, up and down the transcript's."""
        delta = event.angleDelta()
        if abs(delta.x()) > abs(delta.y()) or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - (delta.x() or delta.y()))
            event.accept()
        else:
            event.ignore()

    def _restyle(self) -> None:
        super()._restyle()
        self._theme.dress_scroll_bar(self.horizontalScrollBar())
        self.setTabStopDistance(TAB_LETTERS * self.fontMetrics().horizontalAdvance(" "))
        code, self._code = getattr(self, "_code", ""), ""
        if code:
            self.show_code(code, self._language, closed=self._whole)


class CodeView(QWidget):
    """One block of code."""

    copied = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._language = Label(theme, TextRole.FACTS, Token.SECONDARY, parent=self)
        self.copy_button = Button(
            theme, Look.GHOST, self.tr("Copy"), Icon.COPY, role=TextRole.FACTS, height_px=26, parent=self
        )
        self.copy_button.clicked.connect(self.copy)
        self.body = CodeText(theme, self)
        self._told = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._told.timeout.connect(self._name_button)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._name_button()

    @property
    def language(self) -> str:
        return self._language.text()

    def show_code(self, code: str, language: str, *, closed: bool) -> None:
        """Show this code."""
        self._language.setText(language)
        self.body.show_code(code.rstrip("\n"), language, closed=closed)
        name = self.tr("Code, {language}").format(language=language) if language else self.tr("Code")
        self.body.setAccessibleName(name)

    def close_code(self) -> None:
        """No more is coming: colour what was too long to be coloured all along."""
        self.body.show_code(self.body.code, self._language.text(), closed=True)

    def copy(self) -> None:
        """Put the code on the clipboard, exactly as it was written."""
        copy_text(self.body.code)
        self.copy_button.setText(self.tr("Copied"))
        self._arrange()
        self._told.start()
        self.copied.emit()

    def height_px(self) -> int:
        """How high the frame is at its present width."""
        self._arrange()
        px = self._theme.px
        return px(HEADER_PX) + px(ABOVE_PX) + self.body.height_px() + px(BELOW_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        px = self._theme.px
        side, end, header = px(SIDE_PX), px(END_PX), px(HEADER_PX)
        button = self.copy_button.sizeHint()
        room = max(1, self.width() - side - end)
        # Code goes from left to right whatever people read.
        self.body.setGeometry(QRect(side, header + px(ABOVE_PX), room, self.body.height_px()))
        top = (header - button.height()) // 2 + 1
        self._put(self.copy_button, QRect(self.width() - end - button.width(), top, button.width(), button.height()))
        named = min(self._language.sizeHint().width(), max(1, room - button.width()))
        self._put(self._language, QRect(side, 0, named, header))

    def _put(self, widget: QWidget, place: QRect) -> None:
        widget.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), place))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = self._theme.px(RADIUS_CARD_PX)
        path = QPainterPath()
        path.addRoundedRect(frame, radius, radius)
        painter.fillPath(path, self._theme.color(Token.CODE))
        painter.setPen(QPen(self._theme.color(Token.LINE), 1))
        painter.drawPath(path)
        line_y = self._theme.px(HEADER_PX) + 0.5
        painter.drawLine(QPointF(frame.left(), line_y), QPointF(frame.right(), line_y))

    def _name_button(self) -> None:
        self.copy_button.setText(self.tr("Copy"))
        self.copy_button.setAccessibleName(self.tr("Copy code"))
        self._arrange()

    def _restyle(self) -> None:
        self._arrange()
        self.updateGeometry()
        self.update()
