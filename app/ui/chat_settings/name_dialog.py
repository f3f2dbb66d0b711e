"""A small window that asks for a name."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.buttons import Button, Look
from app.ui.controls.dialog import Dialog
from app.ui.controls.text_field import TextField
from app.ui.labels import Label
from app.ui.theme import Theme

LONGEST_NAME = 100


class NameDialog(Dialog):
    """`named` carries the name, without white space around it; Cancel and Esc carry nothing.

    Args:
        theme: Where its looks come from.
        title: What is going to be done.
        label: Of the field.
        action: What the button says that does it.
        parent: The window it is asked in.
    """

    named = Signal(str)

    def __init__(self, theme: Theme, title: str, label: str, action: str, parent: QWidget | None) -> None:
        super().__init__(theme, title, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = TextField(theme, name=label)
        self.field.setMaxLength(LONGEST_NAME)
        self.field.textChanged.connect(self._update)
        self.cancel_button = Button(theme, Look.PILL, self.tr("Cancel"), height_px=32)
        self.cancel_button.setAccessibleName(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        self.action_button = Button(theme, Look.PRIMARY, action, height_px=32)
        self.action_button.setAccessibleName(action)
        self.action_button.clicked.connect(self._on_action)
        self.field.returnPressed.connect(self._on_action)
        self._row = QHBoxLayout()
        self._row.addStretch(1)
        self._row.addWidget(self.cancel_button)
        self._row.addWidget(self.action_button)
        self._column = QVBoxLayout(self)
        self._column.addWidget(Label(theme, text=label))
        self._column.addWidget(self.field)
        self._column.addStretch(1)
        self._column.addLayout(self._row)
        self.set_smallest(360, 150)
        theme.changed.connect(self._arrange)
        self._arrange()
        self._update()
        self.field.setFocus()

    @Slot()
    def _update(self) -> None:
        self.action_button.setEnabled(bool(self.field.text().strip()))

    @Slot()
    def _on_action(self) -> None:
        name = self.field.text().strip()
        if name:
            self.accept()
            self.named.emit(name)

    def _arrange(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(20), px(18), px(20), px(16))
        self._column.setSpacing(px(8))
        self._row.setSpacing(px(8))
