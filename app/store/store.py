"""The store as its users see it: opened, brought up to date, and handed out in parts that each do one thing."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from app.core.files import make_private_folder
from app.core.store_notices import StoreNotice
from app.store.backup import back_up_before_upgrade
from app.store.conversations import Conversations
from app.store.database import Access, Database, JournalMode, open_database
from app.store.disk import file_errors
from app.store.folders import Folders
from app.store.lookup import Lookup
from app.store.messages import Messages
from app.store.migrate import refuse_foreign, upgrade
from app.store.opening import Opening
from app.store.replace import STORE_NAME, finish_replacement
from app.store.search import Search
from app.store.surroundings import Surroundings, surroundings_of
from app.store.transfer import Transfer

FILE_NAME = STORE_NAME


class ChatStore:
    """Folders, conversations and messages over one connection. Belongs to the thread that opened it.

    Made by `open_store`, `read_store` and `temporary_store`.

    notices: what a person should know about how it was opened.
    """

    def __init__(self, database: Database, notices: tuple[StoreNotice, ...] = ()) -> None:
        self.database = database
        self.notices = notices
        self.folders = Folders(database)
        self.messages = Messages(database)
        self.conversations = Conversations(database, self.messages)
        self.lookup = Lookup(database)
        self.transfer = Transfer(database, self.conversations, self.messages)
        self.search = Search(database)

    @property
    def writable(self) -> bool:
        """Where it is not, a notice says why, and whatever writes raises StoreReadOnly."""
        return self.database.access is Access.WRITE

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.database.close()


def open_store(folder: Path, journal: JournalMode | None = None) -> ChatStore:
    """The one writing connection to the store in `folder`; made where it is missing, upgraded where it is old.

    What a dead process left streaming is marked as interrupted. A store that cannot be written at present is opened for
    reading. Needs the store's lock, for no other process may write.

    Args:
        journal: None: what the folder allows.

    Raises:
        StoreTooNew, StoreForeign: a newer Ponder or another program wrote it; the file is untouched.
        StoreDamaged: it is not a store, or damaged.
        StoreNotUpgraded: it is of an older Ponder and could not be upgraded; it is as it was.
        StoreReadOnly, StoreFull: there is no store yet, and none can be made there.
        StoreError: it cannot be opened for another reason.
    """
    with file_errors(f"The folder {folder} for the conversations could not be made"):
        make_private_folder(folder)
    finish_replacement(folder)
    path = folder / FILE_NAME
    refuse_foreign(path)
    around = surroundings_of(folder) if journal is None else Surroundings(journal)
    opening = Opening(path)

    def prepare(database: Database) -> None:
        upgrade(database, lambda version: back_up_before_upgrade(database, folder, version))
        Search(database).rebuild_if_old()

    database = opening.open(around.journal, prepare)
    try:
        store = ChatStore(database, (*around.notices, *opening.notices))
        store.messages.end_streaming()
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
