"""Which links may be followed, and what is shown of where they lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.markdown.links import ALLOWED_SCHEMES, checked_link


@pytest.mark.parametrize("target", ["https://example.org/a?b=c#d", "HTTP://example.org", "mailto:a@example.org"])
def test_web_and_mail_are_allowed(target: str) -> None:
    link = checked_link(target)
    assert link is not None
    assert link.target == target
    assert not link.suspicious


REFUSED = [
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "vbscript:x"),
    *("data:text/html,x", "file:///etc/passwd", "//host/share", "\\\\host\\share", "/etc/passwd", "C:\\x"),
    *("smb://host/x", "ms-msdt:/id", "about:blank", "ftp://host/x", "http://", "https:///path", "mailto:"),
    *("http:example", "x-apple:1", "http://[::1", "http://a:99999/", "https://exa\u202emple.org", "", "   "),
    *("https://example.org/\u200bx", "http://" + "a" * 3000, "search-ms:query=x", "steam://run/1"),
]


@pytest.mark.parametrize("target", REFUSED)
def test_everything_else_is_not(target: str) -> None:
    assert checked_link(target) is None


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("https://аpple.com/", "https://xn--pple-43d.com/"),
        ("https://bank.example@evil.example/x", "https://evil.example/x"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_what_may_mislead_is_shown_as_it_is(target: str, shown: str) -> None:
    link = checked_link(target)
    assert link is not None
    assert (link.shown, link.suspicious) == (shown, True)


@given(st.text(max_size=100))
def test_no_text_gets_past_the_schemes(text: str) -> None:
    link = checked_link(text)
    assert link is None or link.target.split(":")[0].lower() in ALLOWED_SCHEMES
