"""One step from a schema to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Migration:
    """`number` is the schema's version after it; `script` its statements, each ended by a semicolon."""

    number: int
    name: str
    script: str

    def apply(self, connection: sqlite3.Connection) -> None:
        """Run the statements inside the transaction that is open. Raises sqlite3.Error."""
        for statement in statements(self.script):
            connection.execute(statement)


def statements(script: str) -> Iterator[str]:
    """The single statements of a script; `executescript` would commit the transaction around them."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
    if pending.strip():
        raise ValueError(f"a statement has no end: {pending.strip()[:60]}")
