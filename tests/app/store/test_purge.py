"""What is purged is in no byte of the store any more, and in the backups until it is taken out of them as well."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.chats import GenerationFacts, MessageState, NewConversation, NewMessage, Part, PartKind
from app.core.store_reports import PurgeReport, StoreProgress, StoreStage
from app.store import purge, work
from app.store.backup import list_backups, make_backup
from app.store.check import check, check_folder
from app.store.database import JournalMode, open_database
from app.store.migrations import MIGRATIONS
from app.store.purge import empty_trash, purge_conversations, purge_copies, purge_removed_messages
from app.store.rescue import recover_or_explain
from app.store.restore import restore
from app.store.store import FILE_NAME, ChatStore, open_store, read_store, temporary_store
from app.store.thinning import Keep
from app.store.words import fold
from app.store.work import Work
from engine.errors import Cancelled
from engine.types import Role
from tests.app.store.samples import contents, write_sample

CANARIES = ("quixotrycanary", "秘密の金糸雀", "Ďiakritický kanárik", "канарейка")
_DAY_MS = 86_400_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "chats"


@pytest.fixture
def store(folder: Path) -> Iterator[ChatStore]:
    write_sample(folder, messages=200)
    with open_store(folder) as opened:
        yield opened


def _traces(folder: Path) -> set[str]:
    """Which canaries are in any file, as they were written or as the search index writes them."""
    data = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        canary
        for canary in CANARIES
        if any(form.encode() in data for form in {canary, canary.lower(), *fold(canary).split()})
    }


def _add_secret(store: ChatStore, times: int = 1) -> int:
    """A conversation with the canaries in everything that can hold text, also where it was changed or taken away."""
    text = " ".join(CANARIES)
    made = store.conversations.create(
        NewConversation(title=f"title {text}", system_prompt=f"prompt {text}", tags=(CANARIES[0],))
    )
    store.conversations.set_draft(made.id, f"draft {text}")
    parent: int | None = None
    for number in range(times):
        asked = NewMessage(Role.USER, (Part(PartKind.TEXT, f"question {number} {text}"),))
        parent = store.messages.add(made.id, parent, asked).id
        answer = NewMessage(Role.ASSISTANT, state=MessageState.STREAMING)
        parent = store.messages.add(made.id, parent, answer).id
        for words in range(1, 5):
            thought = Part(PartKind.THINKING, f"thought {text} " * words)
            parts = (thought, Part(PartKind.TEXT, f"answer {text} " * words * 9))
            store.messages.save(parent, parts)
        parts = (Part(PartKind.TEXT, f"answer {text} " * 200), Part(PartKind.ATTACHMENT, text, f"{CANARIES[0]}.txt"))
        store.messages.save(parent, parts, MessageState.COMPLETE, GenerationFacts(failure_message=text))
    return made.id


def test_the_canaries_are_seen_where_they_are(store: ChatStore, folder: Path) -> None:
    assert _traces(folder) == set()
    _add_secret(store)
    assert _traces(folder) == set(CANARIES)
    store.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    blocks = b"".join(row["block"] for row in store.database.rows("SELECT block FROM search_data"))
    assert b"quixotrycanary" in blocks
    assert "秘".encode() in blocks
    store.database.connection.execute("DELETE FROM parts")
    assert _traces(folder) == set(CANARIES)  # deleting a row is not enough


@pytest.mark.parametrize("journal", [JournalMode.WAL, JournalMode.DELETE])
def test_after_a_purge_no_byte_of_the_folder_holds_it(folder: Path, journal: JournalMode) -> None:
    write_sample(folder, messages=200)
    with open_store(folder, journal) as store:
        conversation = _add_secret(store, times=5)
        others = store.conversations.count()
        assert store.search.find(CANARIES[1])
        report = purge_conversations(store.database, [conversation])
        assert (report.conversations, report.messages) == (1, 10)
        assert report.shrunk
        assert report.settled
        assert report.words() == ("1 conversation and 10 messages removed for good; what stood there is overwritten.",)
        assert _traces(folder) == set()  # while it is open
        assert store.conversations.count() == others - 1
        assert not store.search.find(CANARIES[1])
        assert check(store.database).sound
    assert _traces(folder) == set()


def test_without_room_to_shrink_it_is_overwritten_all_the_same(
    store: ChatStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = _add_secret(store, times=30)
    store.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    size = (folder / FILE_NAME).stat().st_size
    monkeypatch.setattr(purge, "free_bytes", lambda folder: 1000)
    report = purge_conversations(store.database, [conversation])
    assert not report.shrunk
    assert "The file is as large as before: there is no room" in " ".join(report.words())
    assert (folder / FILE_NAME).stat().st_size == size
    assert _traces(folder) == set()
    assert check(store.database).sound


def test_the_file_gets_smaller(store: ChatStore, folder: Path) -> None:
    conversation = _add_secret(store, times=30)
    store.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    before = (folder / FILE_NAME).stat().st_size
    purge_conversations(store.database, [conversation])
    assert (folder / FILE_NAME).stat().st_size < before * 0.8


def test_a_reader_in_the_middle_of_reading_keeps_it_from_being_settled(
    store: ChatStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = _add_secret(store)
    store.database.connection.execute("PRAGMA busy_timeout = 1")
    with read_store(folder) as reader, reader.database.snapshot() as connection:
        connection.execute("SELECT count(*) FROM messages").fetchone()
        report = purge_conversations(store.database, [conversation])
    assert not report.settled
    assert "last traces go when Ponder is closed" in " ".join(report.words())
    store.close()
    assert _traces(folder) == set()


def test_removed_messages_go_with_what_follows_them(store: ChatStore, folder: Path) -> None:
    secret = _add_secret(store, times=3)
    other = store.conversations.create(NewConversation(title="other"))
    new = NewMessage(Role.USER, (Part(PartKind.TEXT, "stays"),))
    kept = store.messages.add(other.id, None, new).id
    gone = store.messages.add(other.id, kept, NewMessage(Role.ASSISTANT, (Part(PartKind.TEXT, "zebracanary"),))).id
    store.messages.add(other.id, gone, NewMessage(Role.USER, (Part(PartKind.TEXT, "zebracanary again"),)))
    store.messages.remove(gone)
    report = purge_removed_messages(store.database, other.id)
    assert (report.conversations, report.messages) == (0, 2)
    assert len(report.purged.messages) == 2
    assert [message.id for message in store.messages.tree(other.id)] == [kept]
    assert len(store.messages.tree(secret)) == 6
    assert b"zebracanary" not in b"".join(path.read_bytes() for path in folder.glob("chats*"))
    before = len(store.database.rows("SELECT 1 FROM messages WHERE removed = 1"))
    assert before > 0
    purge_removed_messages(store.database)
    assert not store.database.rows("SELECT 1 FROM messages WHERE removed = 1")


def test_the_trash_is_emptied_of_what_has_been_in_it_for_long(store: ChatStore) -> None:
    store.database.connection.execute("UPDATE conversations SET trashed_at_ms = NULL")
    now_ms = store.database.now_ms()
    old, young, kept = (store.conversations.create(NewConversation(title=title)).id for title in ("a", "b", "c"))
    store.database.now_ms = lambda: now_ms - 31 * _DAY_MS
    store.conversations.trash([old])
    store.database.now_ms = lambda: now_ms - 29 * _DAY_MS
    store.conversations.trash([young])
    store.database.now_ms = lambda: now_ms
    report = empty_trash(store.database, older_than_days=30)
    assert report.conversations == 1
    assert _ids(store) >= {young, kept}
    assert old not in _ids(store)
    assert empty_trash(store.database, older_than_days=30).words() == ("There was nothing to remove.",)
    assert empty_trash(store.database).conversations == 1
    assert young not in _ids(store)
    assert kept in _ids(store)


def _ids(store: ChatStore) -> set[int]:
    return {row["id"] for row in store.database.rows("SELECT id FROM conversations")}


def test_what_is_gone_already_does_not_matter(store: ChatStore) -> None:
    before = _ids(store)
    report = purge_conversations(store.database, [999_999])
    assert report.words() == ("There was nothing to remove.",)
    assert _ids(store) == before


def test_a_temporary_store_purges_too() -> None:
    with temporary_store() as store:
        conversation = _add_secret(store)
        assert purge_conversations(store.database, [conversation]).messages == 2
        assert store.conversations.count() == 0


def test_a_broken_search_index_does_not_keep_from_purging(store: ChatStore, folder: Path) -> None:
    conversation = _add_secret(store)
    store.database.connection.execute("UPDATE search_data SET block = zeroblob(length(block)) WHERE id > 10")
    store.database.connection.execute("UPDATE search_docsize SET sz = x'00'")
    assert purge_conversations(store.database, [conversation]).conversations == 1
    assert _traces(folder) == set()
    assert check(store.database).sound


@pytest.mark.parametrize("damaged", ["quixotryc@nary", "quixotrycanarx"])
def test_words_of_a_text_that_was_damaged_leave_the_search_index_too(
    damaged: str, store: ChatStore, folder: Path
) -> None:
    """The index is told what to take out by showing it the text; a damaged text would leave the right words in it."""
    conversation = _add_secret(store)
    connection = store.database.connection
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for trigger in triggers:
        connection.execute(f"DROP TRIGGER {trigger['name']}")
    connection.execute(
        f"UPDATE parts SET text = replace(text, '{CANARIES[0]}', '{damaged}') "
        f"WHERE message_id IN (SELECT id FROM messages WHERE conversation_id = {conversation})"
    )
    for trigger in triggers:
        connection.execute(trigger["sql"])
    purge_conversations(store.database, [conversation])
    assert _traces(folder) == set()
    assert store.search.is_right()


# -- backups --


@pytest.fixture
def purged(store: ChatStore, folder: Path) -> PurgeReport:
    """A conversation purged from the store, and still in two of its three backups."""
    make_backup(store.database, folder)
    conversation = _add_secret(store, times=3)
    for _ in range(2):
        make_backup(store.database, folder, keep=Keep(latest=3))
    return purge_conversations(store.database, [conversation])


def test_backups_hold_it_until_they_are_purged_as_well(store: ChatStore, folder: Path, purged: PurgeReport) -> None:
    assert purged.backups == 2
    assert "It is still in 2 backups" in " ".join(purged.words())
    assert _traces(folder) == set(CANARIES)
    assert _traces(folder / "backups") == set(CANARIES)
    before = [(each.path, each.conversations, each.path.stat().st_mtime_ns) for each in list_backups(folder)]
    report = purge_copies(folder, purged.purged)
    assert (report.rewritten, report.deleted, report.left) == (2, 0, 0)
    assert _traces(folder) == set()
    after = [(each.path, each.conversations, each.path.stat().st_mtime_ns) for each in list_backups(folder)]
    assert [path for path, _, _ in after] == [path for path, _, _ in before]
    assert [modified for _, _, modified in after] == [modified for _, _, modified in before]
    oldest = before[2][1]
    assert [count for _, count, _ in after] == [oldest, oldest, oldest]
    for each in list_backups(folder):
        restored = folder.parent / str(each.number)
        restore(restored, each.path)
        assert check_folder(restored).sound
    assert purge_copies(folder, purged.purged).rewritten == 0


def test_a_backup_of_the_first_schema_is_purged_too(folder: Path) -> None:
    path = write_sample(folder, messages=100, version=1)
    assert MIGRATIONS[-1].number > 1
    database = open_database(path)
    row = database.rows("SELECT id, uid, conversation_id FROM messages WHERE role = 'assistant' LIMIT 1")[0]
    database.connection.execute("UPDATE parts SET text = ? WHERE message_id = ?", (CANARIES[1], row["id"]))
    database.close()
    with open_store(folder) as store:  # the upgrade makes a backup
        report = purge_conversations(store.database, [row["conversation_id"]])
        assert report.backups == 1
        assert _traces(folder / "backups") == {CANARIES[1]}
        assert purge_copies(folder, report.purged).rewritten == 1
    assert _traces(folder) == set()
    (backup,) = list_backups(folder)
    assert backup.schema == 1
    assert len(contents(backup.path)["conversations"]) == backup.conversations


def test_what_was_set_aside_goes_only_where_that_is_wanted(store: ChatStore, folder: Path, tmp_path: Path) -> None:
    conversation = _add_secret(store)
    backup = make_backup(store.database, folder)
    store.close()
    restore(folder, backup)
    (folder / f"{FILE_NAME}-wal.set-aside-1").write_bytes(CANARIES[0].encode())
    recover_or_explain(folder)
    broken = folder / "backups" / "chats-000009-20200101T000000Z-schema-1.sqlite3"
    shutil.copyfile(folder / f"{FILE_NAME}-wal.set-aside-1", broken)
    with open_store(folder) as again:
        report = purge_conversations(again.database, [conversation])
    assert (report.backups, report.set_aside) == (1, 4)
    assert "4 older files set aside may hold some of it" in " ".join(report.words())
    left = purge_copies(folder, report.purged)
    assert (left.rewritten, left.deleted, left.left) == (1, 0, 4)
    assert "may still hold some of it" in " ".join(left.words())
    assert _traces(folder) == set(CANARIES)
    gone = purge_copies(folder, report.purged, set_aside=True)
    assert (gone.rewritten, gone.deleted, gone.left) == (0, 4, 0)
    assert _traces(folder) == set()


# -- stopping --


def test_a_stop_before_the_end_removes_nothing(store: ChatStore) -> None:
    conversation = _add_secret(store, times=3)
    before = _ids(store)
    with pytest.raises(Cancelled):
        purge_conversations(store.database, [conversation], Work(cancelled=lambda: True))
    assert _ids(store) == before
    assert len(store.messages.tree(conversation)) == 6
    assert store.search.find(CANARIES[1])
    assert check(store.database).sound


def test_a_stop_while_the_file_is_shrunk_leaves_it_large_and_clean(
    store: ChatStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "_INSTRUCTIONS", 50)
    conversation = _add_secret(store, times=3)
    stages: list[StoreProgress] = []

    def shrinking() -> bool:
        return bool(stages) and stages[-1].stage is StoreStage.SHRINKING

    report = purge_conversations(store.database, [conversation], Work(stages.append, shrinking))
    assert not report.shrunk
    assert "that was stopped" in " ".join(report.words())
    assert _traces(folder) == set()
    assert check(store.database).sound


def test_a_stop_leaves_the_backups_as_they_were(folder: Path, purged: PurgeReport) -> None:
    before = {path: path.read_bytes() for path in (folder / "backups").iterdir()}
    with pytest.raises(Cancelled):
        purge_copies(folder, purged.purged, Work(cancelled=lambda: True))
    assert {path: path.read_bytes() for path in (folder / "backups").iterdir()} == before
