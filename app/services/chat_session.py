"""The chat that is shown: what a person can do with it, and the answers that are being made.

Keeps conversations up to date, has them written down, and tells the window after the fact. Knows no widget and no
disk. One answer is made at a time; one in a chat that is no longer shown goes on, and the next waits for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.core import chats
from app.core.answer import Answer
from app.core.chats import ChatSettings, ConversationSummary, TitleSource
from app.core.conversation import Conversation, Question, told_of
from app.core.entry import Entry
from app.core.opened_conversation import conversation_of
from app.library.conversation_recorder import ConversationRecorder
from app.library.kept_chats import kept_prefix
from app.library.presets import wishes_of
from app.services.answer_queue import AnswerQueue, Update
from app.services.chat_store import ChatsChanged, ConversationRead, RequestDone, RequestFailed, StoreService
from app.services.engine_link import EngineLink
from app.services.engine_worker import Ask
from app.services.open_chats import (
    AnswerEnded,
    ChatOpened,
    ChatTitled,
    MessageRemoved,
    OpenChat,
    PathShown,
)
from app.services.settings import SettingsService
from engine.types import Channel, Message, Role

if TYPE_CHECKING:
    from app.store.store import ChatStore


class ChatSession(QObject):
    """What the window does with chats.

    Args:
        link: The way to the engine.
        store: Where conversations are kept.
        settings: What holds where a chat does not want it otherwise.
        parent: Its Qt parent.
    """

    path_shown = Signal(object)
    """A PathShown."""
    leaving = Signal()
    """Another conversation is about to be shown."""
    opened = Signal(object)
    """A ChatOpened; a PathShown comes with it."""
    updated = Signal(object)
    """An Update of the chat that is shown; the last one of a request has an answer that ended."""
    titled = Signal(object)
    """A ChatTitled."""
    removed = Signal(object)
    """A MessageRemoved, for undoing it."""
    answered = Signal(object)
    """An AnswerEnded, of any chat."""
    busy_changed = Signal(bool)
    """Whether an answer of the chat that is shown is being made or waits."""
    failed = Signal(object)
    """A PonderError, of what was asked of the store."""

    def __init__(
        self, link: EngineLink, store: StoreService, settings: SettingsService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._settings = settings
        self._ids = itertools.count(1)
        self._shown = self._new_chat()
        self._queue = AnswerQueue(link, store, self)
        self._unwritten: list[OpenChat] = []  # that were left, and of which the store does not have everything
        self._was_busy = False
        self._raw = False
        self._opening: tuple[int, int | None] | None = None  # the request, and the message to show
        self._summing: int | None = None
        self._after: dict[int, Callable[[object], None]] = {}
        self._queue.updated.connect(self._on_updated)
        self._queue.changed.connect(self._tell_busy)
        store.conversation_read.connect(self._on_read)
        store.done.connect(self._on_done)
        store.failed.connect(self._on_failed)
        store.changed.connect(self._on_changed)

    # -- what is there --

    @property
    def conversation(self) -> Conversation:
        """The one that is shown."""
        return self._shown.conversation

    @property
    def conversation_id(self) -> int | None:
        """The id in the store of the one that is shown; None while it has never been written."""
        return self._shown.id

    @property
    def busy(self) -> bool:
        """An answer of the chat that is shown is being made or waits."""
        return self._shown in self._queue.chats

    @property
    def working(self) -> bool:
        """An answer is being made or waits, in whatever chat."""
        return bool(self._queue.chats)

    @property
    def last_question(self) -> str:
        """What was asked last in this chat; empty where nothing was."""
        asked = [each for each in self.conversation.path() if isinstance(each, Question)]
        return asked[-1].text if asked else ""

    def set_raw(self, raw: bool) -> None:
        """Whether texts are continued as they stand, without the form of a chat, as a base model wants it."""
        self._raw = raw

    # -- asking --

    def send(self, text: str, thinking: bool, attachments: tuple[chats.Part, ...] = ()) -> bool:
        """Ask. False where there is nothing to ask or an answer is still being made; nothing is changed then."""
        if self.busy or not (text.strip() or attachments):
            return False
        _, answer = self.conversation.ask(text, thinking, next(self._ids), attachments)
        self._begin(answer, thinking, follow=True)
        return True

    def edit(
        self, question: Question, text: str, thinking: bool, attachments: tuple[chats.Part, ...] | None = None
    ) -> bool:
        """Ask a question otherwise; what was there stays as another version. False as for `send`."""
        files = question.attachments if attachments is None else attachments
        if self.busy or not (text.strip() or files):
            return False
        _, answer = self.conversation.ask_otherwise(question, text, thinking, next(self._ids), files)
        self._begin(answer, thinking, follow=True)
        return True

    def reword(self, answer: Answer, text: str) -> bool:
        """Put another text in the answer's place, as another version. False as for `send`."""
        if self.busy or not text.strip():
            return False
        self._shown.recorder.add(self.conversation.reword(answer, text))
        self.path_shown.emit(PathShown(self.conversation))
        return True

    def try_again(self, answer: Answer | None = None, thinking: bool | None = None) -> None:
        """Answer a question once more; what earlier attempts wrote stays.

        Args:
            answer: The attempt to make again; None takes the last one that is shown.
            thinking: Whether to think; None leaves it as it was asked.
        """
        if answer is None:
            shown = [each for each in self.conversation.path() if isinstance(each, Answer)]
            answer = shown[-1] if shown else None
        if self.busy or answer is None or answer.parent is None:
            return
        question = answer.parent
        if thinking is None:
            thinking = question.thinking if isinstance(question, Question) else None
        if thinking is None:
            thinking = self._thinking_by_default()
        self._begin(self.conversation.ask_again(question, next(self._ids)), thinking, follow=True)

    def continue_answer(self, answer: Answer) -> None:
        """Go on where an answer stopped, in place. Only where it says something already."""
        if self.busy or not answer.said:
            return
        answer.choose()
        answer.resume(next(self._ids))
        text = answer.text(Channel.ANSWER)
        thoughts = answer.text(Channel.THINKING)  # here they are told: the model goes on where it was
        messages = (*self.conversation.messages(answer.parent), Message(Role.ASSISTANT, text, thinking=thoughts))
        ask = self._asking(answer.request_id, messages, thinking=False, continues=True)
        self.path_shown.emit(PathShown(self.conversation))
        self._queue.add(self._shown, answer, ask, resumes=True)

    def stop(self) -> None:
        """End the answer of this chat and keep what is there. What still waits is withdrawn on the spot."""
        self._queue.stop(self._shown)

    def answer_now(self) -> None:
        """End the thinking and go on to the answer."""
        self._queue.answer_now(self._shown)

    # -- going elsewhere --

    def new_chat(self, *, temporary: bool = False) -> None:
        """Show an empty conversation. An answer that is being made goes on in its own."""
        self._opening = None
        self._show(self._new_chat(temporary=temporary))

    def open(self, conversation_id: int, message_id: int | None = None) -> None:
        """Show a conversation of the store, and where a message is named, the versions that lead to it."""
        # Of a chat that could not be written the store knows less than is here.
        live = [self._shown, *self._queue.chats, *(each for each in self._unwritten if each.recorder.unwritten)]
        chat = next((each for each in live if each.id == conversation_id), None)
        if chat is not None:
            self._opening = None
            if chat is not self._shown:
                self._show(chat, message_id=message_id)
            elif message_id is not None:
                self._jump(message_id)
            return
        self._opening = (self._store.open(conversation_id), message_id)

    def fork(self, entry: Entry) -> None:
        """Open a new conversation that holds everything up to this message."""
        message_id = self._shown.recorder.message_id(entry)
        if message_id is not None:
            self._write(
                lambda store: store.conversations.fork(message_id),
                lambda summary: self._open_new(summary.id) if isinstance(summary, ConversationSummary) else None,
            )

    def _open_new(self, conversation_id: int) -> None:
        self._store.announce((conversation_id,))
        self.open(conversation_id)

    def keep(self) -> None:
        """Write a temporary chat down after all."""
        if self.conversation.temporary:
            self._shown.recorder.keep()
            self.path_shown.emit(PathShown(self.conversation))

    # -- changing what is there --

    def choose(self, entry: Entry) -> None:
        """Show this version of a message, and what followed it."""
        if self.busy:
            return
        entry.choose()
        message_id = self._shown.recorder.message_id(entry)
        if message_id is not None:
            self._write(lambda store: store.messages.choose(message_id))
        self.path_shown.emit(PathShown(self.conversation))

    def remove(self, entry: Entry) -> None:
        """Take a message, and what follows it, out of sight. `bring_back` undoes it."""
        if self.busy:
            return
        self._set_removed(self._shown, entry, True)
        self.removed.emit(MessageRemoved(self._shown, entry))

    def bring_back(self, removed: MessageRemoved) -> None:
        """Show a removed message again, whatever chat is shown by now."""
        chat, entry = removed.chat, removed.entry
        message_id = chat.recorder.message_id(entry)
        if chat is not self._shown and message_id is not None and chat.id == self._shown.id:
            chat, entry = self._shown, self._shown.recorder.entry(message_id) or entry  # it was read again since
        self._set_removed(chat, entry, False)

    def set_system_prompt(self, text: str) -> None:
        """What the model is told before everything else, in this chat."""
        self.conversation.system_prompt = text
        self._write_here(lambda store, number: store.conversations.set_system_prompt(number, text))

    def set_settings(self, settings: ChatSettings) -> None:
        """What this chat wants otherwise than the application's settings."""
        self.conversation.settings = settings
        self._write_here(lambda store, number: store.conversations.set_settings(number, settings))

    def set_draft(self, text: str) -> None:
        """What is being written. Of a chat that is not in the store yet nothing is kept here."""
        self._write_here(lambda store, number: store.conversations.set_draft(number, text))

    def rename(self, title: str) -> None:
        """Name this chat; nothing overwrites that."""
        self.conversation.given_title, self.conversation.title_source = title, TitleSource.PERSON
        self._write_here(lambda store, number: store.conversations.set_title(number, title, TitleSource.PERSON), True)
        self.titled.emit(ChatTitled(self.conversation.title))

    def close(self) -> None:
        """End what runs; what it has written so far is kept."""
        self._queue.close()

    # -- inside: chats --

    def _new_chat(self, *, temporary: bool = False) -> OpenChat:
        conversation = Conversation(temporary=temporary)
        return OpenChat(conversation, ConversationRecorder(conversation, self._store.record))

    def _show(self, chat: OpenChat, draft: str = "", message_id: int | None = None) -> None:
        self.leaving.emit()
        if self.conversation.temporary and chat is not self._shown:
            self._queue.stop(self._shown)  # nobody can ever read the rest of it
        self._unwritten = [each for each in (*self._unwritten, self._shown) if each.recorder.unwritten]
        self._shown = chat
        self.opened.emit(ChatOpened(chat.conversation, chat.id, draft))
        self.titled.emit(ChatTitled(chat.conversation.title))
        if message_id is not None and self._jump(message_id):
            pass
        else:
            self.path_shown.emit(PathShown(chat.conversation, follow=True))
        self._tell_busy()

    def _jump(self, message_id: int) -> bool:
        entry = self._shown.recorder.entry(message_id)
        if entry is None or entry.removed:
            return False
        if not self.busy:
            entry.choose()
        self.path_shown.emit(PathShown(self.conversation, at=entry))
        return True

    def _set_removed(self, chat: OpenChat, entry: Entry, removed: bool) -> None:
        entry.removed = removed
        if not removed:
            entry.choose()
        message_id = chat.recorder.message_id(entry)
        if message_id is not None:
            if removed:
                self._write(lambda store: store.messages.remove(message_id))
            else:
                self._write(lambda store: store.messages.bring_back(message_id))
        if chat is self._shown:
            self.path_shown.emit(PathShown(self.conversation))

    @Slot(object)
    def _on_read(self, read: ConversationRead) -> None:
        if self._opening is None or read.request_id != self._opening[0]:
            return
        _, message_id = self._opening
        self._opening = None
        found = read.conversation
        conversation = conversation_of(found.summary, found.system_prompt, found.settings, found.tree)
        recorder = ConversationRecorder(conversation, self._store.record)
        self._show(OpenChat(conversation, recorder), found.draft, message_id)

    @Slot(object)
    def _on_changed(self, changed: ChatsChanged) -> None:
        number = self.conversation_id
        if number is not None and number in changed.conversation_ids:
            self._summing = self._store.read(lambda store: store.conversations.summary(number), replaces=self._summing)

    @Slot(object)
    def _on_done(self, done: RequestDone) -> None:
        if done.request_id == self._summing:
            self._summing = None
            summary = done.value
            if isinstance(summary, ConversationSummary) and summary.id == self.conversation_id:
                self.conversation.given_title = summary.title
                self.conversation.title_source = summary.title_source
                self.titled.emit(ChatTitled(self.conversation.title))
        elif (after := self._after.pop(done.request_id, None)) is not None:
            after(done.value)

    @Slot(object)
    def _on_failed(self, failed: RequestFailed) -> None:
        if failed.request_id == self._summing:
            self._summing = None  # it is gone; what is shown stays until the person goes elsewhere
        elif self._opening is not None and failed.request_id == self._opening[0]:
            self._opening = None
            self.failed.emit(failed.error)
        elif self._after.pop(failed.request_id, None) is not None:
            self.failed.emit(failed.error)

    def _write(
        self,
        work: Callable[[ChatStore], object],
        after: Callable[[object], None] = lambda value: None,
        *,
        announce: bool = False,
    ) -> None:
        number = self.conversation_id
        changes = (number,) if announce and number is not None else ()
        self._after[self._store.write(work, changes)] = after

    def _write_here(self, work: Callable[[ChatStore, int], object], announce: bool = False) -> None:
        """Change the conversation that is shown, where the store has it or is about to."""
        uid = self.conversation.uid

        def change(store: ChatStore) -> None:
            number = store.conversations.with_uid(uid)
            if number is not None:
                work(store, number)

        if not self.conversation.temporary and not (self.conversation.is_empty and self.conversation_id is None):
            self._write(change, announce=announce)

    # -- inside: answers --

    def _thinking_by_default(self) -> bool:
        wanted = self.conversation.settings.thinking
        return self._settings.value.thinking if wanted is None else wanted

    def _asking(
        self, request_id: int, messages: tuple[Message, ...], *, thinking: bool, continues: bool = False
    ) -> Ask:
        own, settings = self.conversation.settings, self._settings.value
        budget = own.thinking_budget_tokens
        kept_gb = 0 if self.conversation.temporary else settings.kept_chats_gb
        return Ask(
            request_id,
            messages,
            thinking,
            settings.thinking_budget_tokens if budget is None else budget,
            wishes=wishes_of(settings, own),
            raw=self._raw,
            continues=continues,
            keep=kept_prefix(self.conversation.uid, kept_gb),
        )

    def _begin(self, answer: Answer, thinking: bool, *, follow: bool) -> None:
        question = answer.parent
        if self._raw and isinstance(question, Question):
            messages: tuple[Message, ...] = (Message(Role.USER, told_of(question)),)
        else:
            messages = self.conversation.messages(question)
        self.path_shown.emit(PathShown(self.conversation, follow=follow))
        self.titled.emit(ChatTitled(self.conversation.title))
        self._queue.add(self._shown, answer, self._asking(answer.request_id, messages, thinking=thinking))

    def _tell_busy(self) -> None:
        if self._was_busy != self.busy:
            self._was_busy = self.busy
            self.busy_changed.emit(self.busy)

    @Slot(object)
    def _on_updated(self, update: Update) -> None:
        if update.chat is self._shown:
            self.updated.emit(update)
        if update.answer.state.ended:
            self.answered.emit(AnswerEnded(update.chat, update.answer))
