"""Which languages' words can be told apart already. Learning one takes some frames, so a thread of its own does it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QObject, Signal

from app.ui.markdown.background import Background, background
from app.ui.markdown.highlight import learn


class Lexers(QObject):
    """Learns each language once."""

    learnt = Signal(str)
    """A language that was asked for before; it may be one that nobody knows."""

    def __init__(self, thread: Background) -> None:
        super().__init__(thread)
        self._thread = thread
        self._known: set[str] = {""}
        self._asked: set[str] = set()

    def knows(self, language: str) -> bool:
        """Whether words of it can be told apart now, or never; if not, it is learnt and `learnt` tells."""
        if language in self._known:
            return True
        if language not in self._asked:
            self._asked.add(language)
            self._thread.run(lambda: self._learn(language))
        return False

    def _learn(self, language: str) -> Callable[[], None]:
        learn(language)
        return lambda: self._keep(language)

    def _keep(self, language: str) -> None:
        self._known.add(language)
        self.learnt.emit(language)


@lru_cache(maxsize=1)
def lexers() -> Lexers:
    """The one for all code; it lives as long as the application."""
    return Lexers(background())
