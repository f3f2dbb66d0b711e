"""What the tests of the store say often: a message in a word, all that a store shows, a file as a kill leaves it."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.core.chats import ChatMessage, MessageState, NewMessage, Part, PartKind
from app.store.conversations import Shelf
from app.store.database import JournalMode
from app.store.migrations import NEWEST
from app.store.raw_file import JOURNAL_SUFFIX, WAL_SUFFIX, beside, read_journal
from app.store.store import FILE_NAME, ChatStore, open_store
from engine.types import Role


def question(text: str) -> NewMessage:
    return NewMessage(Role.USER, (Part(PartKind.TEXT, text),))


def answer(text: str, state: MessageState = MessageState.COMPLETE) -> NewMessage:
    return NewMessage(Role.ASSISTANT, (Part(PartKind.TEXT, text),), state)


def texts(messages: tuple[ChatMessage, ...]) -> list[str]:
    return [message.text() for message in messages]


def everything(store: ChatStore) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Title and messages (role, state, text) of every conversation, in the order they were made."""
    shelves = (Shelf(), Shelf(archived=True), Shelf(trashed=True))
    found = {each.id: each for shelf in shelves for each in store.conversations.page(shelf, limit=1_000_000)}
    return [
        (found[key].title, [(each.role, each.state, each.text()) for each in store.messages.tree(key)])
        for key in sorted(found)
    ]


def verdict(store: ChatStore) -> str:
    """What SQLite says about the file's structure and the references in it; "ok" where nothing is wrong."""
    broken = store.database.rows("PRAGMA foreign_key_check")
    found: str = store.database.rows("PRAGMA integrity_check")[0][0]
    return f"{len(broken)} broken references" if broken else found


def as_killed(folder: Path, target: Path) -> Path:
    """Copy the store as a process that was killed this moment would leave it: without the -shm, which died with it."""
    target.mkdir(parents=True)
    file = folder / FILE_NAME
    for path in (file, beside(file, WAL_SUFFIX), beside(file, JOURNAL_SUFFIX)):
        if path.exists():
            shutil.copyfile(path, target / path.name)
    return target


def half_committed(folder: Path, target: Path) -> None:
    """`target` is the store in `folder` as a process leaves it that is killed within a commit with a -journal."""
    with open_store(folder, JournalMode.DELETE) as store:
        before = (folder / FILE_NAME).read_bytes()
        store.database.rows("PRAGMA cache_size = 5")  # so that pages are written before the end
        with store.database.transaction() as connection:
            connection.execute(f"PRAGMA user_version = {NEWEST}")
            made = store.conversations.create()
            for _ in range(20):
                store.messages.add(made.id, None, question("half committed " * 300))
            as_killed(folder, target)
    if (target / FILE_NAME).read_bytes().startswith(before) or read_journal(target / FILE_NAME) is None:
        raise AssertionError("this was not in the middle of a commit")


def wal_of(folder: Path) -> Path:
    return beside(folder / FILE_NAME, WAL_SUFFIX)
