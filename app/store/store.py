"""The store as its users see it: opened, brought up to date, and handed out in parts that each do one thing."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from app.core.errors import StoreError
from app.core.files import make_private_folder
from app.store.backup import back_up_before_upgrade
from app.store.conversations import Conversations
from app.store.database import Access, Database, JournalMode, open_database
from app.store.folders import Folders
from app.store.messages import Messages
from app.store.migrate import refuse_foreign, upgrade

FILE_NAME = "chats.sqlite3"


class ChatStore:
    """Folders, conversations and messages over one connection. Belongs to the thread that opened it.

    Made by `open_store`, `read_store` and `temporary_store`.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.folders = Folders(database)
        self.messages = Messages(database)
        self.conversations = Conversations(database, self.messages)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.database.close()


def open_store(folder: Path, journal: JournalMode = JournalMode.WAL) -> ChatStore:
    """The one writing connection to the store in `folder`; made where it is missing, upgraded where it is old.

    What a dead process left streaming is marked as interrupted.

    Raises:
        StoreTooNew: a newer Ponder wrote it; the file is untouched.
        StoreDamaged: it is not a store, or damaged.
        StoreError: it cannot be opened for another reason.
    """
    path = folder / FILE_NAME
    try:
        make_private_folder(folder)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} for the conversations could not be made: {error.strerror or error}.",
            "Choose another folder, or make it writable.",
        ) from error
    refuse_foreign(path)
    database = open_database(path, Access.WRITE, journal)
    try:
        upgrade(database, lambda version: back_up_before_upgrade(database, folder, version))
        store = ChatStore(database)
        store.messages.interrupt_streaming()
    except BaseException:
        database.close()
        raise
    return store


def read_store(folder: Path, access: Access = Access.READ) -> ChatStore:
    """A reading connection beside the writing one. Raises as `open_store`; the store must be there and up to date."""
    refuse_foreign(folder / FILE_NAME)
    return ChatStore(open_database(folder / FILE_NAME, access))


def temporary_store() -> ChatStore:
    """A store that lives in memory and is gone when it is closed; it never touches the disk."""
    database = open_database(None)
    upgrade(database, lambda version: None)
    return ChatStore(database)
