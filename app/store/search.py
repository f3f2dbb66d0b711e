"""Finding conversations and messages by words.

What is found is ranked so that it stays quick however much there is:

- FTS5 gives the newest parts of messages, and the newest titles, that hold all of the phrases; whole words come before
  those of which only the beginning was typed. Where all words are frequent, that is the order: each says little about
  which of its places is meant, and only as many are read as are shown.
- Where there are rare words, the newest 500 are ordered by two lists at once, by how new they are and by bm25 over the
  rare words, with reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009).
- Hits of one conversation stay together, at most three messages of each; conversations whose title fits come first,
  but leave half of the room to the others.
- Where no title and no message holds all of the phrases, conversations count that hold each of them somewhere, as far
  as the newest 1,000 places of each tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from app.core.search import ANYTHING, EVERYWHERE, HitKind, SearchFilter, SearchHit
from app.store.search_candidates import PARTS, RANKED, TITLES, Candidate, Candidates
from app.store.search_index import SearchIndex
from app.store.search_query import Phrase, parse
from app.store.search_scope import Scope
from app.store.search_sight import sights
from app.store.snippets import Snippets

LIMIT: Final = 50
PER_CONVERSATION: Final = 3
SCATTERED: Final = 1_000
_FUSION: Final = 60  # the paper's constant

_Seen = tuple[Candidate, bool]
"""What was found, and whether it is shown now."""


class Search(SearchIndex):
    """Search, and the care for its index. Every method raises StoreError."""

    def find(self, query: str, wanted: SearchFilter = ANYTHING, limit: int = LIMIT) -> tuple[SearchHit, ...]:
        """What holds every word and phrase of the query, the best first; nothing for a query without a word.

        Any text is a query: no sign has a meaning but quotation marks, which make a phrase.
        """
        phrases = parse(query)
        if not phrases or limit <= 0:
            return ()
        with self._database.snapshot():
            found = (
                self._everywhere(phrases, wanted, limit)
                if wanted.conversation_id is None
                else self._in_one(phrases, wanted)
            )
            return self._hits(list(islice(found, limit)), Snippets(phrases))

    def _in_one(self, phrases: Sequence[Phrase], wanted: SearchFilter) -> Iterator[_Seen]:
        """Every part of one conversation that holds the phrases, in order."""
        if not _any_part(wanted):
            return iter(())
        found = self._parts(wanted, Scope(self._database, wanted)).all(phrases)
        in_order = sorted(found, key=lambda each: (each.message_id or 0, each.id))
        return self._in_sight({each.conversation_id: in_order for each in found[:1]}, wanted)

    def _everywhere(self, phrases: Sequence[Phrase], wanted: SearchFilter, limit: int) -> Iterator[_Seen]:
        sources = []
        scope = Scope(self._database, wanted)
        if HitKind.TITLE in wanted.kinds:
            sources.append(Candidates(self._database, TITLES, EVERYWHERE, scope.titles()))
        if _any_part(wanted):
            sources.append(self._parts(wanted, scope))
        found = [each for source in sources for each in _ranked(source, phrases, limit)]
        if not found and len(phrases) > 1:
            found = _scattered(sources, phrases)
        return self._in_sight(_grouped(found, limit), wanted, PER_CONVERSATION)

    def _parts(self, wanted: SearchFilter, scope: Scope) -> Candidates:
        return Candidates(self._database, PARTS, wanted.kinds, scope.parts())

    def _in_sight(
        self, found: Mapping[int, Sequence[Candidate]], wanted: SearchFilter, most: int | None = None
    ) -> Iterator[_Seen]:
        """The titles, and of each conversation so many parts that nothing before them hides."""
        sight = sights(self._database, list(found))
        for conversation_id, group in found.items():
            left = most
            for each in group:
                if each.message_id is None:
                    yield each, True
                elif left != 0 and (wanted.removed or each.message_id not in sight[conversation_id].gone):
                    left = None if left is None else left - 1
                    yield each, sight[conversation_id].shows(each.message_id)

    def _hits(self, found: Sequence[_Seen], snippets: Snippets) -> tuple[SearchHit, ...]:
        titles = self._by_id("SELECT id, title FROM conversations", {each.conversation_id for each, _ in found})
        texts = "SELECT id, CASE WHEN name = '' THEN text ELSE name || ' ' || text END FROM parts"
        parts = self._by_id(texts, {each.id for each, _ in found if each.message_id is not None})
        hits = []
        for each, shown in found:
            title = titles[each.conversation_id]
            snippet = snippets.of(title if each.message_id is None else parts[each.id])
            hits.append(
                SearchHit(
                    conversation_id=each.conversation_id,
                    title=title,
                    message_id=each.message_id,
                    kind=each.kind,
                    snippet=snippet.text,
                    highlights=snippet.highlights,
                    at_ms=each.at_ms,
                    shown=shown,
                )
            )
        return tuple(hits)

    def _by_id(self, sql: str, ids: Iterable[int]) -> dict[int, str]:
        found = self._database.rows(f"{sql} WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))
        return {row[0]: row[1] for row in found}


def _any_part(wanted: SearchFilter) -> bool:
    return bool(wanted.kinds - {HitKind.TITLE})


def _ranked(source: Candidates, phrases: Sequence[Phrase], conversations: int) -> list[Candidate]:
    """The best of the newest first: whole words before prefixes, then by rank in both lists."""
    rare = source.rare(phrases)
    found = source.newest(phrases, conversations, RANKED if rare else 0)
    scores = source.scores(rare, min((each.id for each in found), default=0))
    by_words = {score: at for at, score in enumerate(sorted({0.0, *scores.values()}))}
    by_time = {id: at for at, id in enumerate(sorted((each.id for each in found), reverse=True))}

    def worth(each: Candidate) -> tuple[bool, float, int]:
        words, time = by_words[scores.get(each.id, 0.0)], by_time[each.id]
        return each.whole, 1 / (_FUSION + words) + 1 / (_FUSION + time), time

    return sorted(found, key=worth, reverse=True)


def _scattered(sources: Sequence[Candidates], phrases: Sequence[Phrase]) -> list[Candidate]:
    """For conversations that hold each phrase somewhere, the newest place of each; the newest conversations first."""
    places: dict[int, list[Candidate]] = {}
    for at, phrase in enumerate(phrases):
        newest: dict[int, Candidate] = {}
        for source in sources:
            for each in source.newest([phrase], 0, SCATTERED):
                newest.setdefault(each.conversation_id, each)
        if at == 0:
            places = {key: [each] for key, each in newest.items()}
        else:
            places = {key: [*each, newest[key]] for key, each in places.items() if key in newest}
    groups = sorted(places.values(), key=lambda group: max(each.at_ms for each in group), reverse=True)
    return [each for group in groups for each in sorted(set(group), key=lambda each: each.message_id or 0)]


def _grouped(found: Sequence[Candidate], limit: int) -> dict[int, list[Candidate]]:
    """By conversation, those with a title first as far as half of the room goes; no more than can be shown."""
    titles = [each.conversation_id for each in found if each.kind is HitKind.TITLE]
    others = [each.conversation_id for each in found if each.kind is not HitKind.TITLE]
    order = dict.fromkeys([*titles[: (limit + 1) // 2], *others, *titles])
    groups: dict[int, list[Candidate]] = {conversation_id: [] for conversation_id in islice(order, limit)}
    for each in found:
        if each.conversation_id in groups:
            groups[each.conversation_id].append(each)
    return groups
