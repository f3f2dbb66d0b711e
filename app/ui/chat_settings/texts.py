"""Text fields that tell what was written once typing pauses or they are left."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import QWidget

from app.ui.controls.text_area import TextArea
from app.ui.controls.text_field import TextField
from app.ui.theme import Theme

PAUSE_MS = 700


class PausedArea(TextArea):
    """Several lines. `settled` carries the text as it is now."""

    settled = Signal(str)

    def __init__(
        self, theme: Theme, *, name: str, placeholder: str = "", lines: int = 4, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, name=name, placeholder=placeholder, lines=lines, parent=parent)
        self._told = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.flush)
        self.textChanged.connect(self._pause.start)

    def show_text(self, text: str) -> None:
        """Show a text; `settled` is not emitted. The cursor stays where it is if it is the same text."""
        if text != self.toPlainText():
            self.setPlainText(text)
        self._told = text
        self._pause.stop()

    def write_text(self, text: str) -> None:
        """Replace the text as one step that Ctrl+Z takes back; `settled` is not emitted."""
        if text != self.toPlainText():
            cursor = self.textCursor()
            cursor.select(cursor.SelectionType.Document)
            cursor.insertText(text)
        self._told = text
        self._pause.stop()

    @Slot()
    def flush(self) -> None:
        """Tell now what was not told yet."""
        self._pause.stop()
        text = self.toPlainText()
        if text != self._told:
            self._told = text
            self.settled.emit(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.flush()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.flush()


class PausedField(TextField):
    """One line. `settled` carries the text as it is now."""

    settled = Signal(str)

    def __init__(self, theme: Theme, *, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(theme, name=name, placeholder=placeholder, parent=parent)
        self._told = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.flush)
        self.textEdited.connect(self._pause.start)
        self.editingFinished.connect(self.flush)

    def show_text(self, text: str) -> None:
        """Show a text; `settled` is not emitted. The cursor stays where it is if it is the same text."""
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)
        self._told = text
        self._pause.stop()

    @Slot()
    def flush(self) -> None:
        """Tell now what was not told yet."""
        self._pause.stop()
        if self.text() != self._told:
            self._told = self.text()
            self.settled.emit(self.text())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.flush()
