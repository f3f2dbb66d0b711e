"""Which links may be followed, and how a link says where it really leads. Pure; opens nothing.

Only http, https and mailto are followed, whatever a text says. A host that mixes alphabets or hides control characters
can pass for another one, so it is shown in its ASCII form (Punycode, RFC 3492), as browsers do.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

ALLOWED_SCHEMES = ("http", "https", "mailto")
LONGEST_LINK = 2_048


@dataclass(frozen=True, slots=True)
class Link:
    """`target` may be opened; `shown` is what a person should read before they do; `suspicious` says to look twice."""

    target: str
    shown: str
    suspicious: bool


def checked_link(target: str) -> Link | None:
    """The link, or None where it may not be followed."""
    text = target.strip()
    if not text or len(text) > LONGEST_LINK or any(_is_hidden(character) for character in text):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ALLOWED_SCHEMES:
        return None
    if parts.scheme.lower() == "mailto":
        return Link(text, text, False) if "@" in parts.path else None
    if not host:
        return None
    ascii_host = _ascii(host)
    if ascii_host is None:
        return None
    # "https://bank.example@evil.example" leads to evil.example.
    suspicious = ascii_host != host.lower() or parts.username is not None
    where = ascii_host if port is None else f"{ascii_host}:{port}"
    rest = parts._replace(scheme="", netloc="").geturl()
    return Link(text, f"{parts.scheme.lower()}://{where}{rest}", suspicious)


def _ascii(host: str) -> str | None:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
