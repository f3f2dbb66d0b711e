"""A store as it looks after a year: conversations with versions, thoughts, long texts, folders, tags, and gaps where
something was deleted. Written by SQL, because five thousand messages are to take a second.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.core.chats import PartKind
from app.store.database import Access, Database, open_database
from app.store.migrate import upgrade
from app.store.migrations import MIGRATIONS, NEWEST
from app.store.store import FILE_NAME
from app.store.text import checksum

_TEXT = """
    what does the decoder keep in its cache and why is prefill so much faster than decode größe naïve
    翻訳 こんにちは 대화 память ответ emoji 🙂 table of contents print return lambda yield
"""
_WORDS = _TEXT.split()


def write_sample(
    folder: Path, messages: int = 5000, seed: int = 1, version: int = NEWEST, text_words: int = 40
) -> Path:
    """Write a store of that schema into `folder`, with about so many messages; the path of its file."""
    dice = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    database = open_database(folder / FILE_NAME)
    try:
        upgrade(database, lambda present: None, [each for each in MIGRATIONS if each.number <= version])
        with database.transaction():
            _write_rows(database, dice, messages, text_words)
        with database.transaction() as connection:
            connection.execute("DELETE FROM conversations WHERE id % 17 = 3")
    finally:
        database.close()
    return folder / FILE_NAME


def copy_store(source: Path, folder: Path) -> Path:
    """A copy of a closed store's file, under the name a store has."""
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.copyfile(source, folder / FILE_NAME)


def contents(path: Path) -> dict[str, dict[Any, dict[str, Any]]]:
    """Every row of a store by table and id, read by SQLite."""
    database = open_database(path, Access.IMMUTABLE)
    try:
        return {
            table: {row[key]: dict(row) for row in database.rows(f"SELECT *, {key} AS {key} FROM {table}")}
            for table, key in {"folders": "id", "conversations": "id", "messages": "id", "parts": "id"}.items()
        } | {"tags": {tuple(row): dict(row) for row in database.rows("SELECT conversation_id, tag FROM tags")}}
    finally:
        database.close()


def _write_rows(database: Database, dice: random.Random, messages: int, text_words: int) -> None:
    folders = [_insert(database, "folders", {"name": f"Folder {at}", "position": at}) for at in range(6)]
    written = 0
    while written < messages:
        conversation = _conversation(database, dice, folders)
        path: list[int] = []
        for turn in range(dice.choice((2, 2, 4, 6, 10, 30))):
            again = turn % 2 == 1 and dice.random() < 0.15
            for _ in range(2 if again else 1):
                message = _message(database, dice, conversation, path[-1] if path else None, turn, text_words)
                written += 1
            if path:
                _update(database, "messages", path[-1], chosen_child_id=message)
            else:
                _update(database, "conversations", conversation, first_chosen_id=message)
            path.append(message)


def _conversation(database: Database, dice: random.Random, folders: list[int]) -> int:
    number = database.rows("SELECT coalesce(max(id), 0) + 1 FROM conversations")[0][0]
    conversation = _insert(
        database,
        "conversations",
        {
            "uid": f"{dice.getrandbits(128):032x}",
            "title": _text(dice, dice.randint(1, 8)),
            "title_source": dice.choice(("none", "prompt", "model", "person")),
            "system_prompt": _text(dice, 30) if dice.random() < 0.2 else "",
            "settings": json.dumps({"temperature": 0.6}) if dice.random() < 0.3 else "{}",
            "draft": _text(dice, 5) if dice.random() < 0.1 else "",
            "folder_id": dice.choice([None, None, *folders]),
            "pinned": int(dice.random() < 0.05),
            "archived": int(dice.random() < 0.1),
            "trashed_at_ms": 1_700_000_000_000 if dice.random() < 0.05 else None,
            "activity": number,
            "created_at_ms": 1_700_000_000_000 + number,
            "updated_at_ms": 1_700_000_000_000 + number * 60_000,
        },
    )
    for tag in dice.sample(("work", "idea", "later", "日本"), dice.choice((0, 0, 1, 2))):
        _insert(database, "tags", {"conversation_id": conversation, "tag": tag})
    return conversation


def _message(
    database: Database, dice: random.Random, conversation: int, parent: int | None, turn: int, text_words: int
) -> int:
    asked = turn % 2 == 0
    message = _insert(
        database,
        "messages",
        {
            "uid": f"{dice.getrandbits(128):032x}",
            "conversation_id": conversation,
            "parent_id": parent,
            "role": "user" if asked else "assistant",
            "state": "interrupted" if not asked and dice.random() < 0.03 else "complete",
            "facts": None if asked else json.dumps({"model": "qwen3", "seed": dice.randint(0, 1 << 40)}),
            "removed": int(dice.random() < 0.02),
            "created_at_ms": 1_700_000_000_000 + turn * 1000,
        },
    )
    words = dice.choice((3, 5, text_words, text_words, text_words))
    parts = [(PartKind.TEXT, _text(dice, 20 * text_words if dice.random() < 0.03 else words))]
    if not asked and dice.random() < 0.3:
        parts.insert(0, (PartKind.THINKING, _text(dice, text_words)))
    for ordinal, (kind, text) in enumerate(parts):
        digest = checksum(kind, "", text)
        values = {"message_id": message, "ordinal": ordinal, "kind": kind, "name": "", "text": text, "checksum": digest}
        _insert(database, "parts", values)
    return message


def _text(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(_WORDS, k=words))


def _insert(database: Database, table: str, values: Mapping[str, object]) -> int:
    sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' for _ in values)})"
    return database.connection.execute(sql, tuple(values.values())).lastrowid or 0


def _update(database: Database, table: str, row: int, **values: object) -> None:
    changes = ", ".join(f"{name} = ?" for name in values)
    database.connection.execute(f"UPDATE {table} SET {changes} WHERE id = ?", (*values.values(), row))
