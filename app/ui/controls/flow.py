"""Things in a row that go on in the next line where there is no room: buttons, and short facts."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget

from app.ui.theme import Theme

GAP_PX = 8


class FlowLayout(QLayout):
    """Each thing has the size it asks for, at most the whole width. Mirrored where texts run from right to left."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """All in one row."""
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        gaps = max(0, len(sizes) - 1) * self._theme.px(GAP_PX)
        return QSize(sum(each.width() for each in sizes) + gaps, max((each.height() for each in sizes), default=0))

    def minimumSize(self) -> QSize:
        """The widest alone."""
        sizes = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((each.width() for each in sizes), default=0), max((each.height() for each in sizes), default=0)
        )

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Returns the height that is needed. What is lower than its row stands in the row's middle."""
        gap = self._theme.px(GAP_PX)
        widget = self.parentWidget()
        direction = Qt.LayoutDirection.LeftToRight if widget is None else widget.layoutDirection()
        y = 0
        for row in self._rows(rect.width(), gap):
            height = max(size.height() for _, size in row)
            x = 0
            for item, size in row:
                if move:
                    place = QRect(rect.topLeft() + QPoint(x, y + (height - size.height()) // 2), size)
                    item.setGeometry(QStyle.visualRect(direction, rect, place))
                x += size.width() + gap
            y += height + gap
        return max(0, y - gap)

    def _rows(self, width: int, gap: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        rows: list[list[tuple[QLayoutItem, QSize]]] = []
        x = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            size.setWidth(min(size.width(), width))
            if not rows or x + size.width() > width:
                rows.append([])
                x = 0
            rows[-1].append((item, size))
            x += size.width() + gap
        return rows
