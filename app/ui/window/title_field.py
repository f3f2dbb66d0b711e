"""The name of the chat at the top of the window, which can be changed where it stands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.ui.controls.text_field import TextField
from app.ui.labels import ElidedLabel
from app.ui.theme import Theme
from app.ui.tokens import TextRole

LONGEST = 200


class TitleField(QWidget):
    """A label; a double click or `edit` makes it a field. Enter takes the new name, Esc and leaving keep the old."""

    renamed = Signal(str)
    """The new name; never empty."""
    edited = Signal()
    """Editing is over, whatever came of it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._label = ElidedLabel(theme, TextRole.STRONG)
        self._field = TextField(theme, name=self.tr("Name of this chat"))
        self._field.setMaxLength(LONGEST)
        self._field.hide()
        self._field.installEventFilter(self)
        self._field.returnPressed.connect(self._take)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label, 1)
        row.addWidget(self._field, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def text(self) -> str:
        return self._label.text()

    def set_title(self, title: str) -> None:
        self._label.setText(title)
        self._label.setAccessibleName(self.tr("Chat: {title}").format(title=title))

    @property
    def field(self) -> TextField:
        """Where it is edited."""
        return self._field

    def edit(self) -> None:
        """Let the person write another name."""
        self._field.setText(self._label.text())
        self._label.hide()
        self._field.show()
        self._field.selectAll()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self) -> None:
        name = " ".join(self._field.text().split())
        changed = bool(name) and name != self._label.text()
        self._end()
        if changed:
            self.renamed.emit(name)

    def _end(self) -> None:
        if self._field.isVisibleTo(self):
            self._field.hide()
            self._label.show()
            self.edited.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field:
            if event.type() is QEvent.Type.FocusOut:
                self._end()
            elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                # The window's own Esc stops an answer, which is not meant here.
                if event.type() is QEvent.Type.KeyPress:
                    self._end()
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.edit()
