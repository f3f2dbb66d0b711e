"""Opening the kept conversations beside others, of an older Ponder, or where nothing can be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.chats import NewConversation
from app.core.errors import NotInStore, StoreBusy, StoreDamaged, StoreError, StoreReadOnly
from app.library import chats
from app.library.chats import AmbiguousChat, find_chat, reading_chats, writing_chats
from app.store.database import Access, open_database
from app.store.lock import store_lock
from app.store.migrate import schema_version, upgrade
from app.store.migrations import MIGRATIONS, NEWEST
from app.store.store import FILE_NAME, ChatStore, open_store, read_store, temporary_store


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder with a store as the first Ponder made them."""
    database = open_database(tmp_path / FILE_NAME)
    upgrade(database, lambda version: None, MIGRATIONS[:1])
    with database.transaction() as connection:
        connection.execute(
            """INSERT INTO conversations (uid, title, title_source, system_prompt, settings, pinned, archived, activity,
               created_at_ms, updated_at_ms) VALUES ('old1', 'From before', 'none', '', '{}', 0, 0, 1, 0, 0)"""
        )
    database.close()
    return tmp_path


def test_no_store_reads_as_an_empty_one(tmp_path: Path) -> None:
    with reading_chats(tmp_path / "chats") as store:
        assert store.conversations.count() == 0
    assert list(tmp_path.iterdir()) == []


def test_reading_beside_the_one_that_writes(tmp_path: Path) -> None:
    with writing_chats(tmp_path) as writer:
        with reading_chats(tmp_path) as reader:
            writer.conversations.create(NewConversation(title="new"))
            assert [each.title for each in reader.conversations.page()] == ["new"]
        with pytest.raises(StoreBusy), writing_chats(tmp_path):
            pass


def test_a_store_of_an_older_ponder_is_brought_up_to_date(old: Path) -> None:
    with reading_chats(old) as store:
        assert [each.title for each in store.conversations.page()] == ["From before"]
        assert len(store.search.find("before")) == 1
    with reading_chats(old) as store:
        assert schema_version(store.database.connection) == NEWEST
        assert store.database.access is Access.READ


def test_not_while_somebody_else_may_be_doing_so(old: Path) -> None:
    with store_lock(old), pytest.raises(StoreBusy), reading_chats(old):
        pass


def test_a_folder_in_which_nothing_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path) as store:
        store.conversations.create(NewConversation(title="kept"))

    def no_shared_memory(folder: Path, access: Access = Access.READ) -> ChatStore:
        if access is Access.READ:
            raise StoreError("unable to open database file")
        return read_store(folder, access)

    monkeypatch.setattr(chats, "read_store", no_shared_memory)
    with reading_chats(tmp_path) as found:
        assert [each.title for each in found.conversations.page()] == ["kept"]


def test_a_damaged_store_is_not_read_another_way(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database" * 100)
    with pytest.raises(StoreDamaged), reading_chats(tmp_path):
        pass


def test_a_store_that_cannot_be_written_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path):
        pass
    monkeypatch.setattr(ChatStore, "writable", False)
    with pytest.raises(StoreReadOnly), writing_chats(tmp_path):
        pass


def test_find_chat() -> None:
    with temporary_store() as store:
        for number, title in enumerate(["12", "Green tea", "Tea", "", *(f"Many {each}" for each in range(9))], start=1):
            store.conversations.create(NewConversation(title=title, uid=f"{number:04}cafe"))
        assert find_chat(store, "2") == 2
        assert find_chat(store, "12") == 12  # a number comes before a title
        assert find_chat(store, "0012") == 12
        assert find_chat(store, "0003c") == 3
        assert find_chat(store, " tea ") == 3
        for nothing in ("", "99", "nothing", "9" * 30, "\ud800"):
            with pytest.raises(NotInStore):
                find_chat(store, nothing)
        with pytest.raises(AmbiguousChat, match=r"13 Many 8; .*; …\. Give the number"):
            find_chat(store, "many")
