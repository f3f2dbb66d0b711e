"""Where Tab goes in the window: through its parts in the order in which they are read, and around.

Qt goes by when a widget was made, and messages come and go all the time; among themselves they have an order, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui.transcript.column import VirtualColumn


def next_stop(parts: Sequence[QWidget], current: QWidget | None, *, forward: bool) -> QWidget | None:
    """What gets the keyboard's focus after `current`; None where that is in none of the parts.

    Args:
        parts: Of one window, in their order.
        current: What has the focus.
        forward: Tab; else Shift+Tab.
    """
    stops = _stops(parts)
    if current not in stops:
        return None
    return stops[(stops.index(current) + (1 if forward else -1)) % len(stops)]


def _stops(parts: Sequence[QWidget]) -> list[QWidget]:
    found: dict[QWidget, list[QWidget]] = {each: [] for each in parts}
    column = next((each for part in parts for each in part.findChildren(VirtualColumn)), None)
    at = first = parts[0]
    while True:
        # The column brings its messages along, from top to bottom.
        if _takes_tab(at) and (at is column or column is None or not column.isAncestorOf(at)):
            owner = next((each for each in parts if each.isAncestorOf(at)), None)
            if owner is not None:
                found[owner] += _messages(at) if isinstance(at, VirtualColumn) else [at]
        at = at.nextInFocusChain()
        if at is first:
            return [stop for each in parts for stop in found[each]]


def _messages(column: VirtualColumn) -> list[QWidget]:
    inside = [each for _, view in column.views for each in view.findChildren(QWidget)]
    return [column, *(each for each in inside if _takes_tab(each))]


def _takes_tab(widget: QWidget) -> bool:
    return (
        bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
    )
