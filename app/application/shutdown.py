"""The way out: what was made last is ended first, and one failure stops nothing else from being ended."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject

from app.core.log import log_bug


class Shutdown:
    """Cleanups, registered where a resource is made."""

    def __init__(self) -> None:
        self._cleanups: list[Callable[[], None]] = []

    def register(self, cleanup: Callable[[], None]) -> None:
        self._cleanups.append(cleanup)

    def run(self) -> None:
        """Run and forget all cleanups, the last registered first. Never raises; a second call does nothing."""
        while self._cleanups:
            cleanup = self._cleanups.pop()
            try:
                cleanup()
            except Exception as error:
                log_bug(error)


def delete_now(thing: QObject) -> None:
    """Now, in this order: left to the end of the interpreter, Qt's objects would be deleted in any."""
    thing.deleteLater()
    QCoreApplication.sendPostedEvents(thing, QEvent.Type.DeferredDelete)
