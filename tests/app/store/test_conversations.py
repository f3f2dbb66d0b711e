"""What a person does with conversations and folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.chats import ChatSettings, Folder, NewConversation, TitleSource
from app.core.errors import NotInStore
from app.store.conversations import Shelf
from app.store.store import ChatStore, open_store, temporary_store
from engine.types import Precision
from tests.app.store.kit import answer, question, texts

NOWHERE = 999


def make(store: ChatStore, *titles: str) -> list[int]:
    return [store.conversations.create(NewConversation(title=title)).id for title in titles]


def titles(store: ChatStore, shelf: Shelf | None = None) -> list[str]:
    return [each.title for each in store.conversations.page(shelf or Shelf())]


# -- names --


def test_a_new_conversation_has_nothing_in_it(memory: ChatStore) -> None:
    made = memory.conversations.create()
    opened = memory.conversations.open(made.id)
    assert opened.summary == made
    assert (made.title, made.title_source, made.tags, made.folder_id) == ("", TitleSource.NONE, (), None)
    assert (made.pinned, made.archived, made.trashed_at_ms) == (False, False, None)
    assert (opened.system_prompt, opened.settings, opened.draft, len(opened.tree)) == ("", ChatSettings(), "", 0)
    assert memory.conversations.with_uid(made.uid) == made.id
    assert memory.conversations.with_uid("nobody's") is None


def test_a_name_given_by_a_person_is_never_overwritten(memory: ChatStore) -> None:
    (made,) = make(memory, "")
    conversations = memory.conversations
    assert conversations.set_title(made, "What is a tree?", TitleSource.PROMPT)
    assert conversations.set_title(made, "About trees", TitleSource.MODEL)
    assert conversations.set_title(made, "My trees", TitleSource.PERSON)
    for source in (TitleSource.MODEL, TitleSource.PROMPT, TitleSource.NONE):
        assert not conversations.set_title(made, "About trees", source)
    assert conversations.summary(made).title == "My trees"
    assert conversations.set_title(made, "Mine, renamed", TitleSource.PERSON)
    assert conversations.summary(made).title == "Mine, renamed"
    with pytest.raises(NotInStore):
        conversations.set_title(NOWHERE, "x", TitleSource.PERSON)


# -- the sidebar --


def test_the_order_is_that_of_the_latest_words(memory: ChatStore) -> None:
    first, second, _ = make(memory, "first", "second", "third")
    assert titles(memory) == ["third", "second", "first"]
    memory.messages.add(first, None, question("?"))
    assert titles(memory) == ["first", "third", "second"]
    asked = memory.messages.add(second, None, question("?"))
    running = memory.messages.add(first, None, question("?"))
    memory.messages.save(asked.id, answer("more").parts)
    assert titles(memory) == ["first", "second", "third"], "an answer that grows does not shuffle the sidebar"
    for change in (
        lambda: memory.conversations.set_title(second, "second", TitleSource.PERSON),
        lambda: memory.conversations.set_draft(second, "draft"),
        lambda: memory.conversations.set_tags(second, ["tag"]),
        lambda: memory.messages.choose(running.id),
    ):
        change()
        assert titles(memory) == ["first", "second", "third"]


def test_the_order_does_not_go_by_the_clock(memory: ChatStore) -> None:
    """The clock is put back ten years: dates say what the clock said, and the order is that of what happened."""
    now = [1_700_000_000_000]
    memory.database.now_ms = lambda: now[0]
    (first,) = make(memory, "before")
    asked = memory.messages.add(first, None, question("before"))
    now[0] -= 10 * 365 * 86_400_000
    second = memory.conversations.create(NewConversation(title="after"))
    answered = memory.messages.add(first, asked.id, answer("after"))
    again = memory.messages.add(first, asked.id, answer("again"))
    later = memory.messages.add(second.id, None, question("last"))
    assert titles(memory) == ["after", "before"]
    assert second.created_at_ms == answered.created_at_ms == later.created_at_ms == now[0] < asked.created_at_ms
    assert memory.conversations.summary(first).updated_at_ms == now[0]
    assert memory.messages.tree(first).versions(again.id) == (answered.id, again.id)
    assert texts(memory.messages.tree(first).path()) == ["before", "again"]


def test_pages_follow_each_other_without_gap_or_repetition(memory: ChatStore) -> None:
    make(memory, *(str(number) for number in range(25)))
    found: list[str] = []
    below: int | None = None
    while page := memory.conversations.page(limit=7, below=below):
        found += [each.title for each in page]
        below = page[-1].activity
        if len(found) == 14:  # what moves up meanwhile is neither lost nor repeated below
            memory.messages.add(memory.conversations.page(limit=1)[0].id, None, question("?"))
    assert found == [str(number) for number in reversed(range(25))]


def test_counts(memory: ChatStore) -> None:
    made = make(memory, "a", "b", "c", "d")
    memory.conversations.set_archived(made[:1], True)
    memory.conversations.trash(made[:2])
    assert memory.conversations.count() == 2
    assert memory.conversations.count(Shelf(archived=True)) == 0
    assert memory.conversations.count(Shelf(trashed=True)) == 2


def test_pinned_ones_keep_the_order_they_were_given(memory: ChatStore) -> None:
    made = make(memory, "a", "b", "c", "d")
    conversations = memory.conversations
    conversations.set_pinned(made[:3], True)
    assert [each.title for each in conversations.pinned()] == ["c", "b", "a"]
    conversations.arrange_pinned([made[1], made[0], made[2]])
    memory.messages.add(made[2], None, question("?"))
    conversations.set_pinned([made[1]], True)
    assert [each.title for each in conversations.pinned()] == ["b", "a", "c"], "pinning again moves nothing"
    conversations.set_pinned([made[3]], True)
    assert [each.title for each in conversations.pinned()] == ["d", "b", "a", "c"]
    assert titles(memory, Shelf(pinned=False)) == []
    conversations.set_pinned([made[1]], False)
    assert titles(memory, Shelf(pinned=False)) == ["b"]
    conversations.set_pinned([made[1]], True)
    assert next(each.title for each in conversations.pinned() if each.title != "d") == "b", "its old place is forgotten"


def test_archived_ones_are_kept_apart(memory: ChatStore) -> None:
    made = make(memory, "a", "b", "c")
    memory.conversations.set_archived([made[0], made[2]], True)
    assert titles(memory) == ["b"]
    assert titles(memory, Shelf(archived=True)) == ["c", "a"]
    memory.conversations.set_archived([made[0]], False)
    assert titles(memory) == ["b", "a"]


# -- folders --


def test_conversations_move_between_folders(memory: ChatStore) -> None:
    made = make(memory, "a", "b", "c")
    work, play = memory.folders.create("Work"), memory.folders.create("Play")
    memory.conversations.move(made[:2], work.id)
    memory.conversations.move(made[1:2], play.id)
    assert titles(memory, Shelf(folder_id=work.id)) == ["a"]
    assert titles(memory, Shelf(folder_id=play.id)) == ["b"]
    assert titles(memory, Shelf(unfiled=True)) == ["c"]
    assert memory.lookup.in_folder(work.id) == (made[0],)
    assert titles(memory) == ["c", "b", "a"]
    memory.conversations.move(made[:1], None)
    assert titles(memory, Shelf(folder_id=work.id)) == []
    memory.folders.delete(play.id)
    assert memory.conversations.summary(made[1]).folder_id is None
    assert memory.folders.all() == (work,)
    with pytest.raises(NotInStore, match="folder"):
        memory.conversations.move(made, play.id)
    with pytest.raises(NotInStore, match="folder"):
        memory.conversations.create(NewConversation(folder_id=play.id))


def test_folders_have_names_and_an_order(memory: ChatStore) -> None:
    folders = [memory.folders.create(name) for name in ("a", "b", "c", "d")]
    assert [each.name for each in memory.folders.all()] == ["a", "b", "c", "d"]
    memory.folders.arrange([folders[2].id, folders[0].id])
    assert [each.name for each in memory.folders.all()] == ["c", "a", "b", "d"]
    memory.folders.arrange([folders[3].id])
    assert [each.name for each in memory.folders.all()] == ["d", "c", "a", "b"]
    memory.folders.rename(folders[1].id, "béta\ud800")
    assert memory.folders.all()[3] == Folder(folders[1].id, "béta\ufffd")
    assert memory.folders.create("new") == memory.folders.all()[-1]
    with pytest.raises(NotInStore, match="folder"):
        memory.folders.delete(NOWHERE)
    with pytest.raises(NotInStore, match="folder"):
        memory.folders.rename(NOWHERE, "x")


# -- tags --


def test_tags(memory: ChatStore) -> None:
    made = make(memory, "a", "b")
    memory.conversations.set_tags(
        made[0], ["work", " Zoo ", "work", "", "\t\n", "two\x1f\0words", "👩‍💻", "می‌خواهم", "\ud800"]
    )
    expected = ("Zoo", "twowords", "work", "می‌خواهم", "\ufffd", "👩‍💻")
    assert memory.conversations.summary(made[0]).tags == expected
    assert set(memory.conversations.tags()) == set(expected)
    assert memory.conversations.tags()[1:3] == ("work", "Zoo"), "in alphabetical order, whatever their case"
    assert titles(memory, Shelf(tag="Zoo")) == ["a"]
    assert titles(memory, Shelf(tag="\ud800")) == ["a"]
    assert titles(memory, Shelf(tag="zoo")) == []
    memory.conversations.set_tags(made[0], ["other"])
    assert memory.conversations.summary(made[0]).tags == ("other",)
    assert memory.conversations.tags() == ("other",)
    with pytest.raises(NotInStore):
        memory.conversations.set_tags(NOWHERE, ["x"])


# -- the trash --


def test_what_is_in_the_trash_comes_back_as_it_was(memory: ChatStore) -> None:
    made = make(memory, "a", "b")
    folder = memory.folders.create("Work")
    memory.conversations.move([made[0]], folder.id)
    memory.conversations.set_pinned([made[0]], True)
    memory.conversations.set_archived([made[0]], True)
    memory.messages.add(made[0], None, question("kept"))
    before = memory.conversations.open(made[0])
    now = [5]
    memory.database.now_ms = lambda: now[0]
    memory.conversations.trash(made)
    now[0] = 6
    memory.conversations.trash([made[0]])
    assert memory.conversations.summary(made[0]).trashed_at_ms == 5, "since the first time"
    assert titles(memory) == titles(memory, Shelf(archived=True)) == []
    assert memory.conversations.pinned() == ()
    assert titles(memory, Shelf(trashed=True)) == ["a", "b"]
    memory.conversations.restore(made[:1])
    after = memory.conversations.open(made[0])
    assert after.summary == before.summary
    assert list(after.tree) == list(before.tree)


def test_all_or_nothing_where_one_of_many_is_gone(memory: ChatStore) -> None:
    made = make(memory, "a", "b")
    with pytest.raises(NotInStore, match="no longer there"):
        memory.conversations.trash([*made, NOWHERE])
    with pytest.raises(NotInStore, match="no longer there"):
        memory.conversations.set_pinned([*made, NOWHERE], True)
    with pytest.raises(NotInStore, match="no longer there"):
        memory.conversations.set_archived([*made, NOWHERE], True)
    assert titles(memory, Shelf(pinned=False)) == ["b", "a"]


def test_what_is_gone_is_said_to_be(memory: ChatStore) -> None:
    conversations = memory.conversations
    for action in (
        conversations.summary,
        conversations.open,
        conversations.duplicate,
        conversations.fork,
        lambda gone: conversations.set_draft(gone, "x"),
        lambda gone: conversations.set_system_prompt(gone, "x"),
        lambda gone: conversations.set_settings(gone, ChatSettings()),
        lambda gone: conversations.move([gone], None),
        lambda gone: conversations.restore([gone]),
    ):
        with pytest.raises(NotInStore):
            action(NOWHERE)


# -- what a conversation is set to --


def test_settings_keep_what_a_newer_version_put_there(folder: Path) -> None:
    newer = {
        "model": "a",
        "precision": "int8",
        "temperature": 0.5,
        "of_the_future": {"deep": [None, "\ud800"]},
        "n": None,
    }
    with open_store(folder) as store:
        (made,) = make(store, "a")
        store.conversations.set_settings(made, ChatSettings.model_validate(newer))
    with open_store(folder) as store:
        found = store.conversations.open(made).settings
        assert (found.model, found.precision, found.temperature) == ("a", Precision.INT8, 0.5)
        store.conversations.set_settings(made, found.model_copy(update={"model": "b", "temperature": None}))
        again = store.conversations.open(made).settings
        assert again.model_extra == {"of_the_future": {"deep": [None, "\ud800"]}, "n": None}
        assert (again.model, again.precision, again.temperature) == ("b", Precision.INT8, None)


@pytest.mark.parametrize(
    ("text", "model", "top_k"),
    [
        ('{"model": "a", "top_k": 5}', "a", 5),
        ('{"model": "a", "top_k": "many"}', "a", None),
        ('{"model": "a", "precision": "int3", "top_k": 5}', "a", 5),
        ('{"model": "\\ud800", "top_k": 5}', "\ud800", 5),
        ("[]", None, None),
        ("null", None, None),
        ("", None, None),
        ('{"model": ', None, None),
        ("[" * 100_000, None, None),
    ],
)
def test_settings_that_cannot_be_used_fall_away_alone(
    memory: ChatStore, text: str, model: str | None, top_k: int | None
) -> None:
    (made,) = make(memory, "a")
    with memory.database.transaction() as connection:
        connection.execute("UPDATE conversations SET settings = ?", (text,))
    settings = memory.conversations.open(made).settings
    assert (settings.model, settings.top_k) == (model, top_k)


def test_drafts_and_system_prompts_are_kept_per_conversation(folder: Path) -> None:
    with open_store(folder) as store:
        first, second = make(store, "a", "b")
        store.conversations.set_draft(first, "half a thou")
        store.conversations.set_system_prompt(second, "Be brief.\n")
    with open_store(folder) as store:
        opened = [store.conversations.open(each) for each in (first, second)]
        assert [(each.draft, each.system_prompt) for each in opened] == [("half a thou", ""), ("", "Be brief.\n")]


# -- copies --


def make_rich(store: ChatStore) -> int:
    """A conversation with versions, something removed, and all that can be set."""
    folder = store.folders.create("Work")
    made = store.conversations.create(
        NewConversation(
            "Rich", TitleSource.PERSON, "Be brief.", ChatSettings(top_k=3), folder.id, ("a", "b"), pinned=True
        )
    ).id
    asked = store.messages.add(made, None, question("asked"))
    first = store.messages.add(made, asked.id, answer("first"))
    store.messages.add(made, first.id, question("more"))
    second = store.messages.add(made, asked.id, answer("second"))
    store.messages.add(made, second.id, question("and more"))
    removed = store.messages.add(made, asked.id, answer("removed"))
    store.messages.add(made, removed.id, question("below the removed one"))
    store.messages.choose(first.id)
    store.messages.remove(removed.id)
    store.conversations.set_draft(made, "half a thou")
    return made


def test_a_duplicate_has_all_versions_and_is_a_conversation_of_its_own(memory: ChatStore) -> None:
    source = make_rich(memory)
    copy = memory.conversations.duplicate(source, "Copy")
    before, after = memory.conversations.open(source), memory.conversations.open(copy.id)
    assert (copy.title, copy.title_source, copy.tags, copy.folder_id) == (
        "Copy",
        TitleSource.PERSON,
        ("a", "b"),
        before.summary.folder_id,
    )
    assert copy.uid != before.summary.uid
    assert (after.system_prompt, after.settings, after.draft) == ("Be brief.", ChatSettings(top_k=3), "half a thou")
    assert texts(after.tree.path()) == texts(before.tree.path()) == ["asked", "first", "more"]
    assert texts(tuple(after.tree)) == ["asked", "first", "more", "second", "and more"], (
        "what was removed is not copied"
    )
    asked, first, *_ = after.tree.path()
    assert len(after.tree.versions(first.id)) == 2
    memory.messages.choose(after.tree.versions(first.id)[1])
    assert texts(memory.messages.tree(copy.id).path()) == ["asked", "second", "and more"]
    assert texts(memory.messages.tree(source).path()) == ["asked", "first", "more"]
    assert {each.uid for each in after.tree}.isdisjoint(each.uid for each in before.tree)
    assert memory.conversations.page(limit=1)[0].id == copy.id
    assert asked.created_at_ms == before.tree.path()[0].created_at_ms


def test_a_fork_holds_the_way_to_one_message(memory: ChatStore) -> None:
    source = make_rich(memory)
    second = next(each for each in memory.messages.tree(source) if each.text() == "second")
    fork = memory.conversations.fork(second.id)
    opened = memory.conversations.open(fork.id)
    assert texts(tuple(opened.tree)) == texts(opened.tree.path()) == ["asked", "second"]
    assert (fork.title, opened.system_prompt, opened.draft) == ("Rich", "Be brief.", "")


def test_damage_is_not_made_good_by_copying(memory: ChatStore) -> None:
    source = make_rich(memory)
    with memory.database.transaction() as connection:
        connection.execute("UPDATE parts SET text = 'flipped' WHERE text = 'first'")
    copy = memory.conversations.duplicate(source)
    assert [each.text() for each in memory.messages.tree(copy.id) if each.damaged] == ["flipped"]


# -- large stores --


def plans(store: ChatStore, shelf: Shelf) -> str:
    """How SQLite finds a page of the sidebar."""
    seen: list[str] = []
    store.database.connection.set_trace_callback(seen.append)
    store.conversations.page(shelf, limit=100, below=10**9)
    store.database.connection.set_trace_callback(None)
    (query,) = [each for each in seen if each.startswith("SELECT")]
    return "\n".join(row["detail"] for row in store.database.rows(f"EXPLAIN QUERY PLAN {query}"))


@pytest.mark.parametrize(
    "shelf",
    [
        Shelf(),
        Shelf(pinned=False),
        Shelf(archived=True),
        Shelf(trashed=True),
        Shelf(folder_id=1),
    ],
)
def test_a_page_is_read_from_an_index_in_its_order(shelf: Shelf) -> None:
    with temporary_store() as store:
        plan = plans(store, shelf)
    assert "USING INDEX conversations_" in plan
    assert "TEMP B-TREE" not in plan, "nothing has to be sorted"


def test_conversations_with_a_tag_are_found_by_the_tag(memory: ChatStore) -> None:
    assert "USING COVERING INDEX tags_by_name (tag=?)" in plans(memory, Shelf(tag="rare"))
