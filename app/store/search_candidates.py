"""The parts and titles that hold what is searched for: asked of FTS5, the newest first, and scored."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.core.search import HitKind
from app.store.database import Database
from app.store.search_query import Phrase, expression, within
from app.store.search_scope import Condition

RANKED: Final = 500
"""So many of the newest are ranked where there is a rare word to rank by."""
MOST_READ: Final = 5_000
"""So many are looked at in search of more conversations."""
OF_EACH: Final = 10
"""So many of one conversation are taken where they are not ranked; more than are shown, as some may be hidden."""
RARE: Final = 1_000
"""A word that more parts hold says little about which of them is meant."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table of the index and how its rows are read. weights: of its columns, for bm25."""

    table: str
    sql: str
    weights: tuple[float, ...]


_KINDS: Final = tuple(HitKind)
_TITLE, _QUESTION, _ANSWER, _SYSTEM, _THINKING, _ATTACHMENT, _TOOL = range(len(_KINDS))

TITLES: Final = Source(
    "search_titles",
    f"""SELECT c.id, c.id, NULL, {_TITLE}, c.updated_at_ms
        FROM search_titles CROSS JOIN conversations c ON c.id = search_titles.rowid""",
    (1.0,),
)
PARTS: Final = Source(
    "search",
    f"""SELECT p.id, m.conversation_id, m.id,
            CASE p.kind WHEN 'thinking' THEN {_THINKING} WHEN 'attachment' THEN {_ATTACHMENT} WHEN 'text' THEN
                CASE m.role WHEN 'user' THEN {_QUESTION} WHEN 'assistant' THEN {_ANSWER} WHEN 'system' THEN {_SYSTEM}
                ELSE {_TOOL} END ELSE {_TOOL} END,
            m.created_at_ms
        FROM search CROSS JOIN parts p ON p.id = search.rowid CROSS JOIN messages m ON m.id = p.message_id
            CROSS JOIN conversations c ON c.id = m.conversation_id""",
    (1.2, 1.0, 0.6, 0.6, 0.8, 0.6),
)


class Candidate(NamedTuple):
    """id: of the part, or of the conversation whose title it is. whole: its words are whole words there."""

    id: int
    conversation_id: int
    message_id: int | None
    kind: HitKind
    at_ms: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """Asks one table for one filter."""

    database: Database
    source: Source
    kinds: frozenset[HitKind]
    condition: Condition

    def newest(self, phrases: Sequence[Phrase], conversations: int, at_least: int = 0) -> list[Candidate]:
        """The newest that hold all of the phrases: so many, and from so many conversations, if there are.

        Where whole words give that much, places where the last word is only a prefix are not looked for. Beyond
        `at_least`, no more than OF_EACH of one conversation are taken.
        """
        found: dict[int, Candidate] = {}
        seen: Counter[int] = Counter()
        # A frequent word is found newest first without a look at the rest; for a prefix longer than those of the
        # index, FTS5 first gathers everything that begins so.
        for whole in (True, False) if any(phrase.prefix for phrase in phrases) else (True,):
            with closing(self._execute(phrases, whole)) as rows:
                for count, row in enumerate(rows, start=1):
                    id, conversation_id = row[0], row[1]
                    if id not in found and (len(found) < at_least or seen[conversation_id] < OF_EACH):
                        found[id] = _candidate(row, whole)
                        seen[conversation_id] += 1
                    if count >= MOST_READ or (len(found) >= at_least and len(seen) >= conversations):
                        return list(found.values())
        return list(found.values())

    def all(self, phrases: Sequence[Phrase]) -> list[Candidate]:
        """Everything that holds all of the phrases, the newest first."""
        with closing(self._execute(phrases, False)) as rows:
            return [_candidate(row, False) for row in rows]

    def rare(self, phrases: Iterable[Phrase]) -> list[Phrase]:
        """Those that as whole words stand in some rows, but not in many."""
        return [phrase for phrase in phrases if 0 < self._count(phrase) <= RARE]

    def scores(self, phrases: Sequence[Phrase], oldest: int) -> dict[int, float]:
        """bm25 over the phrases as whole words, the lower the better, for ids from `oldest`."""
        if not phrases:
            return {}
        table = self.source.table
        weights = ", ".join(map(str, self.source.weights))
        sql = f"SELECT rowid, bm25({table}, {weights}) FROM {table} WHERE {table} MATCH ? AND rowid >= ?"
        wanted = within(self.kinds, expression(phrases, joined="OR", prefix=False))
        return {row[0]: row[1] for row in self.database.rows(sql, (wanted, oldest))}

    def _execute(self, phrases: Sequence[Phrase], whole: bool) -> sqlite3.Cursor:
        table = self.source.table
        sql = f"{self.source.sql} WHERE {table} MATCH ? AND {self.condition} ORDER BY {table}.rowid DESC"
        wanted = within(self.kinds, expression(phrases, prefix=not whole))
        return self.database.connection.execute(sql, (wanted, *self.condition.values))

    def _count(self, phrase: Phrase) -> int:
        """How many rows hold the phrase as whole words; counted no further than one above RARE."""
        table = self.source.table
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT {RARE + 1})"
        count: int = self.database.rows(sql, (within(self.kinds, phrase.expression(prefix=False)),))[0][0]
        return count


def _candidate(row: sqlite3.Row, whole: bool) -> Candidate:
    id, conversation_id, message_id, kind, at_ms = row
    return Candidate(id, conversation_id, message_id, _KINDS[kind], at_ms, whole)
