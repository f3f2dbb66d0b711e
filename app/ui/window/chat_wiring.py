"""The chat that is shown, joined: what is asked in transcript and composer leads to the session, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.core.answer import Answer
from app.core.chats import ChatSettings
from app.services.engine_link import TokensCounted
from app.services.open_chats import MessageRemoved
from app.services.status import EngineReady
from app.ui.composer.counting import TokenCountAsked
from app.ui.transcript.asked import EditQuestion, Reword, TryAgain
from app.ui.window.parts import WindowParts
from engine.types import SmallerChoice

if TYPE_CHECKING:
    from app.ui.window.main_window import MainWindow


class ChatWiring(QObject):
    """Between the widgets of a chat and the session.

    Args:
        window: Whose transcript and composer.
        parts: What the window is made of.
    """

    def __init__(self, window: MainWindow, parts: WindowParts) -> None:
        super().__init__(window)
        self._window = window
        self._parts = parts
        self._last_prompt = ""
        parts.link.tokens_counted.connect(self._on_counted)
        parts.session.updated.connect(window.transcript.update_answer)
        parts.session.removed.connect(self._on_removed)
        self._connect_transcript()
        self._connect_composer()

    def _connect_transcript(self) -> None:
        transcript, session = self._window.transcript, self._parts.session
        transcript.answer_now_asked.connect(session.answer_now)
        transcript.try_again_asked.connect(self._on_try_again)
        transcript.edit_asked.connect(self._on_edit)
        transcript.reword_asked.connect(self._on_reword)
        transcript.continue_asked.connect(session.continue_answer)
        transcript.fork_asked.connect(session.fork)
        transcript.choose_asked.connect(session.choose)
        transcript.remove_asked.connect(session.remove)
        transcript.load_asked.connect(self._parts.link.load)
        transcript.offer_asked.connect(self._on_offer)
        transcript.link_asked.connect(self._window.links.ask)
        transcript.search_ended.connect(self._window.deeds.focus_composer)

    def _connect_composer(self) -> None:
        composer = self._window.composer
        composer.send_asked.connect(self._send)
        composer.stop_asked.connect(self._parts.session.stop)
        composer.edit.recall_asked.connect(self._recall)
        composer.edit.scroll_asked.connect(self._window.transcript.scroll_pages)
        composer.thinking_changed.connect(self._on_thinking)
        composer.count_asked.connect(self._on_count_asked)
        composer.persona_chosen.connect(lambda persona: self._window.panel.choose_persona(persona))

    @Slot(object)
    def take_settings(self, settings: ChatSettings) -> None:
        self._parts.session.set_settings(settings)
        wanted = settings.thinking
        self._window.composer.set_thinking(self._parts.settings.value.thinking if wanted is None else wanted)

    @Slot(bool)
    def _on_thinking(self, thinking: bool) -> None:
        """The switch stays as it is in this chat."""
        conversation = self._parts.session.conversation
        if conversation.settings.thinking is not thinking:
            self._parts.session.set_settings(conversation.settings.model_copy(update={"thinking": thinking}))
            self._window.tell_panel()

    @Slot()
    def _send(self) -> None:
        draft, new = self._window.composer.draft(), self._window.drafts.are_of_new_chat
        if self._parts.session.send(draft.text, self._window.composer.thinking, draft.parts):
            self._last_prompt = draft.text
            self._window.drafts.sent(new=new)
            self._window.end_welcome()

    @Slot()
    def _recall(self) -> None:
        self._window.composer.set_text(self._last_prompt or self._parts.session.last_question)

    @Slot(object)
    def _on_try_again(self, asked: TryAgain) -> None:
        self._parts.session.try_again(asked.answer, asked.thinking)

    @Slot(object)
    def _on_edit(self, asked: EditQuestion) -> None:
        self._parts.session.edit(asked.question, asked.text, asked.thinking)
        self._window.deeds.focus_composer()

    @Slot(object)
    def _on_reword(self, asked: Reword) -> None:
        self._parts.session.reword(asked.answer, asked.text)
        self._window.deeds.focus_composer()

    @Slot(object)
    def _on_offer(self, offer: SmallerChoice) -> None:
        self._parts.link.take_offer(offer)

    @Slot(object)
    def _on_removed(self, removed: MessageRemoved) -> None:
        self._window.toast.show_message(
            self.tr("The message was deleted."), self.tr("Undo"), lambda: self._parts.session.bring_back(removed)
        )

    @Slot(object)
    def _on_count_asked(self, asked: TokenCountAsked) -> None:
        self._parts.link.count_tokens(asked.request_id, asked.texts)

    @Slot(object)
    def _on_counted(self, counted: TokensCounted) -> None:
        self._window.composer.show_counts(counted.request_id, counted.counts)

    def show_context(self) -> None:
        """How much of the context the conversation takes, as far as its last answer tells."""
        status = self._parts.link.status
        context = status.loaded.context_tokens if isinstance(status, EngineReady) else None
        used = 0
        for entry in reversed(self._parts.session.conversation.path()):
            if isinstance(entry, Answer) and entry.facts.prompt_tokens is not None:
                used = entry.facts.prompt_tokens + (entry.facts.answer_tokens or 0)
                break
        self._window.composer.set_context(used, context)
