"""The code in a Markdown text. Knows nothing of how it is shown."""

from __future__ import annotations

from app.ui.markdown.parser import parse


def last_code(text: str) -> str | None:
    """The content of the last code block, in lists and quotes too; None where there is none."""
    found = [token.content for block in parse(text) for token in block.tokens if token.type in ("fence", "code_block")]
    return found[-1] if found else None
