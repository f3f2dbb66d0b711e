"""The rule by which texts become words: the same for every form of a text, for SQLite, and traced to its place."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.store.words import fold, indexed, trace, words

# Letters, marks and symbols of many scripts more often than any code point would bring them.
_SCRIPTS = (
    "aZ09_-'\"é ß øŁ İı ﬁ ² ½ 译翻々 かガﾊﾟー 번역 ㅂ กำ้ ကို हिन्दी ம் عَرَبِي שָׁלוֹם Ώ ё ț"
    "👍🏽👩‍💻🇩🇪❤️ €→─█ \u1107\u1165\u11ab \u200b\u200d\u00ad\ufeff\u202e\0\n\ufffd"
)
TEXTS = st.text(st.one_of(st.sampled_from(_SCRIPTS), st.characters(codec="utf-8")), max_size=60)


@pytest.fixture(scope="module")
def fts() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (x, tokenize = 'ascii')")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab ('t', 'instance')")
        yield connection


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, WORLD!", ["hello", "world"]),
        ("don’t don't", ["don", "t", "don", "t"]),
        ("foo_bar.baz(42)", ["foo", "bar", "baz", "42"]),
        ("Crème Brûlée", ["creme", "brulee"]),
        ("Straße Łódź søster æon ısı", ["strasse", "lodz", "soster", "aeon", "isi"]),
        ("ΟΔΥΣΣΕΥΣ ὀδυσσεύς", ["οδυσσευσ", "οδυσσευσ"]),
        ("Ёлка", ["елка"]),
        ("请翻译 this", ["请", "翻", "译", "this"]),
        ("ﾊﾟﾝ パン", ["ハ", "ン", "ハ", "ン"]),
        ("번역", ["번", "역"]),
        ("ภาษา", ["ภ", "า", "ษ", "า"]),
        ("हिन्दी", ["हिनदी"]),
        ("عَرَبِيّ", ["عربي"]),
        ("x² ２０２４ ﬁn", ["x2", "2024", "fin"]),
        ("nice👍🏽 👩‍💻 ❤️", ["nice", "👍", "👩", "💻", "❤"]),
        ("🇩🇪", ["🇩", "🇪"]),
        ("100€ a→b", ["100", "€", "a", "→", "b"]),
        ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zero", "width"]),
        ("one\0two", ["one", "two"]),
        ("┌──┐ ██ \ufffd ?!", []),
    ],
)
def test_a_text_becomes_these_words(text: str, expected: list[str]) -> None:
    assert words(fold(text)) == expected


@pytest.mark.parametrize("text", ["번역하다 값 각", "Ǆ ǆ", "ệ ḍ̇ q̣̇", "が ガ", "กำ", "கொ", "한국어 text"])
def test_composed_and_decomposed_text_has_the_same_words(text: str) -> None:
    forms = {form: words(fold(unicodedata.normalize(form, text))) for form in ("NFC", "NFD")}
    assert forms["NFC"] == forms["NFD"] == words(fold(text))


@given(TEXTS)
def test_every_normal_form_has_the_same_words(text: str) -> None:
    composed = words(fold(unicodedata.normalize("NFC", text)))
    assert words(fold(unicodedata.normalize("NFD", text))) == composed


@given(TEXTS)
@example("\0a\0")
def test_sqlite_parts_the_same_words(fts: sqlite3.Connection, text: str) -> None:
    fts.execute("DELETE FROM t")
    fts.execute("INSERT INTO t (x) VALUES (?)", (fold(text),))
    assert [term for (term,) in fts.execute("SELECT term FROM v ORDER BY offset")] == words(fold(text))


@given(TEXTS)
def test_a_word_is_traced_to_the_characters_that_made_it(text: str) -> None:
    traced = trace(text)
    at = 0
    for word in words(traced.folded):
        at = traced.folded.index(word, at)
        start, end = traced.span(at, at + len(word))
        assert 0 <= start < end <= len(text)
        assert word in words(fold(text[start:end]))
        at += len(word)


@pytest.mark.parametrize(
    ("text", "word", "traced_to"),
    [
        ("Ein Café!", "cafe", "Café"),
        ("Ein Cafe\u0301!", "cafe", "Cafe\u0301"),
        ("请翻译", "译", "译"),
        ("\u1107\u1165\u11ab\u110b\u1167\u11a8", "역", "\u110b\u1167\u11a8"),
        ("ok 👍🏽.", "👍", "👍🏽"),
        ("ﬁn", "fin", "ﬁn"),
    ],
)
def test_marks_belong_to_what_they_mark(text: str, word: str, traced_to: str) -> None:
    traced = trace(text)
    at = traced.folded.index(word)
    start, end = traced.span(at, at + len(word))
    assert text[start:end] == traced_to


def test_ascii_keeps_its_places() -> None:
    text = "".join(map(chr, range(128)))
    assert trace(text).span(3, 5) == (3, 5)
    assert len(fold(text)) == len(text)


def test_bytes_that_are_no_text_part_words() -> None:
    assert words(indexed(b"left\xffright \xc3\xa9")) == ["left", "right", "e"]
