"""What an empty chat says: what this is, and how the model is getting on where that matters."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.status import ChosenModel, EngineFailed, EngineStatus
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from app.ui.transcript.notice import Notice
from app.ui.transcript.text_view import TextView


class EmptyState(QWidget):
    """One sentence, and a notice where the model could not be loaded."""

    load_asked = Signal()

    def __init__(self, theme: Theme, model: ChosenModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._failure: Notice | None = None
        self._sentence = TextView(theme, TextRole.BODY, Token.SECONDARY)
        self._note = TextView(theme, TextRole.FACTS, Token.WARNING)
        for view, text in ((self._sentence, self._about(model)), (self._note, model.note)):
            view.center()
            view.append(text)
            view.setAccessibleName(text or self.tr("Note"))
            view.setVisible(bool(text))
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(self._sentence)
        self._column.addWidget(self._note)
        self._column.addStretch(1)

    def _about(self, model: ChosenModel) -> str:
        if model.practice:
            return self.tr(
                "This is the practice model that comes with Ponder: small, made to try things out,"
                " and not an assistant. Nothing you write leaves this computer."
            )
        return self.tr("Ask anything. {name} answers on this computer, and nothing leaves it.").format(name=model.name)

    def text(self) -> str:
        return self._sentence.text()

    @property
    def failure(self) -> Notice | None:
        return self._failure

    def show_status(self, status: EngineStatus) -> None:
        """Show a failure to load, and take it away again once there is another state."""
        if self._failure is not None:
            self._column.removeWidget(self._failure)
            self._failure.hide()
            self._failure.deleteLater()
            self._failure = None
        if isinstance(status, EngineFailed):
            text = self.tr("{name} could not be loaded. {why}").format(name=status.model.name, why=status.message)
            self._failure = Notice(self._theme, text, self.tr("Try again"))
            self._failure.acted.connect(self.load_asked)
            self._column.insertWidget(3, self._failure)
