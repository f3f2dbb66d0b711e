"""A stretch of rendered Markdown: everything but framed code. Grows at its end, where the last bit may be rewritten."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, QUrl, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QTextBlock, QTextCursor
from PySide6.QtWidgets import QWidget

from app.ui.markdown.parser import Block
from app.ui.markdown.plain import text_between
from app.ui.markdown.writer import QUOTE_DEPTH, QUOTE_PX, MarkdownWriter
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from app.ui.transcript.text_view import TextView

RULE_PX = 3


class ProseView(TextView):
    """Shows blocks in the theme's looks. Links are told, never followed."""

    link_asked = Signal(str)

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
        self.anchorClicked.connect(self._on_link)

    def write(self, blocks: Sequence[Block]) -> None:
        """Write blocks after what is there."""
        self._writer.write(blocks)
        self._empty = False
        self._fit()

    def end(self) -> int:
        """The position behind what is written."""
        return self.document().characterCount() - 1

    def cut_back(self, position: int) -> None:
        """Take away what was written after `position`, a former `end`."""
        if position <= 0:
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

    def _paint_quotes(self, event: QPaintEvent) -> None:
        """A rule on the left of every quote; Qt's own formats have none."""
        painter = QPainter(self.viewport())
        layout = self.document().documentLayout()
        color = self._theme.color(Token.LINE)
        step = self._theme.px(QUOTE_PX)
        block: QTextBlock = self.document().begin()
        while block.isValid():
            depth = block.blockFormat().property(QUOTE_DEPTH)
            if depth:
                frame: QRectF = layout.blockBoundingRect(block)
                above = block.previous().blockFormat().property(QUOTE_DEPTH) or 0
                gap = block.blockFormat().topMargin()
                for level in range(int(depth)):
                    top = frame.top() - (gap if level < int(above) else 0)
                    rule = QRectF(level * step, top, self._theme.px(RULE_PX), frame.bottom() - top)
                    if rule.intersects(QRectF(event.rect())):
                        painter.fillRect(rule, color)
            block = block.next()
        painter.end()

    def _on_link(self, link: QUrl) -> None:
        self.link_asked.emit(link.toString(QUrl.ComponentFormattingOption.FullyEncoded))

    def _set_line_height(self) -> None:
        """Every block has the height it was written with."""
