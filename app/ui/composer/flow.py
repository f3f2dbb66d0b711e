"""A widget that puts what is in it into rows, as many as the width asks for, from the side where reading begins."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStyle, QWidget


class FlowBox(QWidget):
    """Everything in it keeps the size it wants, but nothing is wider than a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widgets: list[QWidget] = []
        self._gap_px = 0

    def set_widgets(self, widgets: list[QWidget]) -> None:
        """Show these, in this order. They become children; who is left out stays one and is hidden."""
        for each in self._widgets:
            if each not in widgets:
                each.hide()
        self._widgets = list(widgets)
        for each in widgets:
            each.setParent(self)
            each.show()
        self.arrange()

    def set_gap(self, gap_px: int) -> None:
        self._gap_px = gap_px
        self.arrange()

    def height_for(self, width_px: int) -> int:
        """How high the rows are at a width."""
        return max((place.bottom() + 1 for place in self._places(width_px)), default=0)

    def arrange(self) -> None:
        """To be called when something in it wants another size."""
        for widget, place in zip(self._widgets, self._places(self.width()), strict=True):
            widget.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), place))

    def _places(self, width_px: int) -> list[QRect]:
        places = []
        x = y = row_px = 0
        for widget in self._widgets:
            size = widget.sizeHint().boundedTo(QSize(max(1, width_px), 1 << 16))
            if x and x + size.width() > width_px:
                x, y, row_px = 0, y + row_px + self._gap_px, 0
            places.append(QRect(x, y, size.width(), size.height()))
            x += size.width() + self._gap_px
            row_px = max(row_px, size.height())
        return places

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self.arrange()
