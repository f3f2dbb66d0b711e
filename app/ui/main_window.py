"""The window: header, transcript and composer, joined to a chat session. The sidebar's place is left of them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from app.services.chat_session import Attempt, ChatSession
from app.services.chat_store import StoreTrouble
from app.services.engine_link import EngineLink
from app.services.status import ChosenModel, EngineStarting, EngineStatus
from app.ui.composer import Composer
from app.ui.header import Header
from app.ui.theme import Theme
from app.ui.tokens import COLUMN_PX, COMPOSER_OVERHANG_PX, GRID_PX, Token
from app.ui.transcript.notice import Notice
from app.ui.transcript.transcript_view import TranscriptView

FIRST_SIZE_PX = (1000, 760)
SMALLEST_PX = (400, 360)
BOTTOM_PX = 14
FOOT_GAP_PX = 6


class MainWindow(QMainWindow):
    """Everything a person sees.

    Args:
        theme: For every widget in it.
        link: Tells how the model is.
        session: The chat shown.
        model: The model being loaded.
        thinking: How the Think switch stands at first.
    """

    store_retry_asked = Signal()

    def __init__(
        self, theme: Theme, link: EngineLink, session: ChatSession, model: ChosenModel, *, thinking: bool
    ) -> None:
        super().__init__()
        self._theme = theme
        self._session = session
        self._last_prompt = ""
        self.header = Header(theme)
        self.transcript = TranscriptView(theme, model)
        self.composer = Composer(theme, thinking=thinking)
        self._notice: Notice | None = None
        self._store_notice: Notice | None = None
        self._lay_out()
        self._connect(link, session)
        self._bind_keys()
        self.setMinimumSize(*SMALLEST_PX)
        self.resize(*FIRST_SIZE_PX)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show_title()
        self.header.show_status(EngineStarting(model))
        self.composer.edit.setFocus()

    def _lay_out(self) -> None:
        chat = QWidget()
        self._chat = QVBoxLayout(chat)
        self._chat.setContentsMargins(0, 0, 0, 0)
        self._chat.setSpacing(0)
        self._bottom = QHBoxLayout()
        self._bottom.addStretch(1)
        self._foot = QWidget()
        self._foot_column = QVBoxLayout(self._foot)
        self._foot_column.setContentsMargins(0, 0, 0, 0)
        self._foot_column.addWidget(self.composer)
        self._bottom.addWidget(self._foot, 1000)
        self._bottom.addStretch(1)
        self._chat.addWidget(self.header)
        self._chat.addWidget(self.transcript, 1)
        self._chat.addLayout(self._bottom)
        self.setCentralWidget(chat)
        composer = self.composer
        # The field first, then what belongs to it; only then what lies above.
        for before, after in pairwise(
            (composer.edit, composer.think, composer.button, self.header.new_chat_button, self.transcript)
        ):
            self.setTabOrder(before, after)

    def _connect(self, link: EngineLink, session: ChatSession) -> None:
        link.status_changed.connect(self._show_status)
        session.asked.connect(self._on_asked)
        session.updated.connect(self.transcript.update_answer)
        session.busy_changed.connect(self._on_busy)
        session.cleared.connect(self._on_cleared)
        self.composer.send_asked.connect(self._send)
        self.composer.stop_asked.connect(session.stop)
        self.composer.edit.recall_asked.connect(self._recall)
        self.composer.edit.scroll_asked.connect(self.transcript.scroll_pages)
        self.transcript.answer_now_asked.connect(session.answer_now)
        self.transcript.try_again_asked.connect(session.try_again)
        self.transcript.load_asked.connect(link.load)
        self.header.new_chat_asked.connect(self.new_chat)

    def _bind_keys(self) -> None:
        standard = QKeySequence.StandardKey
        zoom_in = [*QKeySequence.keyBindings(standard.ZoomIn), QKeySequence("Ctrl+=")]
        self._shortcut(QKeySequence.keyBindings(standard.New)).activated.connect(self.new_chat)
        self._shortcut(zoom_in).activated.connect(self._theme.zoom_in)
        self._shortcut(QKeySequence.keyBindings(standard.ZoomOut)).activated.connect(self._theme.zoom_out)
        self._shortcut([QKeySequence("Ctrl+0")]).activated.connect(self._theme.zoom_reset)
        self._escape = self._shortcut([QKeySequence(Qt.Key.Key_Escape)])
        self._escape.setEnabled(False)
        self._escape.activated.connect(self._session.stop)

    def _shortcut(self, keys: list[QKeySequence]) -> QShortcut:
        shortcut = QShortcut(self)
        shortcut.setKeys(list(dict.fromkeys(keys)))
        return shortcut

    def new_chat(self) -> None:
        """Start over, and let the person write at once."""
        self._session.new_chat()

    def show_notice(self, text: str) -> None:
        """Say something calmly above the composer, until it is dismissed or something else is said."""
        self._dismiss_notice()
        self._notice = Notice(self._theme, text, self.tr("Dismiss"), token=Token.WARNING, icon=None)
        self._notice.acted.connect(self._dismiss_notice)
        self._foot_column.insertWidget(0, self._notice)

    @Slot()
    def show_fault(self) -> None:
        """Say that something of ours went wrong and was logged."""
        self.show_notice(
            self.tr(
                "Something went wrong inside Ponder. Your chat is still here."
                " What happened is in the log, without anything you wrote."
            )
        )

    @Slot(object)
    def show_store_trouble(self, trouble: StoreTrouble) -> None:
        """Say above the composer that nothing can be written at the moment, until that is over."""
        self.end_store_trouble()
        text = self.tr("{error} Until it is saved, what you write is kept in memory only.").format(error=trouble.error)
        self._store_notice = Notice(self._theme, text, self.tr("Try again"), token=Token.WARNING)
        self._store_notice.acted.connect(self.store_retry_asked)
        self._foot_column.insertWidget(0, self._store_notice)

    @Slot()
    def end_store_trouble(self) -> None:
        """It can be written again."""
        if self._store_notice is not None:
            self._store_notice.hide()
            self._store_notice.deleteLater()
            self._store_notice = None

    def store_notice(self) -> Notice | None:
        """What is said about the store at the moment."""
        return self._store_notice

    def notice(self) -> Notice | None:
        """What is said above the composer at the moment."""
        return self._notice

    @Slot()
    def _dismiss_notice(self) -> None:
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
            self._notice = None
            self.composer.edit.setFocus()

    @Slot()
    def _send(self) -> None:
        text = self.composer.text()
        if self._session.send(text, self.composer.thinking):
            self._last_prompt = text
            self.composer.set_text("")

    @Slot()
    def _recall(self) -> None:
        self.composer.set_text(self._last_prompt)

    @Slot(object)
    def _show_status(self, status: EngineStatus) -> None:
        self.header.show_status(status)
        self.transcript.show_status(status)

    @Slot(object)
    def _on_asked(self, attempt: Attempt) -> None:
        self.transcript.add(attempt)
        self._show_title()

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:
        self.composer.set_busy(busy)
        self._escape.setEnabled(busy)

    @Slot()
    def _on_cleared(self) -> None:
        self.transcript.clear()
        self._show_title()
        self.composer.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_title(self) -> None:
        title = self._session.conversation.title or self.tr("New chat")
        self.header.set_title(title)
        self.setWindowTitle(title)

    def _restyle(self) -> None:
        px = self._theme.px
        self._foot.setMaximumWidth(px(COLUMN_PX + 2 * COMPOSER_OVERHANG_PX))
        self._foot_column.setSpacing(px(GRID_PX))
        self._bottom.setContentsMargins(px(8), px(FOOT_GAP_PX), px(8), px(BOTTOM_PX))
