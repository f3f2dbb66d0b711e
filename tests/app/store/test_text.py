"""Any text comes back as it was, but for what no file can hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.chats import ChatSettings, NewConversation, NewMessage, Part, PartKind, TitleSource
from app.store.store import ChatStore, open_store, temporary_store
from app.store.text import checksum, storable
from engine.types import Role

SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")

# What has broken stores, searches and screens elsewhere is not left to chance.
nasty = st.sampled_from(
    [
        "\0",
        "a\0b\0",
        "\ud800",
        "\udfff\ud800",
        "\ud83d\ude00",
        "\u202e\u2066\u200f evil \u202c",
        "\ufeff bom \ufffe\uffff",
        "\r\n\x0b\x0c\x1c\x85\u2028\u2029",
        "'; DROP TABLE parts; --",
        "\x1f\x1e\x00\x7f\x9b",
        "e\u0301 \u0065\u0301 \u1e9b\u0323",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "<|im_end|></think>",
        "\U0010ffff\U000e0001",
    ]
)
any_text = st.lists(st.one_of(st.text(st.characters(exclude_categories=())), nasty), max_size=4).map("".join)


def expected(text: str) -> str:
    """Two halves that belong together are one character, as UTF-16 has it; a half alone becomes U+FFFD."""

    def mend(found: re.Match[str]) -> str:
        if len(found[0]) == 1:
            return "\ufffd"
        high, low = (ord(half) & 0x3FF for half in found[0])
        return chr(0x10000 + (high << 10 | low))

    return SURROGATES.sub(mend, text)


@given(any_text)
def test_what_can_be_stored_is_not_changed(text: str) -> None:
    assert storable(text) == expected(text)
    assert storable(storable(text)) == storable(text)
    storable(text).encode()
    if not SURROGATES.search(text):
        assert storable(text) is text


@pytest.fixture(scope="module")
def one_store() -> Iterator[ChatStore]:
    with temporary_store() as store:
        yield store


numbers = count()


@settings(max_examples=50)
@given(any_text, any_text, any_text)
def test_any_text_comes_back(one_store: ChatStore, one: str, other: str, name: str) -> None:
    store, uid = one_store, f"{next(numbers)}{name}"
    made = store.conversations.create(NewConversation(one, TitleSource.PERSON, other, uid=uid))
    parts = (Part(PartKind.ATTACHMENT, one, name), Part(PartKind.TEXT, other), Part(PartKind.THINKING, one + other))
    written = store.messages.add(made.id, None, NewMessage(Role.USER, parts, uid=uid))
    store.messages.save(written.id, (*parts, Part(PartKind.TEXT, name)))
    store.conversations.set_draft(made.id, name)
    in_settings = {"of_the_future": [one, {"x": other}]}
    store.conversations.set_settings(made.id, ChatSettings.model_validate(in_settings))
    folder = store.folders.create(name)
    opened = store.conversations.open(made.id)
    assert (opened.summary.title, opened.system_prompt, opened.draft) == (
        expected(one),
        expected(other),
        expected(name),
    )
    assert opened.settings.model_extra == json.loads(json.dumps(in_settings)), "as JSON has it"
    (message,) = opened.tree
    assert message.parts == (
        Part(PartKind.ATTACHMENT, expected(one), expected(name)),
        Part(PartKind.TEXT, expected(other)),
        Part(PartKind.THINKING, expected(one + other)),
        Part(PartKind.TEXT, expected(name)),
    )
    assert not message.damaged
    assert folder in store.folders.all()
    assert folder.name == expected(name)
    assert store.conversations.with_uid(uid) == made.id


def test_ten_megabytes_come_back(folder: Path) -> None:
    text = "".join(chr(point) for point in range(0x20, 0x3000)) * 340 + "\0\U0001f600"
    assert len(text.encode()) > 10_000_000
    with open_store(folder) as store:
        made = store.conversations.create()
        written = store.messages.add(made.id, None, NewMessage(Role.USER, (Part(PartKind.TEXT, text),)))
    with open_store(folder) as store:
        found = store.messages.message(written.id)
        assert found.text() == text
        assert not found.damaged


@given(st.tuples(any_text, any_text, any_text), st.tuples(any_text, any_text, any_text))
def test_different_parts_have_different_checksums(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (checksum(*one) == checksum(*other)) == (one == other)


def test_a_checksum_stays_the_same_for_ever() -> None:
    """Stores hold it."""
    assert checksum("text", "", "Hello, 世界").hex() == "ffd9ab07bd5803d7"
    assert checksum("te", "xt", "").hex() != checksum("text", "", "").hex()
