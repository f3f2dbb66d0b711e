"""Looks for words in all messages of a transcript, and shows where they stand in those that are on screen.

A long chat is looked through a bit at a time, with the window's other work in between.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

from app.core.entry import Entry
from app.ui.markdown.utf16 import units
from app.ui.theme import Theme
from app.ui.tokens import Token
from app.ui.transcript.column import Row, RowView, VirtualColumn
from app.ui.transcript.matching import find_all, folded
from app.ui.transcript.message_row import MessageRow
from app.ui.transcript.rows import MessageTexts
from app.ui.transcript.text_view import TextView

SLICE_S = 0.008
_MARKUP = str.maketrans("", "", "*_~`\\")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Match:
    """The `number`th place of a row, from 0, in which the words stand."""

    key: Entry
    number: int


class Finder(QObject):
    """One for a transcript.

    Args:
        theme: Colours what is found.
        column: Its rows' keys are messages.
        texts: What is in them.
    """

    counted = Signal()
    """Other places, or another one of them, are shown now."""

    def __init__(self, theme: Theme, column: VirtualColumn, texts: MessageTexts) -> None:
        super().__init__(column)
        self._theme = theme
        self._column = column
        self._texts = texts
        self._needle = ""
        self._words: tuple[str, ...] = ()
        self._matches: list[Match] = []
        self._current = -1
        self._next_row = 0
        self._looking = QTimer(self, interval=0)
        self._looking.timeout.connect(self._look_on)
        self._showing = QTimer(self, singleShot=True, interval=0)
        self._showing.timeout.connect(self._show)
        column.mounted.connect(self._on_mounted)
        theme.changed.connect(self._showing.start)

    @property
    def matches(self) -> tuple[Match, ...]:
        """All that was found so far, first row to last."""
        return tuple(self._matches)

    @property
    def current(self) -> int:
        """The place that is looked at, from 0; -1 where there is none."""
        return self._current

    @property
    def is_done(self) -> bool:
        """Everything was looked through."""
        return not self._looking.isActive()

    def seek(self, words: str) -> None:
        """Look for these words; empty ends it."""
        needle = folded(words.strip())
        if needle != self._needle:
            self._needle = needle
            self._words = tuple(_WORD.findall(needle))
            self.look_again()

    @Slot()
    def look_again(self) -> None:
        """The messages are others now."""
        at = self._matches[self._current] if self._current >= 0 else None
        self._matches, self._current, self._next_row = [], -1, 0
        if self._needle:
            self._looking.start()
            self._look_on()
            if at is not None and at in self._matches:
                self._current = self._matches.index(at)
        else:
            self._looking.stop()
        self._show()
        self.counted.emit()

    def step(self, by: int) -> None:
        """Go to the next place or the one before, around the end."""
        if self._matches:
            if self._current < 0:
                self._current = self._first_in_sight() if by > 0 else self._first_in_sight() - 1
            else:
                self._current += by
            self._current %= len(self._matches)
            self._bring_into_sight()
            self.counted.emit()

    # -- looking --

    @Slot()
    def _look_on(self) -> None:
        began_s = time.perf_counter()
        while self._next_row < len(self._column):
            row = self._column.row(self._next_row)
            self._next_row += 1
            if isinstance(row.key, Entry):
                count = self._count_in(row.key)
                self._matches += (Match(row.key, number) for number in range(count))
            if time.perf_counter() - began_s > SLICE_S:
                self.counted.emit()
                return
        self._looking.stop()
        self.counted.emit()

    def _count_in(self, entry: Entry) -> int:
        # Reading Markdown takes much longer than seeing that a word is not in it at all.
        source = folded(self._texts.source(entry)).translate(_MARKUP)
        if not all(word.translate(_MARKUP) in source for word in self._words):
            return 0
        return len(find_all(self._texts.searchable(entry), self._needle))

    def _first_in_sight(self) -> int:
        """The first place at or below the row that is at the top of the window."""
        top = self._column.row_at(0)
        rows = (self._column.index_of(match.key) for match in self._matches)
        return next((number for number, row in enumerate(rows) if row >= top), 0)

    # -- showing --

    def _bring_into_sight(self) -> None:
        match = self._matches[self._current]
        index = self._column.index_of(match.key)
        if index < 0:
            return
        if self._column.view(match.key) is None:
            self._column.scroll_to_row(index)
        view = self._column.view(match.key)
        places = self._places_in(view) if view is not None else []
        if isinstance(view, MessageRow) and places:
            text, start, _ = places[min(match.number, len(places) - 1)]
            inside_px = view.reveal(text, start)
            top = view.y() + inside_px
            room = self._column.viewport().height()
            if not room // 8 <= top <= room - room // 5:
                self._column.scroll_to_row(index, inside_px)
        self._show()

    def _places_in(self, view: QWidget) -> list[tuple[TextView, int, int]]:
        """(text, start, end) in positions of the texts' documents, from top to bottom."""
        found = []
        for text in cast(RowView, view).texts:
            written = text.document().toPlainText()
            for start, end in find_all(written, self._needle):
                first = units(written[:start])
                found.append((text, first, first + units(written[start:end])))
        return found

    @Slot(object)
    def _on_mounted(self, row: Row) -> None:
        view = self._column.view(row.key)
        if view is not None:
            cast(RowView, view).texts_changed.connect(self._showing.start)
            cast(RowView, view).height_changed.connect(self._on_grown)
        if self._needle:
            self._showing.start()

    @Slot()
    def _on_grown(self) -> None:
        if self._needle:
            self._showing.start()

    @Slot()
    def _show(self) -> None:
        """Colour the places in all rows that exist."""
        current = self._matches[self._current] if self._current >= 0 else None
        for index, view in self._column.views:
            key = self._column.row(index).key
            marks: dict[TextView, list[QTextEdit.ExtraSelection]] = {}
            places = self._places_in(view) if self._needle else []
            for number, (text, start, end) in enumerate(places):
                is_current = (
                    current is not None and current.key is key and min(current.number, len(places) - 1) == number
                )
                marks.setdefault(text, []).append(self._mark(text, start, end, current=is_current))
            for text in cast(RowView, view).texts:
                if text in marks or text.extraSelections():
                    text.setExtraSelections(marks.get(text, []))

    def _mark(self, text: TextView, start: int, end: int, *, current: bool) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(text.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        form = QTextCharFormat()
        form.setBackground(self._theme.color(Token.ACCENT if current else Token.ACCENT_SOFT))
        form.setForeground(self._theme.color(Token.ON_ACCENT if current else Token.ACCENT))
        mark.cursor, mark.format = cursor, form
        return mark
