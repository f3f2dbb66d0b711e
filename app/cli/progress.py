"""How far something is, on standard error: a bar on a terminal, a line every few seconds in a pipe.

Also the words for sizes and times. Knows nothing of what is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from app.cli.console import Console
from app.library.sizes import disk_size

LINE_EACH_S = 5.0
_BAR_CELLS = 20
_LEAST_CELLS = 6
_SETTLED_S = 0.5


class ProgressLine:
    """Progress of something that reads or writes this machine's disk. `show` may be called as often as one likes."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._doing = ""
        self._started_s = self._told_s = clock()
        self._from_bytes = 0

    def show(self, doing: str, done_bytes: int, total_bytes: int) -> None:
        """doing: what happens, as in "Copying"; the rate is that of this doing alone."""
        now = self._clock()
        if doing != self._doing:
            self._doing, self._started_s, self._from_bytes = doing, now, done_bytes
        took_s = now - self._started_s
        rate = (done_bytes - self._from_bytes) / took_s if took_s >= _SETTLED_S else 0.0
        left_s = (total_bytes - done_bytes) / rate if rate > 0 else None
        text = f"{doing} {amount_text(done_bytes, total_bytes, rate, left_s)}"
        if self._console.shows_status:
            self._console.status(with_bar(text, done_bytes, total_bytes, self._console.columns))
        elif now - self._told_s >= LINE_EACH_S:
            self._told_s = now
            self._console.notice(text)


def with_bar(text: str, done_bytes: int, total_bytes: int, columns: int) -> str:
    """A bar before the text, as wide as there is room for."""
    cells = min(_BAR_CELLS, columns - len(text) - 4)
    if cells < _LEAST_CELLS:
        return text
    filled = min(cells * done_bytes // max(total_bytes, 1), cells)
    return f"[{'#' * filled}{'.' * (cells - filled)}] {text}"


def amount_text(done_bytes: int, total_bytes: int, rate_bytes_per_s: float = 0.0, left_s: float | None = None) -> str:
    """` 33 %  500 MB of 1.50 GB, 10 MB/s, 2 min left`, without rate and time where they are not known."""
    percent = 100 * done_bytes // max(total_bytes, 1)
    text = f"{percent:3d} %  {disk_size(done_bytes)} of {disk_size(total_bytes)}"
    return text if left_s is None else f"{text}, {disk_size(rate_bytes_per_s)}/s, {time_text(left_s)} left"


def time_text(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
