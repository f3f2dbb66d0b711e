"""An answer's text on screen: stretches of prose and frames of code, one below the other, growing at the end.

What is closed is written once; only the open end is written again with every piece. A long text is written a bit at a
time, with the window's other work in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import QSize, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
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
# What is parsed, written and laid out well within a frame.
AT_ONCE = 2_000
MOST_FLUSHED = 10_000

Piece: TypeAlias = ProseView | CodeView


class MarkdownView(QWidget):
    """Renders Markdown. Its height follows from its width.

    Args:
        theme: Where its looks come from.
        role: Of running text.
        token: Its colour.
    """

    link_asked = Signal(str)
    link_pointed = Signal(str)
    """The target of the link under the mouse; empty where there is none."""
    height_changed = Signal()
    texts_changed = Signal()
    """There are other TextViews in it now."""

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
        self._waiting = ""
        self._finished = False
        self._pieces: list[Piece] = []
        self._closed_pieces = 0
        self._spare_code: list[CodeView] = []
        self._spare_prose: list[ProseView] = []
        self._writing = QTimer(self, interval=0)
        self._writing.timeout.connect(self._write_on)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    # -- content --

    @property
    def source(self) -> str:
        """The Markdown so far, what is still to be written included."""
        return self._source.text + self._waiting

    @property
    def is_empty(self) -> bool:
        return not self.source.strip()

    @property
    def is_writing(self) -> bool:
        """Some of the text is not on screen yet."""
        return bool(self._waiting)

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
        self._finished = False
        self._waiting += text
        if not self._writing.isActive():
            self._write_on()

    def finish(self) -> None:
        """There will be no more: show links and footnotes that were defined after their use, and colour all code."""
        self._finished = True
        if not self._waiting:
            self._finish()

    def flush(self) -> None:
        """Write what still waits at once, unless that is more than a few frames bring."""
        while 0 < len(self._waiting) <= MOST_FLUSHED:
            self._write_on()

    def set_text(self, text: str) -> None:
        """Replace everything."""
        self._source = GrowingMarkdown()
        self._waiting = ""
        self._writing.stop()
        self._take_all_down()
        self.append(text)
        self.finish()
        if not text:
            self._lay_out()
            self.texts_changed.emit()

    @Slot()
    def _write_on(self) -> None:
        piece, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
        if self._waiting and not self._writing.isActive():
            self._writing.start()
        if piece:
            self._write(piece)
        if not self._waiting:
            self._writing.stop()
            if self._finished:
                self._finish()

    def _write(self, piece: str) -> None:
        growth = self._source.append(piece)
        before = self.texts
        start = max(0, self._closed_pieces - 1)
        self._drop_open()
        self._put(growth.closed, closed=True)
        self._close_here()
        self._put(growth.open, closed=False)
        self._forget_spare()
        self._lay_out(start)
        if self.texts != before:
            self.texts_changed.emit()

    def _finish(self) -> None:
        if self._source.needs_whole_view:
            self._show_whole()
            return
        for piece in self._pieces:
            if isinstance(piece, CodeView):
                piece.close_code()

    def _show_whole(self) -> None:
        self._take_all_down()
        self._put(parse(self._source.text), closed=True)
        self._close_here()
        self._lay_out()
        self.texts_changed.emit()

    def _take_all_down(self) -> None:
        for piece in self._pieces:
            _discard(piece)
        self._pieces, self._closed_pieces = [], 0

    def _close_here(self) -> None:
        self._closed_pieces = len(self._pieces)
        last = self._pieces[-1] if self._pieces else None
        if isinstance(last, ProseView):
            last.close_here()

    def _drop_open(self) -> None:
        while len(self._pieces) > self._closed_pieces:
            piece = self._pieces.pop()
            if isinstance(piece, CodeView):
                self._spare_code.append(piece)
            else:
                piece.cut_back()
                self._spare_prose.append(piece)
        last = self._pieces[-1] if self._pieces else None
        if isinstance(last, ProseView):
            last.cut_back()

    def _put(self, blocks: Sequence[Block], *, closed: bool) -> None:
        prose: list[Block] = []
        for block in blocks:
            if block.kind not in ("fence", "code_block"):
                prose.append(block)
                continue
            self._put_prose(prose)
            prose = []
            token = block.tokens[0]
            view = self._spare_code.pop() if self._spare_code else self._new_code()
            view.show_code(token.content, language_of(token.info), closed=closed)
            self._pieces.append(view)
        self._put_prose(prose)

    def _put_prose(self, blocks: Sequence[Block]) -> None:
        if not blocks:
            return
        last = self._pieces[-1] if self._pieces else None
        if not isinstance(last, ProseView):
            last = self._spare_prose.pop() if self._spare_prose else self._new_prose()
            self._pieces.append(last)
        last.write(blocks)

    def _new_prose(self) -> ProseView:
        view = ProseView(self._theme, self._role, self._token, self)
        view.setAccessibleName(self.accessibleName())
        view.link_asked.connect(self.link_asked)
        view.link_pointed.connect(self.link_pointed)
        view.height_changed.connect(self._lay_out_all)
        view.resize(max(1, self.width()), 1)
        view.show()
        return view

    def _new_code(self) -> CodeView:
        view = CodeView(self._theme, self)
        view.resize(max(1, self.width()), 1)
        view.show()
        return view

    def _forget_spare(self) -> None:
        for piece in (*self._spare_code, *self._spare_prose):
            _discard(piece)
        self._spare_code, self._spare_prose = [], []

    # -- place --

    def height_px(self) -> int:
        """How high everything is at the present width."""
        return self.height() if self._pieces else 0

    @Slot()
    def _lay_out_all(self) -> None:
        self._lay_out()

    def _lay_out(self, start: int = 0) -> None:
        """Put the pieces from the index `start` on into their places."""
        gap = self._theme.px(GAP_PX)
        start = min(start, len(self._pieces))
        top = self._pieces[start - 1].geometry().bottom() + 1 + gap if start else 0
        for piece in self._pieces[start:]:
            if piece.width() != self.width():
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

    def showEvent(self, event: QShowEvent) -> None:
        # What was written before there was a width has one only now.
        super().showEvent(event)
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
