"""Keeps a layout's gaps at the zoom."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLayout

from app.ui.theme import Theme


class Spacing(QObject):
    """Lives as long as the layout, which owns it.

    Args:
        theme: Whose zoom counts.
        layout: Gets the gap and the margins, now and at every change.
        gap_px: Between its things, in the design's pixels.
        margins_px: Around them: left, top, right, bottom.
    """

    def __init__(
        self, theme: Theme, layout: QLayout, gap_px: float, margins_px: tuple[float, float, float, float] = (0, 0, 0, 0)
    ) -> None:
        super().__init__(layout)
        self._theme = theme
        self._layout = layout
        self._gap_px = gap_px
        self._margins_px = margins_px
        theme.changed.connect(self._apply)
        self._apply()

    def _apply(self) -> None:
        px = self._theme.px
        left, top, right, bottom = (px(each) if each else 0 for each in self._margins_px)
        self._layout.setContentsMargins(left, top, right, bottom)
        self._layout.setSpacing(px(self._gap_px) if self._gap_px else 0)
