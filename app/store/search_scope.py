"""Which conversations and messages a search may look at: a SearchFilter as conditions of SQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from app.core.search import SearchFilter
from app.store.database import Database

NARROW: Final = 4_000
"""So many rows are better named one by one than met among all that hold a word."""
SPANNED: Final = 20_000
"""So many parts are looked through for where they begin and end."""

_ANSWERS_OF_MODEL: Final = """messages x WHERE x.facts IS NOT NULL
    AND CASE WHEN json_valid(x.facts) THEN json_extract(x.facts, '$.model') END = ?"""


@dataclass(frozen=True, slots=True)
class Condition:
    """To be joined by AND; true where there is nothing in it."""

    clauses: tuple[str, ...] = ()
    values: tuple[object, ...] = ()

    def __str__(self) -> str:
        return " AND ".join(("TRUE", *self.clauses))

    def __add__(self, other: Condition) -> Condition:
        return Condition(self.clauses + other.clauses, self.values + other.values)


class Scope:
    """What a filter lets through, as conditions for finding titles and for finding parts.

    A folder, a tag, a model, the trash or some days may hold a little out of very much. A frequent word is then not
    looked up everywhere until some of that turns up: its rows are named, and FTS5 goes through those alone.
    """

    def __init__(self, database: Database, wanted: SearchFilter) -> None:
        self._database = database
        self._wanted = wanted
        self._few = self._few_conversations()

    def titles(self) -> Condition:
        """On `search_titles` and `conversations c`."""
        made = self._conversations() if self._few is None else _named("search_titles", self._few)
        return made + _from_to("c.updated_at_ms", "c.created_at_ms", self._wanted)

    def parts(self) -> Condition:
        """On `search`, `parts p`, `messages m` and `conversations c`."""
        dates = _from_to("m.created_at_ms", "m.created_at_ms", self._wanted)
        sight = Condition(() if self._wanted.removed else ("m.removed = 0",))
        if self._few is not None and (few := self._few_parts(self._few)) is not None:
            return _named("search", few) + dates + sight
        return self._conversations() + dates + self._span_of(dates) + sight

    def _conversations(self, *, by_list: bool = False) -> Condition:
        """On `conversations c`. by_list: for collecting all of them, and not for looking at one after the other."""
        wanted = self._wanted
        if wanted.conversation_id is not None:
            return Condition(("c.id = ?",), (wanted.conversation_id,))
        made = Condition((f"c.trashed_at_ms IS {'NOT ' if wanted.trashed else ''}NULL",))
        if wanted.archived is not None:
            made += Condition((f"c.archived = {int(wanted.archived)}",))
        if wanted.folder_id is not None:
            made += Condition(("c.folder_id = ?",), (wanted.folder_id,))
        among = (
            "c.id IN (SELECT x.conversation_id FROM {})"
            if by_list
            else "EXISTS (SELECT 1 FROM {} AND x.conversation_id = c.id)"
        )
        if wanted.tag is not None:
            made += Condition((among.format("tags x WHERE x.tag = ?"),), (wanted.tag,))
        if wanted.model is not None:
            made += Condition((among.format(_ANSWERS_OF_MODEL),), (wanted.model,))
        return made

    def _few_conversations(self) -> list[int] | None:
        """All of them; None where they are many, or where no index leads to them."""
        wanted = self._wanted
        if not (wanted.trashed or any((wanted.folder_id, wanted.tag, wanted.model, wanted.conversation_id))):
            return None
        condition = self._conversations(by_list=True)
        return self._few_ids(f"SELECT c.id FROM conversations c WHERE {condition}", condition.values)

    def _few_parts(self, conversations: list[int]) -> list[int] | None:
        sql = """SELECT p.id FROM json_each(?) c CROSS JOIN messages m ON m.conversation_id = c.value
                 CROSS JOIN parts p ON p.message_id = m.id"""
        return self._few_ids(sql, (json.dumps(conversations),))

    def _span_of(self, dates: Condition) -> Condition:
        """From the first to the last part of these dates, as most of what is between was written between them, too."""
        if not dates.clauses:
            return Condition()
        sql = f"""SELECT count(*), min(id), max(id) FROM (SELECT p.id AS id FROM messages m
                  CROSS JOIN parts p ON p.message_id = m.id WHERE {dates} LIMIT {SPANNED + 1})"""
        count, first, last = self._database.rows(sql, dates.values)[0]
        return Condition(("search.rowid BETWEEN ? AND ?",), (first, last)) if count <= SPANNED else Condition()

    def _few_ids(self, sql: str, values: tuple[object, ...]) -> list[int] | None:
        found = self._database.rows(f"{sql} LIMIT {NARROW + 1}", values)
        return [id for (id,) in found] if len(found) <= NARROW else None


def _named(table: str, ids: list[int]) -> Condition:
    # The plus keeps FTS5 from starting a search of its own for each id.
    return Condition(
        (f"{table}.rowid BETWEEN ? AND ?", f"+{table}.rowid IN (SELECT value FROM json_each(?))"),
        (min(ids, default=0), max(ids, default=0), json.dumps(ids)),
    )


def _from_to(last: str, first: str, wanted: SearchFilter) -> Condition:
    made = Condition()
    if wanted.from_ms is not None:
        made += Condition((f"{last} >= ?",), (wanted.from_ms,))
    if wanted.to_ms is not None:
        made += Condition((f"{first} <= ?",), (wanted.to_ms,))
    return made
