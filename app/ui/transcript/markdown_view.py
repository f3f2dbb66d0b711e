"""An answer's text on screen: stretches of prose and frames of code, one below the other, growing at the end.

What is closed is written once; only the open end is written again with every piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.markdown.growing import GrowingMarkdown
from app.ui.markdown.highlight import language_of
from app.ui.markdown.parser import Block, parse
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from app.ui.transcript.code_view import CodeView
from app.ui.transcript.prose_view import ProseView
from app.ui.transcript.text_view import TextView

GAP_PX = 12

Piece: TypeAlias = ProseView | CodeView


class MarkdownView(QWidget):
    """Renders Markdown.

    Args:
        theme: Where its looks come from.
        role: Of running text.
        token: Its colour.
    """

    link_asked = Signal(str)
    height_changed = Signal()

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
        self._source = GrowingMarkdown()
        self._pieces: list[Piece] = []
        self._closed_pieces = 0
        self._closed_to = 0
        self._spare: list[CodeView] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    # -- content --

    @property
    def source(self) -> str:
        """The Markdown so far."""
        return self._source.text

    @property
    def is_empty(self) -> bool:
        return not self._source.text.strip()

    @property
    def texts(self) -> tuple[TextView, ...]:
        """The views that hold text, from top to bottom."""
        return tuple(piece.body if isinstance(piece, CodeView) else piece for piece in self._pieces)

    @property
    def code_views(self) -> tuple[CodeView, ...]:
        return tuple(piece for piece in self._pieces if isinstance(piece, CodeView))

    def text(self) -> str:
        """What is shown, as plain text."""
        return "\n\n".join(view.text() for view in self.texts)

    def append(self, text: str) -> None:
        """Take more Markdown."""
        growth = self._source.append(text)
        self._drop_open()
        self._put(growth.closed, closed=True)
        self._close_here()
        self._put(growth.open, closed=False)
        self._forget_spare()
        self._lay_out()

    def finish(self) -> None:
        """There will be no more: show links and footnotes that were defined after their use, and colour all code."""
        if self._source.needs_whole_view:
            self._show_whole()
            return
        for piece in self._pieces:
            if isinstance(piece, CodeView):
                piece.close_code()

    def set_text(self, text: str) -> None:
        """Replace everything."""
        self._source = GrowingMarkdown()
        self._source.append(text)
        self._show_whole()

    def _show_whole(self) -> None:
        for piece in self._pieces:
            _discard(piece)
        self._pieces = []
        self._put(parse(self._source.text), closed=True)
        self._close_here()
        self._forget_spare()
        self._lay_out()

    def _close_here(self) -> None:
        self._closed_pieces = len(self._pieces)
        last = self._pieces[-1] if self._pieces else None
        self._closed_to = last.end() if isinstance(last, ProseView) else 0

    def _drop_open(self) -> None:
        while len(self._pieces) > self._closed_pieces:
            piece = self._pieces.pop()
            if isinstance(piece, CodeView):
                self._spare.append(piece)
            else:
                _discard(piece)
        last = self._pieces[-1] if self._pieces else None
        if isinstance(last, ProseView):
            last.cut_back(self._closed_to)

    def _put(self, blocks: Sequence[Block], *, closed: bool) -> None:
        prose: list[Block] = []
        for block in blocks:
            if block.kind not in ("fence", "code_block"):
                prose.append(block)
                continue
            self._put_prose(prose)
            prose = []
            token = block.tokens[0]
            view = self._spare.pop() if self._spare else self._new_code()
            view.show_code(token.content, language_of(token.info), closed=closed)
            self._pieces.append(view)
        self._put_prose(prose)

    def _put_prose(self, blocks: Sequence[Block]) -> None:
        if not blocks:
            return
        last = self._pieces[-1] if self._pieces else None
        if not isinstance(last, ProseView):
            last = ProseView(self._theme, self._role, self._token, self)
            last.setAccessibleName(self.accessibleName())
            last.link_asked.connect(self.link_asked)
            last.resize(max(1, self.width()), 1)
            last.show()
            self._pieces.append(last)
        last.write(blocks)

    def _new_code(self) -> CodeView:
        view = CodeView(self._theme, self)
        view.resize(max(1, self.width()), 1)
        view.show()
        return view

    def _forget_spare(self) -> None:
        while self._spare:
            _discard(self._spare.pop())

    # -- place --

    def height_px(self) -> int:
        """How high everything is at the present width."""
        gaps = self._theme.px(GAP_PX) * max(0, len(self._pieces) - 1)
        return sum(piece.height_px() for piece in self._pieces) + gaps

    def _lay_out(self) -> None:
        top = 0
        gap = self._theme.px(GAP_PX)
        for piece in self._pieces:
            piece.resize(self.width(), max(1, piece.height()))
            height = piece.height_px()
            piece.setGeometry(0, top, self.width(), height)
            top += height + gap
        height = max(0, top - gap)
        if height != self.height():
            self.setFixedHeight(height)
            self.height_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height_px())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height())

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        for piece in self._pieces:
            if isinstance(piece, ProseView):
                piece.setAccessibleName(name)

    def _restyle(self) -> None:
        if self._source.text:
            self._show_whole()


def _discard(widget: QWidget) -> None:
    widget.hide()
    widget.deleteLater()
