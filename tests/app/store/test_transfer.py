"""Whole conversations into the store and out of it, and conversations found by what is typed for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.chats import ChatSettings, MessageState, NewConversation, NewMessage, Part, PartKind
from app.core.errors import NotInStore, StoreFull
from app.core.portable import PortableConversation, PortableMessage, WriteOutcome
from app.store.store import ChatStore, open_store, temporary_store
from engine.types import Role


@pytest.fixture
def store() -> Iterator[ChatStore]:
    with temporary_store() as made:
        yield made


def said(text: str, role: Role = Role.USER, parent: int | None = None) -> PortableMessage:
    return PortableMessage(role, (Part(PartKind.TEXT, text),), parent, uid=f"m-{text}", created_at_ms=5)


CHAT = PortableConversation(
    "c1",
    title="Tea",
    draft="and",
    folder="Work",
    tags=("b", "a"),
    pinned=True,
    position=2,
    archived=True,
    trashed_at_ms=9,
    created_at_ms=1,
    updated_at_ms=2,
    first_chosen=0,
    messages=(
        replace(said("hot?"), chosen_child=1),
        said("80 °C", Role.ASSISTANT, 0),
        replace(said("90 °C", Role.ASSISTANT, 0), removed=True),
        said("warm?"),
    ),
)


def test_what_goes_in_comes_out(store: ChatStore) -> None:
    (written,) = store.transfer.write([CHAT])
    assert written.outcome is WriteOutcome.ADDED
    assert written.conversation_id is not None
    assert store.transfer.read(written.conversation_id) == replace(CHAT, tags=("a", "b"))
    shown = store.messages.tree(written.conversation_id).path()
    assert [each.text() for each in shown] == ["hot?", "80 °C"]
    assert store.search.find("80") == ()  # it is in the trash
    store.conversations.restore([written.conversation_id])
    assert [each.message_id for each in store.search.find("80 °C")] == [shown[1].id]


def test_what_the_store_made_itself_can_be_read(store: ChatStore) -> None:
    made = store.conversations.create(NewConversation(title="x", settings=ChatSettings(temperature=0.5)))
    first = store.messages.add(made.id, None, NewMessage(Role.USER, (Part(PartKind.TEXT, "one"),)))
    store.messages.add(made.id, first.id, NewMessage(Role.ASSISTANT, (Part(PartKind.TEXT, "a"),)))
    store.messages.add(made.id, first.id, NewMessage(Role.ASSISTANT, (Part(PartKind.TEXT, "b"),)))
    found = store.transfer.read(made.id)
    assert [(each.parts[0].text, each.parent, each.chosen_child) for each in found.messages] == [
        *(("one", None, 2), ("a", 0, None), ("b", 0, None)),
    ]
    assert found.first_chosen == 0
    assert found.settings.temperature == 0.5
    with pytest.raises(NotInStore):
        store.transfer.read(made.id + 1)


def test_nothing_that_is_there_is_changed(store: ChatStore) -> None:
    store.transfer.write([CHAT, replace(CHAT, uid="c2", trashed_at_ms=None)])
    outcomes = [each.outcome for each in store.transfer.write([replace(CHAT, title="x"), replace(CHAT, uid="c2")])]
    assert outcomes == [WriteOutcome.IN_TRASH, WriteOutcome.ALREADY_THERE]
    assert [store.transfer.read(each).title for each in (1, 2)] == ["Tea", "Tea"]


def test_one_that_cannot_be_written_keeps_no_other_out(store: ChatStore) -> None:
    far = replace(CHAT, uid="c2", folder="Far", updated_at_ms=2**70)
    nowhere = replace(CHAT, uid="c3", messages=(replace(said("x"), chosen_child=7),))
    outcomes = [each.outcome for each in store.transfer.write([far, nowhere, CHAT])]
    assert outcomes == [WriteOutcome.FAILED, WriteOutcome.FAILED, WriteOutcome.ADDED]
    assert [each.name for each in store.folders.all()] == ["Work"]
    assert len(store.lookup.everything(with_trash=True)) == 1
    assert store.database.rows("SELECT count(*) FROM messages")[0][0] == 4


def test_a_store_without_room_takes_none_of_them(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        pages = store.database.rows("PRAGMA page_count")[0][0]
        store.database.connection.execute(f"PRAGMA max_page_count = {pages + 20}")
        small = replace(CHAT, uid="small")
        large = replace(CHAT, uid="large", messages=(said("x" * 500_000),))
        with pytest.raises(StoreFull):
            store.transfer.write([small, large])
        assert store.lookup.everything(with_trash=True) == ()
        assert store.transfer.write([small])[0].outcome is WriteOutcome.ADDED


def test_nothing_read_from_elsewhere_is_still_running(store: ChatStore) -> None:
    store.transfer.write([replace(CHAT, messages=(replace(said("x"), state=MessageState.STREAMING),))])
    assert store.transfer.read(1).messages[0].state is MessageState.INTERRUPTED


def test_a_damaged_message_is_known_as_such(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.transfer.write([CHAT])
    connection = sqlite3.connect(tmp_path / "chats.sqlite3")
    connection.create_function("search_words", 1, lambda text: "")
    with connection:
        connection.execute("UPDATE parts SET checksum = x'00' WHERE text = '80 °C'")
    connection.close()
    with open_store(tmp_path) as store:
        assert [each.damaged for each in store.transfer.read(1).messages] == [False, True, False, False]


def test_finding_conversations_by_what_is_typed(store: ChatStore) -> None:
    for number, title in enumerate(["Green Tea", "Black  tea", "TEA", "Cake", "ÄPFEL", ""]):
        store.transfer.write([PortableConversation(f"abcd{number}ef", title=title)])
    look = store.lookup
    assert look.with_title("tea", limit=9) == (3,)  # called exactly so
    assert look.with_title("black tea", limit=9) == (2,)
    assert look.with_title("te", limit=2) == (3, 2)  # the most recent first
    assert look.with_title("äpfel", limit=9) == (5,)
    assert look.with_uid_prefix("abcd", limit=2) == (6, 5)
    assert look.with_uid_prefix("abcd1", limit=9) == (2,)
    assert look.with_uid_prefix("b", limit=9) == ()
    assert (look.with_id(4), look.with_id(99)) == (4, None)
    assert (look.title(4), look.title(99)) == ("Cake", None)
    store.conversations.trash([3])
    assert look.with_title("tea", limit=9) == (2, 1)
    assert look.everything() == (1, 2, 4, 5, 6)
    assert look.everything(with_trash=True) == (1, 2, 3, 4, 5, 6)


def test_counting_messages_of_many_conversations(store: ChatStore) -> None:
    store.transfer.write([replace(CHAT, uid=f"n{number}", messages=(said(str(number)),)) for number in range(3)])
    store.transfer.write([CHAT])
    assert store.lookup.message_counts([1, 4, 99]) == {1: 1, 4: 3, 99: 0}
    assert store.lookup.message_counts(range(1, 2000))[4] == 3
