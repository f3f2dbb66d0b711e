"""Seeded drawing with a held-out split, and the noise that makes a prompt look typed by a person.

Knows nothing of the skills. Whether something is held out depends on a hash of its content alone, so training
and evaluation agree on it without a list, whatever the seed."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

HELD_OUT_SHARE = {"pair": 10, "word": 8, "name": 8, "phrase": 12}
"""For each kind of content, one in this many is never trained on."""

_SINGLE_TOKENS = frozenset({"box", "question"})
"""Words that the vocabulary holds whole: only spelling the word itself can teach its letters."""

_SLOT = re.compile(r"(\{\w+\})")
_TRIES = 400


@dataclass(frozen=True)
class Exchange:
    """One question with its thought and every answer that counts as right."""

    skill: str
    user: str
    thought: str
    answers: tuple[str, ...]


def is_held_out(kind: str, content: str) -> bool:
    """True for the fixed subset of ``content`` kept for evaluation."""
    if kind == "word" and content.lower() in _SINGLE_TOKENS:
        return False
    digest = hashlib.sha256(f"{kind}:{content.lower()}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % HELD_OUT_SHARE[kind] == 0


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a block of text, which are parted by bars; runs of white space count as one space."""
    return tuple(" ".join(part.split()) for part in text.split("|"))


class Draw:
    """A seeded source of choices that stays on one side of the held-out split."""

    def __init__(self, seed: int | str, held_out: bool = False) -> None:
        self.rng = random.Random(seed)
        self.held_out = held_out

    def pick(self, options: Sequence[T]) -> T:
        return options[self.rng.randrange(len(options))]

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return self.rng.randint(low, high)

    def on_side(self, kind: str, make: Callable[[], T], key: Callable[[T], str] = str) -> T:
        """Call ``make`` until its content is on this side of the split.

        A small set may have no held-out member at all; then an evaluation takes what there is, but training
        never takes what is held out."""
        for _ in range(_TRIES):
            value = make()
            if is_held_out(kind, key(value)) == self.held_out:
                return value
        if self.held_out:
            return make()
        raise ValueError(f"every {kind} is held out")

    def typed(self, template: str, **slots: str) -> str:
        """Fill ``template`` as a hurried person would type it; the slots' contents are never damaged."""
        text = self._polite(template) if self.chance(0.12) else template
        lower, bare, typos = self.chance(0.3), self.chance(0.35), self.chance(0.1)
        if self.chance(0.3):
            text = _contracted(text)
        if bare:
            text = text.rstrip("?.!")
        pieces = _SLOT.split(text)
        for index, piece in enumerate(pieces):
            if _SLOT.fullmatch(piece):
                continue
            piece = piece.lower() if lower else piece
            pieces[index] = self._with_typo(piece) if typos else piece
        filled = "".join(slots[piece[1:-1]] if _SLOT.fullmatch(piece) else piece for piece in pieces)
        return filled[:1].upper() + filled[1:] if not lower and self.chance(0.4) and text[:1] != "{" else filled

    def _polite(self, text: str) -> str:
        if self.chance(0.5):
            end = text[-1] if text[-1] in "?.!" else ""
            return f"{text.rstrip('?.!')}{self.pick((' please', ', please', ' pls'))}{end}"
        opening = self.pick(
            ("please ", "Please, ", "hey, ", "Hey ", "ok, ", "So, ", "Can you help? ", "um ", "Ponder, ")
        )
        return opening + text[:1].lower() + text[1:]

    def _with_typo(self, text: str) -> str:
        words = text.split(" ")
        long = [i for i, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
        if not long:
            return text
        where = self.pick(long)
        word = words[where]
        at = self.between(1, len(word) - 2)
        kind = self.between(0, 2)
        if kind == 0:
            word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        elif kind == 1:
            word = word[:at] + word[at + 1 :]
        else:
            word = word[:at] + word[at] + word[at:]
        words[where] = word
        return " ".join(words)


_CONTRACTIONS = (
    ("What is ", "What's "),
    ("what is ", "what's "),
    ("What is ", "whats "),
    ("I am ", "I'm "),
    ("do not ", "don't "),
    ("Who is ", "Who's "),
    ("How do I ", "how to "),
    ("you are ", "you're "),
    ("Are you ", "r u "),
    (" you ", " u "),
)


def _contracted(text: str) -> str:
    for full, short in _CONTRACTIONS:
        if full in text:
            return text.replace(full, short, 1)
    return text
