"""Whether everything in the store is as it was written. Only reads, and reports damage instead of raising it.

SQLite notices when a file's structure is broken, and hardly ever when a letter of a text has changed; that, the
checksums beside the texts tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.core.errors import StoreDamaged, StoreError
from app.core.store_reports import CheckReport, Finding, FindingKind, StoreStage
from app.store.database import Access, Database, open_database
from app.store.migrate import refuse_foreign, schema_version
from app.store.migrations import NEWEST
from app.store.raw_file import WAL_SUFFIX, beside
from app.store.replace import STORE_NAME
from app.store.search_index import SearchIndex
from app.store.shapes import shapes
from app.store.structure import Depth, structure_of
from app.store.text import checksum
from app.store.work import UNWATCHED, Work

_SHOWN_OF_EACH_KIND: Final = 20
_ROWS_A_STEP: Final = 500


def check_folder(folder: Path, work: Work = UNWATCHED, *, quick: bool = False) -> CheckReport:
    """Check the store in `folder` through a connection of its own, beside one that may be writing.

    Args:
        quick: look at the file's structure only; for a start, on a thread for which nobody waits.

    Raises:
        StoreTooNew, StoreForeign: it is not for this version to judge.
        StoreError: there is no store, or it cannot be opened for a reason that is not damage.
        Cancelled: it was stopped.
    """
    path = folder / STORE_NAME
    if not path.is_file():
        raise StoreError(f"There is no conversation store in {folder}.", "Choose another folder.")
    try:
        refuse_foreign(path)
        database = _open_to_read(path)
    except StoreDamaged as error:
        return CheckReport(path, (Finding(FindingKind.FILE, error.message),), 1)
    try:
        return check(database, work, quick=quick)
    finally:
        database.close()


def check(database: Database, work: Work = UNWATCHED, *, quick: bool = False) -> CheckReport:
    """Check a store that is open. Raises as `check_folder`."""
    checking = _Checking(database, work)
    checking.guarded(lambda: checking.structure(Depth.QUICK if quick else Depth.FULL))
    if quick:
        return checking.report()
    for look in (checking.links, checking.values, checking.checksums, checking.trees, checking.search):
        checking.guarded(look)
    return checking.report()


def _open_to_read(path: Path) -> Database:
    try:
        return open_database(path, Access.READ)
    except StoreDamaged:
        raise
    except StoreError:  # a folder that cannot be written has no place for what sharing a WAL needs
        wal = beside(path, WAL_SUFFIX)
        alone = not wal.exists() or not wal.stat().st_size
        return open_database(path, Access.IMMUTABLE if alone else Access.UNSHARED)


class _Checking:
    def __init__(self, database: Database, work: Work) -> None:
        self._database = database
        self._work = work
        self._findings: list[Finding] = []
        self._of_kind: Counter[FindingKind] = Counter()

    def report(self) -> CheckReport:
        found, count = tuple(self._findings), self._of_kind.total()
        try:
            sql = """SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages),
                            (SELECT count(*) FROM parts)"""
            conversations, messages, parts = self._database.rows(sql)[0]
        except StoreDamaged:
            return CheckReport(self._database.path, found, count)
        return CheckReport(self._database.path, found, count, conversations, messages, parts)

    def guarded(self, look: Callable[[], None]) -> None:
        """Damage that keeps from looking further is a finding like any other."""
        try:
            look()
        except StoreDamaged as error:
            if not self._of_kind[FindingKind.FILE]:
                self._add(FindingKind.FILE, error.message)

    def structure(self, depth: Depth) -> None:
        self._work.step(StoreStage.VERIFYING)
        found = structure_of(self._database, depth, self._work)
        for line in found.file:
            self._add(FindingKind.FILE, f"The file is damaged: {line}.")
        for line in found.index:
            self._add(FindingKind.SEARCH, f"The search index is damaged: {line}.")

    def links(self) -> None:
        self._work.step(StoreStage.VERIFYING)
        with self._work.stopping(self._database.connection):
            for row in self._database.rows("PRAGMA foreign_key_check"):
                what = f"Row {row['rowid']} of {row['table']} belongs to a row of {row['parent']} that is not there."
                self._add(FindingKind.LINK, what)

    def values(self) -> None:
        """What SQLite would not have taken. It knows that itself, but not of a file that it only reads."""
        self._work.step(StoreStage.VERIFYING)
        known = shapes(min(schema_version(self._database.connection), NEWEST))
        for shape in known.values():
            for column in shape.columns:
                if not column.allowed:
                    continue
                sql = (
                    f"SELECT id FROM {shape.table} WHERE {column.name} NOT IN ({', '.join('?' * len(column.allowed))})"
                )
                for row in self._database.rows(sql, tuple(column.allowed)):
                    what = f"Row {row['id']} of {shape.table} has a {column.name} that there is not."
                    self._add(FindingKind.VALUE, what, message_id=row["id"] if shape.table == "messages" else None)

    def checksums(self) -> None:
        total = self._database.rows("SELECT count(*) FROM parts")[0][0]
        # As bytes: a text that is no UTF-8 any more is to be found, not replaced.
        sql = """SELECT p.id, p.message_id, m.conversation_id, p.kind, p.checksum,
                        CAST(p.name AS BLOB) AS name, CAST(p.text AS BLOB) AS text
                 FROM parts p LEFT JOIN messages m ON m.id = p.message_id WHERE p.id > ? ORDER BY p.id LIMIT ?"""
        done, last = 0, -(1 << 63)
        while rows := self._database.rows(sql, (last, _ROWS_A_STEP)):
            for row in rows:
                if _checksum(row["kind"], row["name"], row["text"]) != row["checksum"]:
                    place = self._place(row["message_id"], row["conversation_id"])
                    self._add(
                        FindingKind.CHECKSUM,
                        f"The text of {place} is not what was written.",
                        row["conversation_id"],
                        row["message_id"],
                    )
            last = rows[-1]["id"]
            done += len(rows)
            self._work.step(StoreStage.READING, done, total)

    def trees(self) -> None:
        self._work.step(StoreStage.VERIFYING)
        sql = """SELECT m.id, m.conversation_id, p.conversation_id <> m.conversation_id AS elsewhere
                 FROM messages m JOIN messages p ON p.id = m.parent_id
                 WHERE p.conversation_id <> m.conversation_id OR p.id >= m.id"""
        with self._work.stopping(self._database.connection):
            rows = self._database.rows(sql)
        for row in rows:
            place = self._place(row["id"], row["conversation_id"])
            what = "a message of another conversation" if row["elsewhere"] else "one that was written after it"
            self._add(FindingKind.TREE, f"{place} follows {what}.", row["conversation_id"], row["id"])

    def search(self) -> None:
        if self._of_kind[FindingKind.FILE] or not self._database.rows(
            "SELECT 1 FROM sqlite_schema WHERE name = 'search'"
        ):
            return
        self._work.step(StoreStage.VERIFYING)
        if self._database.access is Access.WRITE:
            self._search(self._database)
            return
        # FTS5 checks itself by a statement that counts as a write.
        copy = open_database(None)
        try:
            with self._database.snapshot() as connection:
                connection.backup(copy.connection)
            self._search(copy)
        finally:
            copy.close()

    def _search(self, database: Database) -> None:
        with self._work.stopping(database.connection):
            if not SearchIndex(database).is_right():
                self._add(FindingKind.SEARCH, "The search index does not say what the conversations say.")

    def _add(
        self, kind: FindingKind, message: str, conversation_id: int | None = None, message_id: int | None = None
    ) -> None:
        self._of_kind[kind] += 1
        if self._of_kind[kind] <= _SHOWN_OF_EACH_KIND:
            self._findings.append(Finding(kind, message, conversation_id, message_id))

    def _place(self, message_id: int, conversation_id: int | None) -> str:
        if conversation_id is None:
            return f"message {message_id}, which belongs to no conversation,"
        rows = self._database.rows("SELECT title FROM conversations WHERE id = ?", (conversation_id,))
        title = f" (“{rows[0]['title']}”)" if rows and rows[0]["title"] else ""
        return f"message {message_id} in conversation {conversation_id}{title}"


def _checksum(kind: str, name: bytes, text: bytes) -> bytes | None:
    """None for what cannot have been written."""
    try:
        return checksum(kind, name.decode(), text.decode())
    except UnicodeDecodeError:
        return None
