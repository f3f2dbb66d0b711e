"""Where Tab goes in the window: through its parts, in each from top to bottom as it is read, and around.

Qt goes by when a widget was made, and messages come and go all the time.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget

from app.ui.transcript.column import VirtualColumn


def next_stop(parts: Sequence[QWidget], current: QWidget | None, *, forward: bool) -> QWidget | None:
    """What gets the keyboard's focus after `current`; None where that is in none of the parts.

    Args:
        parts: Of one window, in their order.
        current: What has the focus.
        forward: Tab; else Shift+Tab.
    """
    stops = [stop for part in parts for stop in _stops(part)]
    if current not in stops:
        return None
    return stops[(stops.index(current) + (1 if forward else -1)) % len(stops)]


def _stops(part: QWidget) -> list[QWidget]:
    # Not Qt's own chain of focus: PySide takes what it gets from there for a child of where it got it, and with a
    # message that goes everything behind it in the chain would count as deleted.
    inside = _inside(part)
    columns = [each for each in inside if isinstance(each, VirtualColumn)]
    outside = [each for each in inside if not any(_is_in(column, each) for column in columns)]
    found: list[QWidget] = []
    for each in _as_read(outside):
        found.append(each)
        if isinstance(each, VirtualColumn):  # whose messages have an order of their own, in sight or not
            found += [stop for _, view in each.views for stop in _inside(view)]
    return found


def _inside(part: QWidget) -> list[QWidget]:
    return [each for each in (part, *part.findChildren(QWidget)) if _takes_tab(each)]


def _as_read(widgets: Sequence[QWidget]) -> list[QWidget]:
    """Line by line. What begins above the middle of a line's first is in that line."""
    placed = [(QRect(each.mapTo(each.window(), QPoint(0, 0)), each.size()), each) for each in widgets]
    lines: list[list[tuple[QRect, QWidget]]] = []
    for place, widget in sorted(placed, key=lambda each: each[0].top()):
        if lines and place.top() < lines[-1][0][0].center().y():
            lines[-1].append((place, widget))
        else:
            lines.append([(place, widget)])
    found = []
    for line in lines:
        mirrored = line[0][1].layoutDirection() is Qt.LayoutDirection.RightToLeft
        line.sort(key=lambda each: -each[0].right() if mirrored else each[0].left())
        found += [widget for _, widget in line]
    return found


def _is_in(outer: QWidget, widget: QWidget) -> bool:
    return outer is not widget and outer.isAncestorOf(widget)


def _takes_tab(widget: QWidget) -> bool:
    return (
        bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
    )
