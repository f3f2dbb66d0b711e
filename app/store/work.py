"""Long work on the store: how it tells how far it is, and how it is stopped. Knows no table and no file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from app.core.store_reports import ProgressReport, StoreProgress, StoreStage
from engine.errors import Cancelled

# Instructions of SQLite's machine between two looks at whether to stop: about a millisecond.
_INSTRUCTIONS = 20_000


class Work:
    """What a long task was told about being watched and stopped.

    Args:
        report: called on the thread that works, often; None: nobody watches.
        cancelled: asked often, from the thread that works, whether to stop.
    """

    def __init__(self, report: ProgressReport | None = None, cancelled: Callable[[], bool] | None = None) -> None:
        self._report = report
        self._cancelled = cancelled

    def check(self) -> None:
        """Raises Cancelled where the work is to stop."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled

    def step(self, stage: StoreStage, done: int = 0, total: int = 0) -> None:
        """Tell how far a stage is. Raises Cancelled where the work is to stop."""
        self.check()
        if self._report is not None:
            self._report(StoreProgress(stage, done, total))

    @contextmanager
    def stopping(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Inside, a single long statement of `connection` is stopped too; Cancelled is raised then."""
        if self._cancelled is None:
            yield
            return
        connection.set_progress_handler(self._cancelled, _INSTRUCTIONS)
        try:
            yield
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                raise Cancelled from error
            raise
        finally:
            connection.set_progress_handler(None, 0)


UNWATCHED: Final = Work()
