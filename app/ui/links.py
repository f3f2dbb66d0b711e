"""The one place that opens links. Asks before it does, with the address that a link really leads to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.buttons import Button, Look
from app.ui.controls.dialog import Dialog
from app.ui.labels import Label
from app.ui.markdown.links import Link, checked_link
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from app.ui.transcript.text_view import TextView, copy_text

WIDTH_PX = 440
ADDRESS_LINES = 6


class LinkQuestion(Dialog):
    """Says where a link leads and what can be done with it; or, without a link, why it is not opened."""

    def __init__(self, theme: Theme, target: str, link: Link | None, parent: QWidget | None) -> None:
        title = self.tr("Open this link?") if link is not None else self.tr("This link is not opened")
        super().__init__(theme, title, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._link = link
        self._target = target
        self.title = Label(theme, TextRole.STRONG, text=title, wrap=True)
        self.address = TextView(theme, TextRole.CODE)
        self.address.append(target if link is None else link.shown)
        self.address.setAccessibleName(self.tr("Where the link leads"))
        self.note = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self._say_why()
        self.copy_button = Button(theme, Look.PILL, self.tr("Copy address"), height_px=32)
        self.copy_button.clicked.connect(self._copy)
        self.cancel_button = Button(
            theme, Look.PILL, self.tr("Cancel") if link is not None else self.tr("Close"), height_px=32
        )
        self.cancel_button.clicked.connect(self.reject)
        self.open_button = Button(theme, Look.PRIMARY, self.tr("Open"), height_px=32)
        self.open_button.clicked.connect(self.accept)
        self.open_button.setVisible(link is not None)
        self._row = QHBoxLayout()
        self._row.addStretch(1)
        for button in (self.copy_button, self.cancel_button, self.open_button):
            button.setAccessibleName(button.text())
            self._row.addWidget(button)
        self._column = QVBoxLayout(self)
        for widget in (self.title, self.address, self.note):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self._column.addLayout(self._row)
        self.setAccessibleDescription(self.address.text())
        self.set_smallest(WIDTH_PX, 150)
        theme.changed.connect(self._arrange)
        self._arrange()
        self.cancel_button.setFocus()

    def _say_why(self) -> None:
        if self._link is None:
            self.note.setText(self.tr("Only web and mail addresses are opened from a chat."))
        elif self._link.suspicious:
            self.note.set_token(Token.WARNING)
            self.note.setText(self.tr("Look twice: what the text shows may pass for another address."))
        else:
            self.note.setText(self.tr("It opens in your browser or mail program, outside of Ponder."))

    @Slot()
    def _copy(self) -> None:
        copy_text(self._target)
        self.reject()

    def _arrange(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(20), px(20), px(20), px(16))
        self._column.setSpacing(px(12))
        self._row.setSpacing(px(8))
        self.address.setMaximumHeight(round(ADDRESS_LINES * self._theme.line_height_px(TextRole.CODE)))


class LinkOpener(QObject):
    """Opens web and mail addresses after a yes, and nothing else.

    Args:
        theme: For the question.
        parent: The window it is asked in.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parent = parent
        self.question: LinkQuestion | None = None

    @Slot(str)
    def ask(self, target: str) -> None:
        """Show where a link leads, and open it where the person says so. Returns at once."""
        link = checked_link(target)
        if self.question is not None:
            self.question.reject()
        question = self.question = LinkQuestion(self._theme, target, link, self._parent)
        if link is not None:
            question.accepted.connect(lambda: QDesktopServices.openUrl(QUrl(link.target)))
        question.finished.connect(self._on_finished)
        question.open()

    @Slot(str)
    def open_folder(self, folder: str) -> None:
        """Show a folder of Ponder's own in the system's file manager; nothing happens where it is none."""
        if Path(folder).is_dir():
            QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    @Slot()
    def _on_finished(self) -> None:
        self.question = None
