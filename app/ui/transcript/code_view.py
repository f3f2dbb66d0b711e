"""Program text in a frame: its language and a Copy button above, coloured lines that never wrap below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.markdown.writer import write_code
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CARD_PX, TextRole, Token
from app.ui.transcript.text_view import CopiedText, TextView

# While it is written, longer code is coloured only once it is whole.
COLOURED_WHILE_OPEN = 4_000
TOLD_MS = 2_000
HEADER_PX = 32
SIDE_PX = 13


class CodeText(TextView):
    """The lines. Scrolls sideways by itself where they are longer than the frame."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, TextRole.CODE, Token.TEXT, parent)
        self._code = ""
        self._coloured = True
        self._language = ""
        self.setLineWrapMode(TextView.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    @property
    def code(self) -> str:
        return self._code

    def show_code(self, code: str, language: str, *, closed: bool) -> None:
        """Show this code; what is there already is not written again where that can be avoided."""
        if (code, language) == (self._code, self._language) and (self._coloured or not closed):
            return
        coloured = closed or len(code) <= COLOURED_WHILE_OPEN
        goes_on = not coloured and language == self._language and code.startswith(self._code) and bool(self._code)
        cursor = QTextCursor(self.document())
        plain = QTextCharFormat()
        plain.setForeground(self._theme.color(Token.TEXT))
        cursor.beginEditBlock()
        if goes_on:
            cursor.movePosition(QTextCursor.MoveOperation.End)
            write_code(cursor, code[len(self._code) :], "", plain, self._theme.color)
        else:
            self.document().clear()
            self._set_line_height()
            write_code(cursor, code, language if coloured else "", plain, self._theme.color)
        cursor.endEditBlock()
        self._code, self._language, self._coloured, self._empty = code, language, coloured, False
        self._fit()

    def height_px(self) -> int:
        bar = self.horizontalScrollBar()
        needs_bar = self.document().idealWidth() > max(1, self.viewport().width())
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
        code, self._code = getattr(self, "_code", ""), ""
        if code:
            self.show_code(code, self._language, closed=self._coloured)


class CodeView(QWidget):
    """One block of code."""

    copied = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._language = Label(theme, TextRole.FACTS, Token.SECONDARY)
        self.copy_button = Button(theme, Look.GHOST, self.tr("Copy"), Icon.COPY, role=TextRole.FACTS, height_px=26)
        self.copy_button.clicked.connect(self.copy)
        self.body = CodeText(theme, self)
        self._told = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._told.timeout.connect(self._name_button)
        self._header = QHBoxLayout()
        self._header.addWidget(self._language)
        self._header.addStretch(1)
        self._header.addWidget(self.copy_button)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._header)
        self._column.addWidget(self.body)
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
        data = CopiedText()
        data.setText(self.body.code)
        QApplication.clipboard().setMimeData(data)
        self.copy_button.setText(self.tr("Copied"))
        self._told.start()
        self.copied.emit()

    def height_px(self) -> int:
        """How high the frame is at its present width."""
        margins = self._column.contentsMargins()
        return (
            margins.top()
            + self._theme.px(HEADER_PX)
            + self._column.spacing()
            + self.body.height_px()
            + margins.bottom()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._column.activate()

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

    def _restyle(self) -> None:
        px = self._theme.px
        self._header.setContentsMargins(0, px(2), 0, px(2))
        self._column.setContentsMargins(px(SIDE_PX), 0, px(5), px(11))
        self._column.setSpacing(px(9))
        self.updateGeometry()
        self.update()
