"""What an empty chat says: what this is, and how the model is getting on where that matters."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.status import EngineFailed, EngineStatus
from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import COLUMN_PX, TextRole, Token
from app.ui.transcript.answer_notices import offer_words
from app.ui.transcript.notice import Notice
from app.ui.transcript.text_view import TextView


class EmptyState(QWidget):
    """One sentence, and a notice where the model could not be loaded."""

    load_asked = Signal()
    offer_asked = Signal(object)
    """A SmallerChoice."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._status: EngineStatus | None = None
        self._temporary = False
        self._raw = False
        self._failure: Notice | None = None
        self._sentence = TextView(theme, TextRole.BODY, Token.SECONDARY)
        self._temporary_note = TextView(theme, TextRole.FACTS, Token.ACCENT)
        self._note = TextView(theme, TextRole.FACTS, Token.WARNING)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        for view in (self._sentence, self._temporary_note, self._note):
            view.center()
            self._column.addWidget(view)
        self._column.addStretch(1)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._say()

    def text(self) -> str:
        """All that it says."""
        views = (self._sentence, self._temporary_note, self._note)
        return "\n".join(view.text() for view in views if not view.isHidden())

    @property
    def failure(self) -> Notice | None:
        return self._failure

    def set_temporary(self, temporary: bool) -> None:
        """Whether anything of this chat is kept."""
        self._temporary = temporary
        self._say()

    def set_raw(self, raw: bool) -> None:
        """Whether texts are continued instead of questions answered."""
        self._raw = raw
        self._say()

    def show_status(self, status: EngineStatus) -> None:
        """Show a failure to load, and take it away again once there is another state."""
        self._status = status
        if self._failure is not None:
            self._column.removeWidget(self._failure)
            self._failure.hide()
            self._failure.deleteLater()
            self._failure = None
        if isinstance(status, EngineFailed):
            self._failure = self._notice_of(status)
            self._column.insertWidget(self._column.count() - 1, self._failure)
        self._say()

    def _notice_of(self, status: EngineFailed) -> Notice:
        text = self.tr("{name} could not be loaded. {why}").format(name=status.model.name, why=status.message)
        notice = Notice(self._theme, text, self.tr("Try again"))
        notice.acted.connect(self.load_asked)
        for offer in status.offers:
            button = notice.add_action(offer_words(offer), Icon.CUBE)
            button.setAccessibleDescription(offer.reason)
            button.clicked.connect(lambda _=False, taken=offer: self.offer_asked.emit(taken))
        return notice

    def _say(self) -> None:
        note = self._status.model.note if self._status is not None else ""
        kept = self.tr("Temporary chat: nothing of it is kept.") if self._temporary else ""
        for view, text in ((self._sentence, self._about()), (self._temporary_note, kept), (self._note, note)):
            if text != view.text():
                view.set_text(text)
            view.setAccessibleName(text or self.tr("Note"))
            view.setVisible(bool(text))

    def _about(self) -> str:
        model = self._status.model if self._status is not None else None
        if model is not None and model.practice:
            return self.tr(
                "This is the practice model that comes with Ponder: small, made to try things out,"
                " and not an assistant. Nothing you write leaves this computer."
            )
        if self._raw:
            return self.tr("Write the beginning of a text. The model goes on with it, on this computer.")
        if model is None:
            return self.tr("Ask anything. It stays on this computer.")
        return self.tr("Ask anything. {name} answers on this computer, and nothing leaves it.").format(name=model.name)

    def _restyle(self) -> None:
        self.setMaximumWidth(self._theme.px(COLUMN_PX))
        self._column.setSpacing(self._theme.px(10))
