"""Stores of older schemas become stores of the newest with all that was in them, or stay as they are."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.chats import MessageState, Part, PartKind, TitleSource
from app.core.errors import StoreDamaged, StoreFull, StoreNotUpgraded
from app.core.store_notices import StoreNoticeKind
from app.store.backup import FOLDER_NAME, back_up_before_upgrade
from app.store.conversations import Shelf
from app.store.database import Access, Database, JournalMode, open_database
from app.store.migrate import schema_version, upgrade
from app.store.migrations import MIGRATIONS, NEWEST
from app.store.migrations.migration import Migration, statements
from app.store.store import FILE_NAME, ChatStore, open_store
from engine.types import Role
from tests.app.store.kit import as_killed, verdict
from tests.app.store.mounts import in_own_mounts, make_read_only, mount_small_disk
from tests.app.store.schemas import load, schemas
from tests.app.store.schemas.make import make

OLD = [schema for schema in schemas() if schema < NEWEST]
JOURNALS = [JournalMode.WAL, JournalMode.DELETE]
Rows = dict[str, list[tuple[object, ...]]]


def rows_of(path: Path, columns: dict[str, list[str]] | None = None) -> Rows:
    """Every row of the tables a person's words are in; only of the given columns, where they are given."""
    connection = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)
    found = {}
    for table in ("folders", "conversations", "tags", "messages", "parts"):
        names = columns_of(connection, table) if columns is None else columns[table]
        found[table] = connection.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1, 2").fetchall()
    connection.close()
    return found


def columns_of(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def all_columns(path: Path) -> dict[str, list[str]]:
    connection = sqlite3.connect(path)
    tables = ("folders", "conversations", "tags", "messages", "parts")
    found = {table: columns_of(connection, table) for table in tables}
    connection.close()
    return found


def version_of(path: Path) -> int:
    return int.from_bytes(path.read_bytes()[60:64], "big")


# -- every schema there ever was --


def test_there_is_a_store_of_every_older_schema() -> None:
    assert list(range(1, NEWEST)) == OLD


@pytest.mark.parametrize("schema", OLD)
def test_released_migrations_are_never_edited(schema: int) -> None:
    """A store made by them is, word for word, the store that was made then."""
    then = (Path(__file__).parent / "schemas" / f"schema_{schema}.sql").read_text(encoding="utf-8")
    assert make(schema) == then


@pytest.mark.parametrize("journal", JOURNALS)
@pytest.mark.parametrize("schema", OLD)
def test_an_old_store_keeps_everything(folder: Path, schema: int, journal: JournalMode) -> None:
    file = folder / FILE_NAME
    load(schema, file)
    columns, before = all_columns(file), rows_of(file)
    with open_store(folder, journal) as store:
        assert store.notices == ()
        assert schema_version(store.database.connection) == NEWEST
        assert verdict(store) == "ok"
    after = rows_of(file, columns)
    state = columns["messages"].index("state")
    interrupted = [
        tuple("interrupted" if at == state and each == "streaming" else each for at, each in enumerate(row))
        for row in before["messages"]
    ]
    assert after == {**before, "messages": interrupted}
    (backup,) = (folder / FOLDER_NAME).iterdir()
    assert rows_of(backup) == before
    assert version_of(backup) == schema
    with open_store(folder, journal) as store:
        assert schema_version(store.database.connection) == NEWEST
    assert len(list((folder / FOLDER_NAME).iterdir())) == 1, "nothing is upgraded twice"


def test_a_store_of_schema_1_shows_what_was_in_it(folder: Path) -> None:
    load(1, folder / FILE_NAME)
    with open_store(folder) as store:
        assert_shows_schema_1(store)


def assert_shows_schema_1(store: ChatStore) -> None:
    assert [each.name for each in store.folders.all()] == ["雑記 & <b>", "Work"]
    assert [each.title for each in store.conversations.page()] == ["empty, and newest", "", "Named by me"]
    assert [each.title for each in store.conversations.pinned()] == ["Named by me"]
    assert [each.title for each in store.conversations.page(Shelf(archived=True))] == ["归档 📦"]
    assert [each.title for each in store.conversations.page(Shelf(trashed=True))] == ["thrown away"]
    first = store.conversations.open(1)
    assert first.summary.title_source is TitleSource.PERSON
    assert first.summary.tags == ("red", "ünïcode")
    assert (first.system_prompt, first.draft) == ("Be brief.", "half a thou")
    assert (first.settings.model, first.settings.thinking, first.settings.top_k) == ("Qwen3-0.6B", False, 20)
    assert first.settings.model_extra == {"of_a_later_version": {"a": None}}
    assert [each.id for each in first.tree.path()] == [1, 3, 5, 6]
    asked, replied, *_ = first.tree.path()
    assert asked.parts == (
        Part(PartKind.ATTACHMENT, "line one\nline two\n", "notes.txt"),
        Part(PartKind.TEXT, "What is written there?"),
    )
    assert replied.text(PartKind.THINKING) == "They ask about notes.txt."
    assert replied.facts is not None
    assert (replied.facts.model, replied.facts.answer_tokens, replied.facts.seed) == ("Qwen3-0.6B", 12, 7)
    assert first.tree.versions(3) == (2, 3)
    assert first.tree.message(7).removed
    assert [each.id for each in first.tree if each.damaged] == [4]
    interrupted = store.messages.message(10)
    assert (interrupted.role, interrupted.state) == (Role.ASSISTANT, MessageState.INTERRUPTED)
    assert interrupted.text() == "Arr, half an ans"
    tool = [each.parts[0] for each in store.messages.tree(4).path()[1:]]
    assert tool == [
        Part(PartKind.TOOL_CALL, '{"expression": "2+2"}', "calculator"),
        Part(PartKind.TOOL_RESULT, "4", "calculator"),
    ]


# -- what goes wrong --


@pytest.fixture
def old(folder: Path) -> Iterator[Database]:
    """An open store of schema 1."""
    load(1, folder / FILE_NAME)
    database = open_database(folder / FILE_NAME)
    yield database
    database.close()


def back_up(database: Database, folder: Path, version: int) -> Path:
    return Path(str(back_up_before_upgrade(database, folder, version)))


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE fine (id INTEGER); UPDATE parts SET text = ''; INSERT INTO nowhere VALUES (1);",
        "DELETE FROM parts;\nINSERT INTO tags SELECT * FROM tags;",
        "DROP TABLE parts;\nSELECT json('{');",
    ],
)
def test_a_failing_step_leaves_the_store_as_it_was(old: Database, folder: Path, script: str) -> None:
    with old.snapshot():
        before = old.connection.execute("SELECT * FROM parts ORDER BY id").fetchall()
    script = script.replace("; ", ";\n")
    broken = Migration(NEWEST + 1, "of a later day", script)
    with pytest.raises(StoreNotUpgraded, match=rf"schema {NEWEST + 1} \(of a later day\).*as it was"):
        upgrade(old, lambda version: back_up(old, folder, version), (*MIGRATIONS, broken))
    assert schema_version(old.connection) == 1, "not something in between, which no Ponder could use"
    assert old.connection.execute("SELECT * FROM parts ORDER BY id").fetchall() == before
    assert old.rows("PRAGMA integrity_check")[0][0] == "ok"
    assert len(list((folder / FOLDER_NAME).iterdir())) == 1
    upgrade(old, lambda version: back_up(old, folder, version))
    assert schema_version(old.connection) == NEWEST


def test_nothing_is_changed_without_a_backup(old: Database) -> None:
    def refuse(version: int) -> None:
        assert version == 1
        raise StoreFull("no room for the backup")

    with pytest.raises(StoreFull):
        upgrade(old, refuse)
    assert schema_version(old.connection) == 1


def test_a_new_store_needs_no_backup(folder: Path) -> None:
    with open_store(folder):
        pass
    assert not (folder / FOLDER_NAME).exists()


def test_no_backup_is_made_of_a_damaged_store_and_nothing_is_changed(folder: Path) -> None:
    file = folder / FILE_NAME
    load(1, file)
    connection = sqlite3.connect(file)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'messages_after'").fetchone()
    connection.close()
    data = bytearray(file.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = bytes(4096)
    file.write_bytes(data)
    with pytest.raises(StoreDamaged):
        open_store(folder, JournalMode.DELETE)
    assert file.read_bytes()[100:] == data[100:], "all but SQLite's own numbers at the head"
    assert not any((folder / FOLDER_NAME).iterdir())


def test_an_old_store_that_cannot_be_written_is_shown(tmp_path: Path) -> None:
    in_own_mounts(show_read_only, tmp_path / "disk")


def show_read_only(disk: Path) -> None:
    mount_small_disk(disk, 4 << 20)
    load(1, disk / FILE_NAME)
    make_read_only(disk)
    before = (disk / FILE_NAME).read_bytes()
    with open_store(disk) as store:
        assert not store.writable
        assert [each.kind for each in store.notices] == [StoreNoticeKind.READ_ONLY]
        assert_shows_schema_1(store)
    assert (disk / FILE_NAME).read_bytes() == before


# -- killed in the middle --


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_kill_at_any_statement_leaves_the_old_store_or_the_new_one(
    folder: Path, tmp_path: Path, journal: JournalMode
) -> None:
    """The files are copied as they are before each statement, and after the last: what a kill would leave."""
    file = folder / FILE_NAME
    load(1, file)
    columns, before = all_columns(file), rows_of(file)
    database = open_database(file, journal=journal)
    database.connection.execute("PRAGMA cache_size = 1")  # so that pages are written before the commit
    states: dict[str, Path] = {}
    seen = 0

    def keep(statement: object) -> None:
        nonlocal seen
        seen += 1
        copy = as_killed(folder, tmp_path / f"copy-{seen}")
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(copy.iterdir()))).hexdigest()
        states.setdefault(digest, copy)

    database.connection.set_trace_callback(keep)
    upgrade(database, lambda version: None)
    database.connection.set_trace_callback(None)
    keep(None)
    database.close()
    assert seen > sum(1 for each in MIGRATIONS[1:] for _ in statements(each.script))
    assert len(states) > 2, "some were in the middle"
    versions = []
    for copy in states.values():
        check = open_database(copy / FILE_NAME, Access.WRITE, journal)
        versions.append(schema_version(check.connection))
        assert check.rows("PRAGMA integrity_check")[0][0] == "ok"
        check.close()
        assert rows_of(copy / FILE_NAME, columns) == before
        with open_store(copy, journal) as store:
            assert store.notices == ()
            assert schema_version(store.database.connection) == NEWEST
            assert_shows_schema_1(store)
    assert sorted(set(versions)) == [1, NEWEST]
    assert versions == sorted(versions)


def kill_during(folder: Path, statement: int, journal: JournalMode) -> bool:
    """Upgrade in a child process that kills itself before a statement of a migration; whether it came that far."""
    script = f"""
import os, signal, sys
from pathlib import Path
import app.store.migrations.migration as migration
from app.store.database import JournalMode
from app.store.store import open_store
plain, seen = migration.statements, 0
def counted(script):
    global seen
    for each in plain(script):
        if seen == {statement}:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1
        yield each
migration.statements = counted
open_store(Path(sys.argv[1]), JournalMode({str(journal)!r})).close()
"""
    done = subprocess.run([sys.executable, "-c", script, folder], capture_output=True, text=True)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def assert_survives_kills(tmp_path: Path, wanted: list[int]) -> None:
    for statement in wanted:
        for journal in JOURNALS:
            folder = tmp_path / f"{journal}-{statement}"
            load(1, folder / FILE_NAME)
            before = rows_of(folder / FILE_NAME)
            assert kill_during(folder, statement, journal)
            (backup,) = (folder / FOLDER_NAME).iterdir()
            assert rows_of(backup) == before
            with open_store(folder, journal) as store:
                assert_shows_schema_1(store)
                assert verdict(store) == "ok"


needs_kill = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")


@needs_kill
def test_an_upgrade_that_was_killed_is_done_again(tmp_path: Path) -> None:
    assert_survives_kills(tmp_path, [1])


@needs_kill
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_an_upgrade_that_was_killed_anywhere_is_done_again(tmp_path: Path) -> None:
    count = sum(1 for each in MIGRATIONS[1:] for _ in statements(each.script))
    assert_survives_kills(tmp_path, list(range(count)))


# -- the steps themselves --


def test_numbers_follow_each_other() -> None:
    assert [each.number for each in MIGRATIONS] == list(range(1, NEWEST + 1))


def test_a_script_is_split_where_its_statements_end() -> None:
    script = """
CREATE TABLE a (text TEXT DEFAULT ';');
CREATE TRIGGER t AFTER INSERT ON a BEGIN
    SELECT 1; -- here;
END;
"""
    assert [each[:14] for each in statements(script)] == ["CREATE TABLE a", "CREATE TRIGGER"]
    with pytest.raises(ValueError, match="no end"):
        list(statements("SELECT 1;\nSELECT 2"))
