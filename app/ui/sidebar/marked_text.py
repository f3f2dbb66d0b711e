"""A text of one or two lines with some of its words marked, cut with … where its room ends. Knows no colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from app.ui.sidebar.words import is_right_to_left

BEFORE_MARK = 24
_ENDLESS_PX = 1_000_000
_MORE = "…"

Marks = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class MarkedText:
    """`marks` are first and end code points in `text`."""

    text: str
    marks: Marks = ()

    def begin_near_mark(self) -> MarkedText:
        """The same without most of what stands before the first mark, so that the mark is seen where there is little
        room.
        """
        first = self.marks[0][0] if self.marks else 0
        if first <= BEFORE_MARK:
            return self
        cut = first - BEFORE_MARK
        space = self.text.find(" ", cut, first)
        cut = space + 1 if space >= 0 else cut
        by = cut - len(_MORE)
        return MarkedText(_MORE + self.text[cut:], tuple((start - by, end - by) for start, end in self.marks))


def draw_marked(
    painter: QPainter,
    room: QRect,
    marked: MarkedText,
    font: QFont,
    mark: QTextCharFormat,
    direction: Qt.LayoutDirection,
    lines: int = 1,
) -> None:
    """Draw with the painter's pen; the lines begin where those of the window begin, and stand in the room's middle."""
    text, units = marked.text, [(_units(marked.text[:start]), _units(marked.text[:end])) for start, end in marked.marks]
    pieces: list[QTextLayout] = []
    begin = 0
    data = text.encode("utf-16-le", "surrogatepass")
    total = len(data) // 2
    while begin < total and len(pieces) < lines:
        rest = data[2 * begin :].decode("utf-16-le", "surrogatepass")
        shifted = [(start - begin, end - begin) for start, end in units]
        layout = _line(rest, shifted, font, mark)
        if layout.lineAt(0).naturalTextWidth() <= room.width():
            pieces.append(layout)
            break
        if len(pieces) == lines - 1:
            pieces.append(_cut(rest, shifted, font, mark, room.width(), layout))
            break
        end = _wrap(rest, shifted, font, mark, room.width())
        pieces.append(_line(_prefix(rest, end).rstrip(), shifted, font, mark))
        begin += end
    height = sum(each.lineAt(0).height() for each in pieces)
    top = room.top() + (room.height() - height) / 2
    for each in pieces:
        line = each.lineAt(0)
        at_right = direction is Qt.LayoutDirection.RightToLeft
        left = room.left() + (room.width() - line.naturalTextWidth() if at_right else 0)
        each.draw(painter, QPointF(left, top))
        top += line.height()


def _line(text: str, marks: Marks, font: QFont, mark: QTextCharFormat) -> QTextLayout:
    return _lay_out(text, marks, font, mark, _ENDLESS_PX)


def _lay_out(text: str, marks: Marks, font: QFont, mark: QTextCharFormat, width_px: float) -> QTextLayout:
    """The first line of a text; as long as it is where `width_px` is endless."""
    option = QTextOption()
    right = is_right_to_left(text)
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight)
    option.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout = QTextLayout(text, font)
    layout.setTextOption(option)
    total = _units(text)
    formats = []
    for start, end in marks:
        start, end = max(start, 0), min(end, total)
        if start < end:
            one = QTextLayout.FormatRange()
            one.start, one.length, one.format = start, end - start, mark
            formats.append(one)
    layout.setFormats(formats)
    layout.beginLayout()
    layout.createLine().setLineWidth(width_px)
    layout.endLayout()
    return layout


def _wrap(text: str, marks: Marks, font: QFont, mark: QTextCharFormat, width_px: float) -> int:
    """How much of a text, in UTF-16, goes on its first line."""
    layout = _lay_out(text, marks, font, mark, width_px)  # its line dies with it
    return max(1, layout.lineAt(0).textLength())


def _cut(
    text: str, marks: Marks, font: QFont, mark: QTextCharFormat, width_px: float, whole: QTextLayout
) -> QTextLayout:
    """As much of a text as there is room for, and …."""
    line = whole.lineAt(0)
    left = max(0.0, width_px - QFontMetricsF(font).horizontalAdvance(_MORE) - 1)
    x = line.naturalTextWidth() - left if is_right_to_left(text) else left
    end = line.xToCursor(x, QTextLine.CursorPosition.CursorOnCharacter)
    shown = _prefix(text, end)
    return _line(shown.rstrip() + _MORE, [(start, min(stop, end)) for start, stop in marks], font, mark)


def _prefix(text: str, units: int) -> str:
    return text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "surrogatepass")


def _units(text: str) -> int:
    """The length of a text as Qt counts it, in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
