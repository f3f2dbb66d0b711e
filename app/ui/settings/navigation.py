"""The list of sections at the side of the settings window, and the drop-down it is where there is no room for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QSizePolicy, QWidget

from app.ui.settings.places import Place, place_title
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

ROW_PX = 34
SIDE_PX = 10

_SHEET = """
QListWidget {{ background: {sidebar}; border: none; outline: none; padding: {pad}px; }}
QListWidget::item {{ color: {text}; padding: 0 {side}px; border-radius: {radius}px; border: 2px solid transparent; }}
QListWidget::item:hover {{ background: {bubble}; }}
QListWidget::item:selected {{ background: {soft}; color: {text}; }}
QListWidget:focus::item:selected {{ border-color: {ring}; }}
"""


class Navigation(QListWidget):
    """`chosen` brings the Place that a person goes to."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(self.tr("Sections of the settings"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        for place in Place:
            item = QListWidgetItem(place_title(place))
            item.setData(Qt.ItemDataRole.UserRole, place.value)
            self.addItem(item)
        self.itemSelectionChanged.connect(self._on_chosen)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_place(self, place: Place | None) -> None:
        """Mark a section; None marks none. `chosen` is not emitted."""
        blocked = self.blockSignals(True)
        if place is None:
            # There is a current one still: without it, Qt would choose the first as soon as the list gets the focus.
            self.clearSelection()
        else:
            self.setCurrentRow(list(Place).index(place))
        self.blockSignals(blocked)

    @Slot()
    def _on_chosen(self) -> None:
        for item in self.selectedItems():
            self.chosen.emit(Place(item.data(Qt.ItemDataRole.UserRole)))

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        widest = max(metrics.horizontalAdvance(self.item(row).text()) for row in range(self.count()))
        return QSize(widest + self._theme.px(2 * SIDE_PX + 32) + 8, self._theme.px(ROW_PX) * self.count())

    def _restyle(self) -> None:
        theme = self._theme
        self.setFont(theme.font(TextRole.BODY))
        self.setStyleSheet(
            _SHEET.format(
                sidebar=theme.color(Token.SIDEBAR).name(),
                text=theme.color(Token.TEXT).name(),
                bubble=theme.color(Token.BUBBLE).name(),
                soft=theme.color(Token.ACCENT_SOFT).name(),
                ring=theme.color(Token.ACCENT).name(),
                pad=theme.px(8),
                side=theme.px(SIDE_PX - 2),
                radius=theme.px(8),
            )
        )
        theme.dress_scroll_bar(self.verticalScrollBar())
        for row in range(self.count()):
            self.item(row).setSizeHint(QSize(0, theme.px(ROW_PX)))
        self.setFixedWidth(self.sizeHint().width())
