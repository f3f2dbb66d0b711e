"""A stretch of rendered Markdown: everything but framed code. Grows at its end, where the last bit may be rewritten."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextBlock, QTextCursor
from PySide6.QtWidgets import QWidget

from app.ui.markdown.formulas import FormulaDrawn
from app.ui.markdown.parser import Block
from app.ui.markdown.plain import text_between
from app.ui.markdown.writer import QUOTE_DEPTH, QUOTE_PX, MarkdownWriter
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from app.ui.transcript.text_view import TextView

RULE_PX = 3
FORMULAS_AT_ONCE = 20


class ProseView(TextView):
    """Shows blocks in the theme's looks. Links are told, never followed."""

    link_asked = Signal(str)
    link_pointed = Signal(str)
    """The target of the link under the mouse or the keyboard's focus; empty where there is none."""
    height_changed = Signal()
    """A formula has come that is higher or lower than its source."""

    def __init__(
        self,
        theme: Theme,
        role: TextRole = TextRole.BODY,
        token: Token = Token.TEXT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, role, token, parent)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self._writer = MarkdownWriter(theme, self.document(), role, token)
        self._closed = QTextCursor(self.document())
        self._closed.setKeepPositionOnInsert(True)
        self.anchorClicked.connect(self._on_link)
        self.highlighted.connect(self._on_pointed)
        self._arrived: list[FormulaDrawn] = []
        self._arriving = QTimer(self, singleShot=True, interval=0)
        self._arriving.timeout.connect(self._show_arrived)
        self._writer.formulas.store.drawn.connect(self._on_drawn)

    def write(self, blocks: Sequence[Block]) -> None:
        """Write blocks after what is there."""
        self._writer.write(blocks)
        self._empty = False
        self._fit()

    def close_here(self) -> None:
        """What is written so far stays."""
        self._closed.movePosition(QTextCursor.MoveOperation.End)

    def cut_back(self) -> None:
        """Take away what was written since the last `close_here`, or everything."""
        position = self._closed.position()
        self._writer.formulas.forget_after(position)
        if position == 0:
            self.document().clear()
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()

    def text_between(self, start: int, end: int) -> str:
        return text_between(self.document(), start, end)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._paint_quotes(event)
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._writer.formulas.fit(event.size().width())
        super().resizeEvent(event)

    def _paint_quotes(self, event: QPaintEvent) -> None:
        """A rule beside every quote; Qt's own formats have none. Only what is to be painted is looked at."""
        painter = QPainter(self.viewport())
        layout = self.document().documentLayout()
        color = self._theme.color(Token.LINE)
        step, thick = self._theme.px(QUOTE_PX), self._theme.px(RULE_PX)
        dirty = QRectF(event.rect())
        at = layout.hitTest(QPointF(0, dirty.top()), Qt.HitTestAccuracy.FuzzyHit)
        block: QTextBlock = self.document().findBlock(max(0, at))
        while block.isValid():
            frame: QRectF = layout.blockBoundingRect(block)
            if frame.top() - block.blockFormat().topMargin() > dirty.bottom():
                break
            depth = block.blockFormat().property(QUOTE_DEPTH)
            if depth:
                above = block.previous().blockFormat().property(QUOTE_DEPTH) or 0
                gap = block.blockFormat().topMargin()
                mirrored = block.textDirection() is Qt.LayoutDirection.RightToLeft
                for level in range(int(depth)):
                    top = frame.top() - (gap if level < int(above) else 0)
                    left = self.viewport().width() - level * step - thick if mirrored else level * step
                    painter.fillRect(QRectF(left, top, thick, _end_of(block) - top), color)
            block = block.next()
        painter.end()

    @Slot(object)
    def _on_drawn(self, drawn: FormulaDrawn) -> None:
        if self._writer.formulas.awaits(drawn.wanted):
            self._arrived.append(drawn)
            self._arriving.start()

    @Slot()
    def _show_arrived(self) -> None:
        """Show some of the formulas that have come."""
        some, self._arrived = self._arrived[:FORMULAS_AT_ONCE], self._arrived[FORMULAS_AT_ONCE:]
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for drawn in some:
            self._writer.formulas.show(drawn)
        cursor.endEditBlock()
        if self._arrived:
            self._arriving.start()
        self._fit()
        self.height_changed.emit()

    def _on_pointed(self, link: QUrl) -> None:
        self.link_pointed.emit(link.toString(QUrl.ComponentFormattingOption.FullyEncoded))

    def _on_link(self, link: QUrl) -> None:
        self.link_asked.emit(link.toString(QUrl.ComponentFormattingOption.FullyEncoded))

    def _set_line_height(self) -> None:
        """Every block has the height it was written with."""


def _end_of(block: QTextBlock) -> float:
    """Where the last line of a paragraph ends in its document; its bounding rectangle leaves out what a line is higher
    than its letters.
    """
    layout = block.layout()
    last = layout.lineAt(layout.lineCount() - 1)
    return layout.position().y() + last.y() + last.height()
