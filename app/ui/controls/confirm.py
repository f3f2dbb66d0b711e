"""A small question before something that nothing brings back. Everything else has an undo and is not asked about."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.buttons import Button, Look
from app.ui.controls.dialog import Dialog
from app.ui.labels import Label
from app.ui.theme import Theme

WIDTH_PX = 400


class Question(Dialog):
    """Asks whether to do something; `accepted` is yes. Enter alone does nothing to be sorry for: Cancel has the focus.

    Args:
        theme: Where its looks come from.
        text: What is going to happen.
        action: What the button says that does it.
        parent: The window it is asked in.
    """

    def __init__(self, theme: Theme, text: str, action: str, parent: QWidget | None) -> None:
        super().__init__(theme, action, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleDescription(text)
        self._label = Label(theme, text=text, wrap=True)
        self.cancel_button = Button(theme, Look.PILL, self.tr("Cancel"), height_px=32)
        self.cancel_button.setAccessibleName(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        self.action_button = Button(theme, Look.DANGER, action, height_px=32)
        self.action_button.setAccessibleName(action)
        self.action_button.clicked.connect(self.accept)
        self._row = QHBoxLayout()
        self._row.addStretch(1)
        self._row.addWidget(self.cancel_button)
        self._row.addWidget(self.action_button)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._label, 1)
        self._column.addLayout(self._row)
        self.set_smallest(WIDTH_PX, 120)
        theme.changed.connect(self._arrange)
        self._arrange()
        self.cancel_button.setFocus()

    def text(self) -> str:
        return self._label.text()

    def _arrange(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(20), px(20), px(20), px(16))
        self._column.setSpacing(px(20))
        self._row.setSpacing(px(8))


def confirm(theme: Theme, parent: QWidget | None, text: str, action: str, on_yes: Callable[[], object]) -> Question:
    """Ask in the window of `parent`, and return at once: `on_yes` is called when the answer is yes.

    Args:
        theme: Where its looks come from.
        parent: Where it is asked; nothing else in that window can be used meanwhile.
        text: What is going to happen, in a sentence or two.
        action: What the button says that does it, as in "Delete 12 chats".
        on_yes: What to do then.
    """
    question = Question(theme, text, action, parent)
    question.accepted.connect(on_yes)
    question.open()
    return question
