"""Folders of conversations."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.chats import Folder
from app.core.errors import NotInStore
from app.store.database import Database
from app.store.text import storable


class Folders:
    """Reads and writes folders. Every method raises StoreError; one about a folder that is gone, NotInStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Folder, ...]:
        """In the person's order."""
        rows = self._database.rows("SELECT id, name FROM folders ORDER BY position, id")
        return tuple(Folder(row["id"], row["name"]) for row in rows)

    def create(self, name: str) -> Folder:
        name = storable(name)
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO folders (name, position) SELECT ?, coalesce(max(position), 0) + 1 FROM folders", (name,)
            )
        if cursor.lastrowid is None:
            raise RuntimeError("SQLite gave no id to a new row")
        return Folder(cursor.lastrowid, name)

    def rename(self, folder_id: int, name: str) -> None:
        self._change("UPDATE folders SET name = ? WHERE id = ?", (storable(name), folder_id))

    def delete(self, folder_id: int) -> None:
        """Take the folder away; its conversations stay, outside of any folder."""
        self._change("DELETE FROM folders WHERE id = ?", (folder_id,))

    def arrange(self, folder_ids: Sequence[int]) -> None:
        """Put the folders in this order; those not named come last, as they were."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE folders SET position = position + ?", (len(folder_ids),))
            connection.executemany(
                "UPDATE folders SET position = ? WHERE id = ?", [(at, folder) for at, folder in enumerate(folder_ids)]
            )

    def _change(self, sql: str, values: tuple[object, ...]) -> None:
        with self._database.transaction() as connection:
            if not connection.execute(sql, values).rowcount:
                raise NotInStore("That folder is no longer there.")
