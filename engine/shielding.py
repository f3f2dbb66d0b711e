"""Breaking control literals inside untrusted strings, so that a rendered text shows which are the template's.

Pure functions of text. Knows nothing of templates or token ids.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from engine.types import JsonValue


class Shield:
    """Puts a nonce into every literal inside given strings, and takes it out of the rendered text again.

    Broken are whole literals, and a beginning of one where a string ends: a template might put the rest right
    behind it.
    """

    def __init__(self, literals: Sequence[str], texts: Sequence[str]) -> None:
        """Take control literals of two characters or more, and every string the nonce must not occur in."""
        self.nonce = choose_nonce(texts)
        self._pattern = _breakable(tuple(literals))

    def protect(self, value: JsonValue) -> JsonValue:
        """A copy of `value` with every string in it, keys too, broken where it holds a literal."""
        if isinstance(value, str):
            return self._break(value)
        if isinstance(value, list):
            return [self.protect(item) for item in value]
        if isinstance(value, dict):
            return {self._break(key): self.protect(item) for key, item in value.items()}
        return value

    def restore(self, text: str) -> str:
        """`text` without the nonce."""
        return text.replace(self.nonce, "")

    def _break(self, text: str) -> str:
        # Behind the first character, which is never a blank or a line break: a template's strip and split see
        # what they saw before. Searched again from the second character on, for literals that overlap.
        if self._pattern is None:
            return text
        parts: list[str] = []
        position = 0
        while (found := self._pattern.search(text, position)) is not None:
            parts += [text[position : found.start() + 1], self.nonce]
            position = found.start() + 1
        return "".join([*parts, text[position:]])


def strings_of(values: Iterable[JsonValue]) -> Iterator[str]:
    """Every string inside `values`, keys included."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from strings_of(value)
        elif isinstance(value, dict):
            yield from value
            yield from strings_of(value.values())


def choose_nonce(texts: Sequence[str]) -> str:
    """Digits that occur in none of `texts`, the same for the same texts.

    Digits have no case and no JSON escape, so no filter of a template changes them. They hang on all of the
    input, so that nobody can write half of them into one message and half into the next. The 9 occurs at the
    start only: then two occurrences cannot overlap, and taking them out gives back exactly what was there.
    """
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    while True:
        number, digits = int.from_bytes(digest.digest(), "big"), ""
        for _ in range(18):
            number, digit = divmod(number, 9)
            digits += str(digit)
        nonce = "9" + digits
        if not any(nonce in text for text in texts):
            return nonce
        digest.update(b"\1")


def _breakable(literals: Sequence[str]) -> re.Pattern[str] | None:
    if not literals:
        return None
    starts = {literal[:length] for literal in literals for length in range(1, len(literal))}
    ends = [re.escape(start) + r"\Z" for start in sorted(starts, key=lambda text: (-len(text), text))]
    return re.compile("|".join([*map(re.escape, literals), *ends]))
