"""Writes the text of a store of one schema. Schema 1 begins with the rows below; each later one with the one before."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.store.database import APPLICATION_ID, JournalMode, open_database
from app.store.migrate import upgrade
from app.store.migrations import MIGRATIONS
from app.store.text import checksum
from tests.app.store.schemas import FOLDER, load

_T = 1_700_000_000_000

FOLDERS = [(1, "Work", 1), (2, "雑記 & <b>", 0)]

_SETTINGS = '{"model": "Qwen3-0.6B", "thinking": false, "top_k": 20, "of_a_later_version": {"a": null}}'
_FACTS = '{"answer_tokens": 12, "finish_reason": "stop", "model": "Qwen3-0.6B", "seed": 7, "tokens_per_s": 31.5}'
# id, uid, title, title_source, system_prompt, settings, draft, folder_id, pinned, archived, trashed_at_ms, position,
# activity, first_chosen_id, created_at_ms, updated_at_ms
CONVERSATIONS = [
    (1, "c1", "Named by me", "person", "Be brief.", _SETTINGS, "half a thou", 1, 1, 0, None, 2, 4, 1, _T, _T + 9),
    (2, "c2", "", "none", "", "{}", "", None, 0, 0, None, 0, 5, 8, _T + 1, _T + 1),
    (3, "c3", "归档 📦", "model", "", "{}", "", 2, 0, 1, None, 0, 2, 9, _T + 2, _T - 315_360_000_000),
    (4, "c4", "thrown away", "prompt", "", "{}", "", 1, 1, 0, _T + 3, 1, 3, 11, _T + 3, _T + 3),
    (7, "c7", "empty, and newest", "prompt", "", "{}", "draft only", None, 0, 0, None, 0, 6, None, _T + 4, _T + 4),
]
TAGS = [(1, "red"), (1, "ünïcode"), (3, "red")]
# id, uid, conversation_id, parent_id, role, state, facts, chosen_child_id, removed, created_at_ms
MESSAGES = [
    (1, "m1", 1, None, "user", "complete", None, 3, 0, _T),
    (2, "m2", 1, 1, "assistant", "failed", '{"failure_kind": "out_of_memory"}', None, 0, _T),
    (3, "m3", 1, 1, "assistant", "complete", _FACTS, 5, 0, _T),
    (4, "m4", 1, 3, "user", "complete", None, None, 0, _T),
    (5, "m5", 1, 3, "user", "complete", None, 6, 0, _T),
    (6, "m6", 1, 5, "assistant", "interrupted", None, None, 0, _T),
    (7, "m7", 1, 5, "assistant", "complete", None, None, 1, _T),
    (8, "m8", 2, None, "user", "complete", None, None, 0, _T),
    (9, "m9", 3, None, "system", "complete", None, 10, 0, _T),
    (10, "m10", 3, 9, "assistant", "streaming", None, None, 0, _T),
    (11, "m11", 4, None, "user", "complete", None, 12, 0, _T),
    (12, "m12", 4, 11, "assistant", "complete", None, 13, 0, _T),
    (13, "m13", 4, 12, "tool", "complete", None, None, 0, _T),
]
# id, message_id, ordinal, kind, name, text
PARTS = [
    (1, 1, 0, "attachment", "notes.txt", "line one\nline two\n"),
    (2, 1, 1, "text", "", "What is written there?"),
    (4, 3, 0, "thinking", "", "They ask about notes.txt."),
    (5, 3, 1, "text", "", "Two lines: *one* and **two**."),
    (6, 4, 0, "text", "", "Thanks"),
    (7, 5, 0, "text", "", "And in 日本語? עברית, العربية"),
    (8, 6, 0, "text", "", "二行で"),
    (9, 7, 0, "text", "", "removed by the person"),
    (10, 8, 0, "text", "", '\' OR 1=1; -- "quoted"'),
    (11, 9, 0, "text", "", "You are a pirate."),
    (12, 10, 0, "text", "", "Arr, half an ans"),
    (13, 11, 0, "text", "", "What is 2+2?"),
    (14, 12, 0, "tool_call", "calculator", '{"expression": "2+2"}'),
    (15, 13, 0, "tool_result", "calculator", "4"),
]
_DAMAGED = 6  # the part whose checksum does not match


def make(schema: int) -> str:
    """The text of a store of that schema, made by the migrations as they are now."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "store.sqlite3"
        if schema > 1:
            load(schema - 1, file)
        database = open_database(file, journal=JournalMode.DELETE)
        try:
            upgrade(database, lambda version: None, [each for each in MIGRATIONS if each.number <= schema])
            if schema == 1:
                with database.transaction() as connection:
                    _write_rows(connection)
            return "\n".join(_statements(database.connection, schema)) + "\n"
        finally:
            database.close()


def _write_rows(connection: sqlite3.Connection) -> None:
    parts = [
        (*each, bytes(8) if each[0] == _DAMAGED else checksum(str(each[3]), str(each[4]), str(each[5])))
        for each in PARTS
    ]
    tables: dict[str, Sequence[tuple[object, ...]]] = {
        "folders": FOLDERS,
        "conversations": CONVERSATIONS,
        "tags": TAGS,
        "messages": MESSAGES,
        "parts": parts,
    }
    for table, rows in tables.items():
        for row in rows:
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


def _statements(connection: sqlite3.Connection, schema: int) -> Iterator[str]:
    """Tables with their rows come first, so that no trigger sees them; a virtual table makes those that it hides."""
    kinds = dict(connection.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main'").fetchall())
    objects = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    tables = [name for name, _ in objects if kinds.get(name) == "table" and not name.startswith("sqlite_")]
    yield f"PRAGMA application_id = {APPLICATION_ID};"
    yield f"PRAGMA user_version = {schema};"
    yield "BEGIN;"
    for name, sql in objects:
        if name in tables:
            yield f"{sql};"
            yield from _rows(connection, name)
    yield "DELETE FROM sqlite_sequence;"
    yield from _rows(connection, "sqlite_sequence")
    for name, sql in objects:
        if kinds.get(name) == "virtual":
            yield f"{sql};"
    for name in sorted(kinds):
        if kinds[name] == "shadow":
            yield f"DELETE FROM {name};"
            yield from _rows(connection, name)
    for name, sql in objects:
        if kinds.get(name, "view") == "view":  # and what is no table: indexes, triggers
            yield f"{sql};"
    yield "COMMIT;"


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = " || ', ' || ".join(f"quote({column})" for column in columns)
    for (text,) in connection.execute(f"SELECT {values} FROM {table}"):
        yield f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({text});"


if __name__ == "__main__":
    wanted = int(sys.argv[1])
    (FOLDER / f"schema_{wanted}.sql").write_text(make(wanted), encoding="utf-8", newline="\n")
