"""A scrolling column of rows of which only those near the window exist as widgets.

A row that was never shown has a guessed height. When the real one turns out otherwise above what the person looks at,
the scroll bar is moved by the difference, so that nothing on screen jumps. Knows nothing of messages.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol, cast

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal, SignalInstance, Slot
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from app.ui.theme import Theme
from app.ui.tokens import COLUMN_PX
from app.ui.transcript.text_view import TextView

NEAR_END_PX = 4
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
    def texts_changed(self) -> SignalInstance:
        """Without payload: it has other texts now."""

    @property
    def texts(self) -> tuple[TextView, ...]:
        """Its selectable texts, from top to bottom."""

    def height_px(self) -> int:
        """How high it needs to be at its present width, the room below it included."""

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
        self._index: dict[Hashable, int] = {}
        self._heights: list[int] = []
        self._sums: list[int] = [0]  # of the heights above each row, and behind them of all
        self._views: dict[Hashable, QWidget] = {}
        self._following = True
        self._arranging = False
        self._again = False
        self._ahead = QTimer(self, singleShot=True, interval=0)
        self._ahead.timeout.connect(self._make_ahead)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        # Qt takes it for a text field, whose colours labels in it would take over.
        self.viewport().setForegroundRole(QPalette.ColorRole.WindowText)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme.changed.connect(self._restyle)
        self._restyle()

    # -- rows --

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(self._rows)

    def row(self, index: int) -> Row:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def index_of(self, key: Hashable) -> int:
        """Where a row stands. -1 for one that is not there."""
        return self._index.get(key, -1)

    def view(self, key: Hashable) -> QWidget | None:
        """The row's widget where it exists at the moment."""
        return self._views.get(key)

    @property
    def views(self) -> tuple[tuple[int, QWidget], ...]:
        """(index, widget) of the rows that exist as widgets, from top to bottom."""
        found = ((self._index[key], view) for key, view in self._views.items() if key in self._index)
        return tuple(sorted(found, key=lambda each: each[0]))

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows. Those that were there before, by their keys, keep their widgets and heights."""
        heights = {row.key: height for row, height in zip(self._rows, self._heights, strict=True)}
        self._rows = list(rows)
        self._index = {row.key: index for index, row in enumerate(self._rows)}
        for key in [key for key in self._views if key not in self._index]:
            self._take_down(key)
        width = self.column_width_px()
        self._heights = [heights[row.key] if row.key in heights else row.guess_px(width) for row in self._rows]
        self._sum_up()
        self.arrange()

    def column_width_px(self) -> int:
        """How wide a row is now."""
        px = self._theme.px
        # Zoomed in, a narrow window needs its width for words.
        side = min(px(SIDE_PX), max(SIDE_PX, self.width() // WIDEST_SIDE))
        # As wide a margin on both sides as the scroll bar takes on one, so that the column stays in the middle.
        bar = self.verticalScrollBar()
        bar_px = bar.sizeHint().width() if bar.maximum() > 0 else 0
        return max(40, min(px(COLUMN_PX), self.viewport().width() - bar_px - 2 * side))

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
            self._go_to(max(0, self._top(index) + inside_px - third))

    def scroll_pages(self, pages: int) -> None:
        """Scroll by screenfuls; negative is up."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())

    def row_at(self, y: int) -> int:
        """The row at a height of the viewport; the nearest where there is none. -1 without rows."""
        if not self._rows:
            return -1
        at = y + self.verticalScrollBar().value() - self._theme.px(END_PX)
        return min(max(0, bisect_right(self._sums, at) - 1), len(self._rows) - 1)

    def _go_to(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._arranging, before = True, self._arranging  # one arrangement, not one for the bar as well
        bar.setValue(value)
        self._arranging = before
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

    def _sum_up(self, start: int = 0) -> None:
        """Add the heights up again, from the row `start` on."""
        self._sums[start:] = accumulate(self._heights[start:], initial=self._sums[start] if start else 0)

    def _top(self, index: int) -> int:
        return self._theme.px(END_PX) + self._sums[index]

    def arrange(self) -> None:
        """Make the widgets that are near, take down those that are far, and put each into its place."""
        if self._arranging:
            self._again = True
            return
        if not self.isVisible():  # `showEvent` comes back here
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

    def _near(self, value: int, share: float) -> range:
        """The rows within so many windows of the one that is seen while the bar stands at `value`."""
        window_px = self.viewport().height()
        reach, begin = int(window_px * share), self._theme.px(END_PX)
        first = bisect_right(self._sums, value - reach - begin) - 1
        end = bisect_left(self._sums, value + window_px + reach - begin)
        return range(max(0, first), min(len(self._rows), max(0, end)))

    def _arrange_once(self) -> bool:
        """One round; True where a height turned out otherwise, so that another is needed."""
        bar = self.verticalScrollBar()
        self._set_range()
        value = bar.value()
        near, seen = self._near(value, REACH), self._near(value, 0)
        wanted = {index for index in near if index in seen or self._rows[index].key in self._views}
        busy = [self._index[key] for key, view in self._views.items() if cast(RowView, view).is_busy()]
        changed, moved = len(self._rows), 0
        for index in sorted({*wanted, *busy}):
            height = self._measure(index)
            if height != self._heights[index]:
                if self._top(index) + self._heights[index] <= value:
                    moved += height - self._heights[index]
                self._heights[index], changed = height, min(changed, index)
        if changed < len(self._rows):
            self._sum_up(changed)
        stays = {self._rows[index].key for index in (*near, *busy)}
        for key in [key for key in self._views if key not in stays]:
            self._take_down(key)
        self._set_range(value + moved)
        self._place()
        if len(wanted) < len(near):
            self._ahead.start()
        return changed < len(self._rows)

    @Slot()
    def _make_ahead(self) -> None:
        """Make one more of the rows that are out of sight but near: the next in reading order first."""
        if self._arranging or not self.isVisible():
            return
        value = self.verticalScrollBar().value()
        near, seen = self._near(value, REACH), self._near(value, 0)
        order = (*range(seen.stop, near.stop), *range(seen.start - 1, near.start - 1, -1))
        missing = next((index for index in order if self._rows[index].key not in self._views), None)
        if missing is not None:
            self._arranging = True
            self._make(missing)
            self._arranging = False
            self.arrange()

    def _make(self, index: int) -> QWidget:
        """The row's widget, for the first time."""
        row = self._rows[index]
        view = row.make(self.viewport())
        self._views[row.key] = view
        view.resize(self.column_width_px(), max(1, self._heights[index]))
        view.move(0, -view.height() - self.viewport().height())  # out of sight until it is placed
        view.show()
        cast(RowView, view).height_changed.connect(self.arrange)
        self.mounted.emit(row)
        return view

    def _measure(self, index: int) -> int:
        row = self._rows[index]
        view = self._views.get(row.key)
        width = self.column_width_px()
        if view is None:
            view = self._make(index)
        elif view.width() != width:
            view.resize(width, view.height())
        return cast(RowView, view).height_px()

    def _place(self) -> None:
        width = self.column_width_px()
        viewport = self.viewport().rect()
        bar = self.verticalScrollBar()
        beside = bar.sizeHint().width() if bar.maximum() > 0 else 0
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            viewport.setRight(viewport.right() - beside)
        else:
            viewport.setLeft(beside)
        left = viewport.left() + max(0, (viewport.width() - width) // 2)
        value = bar.value()
        for key, view in self._views.items():
            index = self._index[key]
            view.setGeometry(QRect(left, self._top(index) - value, width, self._heights[index]))

    def _set_range(self, value: int | None = None) -> None:
        bar, window_px = self.verticalScrollBar(), self.viewport().height()
        end = max(0, self._sums[-1] + 2 * self._theme.px(END_PX) - window_px) if self._rows else 0
        bar.setPageStep(window_px)
        bar.setRange(0, end)
        if self._following:
            bar.setValue(end)
        elif value is not None:
            bar.setValue(value)

    def _take_down(self, key: Hashable) -> None:
        view = self._views.pop(key)
        focus = QApplication.focusWidget()
        if focus is not None and view.isAncestorOf(focus):
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # or Qt would give it to whatever comes next
        view.hide()
        view.deleteLater()

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        match event.key():
            case Qt.Key.Key_Home:
                bar.setValue(bar.minimum())
            case Qt.Key.Key_End:
                self.jump_to_end()
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                event.ignore()  # there is nothing to scroll sideways
            case _:
                super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._guess_again()
        self.arrange()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes through what is mounted from top to bottom, in whatever order it was made."""
        stops: list[QWidget] = [self]
        for _, view in self.views:
            stops += (each for each in view.findChildren(QWidget) if _takes_tab(each))
        current = QApplication.focusWidget()
        at = stops.index(current) if current in stops else -1
        to = at + (1 if next else -1)
        if at >= 0 and 0 <= to < len(stops):
            stops[to].setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
            return True
        # Not through the chain of focus: PySide takes each in it for a child of the one before, and with the first
        # of them that is deleted all others count as deleted.
        return super().focusNextPrevChild(next)

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

    def _guess_again(self) -> None:
        """Of rows that do not exist as widgets: the others know. What is looked at stays in sight."""
        if not self._rows:
            return
        at = self.row_at(0)
        inside_px = self.verticalScrollBar().value() - self._top(at)
        share = inside_px / max(1, self._heights[at])
        width = self.column_width_px()
        self._heights = [
            height if row.key in self._views else row.guess_px(width)
            for row, height in zip(self._rows, self._heights, strict=True)
        ]
        self._sum_up()
        if not self._following and not self._arranging:
            for index, view in self.views:
                if index <= at:
                    view.resize(width, view.height())
                    self._heights[index] = cast(RowView, view).height_px()
            self._sum_up()
            self._arranging = True
            self._set_range(self._top(at) + round(share * self._heights[at]))
            self._arranging = False

    def _restyle(self) -> None:
        self._theme.dress_scroll_bar(self.verticalScrollBar())
        self.verticalScrollBar().setSingleStep(self._theme.px(22))
        self._guess_again()
        self.arrange()


def _takes_tab(widget: QWidget) -> bool:
    return (
        bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value) and widget.isVisible() and widget.isEnabled()
    )
