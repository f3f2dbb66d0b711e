"""What is being written stays with its chat: in the store where that has the chat, else in the window's own file."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.core.draft import Draft
from app.services.chat_session import ChatSession
from app.services.open_chats import ChatOpened
from app.ui.composer.composer import Composer


class Drafts(QObject):
    """Puts drafts into the composer and takes them out.

    Args:
        session: Tells which chat is shown.
        composer: Where it is written.
        new: What was being written in the new chat when Ponder was closed.
    """

    def __init__(self, session: ChatSession, composer: Composer, new: str) -> None:
        super().__init__(composer)
        self._session = session
        self._composer = composer
        self._new = Draft(new)
        # Of chats that were left, by their uid: files are kept nowhere else, and a text may not be written yet.
        self._left: dict[str, Draft] = {}
        session.leaving.connect(self.keep)
        session.opened.connect(self.show)
        composer.draft_changed.connect(self._on_changed)

    @property
    def of_new_chat(self) -> str:
        """To be kept for the next start."""
        return self._new.text

    @Slot()
    def keep(self) -> None:
        """Keep what stands in the composer; the chat is about to be left."""
        conversation, draft = self._session.conversation, self._composer.draft()
        if conversation.temporary:
            return
        if self._is_new():
            self._new = draft
            return
        self._session.set_draft(draft.text)
        self._left[conversation.uid] = draft

    @Slot(object)
    def show(self, opened: ChatOpened) -> None:
        """Put the chat's draft into the composer."""
        draft = self._left.pop(opened.conversation.uid, None)
        if draft is None:
            is_new = self._is_new() and not opened.conversation.temporary
            draft = self._new if is_new else Draft(opened.draft)
        self._composer.set_draft(draft.text, draft.attachments)

    @property
    def are_of_new_chat(self) -> bool:
        """What stands in the composer is the new chat's."""
        return self._is_new() and not self._session.conversation.temporary

    def sent(self, *, new: bool) -> None:
        """It is a message now. `new`: it was the new chat's, whose draft is none of another chat's business."""
        self._composer.take()
        if new:
            self._new = Draft()
        self._session.set_draft("")

    @Slot(str)
    def _on_changed(self, text: str) -> None:
        if self._session.conversation.temporary:
            return
        if self._is_new():
            self._new = self._composer.draft()
        else:
            self._session.set_draft(text)

    def _is_new(self) -> bool:
        return self._session.conversation_id is None and self._session.conversation.is_empty
