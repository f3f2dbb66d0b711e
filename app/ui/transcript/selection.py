"""One selection over all texts of a transcript, whether or not they exist as widgets at the moment.

A drag that leaves the text it began in goes on through the others: each shows its share, and copying gives all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QCursor, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from app.ui.transcript.column import Row, RowView, VirtualColumn
from app.ui.transcript.text_view import TextView, copy_text

SCROLL_MS = 30
SCROLL_SHARE = 3


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in the transcript: a row, one of its texts, and a position in that text's document."""

    row: int
    text: int
    position: int


class TranscriptSelection(QObject):
    """Watches the texts of a column.

    Args:
        column: Its rows are RowViews.
    """

    changed = Signal()
    menu_asked = Signal(QPoint)
    """The place on the screen where somebody asked what can be done with a text."""

    def __init__(self, column: VirtualColumn) -> None:
        super().__init__(column)
        self._column = column
        self._anchor: Spot | None = None
        self._end: Spot | None = None
        self._dragging = False
        self._scrolling = QTimer(self, interval=SCROLL_MS)
        self._scrolling.timeout.connect(self._scroll_on)
        column.mounted.connect(self._on_mounted)
        column.verticalScrollBar().valueChanged.connect(self._show)

    def is_active(self) -> bool:
        """More than one text has a share in it."""
        return (
            self._anchor is not None
            and self._end is not None
            and (self._anchor.row, self._anchor.text) != (self._end.row, self._end.text)
        )

    def reaches(self, index: int) -> bool:
        """A row has a share in it, or would have one if it existed."""
        return self.is_active() and max(cast(Spot, self._anchor).row, cast(Spot, self._end).row) >= index

    def select_all(self) -> None:
        """Everything, first row to last."""
        if len(self._column):
            self._anchor = Spot(0, 0, 0)
            self._end = Spot(len(self._column), 0, 0)
            self._show()
            self.changed.emit()

    def clear(self) -> None:
        """Nothing is selected any more."""
        if self._anchor is None:
            return
        self._anchor = self._end = None
        self._dragging = False
        for _, view in self._column.views:
            for text in cast(RowView, view).texts:
                _select(text, 0, 0)
        self.changed.emit()

    def text(self, *, markdown: bool = False) -> str:
        """What is selected, rows parted by empty lines; empty where it is not active."""
        if not self.is_active() or self._anchor is None or self._end is None:
            return ""
        low, high = sorted((self._anchor, self._end))
        pieces = []
        for index in range(low.row, min(high.row + 1, len(self._column))):
            row = self._column.row(index)
            from_start = index > low.row or (low.text, low.position) == (0, 0)
            if from_start and index < high.row:
                pieces.append(row.markdown() if markdown else row.plain())
            else:
                pieces.append(self._share(index, row, low, high))
        return "\n\n".join(piece for piece in pieces if piece)

    def copy(self, *, markdown: bool = False) -> None:
        """Put it on the clipboard, where it is active."""
        if text := self.text(markdown=markdown):
            copy_text(text)

    def _share(self, index: int, row: Row, low: Spot, high: Spot) -> str:
        view = self._column.view(row.key)
        if view is None:
            return row.plain()
        found = []
        for number, text in enumerate(cast(RowView, view).texts):
            start, end = _range_in(text, Spot(index, number, 0), low, high)
            if end > start:
                found.append(text.text_between(start, end))
        return "\n\n".join(found)

    # -- watching --

    def _on_mounted(self, row: Row) -> None:
        view = self._column.view(row.key)
        if view is not None:
            cast(RowView, view).texts_changed.connect(lambda: self._watch(view))
            self._watch(view)

    def _watch(self, view: QWidget) -> None:
        """Follow mouse and keys over the texts of a row's widget."""
        for text in cast(RowView, view).texts:
            text.installEventFilter(self)  # once, however often it is installed
            text.viewport().installEventFilter(self)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, TextView):
            return self._on_text_event(event)
        text = watched.parent()
        if not isinstance(text, TextView):
            return False
        match event.type():
            case QEvent.Type.MouseButtonPress:
                mouse = cast(QMouseEvent, event)
                if mouse.button() is Qt.MouseButton.LeftButton:
                    self._begin(text, mouse)
            case QEvent.Type.MouseMove if self._dragging:
                return self._drag_to(cast(QMouseEvent, event).globalPosition().toPoint(), text)
            case QEvent.Type.MouseButtonRelease if self._dragging:
                self._dragging = False
                self._scrolling.stop()
                return self.is_active()
            case QEvent.Type.ContextMenu:
                self.menu_asked.emit(cast(QContextMenuEvent, event).globalPos())
                return True
        return False

    def _on_text_event(self, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.KeyPress:
                key = cast(QKeyEvent, event)
                if key.matches(QKeySequence.StandardKey.SelectAll):
                    self.select_all()
                    return True
                if key.matches(QKeySequence.StandardKey.Copy) and self.is_active():
                    self.copy()
                    return True
            case QEvent.Type.ContextMenu:  # of the keyboard; the mouse's comes to the viewport
                self.menu_asked.emit(cast(QContextMenuEvent, event).globalPos())
                return True
            case QEvent.Type.FocusOut:
                reason = cast(QFocusEvent, event).reason()
                if reason not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
                    self.clear()
        return False

    def _begin(self, text: TextView, mouse: QMouseEvent) -> None:
        extend = bool(mouse.modifiers() & Qt.KeyboardModifier.ShiftModifier) and self._anchor is not None
        spot = self._spot(text, mouse.position().toPoint())
        if extend:
            self._end = spot
            self._show()
        else:
            if self.is_active():
                self.clear()
            self._anchor, self._end = spot, spot
        self._dragging = True

    def _drag_to(self, place: QPoint, origin: TextView) -> bool:
        target = self._text_at(place)
        inside = self._column.viewport().rect().contains(self._column.to_viewport(place))
        if inside:
            self._scrolling.stop()
        elif not self._scrolling.isActive():
            self._scrolling.start()
        if target is None:
            return self.is_active()
        self._end = self._spot(target, target.viewport().mapFromGlobal(place))
        if not self.is_active():
            if target is origin:
                for _, view in self._column.views:
                    for other in cast(RowView, view).texts:
                        if other is not origin:
                            _select(other, 0, 0)
            return False
        self._show()
        self.changed.emit()
        return True

    def _scroll_on(self) -> None:
        place = QCursor.pos()
        y = self._column.to_viewport(place).y()
        height = self._column.viewport().height()
        beyond = y if y < 0 else max(0, y - height)
        bar = self._column.verticalScrollBar()
        bar.setValue(bar.value() + beyond // SCROLL_SHARE)
        edge = QPoint(self._column.to_viewport(place).x(), 1 if y < 0 else height - 2)
        target = self._text_at(self._column.viewport().mapToGlobal(edge))
        if target is not None:
            self._end = self._spot(target, target.viewport().mapFromGlobal(place))
            self._show()

    def _text_at(self, place: QPoint) -> TextView | None:
        """The text under a place of the screen, or the nearest one above or below it."""
        y = self._column.to_viewport(place).y()
        nearest: tuple[int, TextView] | None = None
        for _, view in self._column.views:
            for text in cast(RowView, view).texts:
                if not text.isVisible():
                    continue
                top = text.mapTo(self._column.viewport(), QPoint(0, 0)).y()
                away = max(top - y, y - (top + text.height()), 0)
                if nearest is None or away < nearest[0]:
                    nearest = (away, text)
        return nearest[1] if nearest is not None else None

    def _spot(self, text: TextView, place: QPoint) -> Spot:
        position = text.cursorForPosition(place).position()
        for index, view in self._column.views:
            texts = cast(RowView, view).texts
            if text in texts:
                return Spot(index, texts.index(text), position)
        return Spot(0, 0, position)

    # -- showing --

    def _show(self) -> None:
        if not self.is_active() or self._anchor is None or self._end is None:
            return
        low, high = sorted((self._anchor, self._end))
        for index, view in self._column.views:
            for number, text in enumerate(cast(RowView, view).texts):
                _select(text, *_range_in(text, Spot(index, number, 0), low, high))


def _range_in(text: TextView, begin: Spot, low: Spot, high: Spot) -> tuple[int, int]:
    """The share of a text that begins at `begin`, as (start, end) positions; empty where start is not below end."""
    last = text.document().characterCount() - 1
    here = (begin.row, begin.text)
    if here < (low.row, low.text) or here > (high.row, high.text):
        return 0, 0
    start = low.position if here == (low.row, low.text) else 0
    end = high.position if here == (high.row, high.text) else last
    return min(start, last), min(end, last)


def _select(text: TextView, start: int, end: int) -> None:
    cursor = text.textCursor()
    if (cursor.selectionStart(), cursor.selectionEnd()) == (start, end):
        return
    if end <= start and not cursor.hasSelection():
        return
    cursor.setPosition(start)
    cursor.setPosition(max(start, end), QTextCursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
