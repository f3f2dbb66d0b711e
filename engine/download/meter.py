"""Counts bytes and says, a few times a second, how far a download is and how long it still takes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from engine.download.plan import DownloadProgress, Report, Stage

_EACH_S = 0.1
_SMOOTHING_S = 4.0


class Meter:
    """Progress over all files of a download.

    `done` counts what lies on this disk; the rate counts only what came over the network, averaged with weights that
    fall off over some seconds.
    """

    def __init__(self, total_bytes: int, report: Report | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._total = total_bytes
        self._report = report
        self._clock = clock
        self._done = 0
        self._file = ""
        self._stage = Stage.CHECKING
        self._note = ""
        self._rate = 0.0
        self._arrived = 0
        self._told_at = self._measured_at = clock()

    @property
    def done_bytes(self) -> int:
        return self._done

    def stage(self, stage: Stage, file: str = "", note: str = "", *, done: int | None = None) -> None:
        """Say at once what happens now, and count from `done` where that is given."""
        self._stage, self._file, self._note = stage, file, note
        self._done = self._done if done is None else done
        self._arrived, self._measured_at = 0, self._clock()
        self._tell()

    def present(self, count: int) -> None:
        """`count` more bytes are here; negative where a file starts again."""
        self._done += count
        self._tell_sometimes()

    def arrived(self, count: int) -> None:
        """`count` more bytes came over the network."""
        self._done += count
        self._arrived += count
        self._tell_sometimes()

    def set_done(self, count: int) -> None:
        self._done = count
        self._tell_sometimes()

    def _tell_sometimes(self) -> None:
        if self._clock() - self._told_at >= _EACH_S:
            self._tell()

    def _tell(self) -> None:
        now = self._clock()
        passed = now - self._measured_at
        if passed >= _EACH_S:
            latest = self._arrived / passed
            weight = 1.0 if self._rate == 0 else 1.0 - math.exp(-passed / _SMOOTHING_S)
            self._rate += weight * (latest - self._rate)
            self._arrived, self._measured_at = 0, now
        self._told_at = now
        if self._report is None:
            return
        fetching = self._stage is Stage.FETCHING and self._rate > 0
        left = max(self._total - self._done, 0)
        self._report(
            DownloadProgress(
                file=self._file,
                done_bytes=min(self._done, self._total),
                total_bytes=self._total,
                rate_bytes_per_s=self._rate if fetching else 0.0,
                remaining_s=left / self._rate if fetching else None,
                stage=self._stage,
                note=self._note,
            )
        )
