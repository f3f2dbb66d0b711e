"""A process that streams answers into a store and notes what was acknowledged, until it is killed.

    python -m tests.app.store.writer FOLDER NOTES SEED JOURNAL

Every line of NOTES is one acknowledged write, as JSON: the message's id, its state and its text, or a conversation's id
and title. It is noted after the writing method has returned, so at most one write more than noted may have happened.
"""

from __future__ import annotations

import json
import os
import random
import sys
from itertools import count
from pathlib import Path

from app.core.chats import ChatMessage, MessageState, TitleSource
from app.store.database import JournalMode
from app.store.store import ChatStore, open_store
from tests.app.store.kit import answer, question

WORDS = ("tree", "Qwen", "翻译", "naïve", "🙂", "\n\n```python\n", "x" * 300)


class Writer:
    def __init__(self, store: ChatStore, notes: int, dice: random.Random) -> None:
        self._store = store
        self._notes = notes
        self._dice = dice

    def note(self, **words: object) -> None:
        os.write(self._notes, (json.dumps(words) + "\n").encode())

    def note_message(self, message: ChatMessage) -> None:
        self.note(message=message.id, state=message.state, text=message.text())

    def chat(self, number: int) -> None:
        """One conversation: questions, answers that grow, another attempt now and then."""
        store, dice = self._store, self._dice
        conversation = store.conversations.create()
        self.note(conversation=conversation.id, title="")
        parent: int | None = None
        for turn in range(dice.randint(1, 4)):
            asked = store.messages.add(conversation.id, parent, question(f"question {turn}: {dice.choice(WORDS)}"))
            self.note_message(asked)
            parent = asked.id
            for _ in range(dice.choice((1, 1, 2))):
                parent = self.stream(conversation.id, asked.id)
        title = f"chat {number}"
        store.conversations.set_title(conversation.id, title, TitleSource.MODEL)
        self.note(conversation=conversation.id, title=title)

    def stream(self, conversation_id: int, parent_id: int) -> int:
        text = ""
        running = self._store.messages.add(conversation_id, parent_id, answer(text, MessageState.STREAMING))
        self.note_message(running)
        for _ in range(self._dice.randint(0, 12)):
            text += self._dice.choice(WORDS)
            self._store.messages.save(running.id, answer(text).parts)
            self.note(message=running.id, state=MessageState.STREAMING, text=text)
        self._store.messages.save(running.id, answer(text).parts, MessageState.COMPLETE)
        self.note(message=running.id, state=MessageState.COMPLETE, text=text)
        return running.id


def main() -> None:
    folder, notes, seed, journal = sys.argv[1:]
    dice = random.Random(int(seed))
    handle = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open_store(Path(folder), JournalMode(journal)) as store:
        # Now and then a checkpoint follows nearly every commit, so that kills hit it.
        store.database.rows(f"PRAGMA wal_autocheckpoint = {dice.choice((1, 5, 1000))}")
        os.write(handle, b"{}\n")  # it has begun
        writer = Writer(store, handle, dice)
        for number in count():
            writer.chat(number)


if __name__ == "__main__":
    main()
