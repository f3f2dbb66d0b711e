"""Small things side by side, in as many lines as they need."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from app.ui.theme import Theme
from app.ui.tokens import GRID_PX


class Flow(QWidget):
    """What is added stands at its own size, from the side where reading begins."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._things: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._restyle)

    def add(self, thing: QWidget) -> None:
        thing.setParent(self)
        thing.show()
        self._things.append(thing)
        self._restyle()

    def _restyle(self) -> None:
        self.updateGeometry()
        self._place(self.width(), move=True)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:
        gap = self._theme.px(GRID_PX)
        width = sum(each.sizeHint().width() + gap for each in self._things) - gap
        return QSize(max(0, width), self._place(max(0, width), move=False))

    def minimumSizeHint(self) -> QSize:
        widest = max((each.minimumSizeHint().width() for each in self._things), default=0)
        return QSize(widest, max((each.sizeHint().height() for each in self._things), default=0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(self.width(), move=True)

    def _place(self, width: int, *, move: bool) -> int:
        """The height that is needed; with `move` everything is put where it belongs."""
        gap = self._theme.px(GRID_PX)
        x = y = line = 0
        for each in self._things:
            size = each.sizeHint()
            wide = min(size.width(), max(1, width))
            if x and x + wide > width:
                x, y, line = 0, y + line + gap, 0
            if move:
                frame = QRect(x, y, wide, size.height())
                each.setGeometry(QStyle.visualRect(self.layoutDirection(), QRect(0, 0, width, 0), frame))
            x += wide + gap
            line = max(line, size.height())
        return y + line
