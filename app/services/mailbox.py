"""Where the engine's thread leaves things for the window. Thread-safe; knows nothing of Qt.

The window must never be woken ten thousand times a second: neighbouring pieces of text become one, and only the step
from empty to not empty calls `wake`. Nothing is ever thrown away here but what belongs to a request nobody waits for.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from app.core.answer import AnswerEvent
from app.services.engine_jobs import EngineNews
from app.services.status import EngineLoading, EngineStatus
from engine.types import Channel, PrefillProgress, TextDelta

Item = AnswerEvent | EngineStatus | EngineNews


@dataclass(slots=True)
class _OpenText:
    """Text that still grows."""

    request_id: int
    channel: Channel
    pieces: list[str] = field(default_factory=list)


class Mailbox:
    """A queue that merges.

    Args:
        wake: Called, outside the lock and from whichever thread posts, when the first item arrives.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._items: deque[Item | _OpenText] = deque()
        self._lock = threading.Lock()

    def post(self, item: Item) -> None:
        """Leave one item. Text joins the text before it; newer progress replaces older."""
        with self._lock:
            was_empty = not self._items
            last = self._items[-1] if self._items else None
            if isinstance(item, TextDelta):
                if not (
                    isinstance(last, _OpenText) and last.request_id == item.request_id and last.channel is item.channel
                ):
                    last = _OpenText(item.request_id, item.channel)
                    self._items.append(last)
                last.pieces.append(item.text)
            else:
                if isinstance(item, EngineLoading | PrefillProgress) and type(last) is type(item):
                    self._items.pop()
                self._items.append(item)
        if was_empty:
            self._wake()

    def take(self, request_id: int | None, max_characters: int) -> list[Item]:
        """Remove and return items in order.

        Args:
            request_id: The request somebody waits for; answer events of any other are dropped.
            max_characters: Once so much text is taken the rest stays for the next time.
        """
        taken: list[Item] = []
        room = max_characters
        with self._lock:
            while self._items and room > 0:
                item = self._items.popleft()
                if isinstance(item, _OpenText):
                    if item.request_id != request_id:
                        continue
                    text = "".join(item.pieces)
                    if len(text) > room:
                        item.pieces = [text[room:]]
                        self._items.appendleft(item)
                        text = text[:room]
                    room -= len(text)
                    taken.append(TextDelta(item.request_id, item.channel, text))
                elif not isinstance(item, EngineStatus | EngineNews) and item.request_id != request_id:
                    continue
                else:
                    taken.append(item)
        return taken

    def __bool__(self) -> bool:
        return bool(self._items)
