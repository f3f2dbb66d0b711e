"""The list of personas and saved prompts, each kind under its heading."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.core.personas import LibraryEntry, Persona, SavedPrompt
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

ROW_PX = 32
_UID = Qt.ItemDataRole.UserRole

_LIST = """
QListWidget {{ background: {sidebar}; color: {text}; border: 2px solid {sidebar}; border-radius: {pad}px;
    padding: {pad}px; outline: none; }}
QListWidget:focus {{ border-color: {accent}; }}
QListWidget::item {{ padding: 0 {side}px; border-radius: {radius}px; }}
QListWidget::item:selected {{ background: {soft}; color: {text}; }}
QListWidget::item:disabled {{ color: {secondary}; }}
"""


class EntryList(QListWidget):
    """Knows names and ids alone.

    Args:
        theme: Where its looks come from.
    """

    delete_asked = Signal()
    """Delete was pressed; nothing else asks for it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: tuple[LibraryEntry, ...] = ()
        self.setAccessibleName(self.tr("Personas and prompts"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self._restyle)
        self._restyle()

    def current_uid(self) -> str | None:
        """Of what is chosen."""
        item = self.currentItem()
        uid: str | None = item.data(_UID) if item is not None else None
        return uid

    def select(self, uid: str) -> None:
        """Choose an entry; nothing happens where it is not there."""
        for item in self._rows():
            if item.data(_UID) == uid:
                self.setCurrentItem(item)
                return

    def select_near(self, place: int) -> None:
        """Choose the entry in a row, or the next one, or the last one."""
        rows = self._rows()
        after = [each for each in rows if self.row(each) >= place]
        if rows:
            self.setCurrentItem(after[0] if after else rows[-1])

    def show_entries(self, entries: Sequence[LibraryEntry]) -> None:
        """Show these. What is chosen stays so while it is among them."""
        rows = self._rows()
        self._entries = tuple(entries)
        if [each.data(_UID) for each in rows] != [each.uid for each in entries]:
            self._fill()
            return
        # In place: this may come of a row being chosen, and the row must be there afterwards.
        for item, entry in zip(rows, entries, strict=True):
            item.setText(entry.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_asked.emit()
        else:
            super().keyPressEvent(event)

    def _rows(self) -> list[QListWidgetItem]:
        """Of the entries, without the headings."""
        items = [self.item(row) for row in range(self.count())]
        return [each for each in items if each.data(_UID)]

    def _fill(self) -> None:
        uid = self.current_uid()
        blocked = self.blockSignals(True)
        self.clear()
        for title, kind in ((self.tr("Personas"), Persona), (self.tr("Saved prompts"), SavedPrompt)):
            entries = [each for each in self._entries if isinstance(each, kind)]
            if entries:
                self._add(title, None)
            for entry in entries:
                self._add(entry.name, entry.uid)
        if uid is not None:
            self.select(uid)
        self.blockSignals(blocked)

    def _add(self, words: str, uid: str | None) -> None:
        item = QListWidgetItem(words)
        item.setSizeHint(QSize(0, self._theme.px(ROW_PX)))
        if uid is None:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setFont(self._theme.font(TextRole.LABEL))
        else:
            item.setData(_UID, uid)
        self.addItem(item)

    def _restyle(self) -> None:
        theme, px = self._theme, self._theme.px
        self.setFont(theme.font(TextRole.BODY))
        self.setStyleSheet(
            _LIST.format(
                sidebar=theme.color(Token.SIDEBAR).name(),
                text=theme.color(Token.TEXT).name(),
                secondary=theme.color(Token.SECONDARY).name(),
                soft=theme.color(Token.ACCENT_SOFT).name(),
                accent=theme.color(Token.ACCENT).name(),
                pad=px(6),
                side=px(8),
                radius=px(6),
            )
        )
        theme.dress_scroll_bar(self.verticalScrollBar())
        self._fill()
