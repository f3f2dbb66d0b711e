"""Search as a person uses it: what is typed, what is found, in which order, and what is highlighted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.chats import GenerationFacts, NewMessage, Part, PartKind
from app.core.message_tree import MessageTree
from app.core.search import EVERYWHERE, HitKind, SearchFilter
from app.store import search_candidates, search_scope
from app.store.search_query import parse
from app.store.search_sight import sights
from app.store.snippets import Snippets
from app.store.store import ChatStore, open_store, read_store, temporary_store
from app.store.words import fold, words
from engine.types import Role
from tests.app.store.talk import chat, found, lit, say
from tests.app.store.test_search_words import TEXTS


@pytest.fixture
def store() -> Iterator[ChatStore]:
    with temporary_store() as opened:
        yield opened


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatStore]:
    """A real file, for what asks many questions."""
    with open_store(tmp_path_factory.mktemp("search")) as opened:
        yield opened


# -- what matches --


@pytest.mark.parametrize(
    ("text", "query", "highlighted"),
    [
        ("A quokka is happy", "quokka", ["quokka"]),
        ("A quokka is happy", "QUO", ["quokka"]),
        ("A quokka is happy", "happy quokka", ["quokka", "happy"]),
        ("Im Café in Zürich", "cafe zurich", ["Café", "Zürich"]),
        ("Im Cafe\u0301 in Zu\u0308rich", "café zürich", ["Cafe\u0301", "Zu\u0308rich"]),
        ("Die Straße", "STRASSE", ["Straße"]),
        ("请翻译这句话", "翻译", ["翻译"]),
        ("请翻译这句话", "译", ["译"]),
        ("日本語のテキスト", "テキ", ["テキ"]),
        ("번역을 부탁해", "번역", ["번역"]),
        (unicodedata.normalize("NFD", "번역을 부탁해"), "번역", [unicodedata.normalize("NFD", "번역")]),
        ("สวัสดีครับ", "ดี", ["ดี"]),
        ("well done 👍🏽 👩‍💻", "👍", ["👍🏽"]),
        ("well done 👍🏽 👩‍💻", "👩‍💻", ["👩‍💻"]),
        ("don’t panic", "don't", ["don’t"]),
        ("call foo.bar(1) now", "foo.bar(", ["foo.bar"]),
        ("I write C++ and C#", "c++", ["C", "C"]),
        ("costs 100€", "€", ["€"]),
        ("to be or not", '"be or"', ["be or"]),
        ("to be or not", '"be o', ["be or"]),
        ("to be or not", "“or not”", ["or not"]),
        ("zero\0one", "one", ["one"]),
        ("a \u202eworld turned", "world", ["world"]),
        ("line one\n\n\tline two", "one line", ["line", "one", "line"]),
    ],
)
def test_a_query_finds_the_text_and_highlights_it(
    store: ChatStore, text: str, query: str, highlighted: list[str]
) -> None:
    _, (message_id,) = chat(store, text)
    chat(store, "something else", "altogether")
    (hit,) = store.search.find(query)
    assert (hit.message_id, hit.kind, hit.shown) == (message_id, HitKind.QUESTION, True)
    assert lit([hit]) == [highlighted]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("A quokka is happy", "okka"),  # no prefix
        ("A quokka is happy", "quo "),  # a space says that the word is whole
        ("A quokka is happy", "quo happy"),  # only the last word is still being typed
        ("A quokka is happy", '"happy quokka"'),
        ("A quokka is happy", '"quok"'),
        ("请翻译这句话", "译翻"),
        ("A quokka is happy", "quokka sad"),
        ("cat and dog", "cat OR bird"),
        ("cat and dog", "cat NOT dog"),
        ("cat and dog", "NEAR(cat dog)"),
        ("cat and dog", "question:cat"),
        ("cat and dog", "{question}:cat"),
        ("cat and dog", "ca*t"),
    ],
)
def test_a_query_finds_nothing_else(store: ChatStore, text: str, query: str) -> None:
    chat(store, text)
    assert store.search.find(query) == ()


@pytest.mark.parametrize("query", ["", " ", "\0", '"', '""', "?!*()^:-+", "\ud800", "─", "\n"])
def test_a_query_without_a_word_finds_nothing(store: ChatStore, query: str) -> None:
    chat(store, "anything", "at all", title="a title")
    assert store.search.find(query) == ()


@pytest.mark.parametrize(
    "query", ["^cat", "cat*", "-cat", "+cat", "(cat", "cat:", "'cat'", "cat;--", 'cat"', "ca\ud800t"]
)
def test_no_sign_has_a_meaning(store: ChatStore, query: str) -> None:
    _, ids = chat(store, "cat and ca t")
    assert found(store, query) == ids


@settings(max_examples=100)
@given(st.one_of(st.text(max_size=40), TEXTS, st.text('"*^:(){}+-ANDORNEAR, ', max_size=30)))
@example('"' * 50)
@example("(" * 5_000)
@example("word " * 2_000)
@example("译" * 5_000)
def test_no_query_raises(kept: ChatStore, query: str) -> None:
    for hit in kept.search.find(query, SearchFilter(kinds=EVERYWHERE)):
        assert all(0 <= start < end <= len(hit.snippet) for start, end in hit.highlights)


@settings(max_examples=40)
@given(TEXTS.map(lambda text: text[:20]))
def test_every_word_is_found_by_itself_and_by_each_of_its_prefixes(kept: ChatStore, text: str) -> None:
    conversation_id, (message_id,) = chat(kept, text)
    here = SearchFilter(conversation_id=conversation_id)
    for typed in {*text.split(), text}:
        for end in range(1, len(typed) + 1):
            if wanted := words(fold(typed[:end])):
                (hit,) = kept.search.find(typed[:end], here)
                assert hit.message_id == message_id
                assert hit.highlights
                for start, stop in hit.highlights:
                    assert any(word in fold(hit.snippet[start:stop]) for word in wanted)


@settings(max_examples=40)
@given(TEXTS)
def test_the_form_of_a_text_does_not_matter(kept: ChatStore, text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    for written, typed in ((composed, decomposed), (decomposed, composed)):
        conversation_id, _ = chat(kept, written)
        for word in typed.replace('"', " ").split():
            if words(fold(word)):
                assert found(kept, word, SearchFilter(conversation_id=conversation_id))


def test_a_reading_connection_finds_too(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, read_store(tmp_path) as reading:
        _, ids = chat(store, "Grüße aus 東京")
        assert found(reading, "grusse 東") == ids


# -- snippets --


def test_a_snippet_shows_the_place_deep_in_a_long_text(store: ChatStore) -> None:
    words_before = " ".join(f"ö{at}" for at in range(20_000))
    chat(store, f"{words_before} here is the\nquokka\x07   and its friend {words_before}")
    (hit,) = store.search.find("quokka friend")
    assert "here is the quokka and its friend" in hit.snippet
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet) < 200
    assert lit([hit]) == [["quokka", "friend"]]


@pytest.mark.parametrize("trap", ["xcat", "category"])
@pytest.mark.parametrize("edge", [16_384, 16_384 + 1_024])
def test_a_long_text_is_not_parted_within_a_word(trap: str, edge: int) -> None:
    for at in range(edge - len(trap), edge + 1):
        text = ("word " * at)[: at - 1] + f" {trap} {'word ' * 600}a real cat"
        snippet = Snippets(parse("cat ")).of(text)
        assert snippet.text.endswith("a real cat")
        assert [snippet.text[start:end] for start, end in snippet.highlights] == ["cat"]


def test_a_snippet_shows_where_most_of_the_words_stand(store: ChatStore) -> None:
    chat(store, f"red {'x ' * 300} red green {'x ' * 300} green")
    (hit,) = store.search.find("red green")
    assert lit([hit]) == [["red", "green"]]


def test_a_snippet_keeps_to_its_line(store: ChatStore) -> None:
    chat(store, "one\u2028two \u202ethree\u2066 four\r\nfive")
    (hit,) = store.search.find("three")
    assert hit.snippet == "one two three four five"


def test_a_very_long_match_is_cut(store: ChatStore) -> None:
    chat(store, "a" * 100_000)
    (hit,) = store.search.find("aaa")
    assert len(hit.snippet) < 500
    assert hit.highlights == ((0, len(hit.snippet) - 1),)


def test_a_snippet_does_not_cut_what_belongs_together(store: ChatStore) -> None:
    family = "👩\u200d👩\u200d👧"
    chat(store, f"start {family * 100}")
    (hit,) = store.search.find("start")
    shown = hit.snippet.removeprefix("start ").removesuffix("…")
    assert shown == family * (len(shown) // len(family))


# -- where --


def test_every_kind_is_found_by_itself(store: ChatStore) -> None:
    conversation_id = store.conversations.create().id
    store.conversations.set_title(conversation_id, "quokka", store.conversations.summary(conversation_id).title_source)
    say(store, conversation_id, "quokka", role=Role.SYSTEM)
    say(store, conversation_id, "quokka", Part(PartKind.ATTACHMENT, "quokka", "quokka.txt"), role=Role.USER)
    thinking = Part(PartKind.THINKING, "quokka")
    call = Part(PartKind.TOOL_CALL, '{"animal": "quokka"}', "look_up")
    say(store, conversation_id, thinking, "quokka", call, role=Role.ASSISTANT)
    say(store, conversation_id, Part(PartKind.TOOL_RESULT, "quokka", "look_up"), role=Role.TOOL)
    for kind in HitKind:
        hits = store.search.find("quokka", SearchFilter(kinds=frozenset({kind})))
        assert {hit.kind for hit in hits} == {kind}
    assert HitKind.THINKING not in {hit.kind for hit in store.search.find("quokka", limit=500)}
    assert found(store, "quokka.txt") == found(store, "quokka", SearchFilter(kinds=frozenset({HitKind.ATTACHMENT})))
    assert [hit.kind for hit in store.search.find("look up")] == [HitKind.TOOL, HitKind.TOOL]
    assert store.search.find("quokka", SearchFilter(kinds=frozenset())) == ()


def _facts(model: str) -> GenerationFacts:
    return GenerationFacts(model=model)


def _filled(store: ChatStore) -> dict[str, int]:
    """One conversation for each filter, all with the same words; their ids by name."""
    folder = store.folders.create("folder").id
    ids = {
        "plain": chat(store, "same words", "same words", title="same words")[0],
        "folder": chat(store, "same words", title="same words", folder_id=folder)[0],
        "tag": chat(store, "same words", title="same words", tags=("tag",))[0],
        "archived": chat(store, "same words", title="same words", archived=True)[0],
        "trash": chat(store, "same words", title="same words")[0],
        "model": chat(store, "same words", title="same words")[0],
    }
    answer = NewMessage(Role.ASSISTANT, (Part(PartKind.TEXT, "same words"),), facts=_facts("Qwen3-8B"))
    store.messages.add(ids["model"], None, answer)
    store.conversations.trash([ids["trash"]])
    return ids


@pytest.mark.parametrize("narrow", [0, search_scope.NARROW])
def test_filters(store: ChatStore, narrow: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_scope, "NARROW", narrow)
    ids = _filled(store)
    folder = store.folders.all()[0].id

    def names(wanted: SearchFilter) -> set[str]:
        hits = store.search.find("same wor", wanted, 500)
        of = {number: name for name, number in ids.items()}
        titles = {of[hit.conversation_id] for hit in hits if hit.kind is HitKind.TITLE}
        messages = {of[hit.conversation_id] for hit in hits if hit.kind is not HitKind.TITLE}
        assert titles == (messages if wanted.conversation_id is None else set())
        return messages

    assert names(SearchFilter()) == ids.keys() - {"trash"}
    assert names(SearchFilter(archived=False)) == ids.keys() - {"trash", "archived"}
    assert names(SearchFilter(archived=True)) == {"archived"}
    assert names(SearchFilter(trashed=True)) == {"trash"}
    assert names(SearchFilter(folder_id=folder)) == {"folder"}
    assert names(SearchFilter(folder_id=folder + 1)) == set()
    assert names(SearchFilter(tag="tag")) == {"tag"}
    assert names(SearchFilter(model="Qwen3-8B")) == {"model"}
    assert names(SearchFilter(model="Qwen3-8B", tag="tag")) == set()
    for name, conversation_id in ids.items():
        assert names(SearchFilter(conversation_id=conversation_id)) == {name}


def test_dates_include_both_ends(store: ChatStore) -> None:
    times = iter((1_000, 2_000, 3_000))
    conversation_id, ids = store.conversations.create().id, []
    for at_ms in times:
        store.database.now_ms = lambda at_ms=at_ms: at_ms  # type: ignore[misc]
        ids.append(say(store, conversation_id, "dated"))
    assert set(found(store, "dated", SearchFilter(from_ms=2_000))) == set(ids[1:])
    assert set(found(store, "dated", SearchFilter(to_ms=2_000))) == set(ids[:2])
    assert found(store, "dated", SearchFilter(from_ms=2_000, to_ms=2_000)) == ids[1:2]
    assert {hit.at_ms for hit in store.search.find("dated")} == {1_000, 2_000, 3_000}


def test_a_title_is_found_by_the_dates_of_its_conversation(store: ChatStore) -> None:
    for at_ms in (1_000, 5_000):
        store.database.now_ms = lambda at_ms=at_ms: at_ms  # type: ignore[misc]
        chat(store, "text", title=f"dated {at_ms}")
    (hit,) = store.search.find("dated", SearchFilter(to_ms=4_000))
    assert (hit.title, hit.message_id, hit.at_ms) == ("dated 1000", None, 1_000)


def test_what_is_removed_is_found_only_when_asked_for(store: ChatStore) -> None:
    conversation_id, ids = chat(store, "lost words", "lost words", "lost words")
    store.messages.remove(ids[1])
    assert found(store, "lost") == ids[:1]
    assert set(found(store, "lost", SearchFilter(removed=True))) == set(ids)
    here = SearchFilter(conversation_id=conversation_id)
    assert found(store, "lost", here) == ids[:1]
    store.messages.bring_back(ids[1])
    assert found(store, "lost", here) == ids


def test_a_hit_says_whether_its_version_is_shown(store: ChatStore) -> None:
    conversation_id, (first, answer) = chat(store, "first question", "the quokka answer")
    second = say(store, conversation_id, "second question")
    hits = {hit.message_id: hit.shown for hit in store.search.find("question answer quokka")} | {
        hit.message_id: hit.shown for hit in store.search.find("question")
    }
    assert hits == {answer: False, first: False, second: True}
    store.messages.choose(answer)
    assert {hit.message_id: hit.shown for hit in store.search.find("question")} == {first: True, second: False}
    assert [hit.shown for hit in store.search.find("quokka")] == [True]


_NODES = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 12)), min_size=1, max_size=12)


@settings(max_examples=50)
@given(_NODES)
def test_what_can_be_seen_is_what_the_tree_says(kept: ChatStore, nodes: list[tuple[int, bool, int]]) -> None:
    conversation_id = kept.conversations.create().id
    with kept.database.transaction() as connection:
        ids: list[int] = []
        for parent, _, _ in nodes:
            ids.append(say(kept, conversation_id, after=ids[parent] if parent < len(ids) else None))
        for id, (_, removed, choice) in zip(ids, nodes, strict=True):
            chosen = ids[choice] if choice < len(ids) else None
            sql = "UPDATE messages SET removed = ?, chosen_child_id = ? WHERE id = ?"
            connection.execute(sql, (removed and choice % 3 == 0, chosen, id))
    tree = kept.messages.tree(conversation_id)
    seen = sights(kept.database, [conversation_id])[conversation_id]
    assert {each.id for each in tree if seen.shows(each.id)} == {message.id for message in tree.path()}
    assert seen.gone == {each.id for each in tree if _hidden(tree, each.id)}


def _hidden(tree: MessageTree, message_id: int) -> bool:
    return any(message.removed for message in tree.path_to(message_id))


def test_in_one_conversation_hits_come_in_the_order_of_the_messages(store: ChatStore) -> None:
    conversation_id, ids = chat(store, *(f"word number {at}" for at in range(30)))
    chat(store, "word elsewhere")
    assert found(store, "word", SearchFilter(conversation_id=conversation_id)) == ids
    store.conversations.trash([conversation_id])
    assert found(store, "word", SearchFilter(conversation_id=conversation_id), 5) == ids[:5]


# -- the order --


def test_titles_come_first_and_leave_room(store: ChatStore) -> None:
    for at in range(10):
        chat(store, f"nothing {at}", title=f"quokka {at}")
    _, ids = chat(store, "a quokka", title="else")
    hits = store.search.find("quokka", limit=6)
    assert [hit.kind for hit in hits] == [HitKind.TITLE] * 3 + [HitKind.QUESTION] + [HitKind.TITLE] * 2
    assert hits[3].message_id == ids[0]
    assert [hit.title for hit in hits[:3]] == ["quokka 9", "quokka 8", "quokka 7"]


def test_whole_words_come_before_prefixes_and_newer_before_older(store: ChatStore) -> None:
    ids = [chat(store, text)[1][0] for text in ("cat one", "category", "cat two", "catalogue")]
    assert found(store, "cat") == [ids[2], ids[0], ids[3], ids[1]]
    assert found(store, "cat ") == [ids[2], ids[0]]


def test_of_equally_new_places_the_one_that_is_about_it_comes_first(store: ChatStore) -> None:
    filler = "and so on " * 50
    about = chat(store, "quokka quokka quokka")[1][0]
    aside = chat(store, f"{filler} quokka {filler}")[1][0]
    assert found(store, "quokka ") == [about, aside]


def test_one_conversation_does_not_push_out_the_others(store: ChatStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_candidates, "RANKED", 5)
    _, old = chat(store, "the word")
    long, _ = chat(store, *["the word"] * 40)
    hits = store.search.find("the", limit=10)
    assert [hit.conversation_id for hit in hits].count(long) == 3
    assert hits[-1].message_id == old[0]


def test_hits_of_a_conversation_stay_together(store: ChatStore) -> None:
    first, _ = chat(store, "quokka", "none", "quokka quokka", title="quokka")
    second, _ = chat(store, "quokka", "quokka")
    say(store, first, "one more quokka")
    order = [hit.conversation_id for hit in store.search.find("quokka")]
    assert order == [first] * 4 + [second] * 2
    assert store.search.find("quokka")[0].kind is HitKind.TITLE


def test_words_may_stand_in_different_messages_of_a_conversation(store: ChatStore) -> None:
    _, ids = chat(store, "about the quokka", "it lives in Australia", title="Animals")
    chat(store, "a kangaroo in Australia", title="Animals")
    assert found(store, "animals quokka australia") == [None, *ids]
    _, together = chat(store, "quokka in Australia, one of the animals")
    assert found(store, "animals quokka australia") == together


def test_the_limit_holds(store: ChatStore) -> None:
    for at in range(30):
        chat(store, "word", "word", title=f"word {at}")
    for limit in (1, 7, 50):
        assert len(store.search.find("wo", limit=limit)) == limit
    assert store.search.find("wo", limit=0) == ()
