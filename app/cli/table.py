"""Text in columns: labels with wrapped text beside them, and lists of names. Knows nothing of what they say."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

COLUMNS = 100
LABEL_COLUMNS = 17
_NO_BREAK = "\N{NO-BREAK SPACE}"


def labelled(label: str, text: str) -> Iterator[str]:
    """The label in the first column and the text beside it, wrapped under itself. Paths and names are not broken."""
    lines = textwrap.wrap(text, COLUMNS - LABEL_COLUMNS, break_long_words=False, break_on_hyphens=False) or [""]
    for index, line in enumerate(lines):
        yield f"{label if index == 0 else '':<{LABEL_COLUMNS}}{line}".replace(_NO_BREAK, " ").rstrip()


def names_text(names: Iterable[str]) -> str:
    """Joined so that wrapping keeps a name in one piece."""
    return ", ".join(name.replace(" ", _NO_BREAK) for name in names)
