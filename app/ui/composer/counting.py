"""How many tokens a draft takes. Asks for what is not known yet once typing pauses; somebody else counts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

PAUSE_MS = 300


@dataclass(frozen=True, slots=True)
class TokenCountAsked:
    """Wanted: the number of tokens of each text, in order."""

    request_id: int
    texts: tuple[str, ...]


class TokenCounter(QObject):
    """Knows the texts of now and what is known of them.

    Args:
        parent: Its Qt parent.
    """

    asked = Signal(object)
    """A TokenCountAsked. Only the answer to the latest one is taken."""
    changed = Signal()
    """Something was counted, or is known to be unknown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids = itertools.count(1)
        self._asked: TokenCountAsked | None = None
        self._draft = ""
        self._attached: tuple[str, ...] = ()
        self._known: dict[str, int] = {}
        self._last_draft_tokens: int | None = 0
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)

    @property
    def draft_tokens(self) -> int | None:
        """Of the draft; while it is being written, of what it was at the last pause. None: unknown."""
        return self._known.get(self._draft, self._last_draft_tokens) if self._draft else 0

    @property
    def tokens(self) -> int | None:
        """Of draft and attachments together; None where something of it is unknown."""
        found = [self.draft_tokens, *(self._known.get(each) for each in self._attached)]
        return None if None in found else sum(each for each in found if each is not None)

    def tokens_of(self, text: str) -> int | None:
        """Of an attachment."""
        return self._known.get(text)

    def update(self, draft: str, attached: Sequence[str]) -> None:
        """Take the texts of now; what is only white space counts as nothing."""
        self._draft, self._attached = draft if draft.strip() else "", tuple(attached)
        if not self._draft:
            self._last_draft_tokens = 0
        self._known = {text: count for text, count in self._known.items() if text in self._texts()}
        self.ask_soon()

    def ask_soon(self) -> None:
        """Ask at the next pause for what is not known; nothing happens where everything is."""
        if self._unknown():
            self._pause.start()
        else:
            self._pause.stop()

    def forget(self) -> None:
        """Another model counts otherwise."""
        self._known.clear()
        self._asked = None
        self.ask_soon()

    def take(self, request_id: int, counts: Sequence[int] | None) -> None:
        """The answer to a request; None where nobody can count at the moment."""
        asked = self._asked
        if asked is None or request_id != asked.request_id:
            return
        self._asked = None
        if counts is None or len(counts) != len(asked.texts):
            self._last_draft_tokens = None if self._draft else 0
        else:
            answers = dict(zip(asked.texts, counts, strict=True))
            self._last_draft_tokens = answers.get(self._draft, self._last_draft_tokens)
            self._known.update((text, count) for text, count in answers.items() if text in self._texts())
        self.changed.emit()

    def _texts(self) -> tuple[str, ...]:
        return (self._draft, *self._attached)

    def _unknown(self) -> tuple[str, ...]:
        return tuple(text for text in dict.fromkeys(self._texts()) if text and text not in self._known)

    @Slot()
    def _ask(self) -> None:
        if texts := self._unknown():
            self._asked = TokenCountAsked(next(self._ids), texts)
            self.asked.emit(self._asked)
