"""A scrolling column of rows of which only those near the window exist as widgets.

A row that was never shown has a guessed height. When the real one turns out otherwise above what the person looks at,
the scroll bar is moved by the difference, so that nothing on screen jumps. Knows nothing of messages.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol, cast

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.ui.theme import Theme
from app.ui.tokens import COLUMN_PX
from app.ui.transcript.text_view import TextView

NEAR_END_PX = 4
ROW_GAP_PX = 20
SIDE_PX = 16
WIDEST_SIDE = 24
END_PX = 24
# Rows within so many windows above and below exist; scrolling by a page then shows what is there already.
REACH = 0.75
_ROUNDS = 4


class RowView(Protocol):
    """What a row's widget offers besides being a QWidget."""

    @property
    def height_changed(self) -> SignalInstance:
        """Without payload: it needs another height now."""

    @property
    def texts(self) -> tuple[TextView, ...]:
        """Its selectable texts, from top to bottom."""

    def height_px(self) -> int:
        """How high it needs to be at its present width."""

    def is_busy(self) -> bool:
        """It must not be taken down, because it is being written or a person is at it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row to be.

    key: stays the same for the same row.
    make: its widget, a RowView, with the parent given.
    guess_px: a height for a width, quickly.
    plain, markdown: what copying it gives, whether or not it exists as a widget.
    """

    key: Hashable
    make: Callable[[QWidget], QWidget]
    guess_px: Callable[[int], int]
    plain: Callable[[], str]
    markdown: Callable[[], str]


class VirtualColumn(QAbstractScrollArea):
    """Shows rows, as wide as the text column, in the middle."""

    followed = Signal(bool)
    """Whether it stays at the end as the rows grow."""
    mounted = Signal(object)
    """The Row whose widget was just made."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[Row] = []
        self._heights: list[int] = []
        self._views: dict[Hashable, QWidget] = {}
        self._following = True
        self._arranging = False
        self._again = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme.changed.connect(self._restyle)
        self._restyle()

    # -- rows --

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(self._rows)

    def view(self, key: Hashable) -> QWidget | None:
        """The row's widget where it exists at the moment."""
        return self._views.get(key)

    @property
    def views(self) -> tuple[tuple[int, QWidget], ...]:
        """(index, widget) of the rows that exist as widgets, from top to bottom."""
        found = ((index, self._views.get(row.key)) for index, row in enumerate(self._rows))
        return tuple((index, view) for index, view in found if view is not None)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows. Those that were there before, by their keys, keep their widgets and heights."""
        known = {row.key: index for index, row in enumerate(self._rows)}
        heights = self._heights
        keys = {row.key for row in rows}
        for key in [key for key in self._views if key not in keys]:
            self._take_down(key)
        width = self.column_width_px()
        self._rows = list(rows)
        self._heights = [heights[known[row.key]] if row.key in known else row.guess_px(width) for row in rows]
        self.arrange()

    def column_width_px(self) -> int:
        """How wide a row is now."""
        px = self._theme.px
        # Zoomed in, a narrow window needs its width for words.
        side = min(px(SIDE_PX), max(SIDE_PX, self.width() // WIDEST_SIDE))
        return max(40, min(px(COLUMN_PX), self.viewport().width() - 2 * side))

    # -- scrolling --

    def is_following(self) -> bool:
        return self._following

    def jump_to_end(self) -> None:
        """Go to the end and stay there."""
        self._set_following(True)
        self.arrange()

    def scroll_to_row(self, index: int, inside_px: int = 0) -> None:
        """Bring a row's place to the upper third of the window."""
        self._set_following(False)
        third = self.viewport().height() // 3
        for _ in range(_ROUNDS):  # what is above gets its real height on the way
            self._go_to(max(0, self._tops()[index] + inside_px - third))

    def scroll_pages(self, pages: int) -> None:
        """Scroll by screenfuls; negative is up."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())

    def row_at(self, y: int) -> int:
        """The row at a height of the viewport; the nearest where there is none. -1 without rows."""
        at = y + self.verticalScrollBar().value()
        tops = self._tops()
        return max((index for index in range(len(self._rows)) if tops[index] <= at), default=0 if self._rows else -1)

    def _go_to(self, value: int) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(value)
        self.arrange()

    def _set_following(self, following: bool) -> None:
        if following != self._following:
            self._following = following
            self.followed.emit(following)

    def _on_scrolled(self, value: int) -> None:
        if self._arranging:
            return
        self._set_following(value >= self.verticalScrollBar().maximum() - NEAR_END_PX)
        self.arrange()

    # -- place --

    def _tops(self) -> list[int]:
        """Where each row begins, and behind them where the last one ends."""
        gap = self._theme.px(ROW_GAP_PX)
        return list(accumulate((height + gap for height in self._heights), initial=self._theme.px(END_PX)))

    def arrange(self) -> None:
        """Make the widgets that are near, take down those that are far, and put each into its place."""
        if self._arranging:
            self._again = True
            return
        self._arranging = True
        try:
            for _ in range(_ROUNDS):
                self._again = False
                changed = self._arrange_once()
                if not changed and not self._again:
                    break
        finally:
            self._arranging = False

    def _arrange_once(self) -> bool:
        """One round; True where a height turned out otherwise, so that another is needed."""
        bar, window_px = self.verticalScrollBar(), self.viewport().height()
        tops = self._tops()
        self._set_range(tops[-1], window_px)
        value = bar.value()
        reach = int(window_px * REACH)
        near = [
            index
            for index in range(len(self._rows))
            if tops[index] < value + window_px + reach and tops[index] + self._heights[index] > value - reach
        ]
        changed, moved = False, 0
        for index in near:
            height = self._measure(index)
            if height != self._heights[index]:
                if tops[index] + self._heights[index] <= value:
                    moved += height - self._heights[index]
                self._heights[index], changed = height, True
        keys = {self._rows[index].key for index in near}
        for key in [key for key, view in self._views.items() if key not in keys and not cast(RowView, view).is_busy()]:
            self._take_down(key)
        tops = self._tops()
        self._set_range(tops[-1], window_px, value + moved)
        self._place(tops)
        return changed

    def _measure(self, index: int) -> int:
        row = self._rows[index]
        view = self._views.get(row.key)
        width = self.column_width_px()
        if view is None:
            view = row.make(self.viewport())
            self._views[row.key] = view
            cast(RowView, view).height_changed.connect(self.arrange)
            view.resize(width, max(1, self._heights[index]))
            view.show()
            self.mounted.emit(row)
        elif view.width() != width:
            view.resize(width, view.height())
        return cast(RowView, view).height_px()

    def _place(self, tops: Sequence[int]) -> None:
        width = self.column_width_px()
        left = max(0, (self.viewport().width() - width) // 2)
        value = self.verticalScrollBar().value()
        for index, row in enumerate(self._rows):
            view = self._views.get(row.key)
            if view is not None:
                view.setGeometry(QRect(left, tops[index] - value, width, self._heights[index]))

    def _set_range(self, total_px: int, window_px: int, value: int | None = None) -> None:
        bar = self.verticalScrollBar()
        end = max(0, total_px + self._theme.px(END_PX) - self._theme.px(ROW_GAP_PX) - window_px) if self._rows else 0
        bar.setPageStep(window_px)
        bar.setRange(0, end)
        if self._following:
            bar.setValue(end)
        elif value is not None:
            bar.setValue(value)

    def _take_down(self, key: Hashable) -> None:
        view = self._views.pop(key)
        view.hide()
        view.deleteLater()

    # -- Qt --

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        following = self._following
        if event.size().width() != event.oldSize().width():
            width = self.column_width_px()
            for index, row in enumerate(self._rows):
                if row.key not in self._views:
                    self._heights[index] = row.guess_px(width)
        self._following = following
        self.arrange()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Wheel:
            wheel = cast(QWheelEvent, event)
            if wheel.modifiers() & Qt.KeyboardModifier.ControlModifier:
                event.ignore()  # zooming is the window's
                return False
        return super().viewportEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Rows are put into place by `arrange`; there are no pixels to move."""

    def to_viewport(self, place: QPoint) -> QPoint:
        """A place on the screen in the viewport's coordinates."""
        return self.viewport().mapFromGlobal(place)

    def _restyle(self) -> None:
        self._theme.dress_scroll_bar(self.verticalScrollBar())
        self.verticalScrollBar().setSingleStep(self._theme.px(22))
        width = self.column_width_px()
        for index, row in enumerate(self._rows):
            if row.key not in self._views:
                self._heights[index] = row.guess_px(width)
        self.arrange()
