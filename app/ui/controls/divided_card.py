"""A card of rows with hairlines between them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui.controls.card import Card
from app.ui.tokens import Token


class DividedCard(Card):
    """Rows are added to `column`; those that are hidden have no line."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QPen(self._theme.color(Token.LINE), 1))
        rows = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        shown = sorted((each for each in rows if each.isVisible()), key=lambda each: each.y())
        margins = self.column.contentsMargins()
        for above, below in pairwise(shown):
            y = (above.geometry().bottom() + below.y()) // 2
            painter.drawLine(QPoint(margins.left(), y), QPoint(self.width() - margins.right() - 1, y))
