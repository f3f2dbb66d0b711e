"""Care for the search index: it can be checked, made anew, and made to forget. Knows nothing of what is searched."""

from __future__ import annotations

import sqlite3
from typing import Final

from app.core.errors import StoreDamaged
from app.store.database import Database
from app.store.words import RULES

_TABLES: Final = ("search_titles", "search")
_MALFORMED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_CORRUPT_VTAB)


class SearchIndex:
    """The index as a whole. Every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_right(self) -> bool:
        """Whether the index says what the conversations say; reads both through."""
        for table in _TABLES:
            try:
                with self._database.transaction() as connection:
                    connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
            except StoreDamaged:
                return False
        return True

    def rebuild(self) -> None:
        """Make the index anew from the conversations, whatever state it is in."""
        with self._database.transaction() as connection:
            for table in _TABLES:
                (sql,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
                # Not FTS5's own 'delete-all': it needs an index that can be read.
                self._make_droppable(connection, table)
                connection.execute(f"DROP TABLE {table}")
                connection.execute(sql)
                connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
            connection.execute("DROP VIEW search_rules")
            connection.execute(f"CREATE VIEW search_rules AS SELECT '{RULES}' AS rules")

    @staticmethod
    def _make_droppable(connection: sqlite3.Connection, table: str) -> None:
        """Put the records that FTS5 reads before it does anything back to those of an empty index.

        Without them a table of its cannot even be dropped. See "Appendix A" of FTS5's documentation for the tables,
        and sqlite3Fts5IndexReinit for their first rows.
        """
        connection.execute(f"DELETE FROM {table}_data")
        connection.execute(f"INSERT INTO {table}_data (id, block) VALUES (1, x''), (10, x'00000000000000')")
        connection.execute(f"DELETE FROM {table}_idx")
        connection.execute(f"REPLACE INTO {table}_config (k, v) VALUES ('version', 4)")

    def rebuild_if_old(self) -> bool:
        """Make the index anew where other rules made it, as those of another version of Unicode; whether it was so."""
        if self._database.rows("SELECT rules FROM search_rules")[0]["rules"] == RULES:
            return False
        self.rebuild()
        return True

    def forget_deleted(self) -> None:
        """Take the words of what was deleted out of the index for good.

        FTS5 only notes that a text is gone, and so keeps its words until parts of the index happen to be merged. After
        this they are in no page of the index in use; `secure_delete` has overwritten what was given back. What the
        write-ahead log still holds is left to who empties it.
        """
        with self._database.transaction() as connection:
            for table in _TABLES:
                connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
