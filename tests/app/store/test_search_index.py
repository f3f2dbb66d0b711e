"""The search index keeps up with whatever is done to conversations, and forgets what is deleted."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.chats import MessageState, NewMessage, Part, PartKind, TitleSource
from app.core.errors import StoreReadOnly
from app.core.search import EVERYWHERE, SearchFilter
from app.store import search_index
from app.store.database import open_database
from app.store.migrate import upgrade
from app.store.migrations import MIGRATIONS
from app.store.store import FILE_NAME, ChatStore, open_store, read_store, temporary_store
from engine.types import Role
from tests.app.store.talk import chat, found, say
from tests.app.store.test_search_words import TEXTS

SECRET = "xyloquartz"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChatStore]:
    with open_store(tmp_path) as opened:
        yield opened


def _index(store: ChatStore) -> list[tuple[object, ...]]:
    """Every word of the index with its row, column and place."""
    with store.database.transaction() as connection:
        connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.said USING fts5vocab (main, search, instance)")
        connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.named USING fts5vocab (main, search_titles, instance)"
        )
    return [tuple(row) for name in ("said", "named") for row in store.database.rows(f"SELECT * FROM temp.{name}")]


# -- random changes --


class _Writer:
    """Does to a store whatever can be done, as the numbers say that it is given."""

    def __init__(self, store: ChatStore) -> None:
        self._store = store
        self._conversations: list[int] = []
        self._messages: list[int] = []

    def do(self, what: int, which: int, text: str) -> None:
        actions: list[Callable[[int, str], None]] = [
            self._new,
            self._rename,
            self._say,
            self._say,
            self._think,
            self._go_on,
            self._end,
            self._remove,
            self._trash,
            self._delete_message,
            self._delete_conversation,
            self._restart,
        ]
        actions[what % len(actions)](which, text)

    def _conversation(self, which: int) -> int:
        if not self._conversations:
            self._new(which, "")
        return self._conversations[which % len(self._conversations)]

    def _message(self, which: int) -> int:
        if not self._messages:
            self._say(which, "")
        return self._messages[which % len(self._messages)]

    def _new(self, which: int, text: str) -> None:
        self._conversations.append(chat(self._store, title=text)[0])

    def _rename(self, which: int, text: str) -> None:
        self._store.conversations.set_title(self._conversation(which), text, TitleSource.PERSON)

    def _say(self, which: int, text: str) -> None:
        role, after = list(Role)[which % len(Role)], None
        conversation_id = self._conversation(which)
        tree = [each.id for each in self._store.messages.tree(conversation_id)]
        if tree and which % 3:
            after = tree[which % len(tree)]
        file = Part(PartKind.ATTACHMENT, text[::-1], "a.txt")
        self._messages.append(say(self._store, conversation_id, text, file, role=role, after=after))

    def _think(self, which: int, text: str) -> None:
        parts = (Part(PartKind.THINKING, text),)
        new = NewMessage(Role.ASSISTANT, parts, MessageState.STREAMING)
        self._messages.append(self._store.messages.add(self._conversation(which), None, new).id)

    def _go_on(self, which: int, text: str) -> None:
        self._store.messages.save(self._message(which), (Part(PartKind.THINKING, "so"), Part(PartKind.TEXT, text)))

    def _end(self, which: int, text: str) -> None:
        state = (MessageState.COMPLETE, MessageState.FAILED, MessageState.INTERRUPTED)[which % 3]
        parts = [Part(PartKind.TEXT, text), Part(PartKind.TOOL_CALL, text, "tool")][: 1 + which % 2]
        self._store.messages.save(self._message(which), parts, state)

    def _remove(self, which: int, text: str) -> None:
        (self._store.messages.bring_back if which % 3 == 0 else self._store.messages.remove)(self._message(which))

    def _trash(self, which: int, text: str) -> None:
        act = self._store.conversations.restore if which % 3 == 0 else self._store.conversations.trash
        act([self._conversation(which)])

    def _delete_message(self, which: int, text: str) -> None:
        message_id = self._message(which)
        with self._store.database.transaction() as connection:
            connection.execute("DELETE FROM messages WHERE id = ?", (message_id,))
        self._look_again()

    def _delete_conversation(self, which: int, text: str) -> None:
        with self._store.database.transaction() as connection:
            connection.execute("DELETE FROM conversations WHERE id = ?", (self._conversation(which),))
        self._look_again()

    def _restart(self, which: int, text: str) -> None:
        self._store.messages.interrupt_streaming()

    def _look_again(self) -> None:
        self._conversations = [row["id"] for row in self._store.database.rows("SELECT id FROM conversations")]
        self._messages = [row["id"] for row in self._store.database.rows("SELECT id FROM messages")]


_CHANGES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 20), TEXTS), max_size=25)


@settings(max_examples=40)
@given(_CHANGES)
def test_whatever_changes_the_index_is_as_if_made_anew(changes: list[tuple[int, int, str]]) -> None:
    with temporary_store() as store:
        writer = _Writer(store)
        for change in changes:
            writer.do(*change)
        assert store.search.is_right()
        kept = _index(store)
        store.search.rebuild()
        assert _index(store) == kept


def test_many_changes_to_a_file(store: ChatStore) -> None:
    dice, writer = random.Random(5), _Writer(store)
    for _ in range(300):
        text = " ".join(dice.choices(("red", "green", "blue", "übergrün", "翻译", "👍"), k=dice.randrange(30)))
        writer.do(dice.randrange(12), dice.randrange(1_000), text)
    assert store.search.is_right()
    store.search.forget_deleted()
    assert store.search.is_right()


def test_an_index_that_says_something_else_is_noticed(store: ChatStore) -> None:
    chat(store, "a word", title="a title")
    assert store.search.is_right()
    with store.database.transaction() as connection:
        connection.execute("DROP TRIGGER search_part_changed")
        connection.execute("UPDATE parts SET text = 'another word'")
    assert not store.search.is_right()
    store.search.rebuild()
    assert store.search.is_right()
    assert found(store, "another")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE search_data SET block = x'ffffffffffffffffffff' WHERE id = 10",
        "DELETE FROM search_data WHERE id = 10",
        "UPDATE search_data SET block = x'ff' WHERE id > 10",
        "UPDATE search_config SET v = 99",
        "DELETE FROM search_idx",
    ],
)
def test_an_index_that_cannot_be_read_any_more_is_made_anew(tmp_path: Path, damage: str) -> None:
    with open_store(tmp_path) as store:
        chat(store, "a word", title="a title")
        with store.database.transaction() as connection:
            connection.execute(damage)
    with open_store(tmp_path) as store:
        store.search.rebuild()
        assert store.search.is_right()
        assert found(store, "word")
        assert found(store, "title")


def test_a_change_that_is_undone_leaves_no_word(store: ChatStore) -> None:
    conversation_id, _ = chat(store, "a word")

    def write_and_fail() -> None:
        with store.database.transaction():
            say(store, conversation_id, SECRET)
            assert found(store, SECRET)
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    assert not found(store, SECRET)
    assert store.search.is_right()


# -- running answers --


def _pages(store: ChatStore) -> int:
    pages: int = store.database.rows("SELECT sum(length(block)) FROM search_data")[0][0]
    return pages


def test_a_running_answer_is_indexed_once_when_it_ends(store: ChatStore) -> None:
    conversation_id, (question,) = chat(store, "a question")
    answer = say(store, conversation_id, "", role=Role.ASSISTANT, after=question, state=MessageState.STREAMING)
    before, text = _pages(store), ""
    for at in range(40):
        text += f"quokka number{at} "
        store.messages.save(answer, (Part(PartKind.THINKING, "hm"), Part(PartKind.TEXT, text)))
    assert _pages(store) == before
    assert not found(store, "quokka")
    store.messages.save(
        answer, (Part(PartKind.THINKING, "hm"), Part(PartKind.TEXT, f"{text} end")), MessageState.COMPLETE
    )
    assert found(store, "quokka number39 end") == [answer]
    grown = _pages(store)
    store.search.forget_deleted()
    assert grown - _pages(store) < 500  # nothing was put in that had to be taken out again
    assert store.search.is_right()


def test_an_answer_that_is_continued_is_found_again_when_it_ends(store: ChatStore) -> None:
    conversation_id, _ = chat(store, "a question")
    answer = say(store, conversation_id, "the quokka", role=Role.ASSISTANT, state=MessageState.INTERRUPTED)
    assert found(store, "quokka") == [answer]
    store.messages.save(answer, (Part(PartKind.TEXT, "the quokka lives"),))
    assert not found(store, "quokka")
    store.messages.save(answer, (Part(PartKind.TEXT, "the quokka lives on"),), MessageState.COMPLETE)
    assert found(store, "quokka lives on") == [answer]
    assert store.search.is_right()


def test_what_a_dead_process_left_is_found_after_the_next_start(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        conversation_id, _ = chat(store, "a question")
        answer = say(store, conversation_id, "half a quokka", role=Role.ASSISTANT, state=MessageState.STREAMING)
        assert not found(store, "quokka")
    with open_store(tmp_path) as store:
        assert found(store, "quokka") == [answer]
        assert store.search.is_right()


# -- upgrades, other rules, damage --


def test_a_store_from_before_the_index_is_indexed(tmp_path: Path) -> None:
    database = open_database(tmp_path / FILE_NAME)
    upgrade(database, lambda version: None, MIGRATIONS[:1])
    for at in range(3):
        state = "streaming" if at == 2 else "complete"
        with database.transaction() as connection:
            connection.execute(
                """INSERT INTO conversations (uid, title, title_source, system_prompt, settings, pinned, archived,
                   activity, created_at_ms, updated_at_ms) VALUES (?, 'Über 翻译', 'none', '', '{}', 0, 0, ?, 1, 1)""",
                (str(at), at),
            )
            connection.execute(
                """INSERT INTO messages (uid, conversation_id, role, state, facts, created_at_ms)
                   VALUES (?, ?, 'user', ?, ?, 1)""",
                (str(at), at + 1, state, "{" if at else '{"model": "Qwen3-8B"}'),
            )
            connection.execute(
                """INSERT INTO parts (message_id, ordinal, kind, name, text, checksum)
                   VALUES (?, 0, 'text', '', ?, x'')""",
                (at + 1, f"old quokka {at}"),
            )
    database.close()
    with open_store(tmp_path) as store:
        assert len(store.search.find("uber 译")) == 3
        assert sorted(filter(None, found(store, "quokka"))) == [1, 2, 3]
        assert found(store, "quokka", SearchFilter(model="Qwen3-8B")) == [1]
        assert store.search.is_right()


def test_an_index_by_other_rules_is_made_anew_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path) as store:
        chat(store, "a quokka")
        assert not store.search.rebuild_if_old()
        with store.database.transaction() as connection:  # as if the rules had given other words
            connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
        assert not found(store, "quokka")
    monkeypatch.setattr(search_index, "RULES", "next/99")
    with open_store(tmp_path) as store:
        assert found(store, "quokka")
        assert store.search.is_right()
        assert not store.search.rebuild_if_old()


@pytest.mark.parametrize(
    "damage",
    ["DELETE FROM search_data", "UPDATE search_data SET block = randomblob(300)", "DELETE FROM search_docsize"],
)
def test_a_damaged_index_is_noticed_and_made_anew(store: ChatStore, damage: str) -> None:
    _, ids = chat(store, "a quokka", title="quokka")
    with store.database.transaction() as connection:
        connection.execute(damage)
    assert not store.search.is_right()
    store.search.rebuild()
    assert store.search.is_right()
    assert found(store, "quokka") == [None, *ids]


def test_bytes_that_are_no_text_break_nothing(store: ChatStore) -> None:
    _, ids = chat(store, "a quokka here", "and another quokka")
    with store.database.transaction() as connection:
        sql = "UPDATE parts SET text = CAST(x'61ff2071756f6b6b6120c328' AS TEXT) WHERE message_id = ?"
        connection.execute(sql, (ids[0],))
    assert set(found(store, "quokka")) == set(ids)
    store.search.rebuild()
    assert set(found(store, "quokka")) == set(ids)
    with store.database.transaction() as connection:
        connection.execute("DELETE FROM messages WHERE id = ?", (ids[0],))
    assert found(store, "quokka") == ids[1:]
    assert store.search.is_right()


def test_a_very_long_text_is_indexed(store: ChatStore) -> None:
    text = "x" * 1_000_000 + " quokka " + "word \0 " * 100_000 + "译" * 100_000 + " end"
    _, ids = chat(store, text)
    for query in ("quokka", "译译", "end", "xxx"):
        assert found(store, query) == ids
    assert store.search.is_right()


def test_a_reading_connection_cannot_look_after_the_index(store: ChatStore, tmp_path: Path) -> None:
    with read_store(tmp_path) as reading:
        for act in (reading.search.is_right, reading.search.rebuild, reading.search.forget_deleted):
            with pytest.raises(StoreReadOnly):
                act()


# -- forgetting --


def _bytes(store: ChatStore, folder: Path) -> bytes:
    """Everything that lies in the store's files once the -wal is folded in."""
    store.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return b"".join(path.read_bytes() for path in folder.glob(f"{FILE_NAME}*"))


def test_deleted_words_are_in_no_byte_of_the_file(store: ChatStore, tmp_path: Path) -> None:
    for at in range(30):
        chat(store, f"kept{at} common words", title=f"kept{at}")
    doomed, _ = chat(store, f"{SECRET} common", f"{SECRET}ly", title=SECRET)
    for at in range(30):
        chat(store, f"later{at} common words")
    with store.database.transaction() as connection:
        connection.execute("DELETE FROM conversations WHERE id = ?", (doomed,))
    assert SECRET.encode() in _bytes(store, tmp_path)  # FTS5 still has it
    store.search.forget_deleted()
    left = _bytes(store, tmp_path)
    assert SECRET.encode() not in left
    assert SECRET[:8].encode() not in left
    assert b"kept7" in left
    assert not found(store, SECRET, SearchFilter(kinds=EVERYWHERE))
    assert len(found(store, "common", limit=100)) == 60
    assert store.search.is_right()
