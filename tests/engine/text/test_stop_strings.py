"""Stop strings: the same result for every split, and never a part of one shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InvalidRequest
from engine.stop_strings import StopMatcher


def reference(text: str, stops: list[str]) -> tuple[str, str | None]:
    """The first character at which a stop string is complete, and the longest that is complete there."""
    for end in range(1, len(text) + 1):
        found = [stop for stop in stops if text[:end].endswith(stop)]
        if found:
            longest = max(found, key=len)
            return text[: end - len(longest)], longest
    return text, None


ALPHABET = st.text("abé", max_size=12)


@settings(max_examples=500, deadline=None)
@given(parts=st.lists(ALPHABET, max_size=6), stops=st.lists(st.text("abé", min_size=1, max_size=4), max_size=4))
def test_any_split_gives_the_same(parts: list[str], stops: list[str]) -> None:
    matcher = StopMatcher(stops)
    shown, matched = "", None
    expected, expected_stop = reference("".join(parts), stops)
    for part in parts:
        text, matched = matcher.push(part)
        shown += text
        assert expected.startswith(shown)
    shown += matcher.flush()
    assert (shown, matched if parts else None) == (expected, expected_stop)
    assert matcher.matched == expected_stop


def test_holds_back_no_more_than_needed() -> None:
    matcher = StopMatcher(["\nUser:", "END"])
    assert matcher.push("Hello E") == ("Hello ", None)
    assert matcher.push("N") == ("", None)
    assert matcher.push("T\n") == ("ENT", None)
    assert matcher.push("User: x") == ("", "\nUser:")
    assert matcher.push("more") == ("", "\nUser:")
    assert matcher.flush() == ""


def test_without_stops_text_passes_at_once() -> None:
    matcher = StopMatcher([])
    assert matcher.push("abc") == ("abc", None)
    assert matcher.flush() == ""


def test_an_empty_stop_string_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        StopMatcher(["a", ""])
