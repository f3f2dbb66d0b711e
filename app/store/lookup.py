"""Finding conversations by what a person types for them: a number, the beginning of a uid, a title. Only reads."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.database import Database

_IDS_A_QUERY = 500


class Lookup:
    """Every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def everything(self, *, with_trash: bool = False) -> tuple[int, ...]:
        """The ids of all conversations, the least recently active first; archived ones too."""
        where = "" if with_trash else "WHERE trashed_at_ms IS NULL"
        found = self._database.rows(f"SELECT id FROM conversations {where} ORDER BY activity, id")
        return tuple(row["id"] for row in found)

    def uids(self) -> tuple[str, ...]:
        """Of all conversations but those in the trash."""
        found = self._database.rows("SELECT uid FROM conversations WHERE trashed_at_ms IS NULL")
        return tuple(row["uid"] for row in found)

    def with_id(self, number: int) -> int | None:
        found = self._database.rows("SELECT id FROM conversations WHERE id = ?", (number,))
        return found[0]["id"] if found else None

    def with_uid_prefix(self, prefix: str, *, limit: int) -> tuple[int, ...]:
        """Conversations whose uid begins so, the most recently active first."""
        end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        sql = "SELECT id FROM conversations WHERE uid >= ? AND uid < ? ORDER BY activity DESC LIMIT ?"
        return tuple(row["id"] for row in self._database.rows(sql, (prefix, end, limit)))

    def with_title(self, text: str, *, limit: int) -> tuple[int, ...]:
        """Conversations so called, whatever the case, or where there is none those whose title contains it.

        The most recently active first; the trash is left out.
        """
        wanted = " ".join(text.casefold().split())
        sql = "SELECT id, title FROM conversations WHERE trashed_at_ms IS NULL ORDER BY activity DESC"
        containing: list[int] = []
        exact: list[int] = []
        for row in self._database.rows(sql):
            title = " ".join(row["title"].casefold().split())
            if title == wanted:
                exact.append(row["id"])
            elif wanted in title:
                containing.append(row["id"])
        return tuple((exact or containing)[:limit])

    def in_folder(self, folder_id: int) -> tuple[int, ...]:
        """The ids of all conversations in a folder, archived and deleted ones too."""
        found = self._database.rows("SELECT id FROM conversations WHERE folder_id = ? ORDER BY id", (folder_id,))
        return tuple(row["id"] for row in found)

    def title(self, conversation_id: int) -> str | None:
        """Its title; None where there is no such conversation."""
        found = self._database.rows("SELECT title FROM conversations WHERE id = ?", (conversation_id,))
        return found[0]["title"] if found else None

    def message_counts(self, conversation_ids: Sequence[int]) -> dict[int, int]:
        """How many messages each has, all versions counted and removed ones not."""
        counts = dict.fromkeys(conversation_ids, 0)
        for start in range(0, len(conversation_ids), _IDS_A_QUERY):
            some = tuple(conversation_ids[start : start + _IDS_A_QUERY])
            marks = ", ".join("?" * len(some))
            sql = f"""SELECT conversation_id, count(*) AS number FROM messages
                      WHERE removed = 0 AND conversation_id IN ({marks}) GROUP BY conversation_id"""
            counts.update((row["conversation_id"], row["number"]) for row in self._database.rows(sql, some))
        return counts
