"""Parting a JSON file into its elements, however it is cut into pieces and whatever is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.library.chat_import import json_stream
from app.library.chat_import.json_stream import Element, Head, NotJson, split
from app.library.chat_import.values import BrokenConversation

VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=12,
)
LAYOUT = st.sampled_from([{}, {"indent": 1}, {"separators": (",", ":")}, {"ensure_ascii": False}])


def cut(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


def decoded(text: str, size: int = 1 << 16) -> list[Any]:
    return [each.decode() for each in split(cut(text, size)) if isinstance(each, Element)]


def read(text: str, size: int) -> tuple[list[Any], str]:
    """What was read before the trouble, and that in words."""
    found: list[Any] = []
    try:
        found.extend(each.decode() for each in split(cut(text, size)) if isinstance(each, Element))
    except (NotJson, BrokenConversation) as error:
        return found, str(error)
    return found, ""


@given(st.lists(VALUES, max_size=4), LAYOUT, st.integers(1, 9))
def test_a_list_comes_apart_into_its_values(values: list[Any], layout: dict[str, Any], size: int) -> None:
    assert decoded(json.dumps(values, **layout), size) == values


@given(st.lists(VALUES, max_size=3), st.dictionaries(st.text(), VALUES, max_size=3), LAYOUT, st.integers(1, 9))
def test_the_list_in_an_object_comes_after_its_head(
    values: list[Any], others: dict[str, Any], layout: dict[str, Any], size: int
) -> None:
    before = {key: value for key, value in others.items() if key != "conversations"}
    text = json.dumps({**before, "conversations": values, "after": [1]}, **layout)
    head, *elements = split(cut(text, size))
    assert isinstance(head, Head)
    assert head.values == before
    assert [each.decode() for each in elements if isinstance(each, Element)] == values


@given(st.dictionaries(st.text(), VALUES, max_size=4), st.integers(1, 9))
def test_any_other_object_comes_as_a_whole(value: dict[str, Any], size: int) -> None:
    value.pop("conversations", None)
    assert decoded(json.dumps(value), size) == [value]
    assert decoded(f"{json.dumps(value)}\n{json.dumps(value)}\n", size) == [value, value]  # JSON lines


@given(st.lists(VALUES, min_size=1, max_size=3), st.integers(1, 5), st.data())
def test_a_file_that_is_cut_short_gives_what_is_whole(values: list[Any], size: int, data: st.DataObject) -> None:
    text = json.dumps(values)
    end = data.draw(st.integers(1, len(text) - 1))
    found, trouble = read(text[:end], size)
    assert trouble
    # The last one may be a number or a word of which something is missing.
    assert found[:-1] == values[: len(found[:-1])]
    assert len(found) <= len(values)


@given(st.text(alphabet='[]{}",:\\ a1\n', max_size=30), st.integers(1, 5))
def test_what_is_no_json_never_hangs_or_raises_anything_else(text: str, size: int) -> None:
    read(text, size)


@pytest.mark.parametrize("text", ["hello", "<html>", "[1, 2", '[{"a":', '{"a"', "[}", "[1]]", '["abc', "{1:2", "]"])
def test_what_is_wrong_is_said(text: str) -> None:
    with pytest.raises(NotJson, match=r"damaged|middle|no JSON"):
        list(split(iter([text])))


def test_a_broken_element_costs_no_other() -> None:
    first, broken, last = split(iter(['[{"a": 1}, {"a" 2, "b": tru}, {"c": 3}]']))
    assert isinstance(first, Element)
    assert isinstance(broken, Element)
    assert isinstance(last, Element)
    with pytest.raises(BrokenConversation, match="no valid JSON"):
        broken.decode()
    assert [first.decode(), last.decode()] == [{"a": 1}, {"c": 3}]


def test_what_goes_too_deep_is_passed_over() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    found = list(split(cut(f'[{deep}, {{"x": {deep}}}, 1]', 4096)))
    assert [each.problem for each in found if isinstance(each, Element)] == [
        *("Its JSON is nested too deep.", "Its JSON is nested too deep.", ""),
    ]
    assert all(len(each.text) < 10 for each in found if isinstance(each, Element))


def test_what_is_too_large_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_CONVERSATION_CHARACTERS", 1000)
    monkeypatch.setattr(json_stream, "MAX_CONVERSATION_VALUES", 100)
    text = json.dumps(["x" * 2000, [[]] * 200, {"a": "y" * 500}, ["z"] * 90])
    for size in (7, 10_000):
        found = [each for each in split(cut(text, size)) if isinstance(each, Element)]
        assert [bool(each.problem) for each in found] == [True, True, False, False]
        assert found[0].text == ""
    # The members of an object are counted together.
    (whole,) = split(cut(json.dumps({str(number): ["z"] * 30 for number in range(9)}), 50))
    assert isinstance(whole, Element)
    assert "values" in whole.problem
