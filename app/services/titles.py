"""Finds better names for chats while the engine has nothing else to do. A name that a person gave is never touched."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from app.core.chats import TitleSource
from app.core.errors import NotInStore
from app.library.titles import TITLE_WISHES, clean_title, title_messages
from app.services.chat_store import RequestDone, RequestFailed, StoreService
from app.services.engine_jobs import AsideAnswered, Ask
from app.services.engine_link import EngineLink
from app.services.settings import SettingsService
from app.services.status import EngineReady

if TYPE_CHECKING:
    from app.store.store import ChatStore

# Nobody who is about to ask the next question should find the engine at something else.
REST_MS = 2_000
# Interrupted by questions, or failed: so often and no more.
ATTEMPTS = 3


@dataclass(slots=True)
class _Chat:
    """A chat that waits for a name. `attempts`: how often the model was asked already."""

    conversation_id: int
    question: str
    answer: str
    attempts: int = 0


class TitleRefiner(QObject):
    """Asks the model once for each chat that is still named after its first question.

    Args:
        link: The way to the engine.
        store: Where the names are kept.
        settings: Whether it is wanted at all.
        parent: Its Qt parent.
    """

    def __init__(
        self, link: EngineLink, store: StoreService, settings: SettingsService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._link = link
        self._store = store
        self._settings = settings
        self._ids = itertools.count(-1, -1)
        self._waiting: dict[int, _Chat] = {}
        self._settled: set[int] = set()
        self._current: _Chat | None = None
        self._reading: int | None = None
        self._asking: int | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._begin)
        link.rested.connect(self._wait)
        link.aside_answered.connect(self._on_answered)
        store.done.connect(self._on_read)
        store.failed.connect(self._on_failed)

    def refine(self, conversation_id: int, question: str, answer: str) -> None:
        """Find a name for a chat, soon and once; nothing where that is not wanted or the model is not up to it.

        Args:
            conversation_id: In the store; chats that are not kept have no name to find.
            question: Its first question.
            answer: What was answered, without thoughts.
        """
        if not self._wanted or conversation_id in self._settled or not (question.strip() and answer.strip()):
            return
        current = self._current
        if current is not None and current.conversation_id == conversation_id:
            return
        before = self._waiting.pop(conversation_id, None)
        attempts = 0 if before is None else before.attempts
        self._waiting[conversation_id] = _Chat(conversation_id, question, answer, attempts)
        self._wait()

    @property
    def waits(self) -> bool:
        """The time before the next attempt runs."""
        return self._rest.isActive()

    def close(self) -> None:
        """Ask nothing more."""
        self._waiting.clear()
        self._rest.stop()
        if self._asking is not None:
            self._link.cancel(self._asking)
        self._current = self._reading = self._asking = None

    @property
    def _wanted(self) -> bool:
        return self._settings.value.titles_refined and not self._link.model.practice

    @property
    def _free(self) -> bool:
        """There is a model, and it has nothing to do. A sleeping one is not woken for a name."""
        return self._link.resting and isinstance(self._link.status, EngineReady)

    @Slot()
    def _wait(self) -> None:
        if self._waiting and self._current is None and self._free:
            self._rest.start()

    @Slot()
    def _begin(self) -> None:
        if not self._wanted:
            self._waiting.clear()
        if not self._waiting or self._current is not None or not self._free:
            return  # where something is being done, its end starts the time again
        self._current = chat = self._waiting.pop(next(iter(self._waiting)))
        self._reading = self._store.read(partial(_is_named_after_its_question, chat.conversation_id))

    @Slot(object)
    def _on_read(self, done: RequestDone) -> None:
        chat = self._current
        if chat is None or done.request_id != self._reading:
            return
        self._reading = None
        if not done.value:
            self._settle(chat)
            return
        self._asking = next(self._ids)
        chat.attempts += 1
        messages = title_messages(chat.question, chat.answer)
        self._link.ask_aside(Ask(self._asking, messages, thinking=False, wishes=TITLE_WISHES))

    @Slot(object)
    def _on_failed(self, failed: RequestFailed) -> None:
        if self._current is not None and failed.request_id == self._reading:
            self._reading = None
            self._settle(self._current)

    @Slot(object)
    def _on_answered(self, answered: AsideAnswered) -> None:
        chat = self._current
        if chat is None or answered.request_id != self._asking:
            return
        self._asking = None
        if answered.text is None and chat.attempts < ATTEMPTS:
            self._current = None
            self._waiting.setdefault(chat.conversation_id, chat)
            self._wait()
            return
        title = None if answered.text is None else clean_title(answered.text)
        if title is not None:
            name = partial(_name, chat.conversation_id, title)
            self._store.write(name, changes=(chat.conversation_id,))
        self._settle(chat)

    def _settle(self, chat: _Chat) -> None:
        self._settled.add(chat.conversation_id)
        self._current = None
        self._wait()


def _is_named_after_its_question(conversation_id: int, store: ChatStore) -> bool:
    try:
        return store.conversations.summary(conversation_id).title_source is TitleSource.PROMPT
    except NotInStore:  # removed for good meanwhile
        return False


def _name(conversation_id: int, title: str, store: ChatStore) -> bool:
    """Name it, unless it was named otherwise meanwhile. Nothing comes between: the store writes one thing at a time."""
    return _is_named_after_its_question(conversation_id, store) and store.conversations.set_title(
        conversation_id, title, TitleSource.MODEL
    )
