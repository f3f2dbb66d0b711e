"""Small things beside each other, broken into lines where there is no room, and mirrored where people read from the
right.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from app.ui.theme import Theme

LINE_GAP_PX = 4


@dataclass(frozen=True, slots=True)
class _Item:
    """A thing in its line, and the gap before it, in pixels."""

    widget: QWidget
    gap: int
    width: int
    height: int


class FlowRow(QWidget):
    """Its height follows from its width. What is hidden takes no room.

    Args:
        theme: Where sizes come from.
        gap_px: Between two things, in the design's pixels.
        at_end: The lines stand at the end of the row instead of its beginning.
    """

    def __init__(self, theme: Theme, *, gap_px: float = 8, at_end: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._gap_px = gap_px
        self._at_end = at_end
        self._items: list[tuple[QWidget, float]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def add(self, widget: QWidget, *, before_px: float | None = None) -> None:
        """Put something at the end, with its own gap before it if need be."""
        widget.setParent(self)
        if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
            widget.show()  # a child that nobody has shown yet counts as hidden
        self._items.append((widget, self._gap_px if before_px is None else before_px))

    def height_px(self) -> int:
        """How high it is at its present width; 0 where everything in it is hidden."""
        lines = self._lines()
        self._place(lines)
        return sum(_height_of(line) for line in lines) + self._theme.px(LINE_GAP_PX) * max(0, len(lines) - 1)

    def sizeHint(self) -> QSize:
        shown = [(widget, gap) for widget, gap in self._items if not widget.isHidden()]
        width = sum(widget.sizeHint().width() + self._theme.px(gap) for widget, gap in shown)
        return QSize(width, max((widget.sizeHint().height() for widget, _ in shown), default=0))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(self._lines())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place(self._lines())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._place(self._lines())

    def _lines(self) -> list[list[_Item]]:
        lines: list[list[_Item]] = []
        used = 0
        for widget, before_px in self._items:
            if widget.isHidden():
                continue
            hint = widget.sizeHint()
            width = min(hint.width(), max(1, self.width()))
            height = widget.heightForWidth(width) if widget.hasHeightForWidth() else hint.height()
            gap = self._theme.px(before_px) if before_px else 0
            if not lines or used + gap + width > self.width():
                lines.append([])
                used, gap = 0, 0
            lines[-1].append(_Item(widget, gap, width, height))
            used += gap + width
        return lines

    def _place(self, lines: list[list[_Item]]) -> None:
        top = 0
        for line in lines:
            height = _height_of(line)
            left = self.width() - sum(item.gap + item.width for item in line) if self._at_end else 0
            for item in line:
                left += item.gap
                place = QRect(left, top + (height - item.height) // 2, item.width, item.height)
                item.widget.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), place))
                left += item.width
            top += height + self._theme.px(LINE_GAP_PX)


def _height_of(line: list[_Item]) -> int:
    return max(item.height for item in line)
