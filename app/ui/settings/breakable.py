"""Paths and names that a label may break."""

from __future__ import annotations

import re

_UNBROKEN = re.compile(r"[^/\\_.\s-]{9}|[/\\_.-]")


def breakable(text: str) -> str:
    """The text with places to break after every separator and within long names. For labels, not for copying."""
    return _UNBROKEN.sub(lambda found: f"{found.group()}\u200b", text)
