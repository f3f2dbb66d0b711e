"""Which messages of conversations can be seen, told by their trees alone: quick, as it is asked for every search.

The rules are those of app.core.message_tree.MessageTree.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.store.database import Database


@dataclass(frozen=True, slots=True)
class Sight:
    """shown: on the path that is shown now; None where every message is. gone: removed, or after a removed one."""

    shown: frozenset[int] | None
    gone: frozenset[int]

    def shows(self, message_id: int) -> bool:
        return self.shown is None or message_id in self.shown


_ALL = Sight(None, frozenset())


def sights(database: Database, conversation_ids: Sequence[int]) -> dict[int, Sight]:
    """For each conversation that has messages. Raises a StoreError."""
    # Most conversations are one line, and SQLite sees that quicker than Python.
    sql = """SELECT m.conversation_id, max(m.removed) = 0 AND count(DISTINCT m.parent_id) = count(*) - 1
                    AND min(m.id - m.parent_id) > 0 IS NOT FALSE
             FROM json_each(?) c CROSS JOIN messages m ON m.conversation_id = c.value GROUP BY m.conversation_id"""
    found = database.rows(sql, (json.dumps(list(conversation_ids)),))
    return {id: _ALL if one_line else _of_tree(database, id) for id, one_line in found}


def _of_tree(database: Database, conversation_id: int) -> Sight:
    sql = "SELECT id, parent_id, chosen_child_id, removed FROM messages WHERE conversation_id = ? ORDER BY id"
    first = database.rows("SELECT first_chosen_id FROM conversations WHERE id = ?", (conversation_id,))
    chosen: dict[int | None, int] = {None: first[0][0]} if first else {}
    parents: dict[int, int | None] = {}
    latest: dict[int | None, int] = {}
    removed_ones: set[int] = set()
    gone: set[int] = set()
    for id, parent, choice, removed in database.rows(sql, (conversation_id,)):
        if parent not in parents:  # it is gone itself, or comes later
            parent = None
        parents[id] = parent
        if choice:
            chosen[id] = choice
        if removed:
            removed_ones.add(id)
        else:
            latest[parent] = id
        if removed or parent in gone:
            gone.add(id)
    shown: set[int] = set()
    at: int | None = None
    while (last := latest.get(at)) is not None:
        choice = chosen.get(at)
        at = choice if choice in parents and parents[choice] == at and choice not in removed_ones else last
        shown.add(at)
    return Sight(frozenset(shown), frozenset(gone))
