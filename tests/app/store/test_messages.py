"""What is said: written before anything is made of it, saved while it grows, and never overwritten by an edit."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.core.chats import GenerationFacts, MessageState, NewMessage, Part, PartKind
from app.core.errors import NotInStore, StoreError
from app.store.database import Access, JournalMode, open_database
from app.store.store import FILE_NAME, ChatStore, open_store
from engine.types import FinishReason, Precision, Role, Sampling
from tests.app.store.kit import answer, as_killed, everything, question, texts, verdict

NOWHERE = 999

PARTS = (
    Part(PartKind.ATTACHMENT, "content", "notes.txt"),
    Part(PartKind.THINKING, "Let me see."),
    Part(PartKind.TEXT, "It is "),
    Part(PartKind.TOOL_CALL, '{"x": 1}', "calculator"),
    Part(PartKind.TOOL_RESULT, "1", "calculator"),
    Part(PartKind.TEXT, "one."),
)
FACTS = GenerationFacts(
    model="Qwen3-0.6B",
    device="cuda:0",
    precision=Precision.BF16,
    sampling=Sampling(temperature=0.6, top_p=0.95, stop=("x",)),
    thinking=True,
    seed=2**62,
    answer_tokens=7,
    tokens_per_s=31.25,
    finish_reason=FinishReason.STOP,
)


@pytest.fixture
def conversation(memory: ChatStore) -> int:
    return memory.conversations.create().id


def test_everything_of_a_message_is_kept(folder: Path) -> None:
    with open_store(folder) as store:
        made = store.conversations.create()
        written = store.messages.add(
            made.id, None, NewMessage(Role.ASSISTANT, PARTS, MessageState.FAILED, FACTS, "my-uid", 42)
        )
    with open_store(folder) as store:
        found = store.messages.message(written.id)
        assert found == written == next(iter(store.messages.tree(made.id)))
    assert (found.role, found.state, found.uid, found.created_at_ms) == (
        Role.ASSISTANT,
        MessageState.FAILED,
        "my-uid",
        42,
    )
    assert (found.parts, found.facts) == (PARTS, FACTS)
    assert (found.damaged, found.removed, found.parent_id) == (False, False, None)
    assert found.text() == "It is one."
    assert found.text(PartKind.THINKING) == "Let me see."


def test_what_was_added_is_on_the_disk_when_the_method_returns(folder: Path, tmp_path: Path) -> None:
    with open_store(folder) as store:
        made = store.conversations.create()
        asked = store.messages.add(made.id, None, question("asked"))
        running = store.messages.add(made.id, asked.id, answer("", MessageState.STREAMING))
        for step, text in enumerate(("So", "So far", "So far, so good")):
            store.messages.save(running.id, answer(text).parts)
            with open_store(as_killed(folder, tmp_path / str(step))) as killed:
                assert everything(killed) == [("", [("user", "complete", "asked"), ("assistant", "interrupted", text)])]


def test_an_answer_grows_part_by_part(memory: ChatStore, conversation: int) -> None:
    running = memory.messages.add(conversation, None, answer("", MessageState.STREAMING))
    thought = Part(PartKind.THINKING, "Hm")
    memory.messages.save(running.id, (thought,))
    memory.messages.save(running.id, (thought, Part(PartKind.TEXT, "Yes")), facts=FACTS)
    grown = memory.messages.message(running.id)
    assert (grown.state, grown.parts, grown.facts) == (
        MessageState.STREAMING,
        (thought, Part(PartKind.TEXT, "Yes")),
        FACTS,
    )
    # The opening tag never came: what was thought was the answer.
    memory.messages.save(running.id, (Part(PartKind.TEXT, "HmYes"),), MessageState.COMPLETE)
    ended = memory.messages.message(running.id)
    assert (ended.state, ended.parts, ended.facts) == (
        MessageState.COMPLETE,
        (Part(PartKind.TEXT, "HmYes"),),
        FACTS,
    ), "facts stay where none are given"
    assert not ended.damaged


def test_saving_an_answer_that_is_gone(memory: ChatStore, conversation: int) -> None:
    running = memory.messages.add(conversation, None, answer("", MessageState.STREAMING))
    with memory.database.transaction() as connection:
        connection.execute("DELETE FROM conversations")
    with pytest.raises(NotInStore, match="deleted"):
        memory.messages.save(running.id, answer("late").parts)
    other = memory.conversations.create()
    late = memory.messages.add(other.id, None, question("another"))
    assert late.id > running.id, "an id is never used again, so nothing late can reach another message"
    assert other.id > conversation


def test_an_edit_is_another_version_and_erases_nothing(memory: ChatStore, conversation: int) -> None:
    asked = memory.messages.add(conversation, None, question("asked"))
    answered = memory.messages.add(conversation, asked.id, answer("answered"))
    memory.messages.add(conversation, answered.id, question("and then?"))
    edited = memory.messages.add(conversation, None, question("asked otherwise"))
    assert texts(memory.messages.tree(conversation).path()) == ["asked otherwise"]
    memory.messages.choose(asked.id)
    tree = memory.messages.tree(conversation)
    assert texts(tree.path()) == ["asked", "answered", "and then?"]
    assert tree.versions(asked.id) == tree.versions(edited.id) == (asked.id, edited.id)
    again = memory.messages.add(conversation, asked.id, answer("another attempt"))
    assert texts(memory.messages.tree(conversation).path()) == ["asked", "another attempt"]
    memory.messages.choose(answered.id)
    assert texts(memory.messages.tree(conversation).path()) == ["asked", "answered", "and then?"]
    assert memory.messages.tree(conversation).versions(again.id) == (answered.id, again.id)


def test_choosing_something_deep_shows_the_whole_way_to_it(memory: ChatStore, conversation: int) -> None:
    first = memory.messages.add(conversation, None, question("first"))
    below = memory.messages.add(conversation, first.id, answer("below"))
    deep = memory.messages.add(conversation, below.id, question("deep"))
    memory.messages.add(conversation, first.id, answer("beside"))
    memory.messages.add(conversation, None, question("elsewhere"))
    memory.messages.choose(deep.id)
    assert texts(memory.messages.tree(conversation).path()) == ["first", "below", "deep"]


def test_what_is_removed_is_out_of_sight_and_can_be_brought_back(memory: ChatStore, conversation: int) -> None:
    asked = memory.messages.add(conversation, None, question("asked"))
    good = memory.messages.add(conversation, asked.id, answer("good"))
    bad = memory.messages.add(conversation, asked.id, answer("garbage"))
    memory.messages.add(conversation, bad.id, question("below"))
    memory.messages.remove(bad.id)
    tree = memory.messages.tree(conversation)
    assert texts(tree.path()) == ["asked", "good"]
    assert tree.versions(good.id) == (good.id,)
    assert tree.message(bad.id).removed
    assert len(tree) == 4
    memory.messages.remove(good.id)
    assert texts(memory.messages.tree(conversation).path()) == ["asked"]
    memory.messages.bring_back(bad.id)
    assert texts(memory.messages.tree(conversation).path()) == ["asked", "garbage", "below"]
    memory.messages.remove(asked.id)
    assert memory.messages.tree(conversation).path() == ()


def test_what_is_gone_or_elsewhere_is_said_to_be(memory: ChatStore, conversation: int) -> None:
    messages = memory.messages
    other = memory.conversations.create()
    there = messages.add(other.id, None, question("there"))
    for action in (
        lambda: messages.message(NOWHERE),
        lambda: messages.conversation_of(NOWHERE),
        lambda: messages.choose(NOWHERE),
        lambda: messages.remove(NOWHERE),
        lambda: messages.bring_back(NOWHERE),
        lambda: messages.save(NOWHERE, ()),
        lambda: messages.add(NOWHERE, None, question("x")),
        lambda: messages.add(conversation, NOWHERE, question("x")),
        lambda: messages.add(conversation, there.id, question("x")),
    ):
        with pytest.raises(NotInStore):
            action()
    assert len(messages.tree(conversation)) == 0
    assert len(messages.tree(NOWHERE)) == 0


def test_a_long_chat_can_be_deleted(memory: ChatStore, conversation: int) -> None:
    """SQLite follows references a thousand deep and no deeper."""
    parent = None
    with memory.database.transaction():
        for number in range(1100):
            parent = memory.messages.add(conversation, parent, question(str(number))).id
    assert len(memory.messages.tree(conversation).path()) == 1100
    with memory.database.transaction() as connection:
        connection.execute("DELETE FROM conversations")
    assert memory.database.rows("SELECT count(*) FROM parts")[0][0] == 0
    assert verdict(memory) == "ok"


# -- steps within steps --


def test_a_step_that_fails_takes_only_itself_back(memory: ChatStore, conversation: int) -> None:
    def half_a_step() -> None:
        with memory.database.transaction():
            memory.messages.add(conversation, None, question("taken back"))
            memory.messages.choose(NOWHERE)

    with memory.database.transaction():
        memory.messages.add(conversation, None, question("kept"))
        with pytest.raises(NotInStore):
            half_a_step()
        memory.messages.add(conversation, None, question("kept too"))
    assert texts(tuple(memory.messages.tree(conversation))) == ["kept", "kept too"]
    assert memory.database.rows("SELECT count(*) FROM parts")[0][0] == 2


def test_a_step_that_fails_takes_all_back_where_nobody_stops_it(memory: ChatStore, conversation: int) -> None:
    def write() -> None:
        with memory.database.transaction():
            memory.messages.add(conversation, None, question("taken back"))
            memory.messages.choose(NOWHERE)

    with pytest.raises(NotInStore):
        write()
    assert len(memory.messages.tree(conversation)) == 0
    assert not memory.database.connection.in_transaction


def test_what_was_undone_whole_is_not_half_acknowledged(memory: ChatStore, conversation: int) -> None:
    """As after a disk that was full in a step whose failure somebody ignored."""

    def write() -> None:
        with memory.database.transaction() as connection:
            memory.messages.add(conversation, None, question("undone"))
            connection.execute("ROLLBACK")

    with pytest.raises(StoreError, match="undid"):
        write()
    assert len(memory.messages.tree(conversation)) == 0


# -- damage --


def flip(store: ChatStore, sql: str) -> None:
    """Write what could never be written, as a flipped bit does."""
    with store.database.transaction() as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(sql)
        connection.execute("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("UPDATE parts SET text = 'It was' WHERE ordinal = 2", "It wasone."),
        ("UPDATE parts SET text = CAST(x'4974ff697320' AS TEXT) WHERE ordinal = 2", "It\ufffdis one."),
        ("UPDATE parts SET kind = 'txet' WHERE ordinal = 2", "It is one."),
        ("UPDATE parts SET checksum = x'00' WHERE ordinal = 5", "It is one."),
        ("UPDATE messages SET role = 'asistant'", "It is one."),
        ("UPDATE messages SET state = ''", "It is one."),
    ],
)
def test_damage_is_noticed_and_makes_nothing_unreadable(
    memory: ChatStore, conversation: int, sql: str, text: str
) -> None:
    memory.messages.add(conversation, None, NewMessage(Role.ASSISTANT, PARTS))
    flip(memory, sql)
    (message,) = memory.messages.tree(conversation)
    assert message.damaged
    assert message.text() == text


@pytest.mark.parametrize("sql", ["UPDATE messages SET facts = '{'", "UPDATE messages SET facts = x'ff'"])
def test_facts_that_cannot_be_read_are_missing(folder: Path, sql: str) -> None:
    with open_store(folder, JournalMode.DELETE) as store:
        made = store.conversations.create()
        store.messages.add(made.id, None, NewMessage(Role.ASSISTANT, PARTS, facts=FACTS))
    loosen(folder / FILE_NAME, sql)
    with open_store(folder, JournalMode.DELETE) as store:
        (message,) = store.messages.tree(made.id)
        assert message.facts == GenerationFacts()
        assert message.parts == PARTS


def test_a_value_of_another_type_is_damage(folder: Path) -> None:
    with open_store(folder, JournalMode.DELETE) as store:
        made = store.conversations.create()
        store.messages.add(made.id, None, NewMessage(Role.ASSISTANT, PARTS))
    loosen(folder / FILE_NAME, "UPDATE parts SET text = x'00ff' WHERE ordinal = 2")
    with open_store(folder, JournalMode.DELETE) as store:
        (message,) = store.messages.tree(made.id)
        assert message.damaged
        assert message.text() == "one."


def loosen(file: Path, sql: str) -> None:
    """Change what the file says of its tables, so that they take values of any type."""
    database = open_database(file, Access.WRITE, JournalMode.DELETE)
    database.connection.execute("PRAGMA writable_schema = ON")
    for table in ("messages", "parts"):
        (plain,) = database.rows("SELECT sql FROM sqlite_schema WHERE name = ?", (table,))[0]
        text = plain.replace(" STRICT", "")
        database.rows("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (text, table))
    database.close()
    connection = sqlite3.connect(file)
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(sql)
    connection.commit()
    connection.close()
