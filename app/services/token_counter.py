"""A thread that has the engine count tokens, so that neither the window nor an answer waits for it. No Qt here.

Somebody who types asks faster than a long text is counted: only what was asked last is, and older requests that have
not begun are dropped without a word.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.core.log import log_bug
from app.services.engine_jobs import TokensCounted
from engine.client import EngineClient
from engine.errors import PonderError


class TokenCounter:
    """Counts what it was asked last.

    Args:
        engine: Never started and never loaded for this.
        post: Takes the results; called from the counter's thread.
    """

    def __init__(self, engine: EngineClient, post: Callable[[TokensCounted], None]) -> None:
        self._engine = engine
        self._post = post
        self._asked: tuple[int, tuple[str, ...]] | None = None
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="engine-counting", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def count(self, request_id: int, texts: tuple[str, ...]) -> None:
        """Count, instead of what was asked before and has not begun. Returns at once."""
        with self._changed:
            self._asked = request_id, texts
            self._changed.notify()

    def end(self) -> None:
        """Begin nothing more."""
        with self._changed:
            self._closing = True
            self._changed.notify()

    def join(self, patience_s: float) -> None:
        """Wait for the thread; a count that runs ends with the engine's process."""
        if self._thread.ident is not None:
            self._thread.join(patience_s)

    def _work(self) -> None:
        while True:
            with self._changed:
                while self._asked is None and not self._closing:
                    self._changed.wait()
                if self._closing or self._asked is None:
                    return
                (request_id, texts), self._asked = self._asked, None
            self._post(TokensCounted(request_id, self._count(texts)))

    def _count(self, texts: tuple[str, ...]) -> tuple[int, ...] | None:
        try:
            return self._engine.count_tokens(texts)
        except PonderError:
            return None
        except Exception as error:
            log_bug(error)
            return None
