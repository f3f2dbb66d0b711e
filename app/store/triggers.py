"""Working on a store without its triggers, where what they keep up to date is made anew afterwards. Knows no table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.store.database import Database


@contextmanager
def without_triggers(database: Database) -> Iterator[None]:
    """Inside a transaction that is open: no triggers. They are back at the end; an error takes the transaction back."""
    connection = database.connection
    found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for trigger in found:
        connection.execute(f"DROP TRIGGER {trigger['name']}")
    yield
    for trigger in found:
        connection.execute(trigger["sql"])
