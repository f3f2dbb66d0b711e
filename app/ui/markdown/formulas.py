"""Formulas on their way: drawn on a thread of their own, kept once drawn. The window never waits for one.

The library that draws them takes a second to load, and a long formula many frames to draw.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QObject, Signal

from app.ui.markdown.background import Background, background
from app.ui.markdown.maths import Formula, draw_formula

MOST_KEPT = 512


@dataclass(frozen=True, slots=True)
class FormulaWanted:
    """A formula as it is to look. `source` is its TeX without delimiters, `display` that it stands by itself."""

    source: str
    size_px: float
    color: str
    display: bool


@dataclass(frozen=True, slots=True)
class FormulaDrawn:
    """`formula` is None where the source is no TeX that can be shown."""

    wanted: FormulaWanted
    formula: Formula | None


class Formulas(QObject):
    """Has formulas drawn, one after the other."""

    drawn = Signal(object)
    """A FormulaDrawn that was asked for before."""

    def __init__(self, thread: Background) -> None:
        super().__init__(thread)
        self._thread = thread
        self._kept: OrderedDict[FormulaWanted, FormulaDrawn] = OrderedDict()
        self._asked: set[FormulaWanted] = set()

    def find(self, wanted: FormulaWanted) -> FormulaDrawn | None:
        """The formula where it is drawn already; None has it drawn, and `drawn` tells."""
        found = self._kept.get(wanted)
        if found is not None:
            self._kept.move_to_end(wanted)
        elif wanted not in self._asked:
            self._asked.add(wanted)
            self._thread.run(lambda: self._draw(wanted))
        return found

    def _draw(self, wanted: FormulaWanted) -> Callable[[], None]:
        formula = draw_formula(wanted.source, size_px=wanted.size_px, color=wanted.color, display=wanted.display)
        return lambda: self._keep(FormulaDrawn(wanted, formula))

    def _keep(self, found: FormulaDrawn) -> None:
        self._asked.discard(found.wanted)
        self._kept[found.wanted] = found
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        self.drawn.emit(found)


@lru_cache(maxsize=1)
def formulas() -> Formulas:
    """The one for all texts; it lives as long as the application."""
    return Formulas(background())
