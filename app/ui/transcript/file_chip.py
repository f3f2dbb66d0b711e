"""A file that came with a question: its name, and its text when somebody wants to read it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.chats import Part
from app.ui.buttons import Button, Look
from app.ui.controls.dialog import Dialog
from app.ui.controls.text_area import TextArea
from app.ui.icons import Icon
from app.ui.theme import Theme

WIDEST_PX = 240
READER_PX = (640, 520)


class FileReader(Dialog):
    """Shows a file's text."""

    def __init__(self, theme: Theme, part: Part, parent: QWidget | None) -> None:
        super().__init__(theme, part.name, parent)
        self.text = TextArea(theme, name=self.tr("The text of {name}").format(name=part.name), parent=self)
        self.text.setReadOnly(True)
        self.text.setPlainText(part.text)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        self.resize_to(*READER_PX)


class FileChip(Button):
    """Opens the file's text, as it was sent.

    Args:
        theme: Where its looks come from.
        part: Of kind ATTACHMENT.
    """

    def __init__(self, theme: Theme, part: Part, parent: QWidget | None = None) -> None:
        name = part.name or self.tr("File")
        super().__init__(theme, Look.FLOAT, name.replace("&", "&&"), Icon.ATTACH, height_px=26, parent=parent)
        self._part = part
        self.reader: FileReader | None = None
        self.setAccessibleName(self.tr("Attached file: {name}").format(name=name))
        self.clicked.connect(self.open)

    def sizeHint(self) -> QSize:
        whole = super().sizeHint()
        doubled = self.text().count("&&") * self.fontMetrics().horizontalAdvance("&")
        return QSize(min(whole.width() - doubled, self._theme.px(WIDEST_PX)), whole.height())

    @Slot()
    def open(self) -> None:
        """Show the text."""
        if self.reader is None:
            self.reader = FileReader(self._theme, self._part, self.window())
            self.reader.finished.connect(self._on_closed)
        self.reader.show()
        self.reader.raise_()

    @Slot()
    def _on_closed(self) -> None:
        if self.reader is not None:
            self.reader.deleteLater()
            self.reader = None
