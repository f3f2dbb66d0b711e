"""Which messages an answer was made without, because the model's context had no room for them. Knows no widget."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.answer import Answer
from app.core.conversation import Question, Remark
from app.core.entry import Entry


def forgotten_count(path: Sequence[Entry]) -> int:
    """How many of the first messages of a path the latest answer was made without.

    The engine counts the messages that it was told; a question without any answer is shown but was never told.
    """
    latest = next((each for each in reversed(path) if isinstance(each, Answer)), None)
    left = latest.dropped_messages if latest is not None else 0
    if left <= 0:
        return 0
    asked = False
    for index, entry in enumerate(path):
        if entry is latest:
            return index
        match entry:
            case Question():
                asked = True
            case Answer() if any(isinstance(each, Answer) and each.said for each in entry.versions):
                left -= 1 + asked
                asked = False
            case Remark(text=text) if text.strip():
                left -= 1
            case _:
                continue
        if left <= 0:
            return index + 1
    return 0
