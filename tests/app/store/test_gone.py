"""The folder or a file of the store disappears while it is open: nothing is written where nobody would find it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from app.core.errors import StoreGone
from app.store.database import JournalMode
from app.store.store import FILE_NAME, ChatStore, open_store
from tests.app.store.kit import everything, question, texts, verdict, wal_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps files that are open")

JOURNALS = [JournalMode.WAL, JournalMode.DELETE]


def begin(folder: Path, journal: JournalMode) -> tuple[ChatStore, int]:
    store = open_store(folder, journal)
    conversation = store.conversations.create()
    store.messages.add(conversation.id, None, question("kept"))
    return store, conversation.id


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_deleted_folder_is_noticed_and_not_made_again(folder: Path, journal: JournalMode) -> None:
    store, conversation = begin(folder, journal)
    with store:
        shutil.rmtree(folder)
        with pytest.raises(StoreGone, match="no longer where it was opened"):
            store.messages.add(conversation, None, question("lost?"))
        assert texts(store.messages.tree(conversation).path()) == ["kept"], "what is open can still be read"
    assert not folder.exists()


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_folder_that_comes_back_works_again(folder: Path, journal: JournalMode) -> None:
    store, conversation = begin(folder, journal)
    with store:
        folder.rename(folder.with_name("unplugged"))
        with pytest.raises(StoreGone):
            store.messages.add(conversation, None, question("twice"))
        folder.with_name("unplugged").rename(folder)
        store.messages.add(conversation, None, question("twice"))
    with open_store(folder) as store:
        assert everything(store) == [("", [("user", "complete", "kept"), ("user", "complete", "twice")])]


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_store_that_was_replaced_is_left_alone(folder: Path, tmp_path: Path, journal: JournalMode) -> None:
    other, _ = begin(tmp_path / "other", JournalMode.DELETE)
    other.close()
    store, conversation = begin(folder, journal)
    with store:
        (tmp_path / "other" / FILE_NAME).replace(folder / FILE_NAME)
        before = (folder / FILE_NAME).read_bytes()
        with pytest.raises(StoreGone):
            store.messages.add(conversation, None, question("into which?"))
    assert (folder / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_store_that_is_replaced_in_the_middle_of_a_write(folder: Path, tmp_path: Path, journal: JournalMode) -> None:
    other, _ = begin(tmp_path / "other", JournalMode.DELETE)
    other.close()
    store, conversation = begin(folder, journal)
    before = (tmp_path / "other" / FILE_NAME).read_bytes()

    def write() -> None:
        with store.database.transaction():
            store.messages.add(conversation, None, question("into which?"))
            (tmp_path / "other" / FILE_NAME).replace(folder / FILE_NAME)

    with store:
        with pytest.raises(StoreGone):
            write()
        assert not store.database.connection.in_transaction
        assert texts(store.messages.tree(conversation).path()) == ["kept"], "nothing was written to the old file either"
    assert (folder / FILE_NAME).read_bytes() == before


def test_a_deleted_wal_is_noticed_and_loses_nothing(folder: Path) -> None:
    store, conversation = begin(folder, JournalMode.WAL)
    with store:
        wal_of(folder).unlink()
        with pytest.raises(StoreGone):
            store.messages.add(conversation, None, question("lost?"))
    with open_store(folder) as store:
        assert store.notices == ()
        assert everything(store) == [("", [("user", "complete", "kept")])]
        assert verdict(store) == "ok"
