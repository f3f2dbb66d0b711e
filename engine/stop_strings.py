"""Stop strings in streamed text: find them across any split, never show a part of one that comes true.

Knows nothing of tokens or channels; the engine applies it to the answer only.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import InvalidRequest


class StopMatcher:
    """Holds back the shortest end of the text that may begin a stop string.

    The match that is complete first wins, and of those complete at the same character the longest. The result
    does not depend on how the text is split.

    Raises:
        InvalidRequest: A stop string is empty.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        if any(not stop for stop in stops):
            raise InvalidRequest("A stop string must not be empty.")
        self._stops = tuple(dict.fromkeys(stops))
        self._starts = {stop[:n] for stop in self._stops for n in range(1, len(stop))}
        self._longest = max(map(len, self._stops), default=0)
        self._held = ""
        self.matched: str | None = None
        """The stop string that was found; nothing is emitted from then on."""

    def push(self, text: str) -> tuple[str, str | None]:
        """Returns (text to emit, the stop string that was found or None). The stop string is not emitted."""
        if self.matched is not None:
            return "", self.matched
        buffer = self._held + text
        found = [(start + len(stop), start, stop) for stop in self._stops if (start := buffer.find(stop)) >= 0]
        if found:
            _, start, self.matched = min(found)
            self._held = ""
            return buffer[:start], self.matched
        cut = len(buffer) - self._held_back(buffer)
        self._held = buffer[cut:]
        return buffer[:cut], None

    def flush(self) -> str:
        """The end of the stream: what was held back and is no stop string after all."""
        text, self._held = self._held, ""
        return text

    def _held_back(self, buffer: str) -> int:
        for count in range(min(self._longest - 1, len(buffer)), 0, -1):
            if buffer[len(buffer) - count :] in self._starts:
                return count
        return 0
