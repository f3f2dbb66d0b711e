"""Text files on their way into a message: small ones at once, others without keeping the window waiting."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.core.draft import Attachment
from app.core.errors import AttachmentRefused, AttachmentUnreadable
from app.core.log import log_bug
from app.library.attachments import file_bytes, read_attachment, shown_name

AT_ONCE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class ReadingStarted:
    """A file is being read in the background."""

    request_id: int
    name: str


@dataclass(frozen=True, slots=True)
class AttachmentRead:
    """What came of one file. `at_once`: there was no ReadingStarted before."""

    request_id: int
    result: Attachment | AttachmentRefused
    at_once: bool = False


class AttachmentReader(QObject):
    """Reads any number of files, one after the other. Every file ends in exactly one `read`.

    Args:
        parent: Its Qt parent.
    """

    started = Signal(object)
    """A ReadingStarted; only for files that are not read at once."""
    read = Signal(object)
    """An AttachmentRead."""
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, Path]] = deque()
        self._results: deque[AttachmentRead] = deque()
        self._running = False
        self._closed = threading.Event()
        self._arrived.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        # Not a slot of its own: at that time there is no object any more to have one.
        self.destroyed.connect(self._closed.set, Qt.ConnectionType.DirectConnection)

    def read_files(self, paths: Sequence[Path]) -> None:
        """Read files; those up to 256 KiB before this returns."""
        for path in paths:
            request_id = next(self._ids)
            size = file_bytes(path)
            if size is not None and size > AT_ONCE_BYTES:
                self.started.emit(ReadingStarted(request_id, shown_name(path)))
                self._read_behind(request_id, path)
            else:
                self.read.emit(AttachmentRead(request_id, _result(path), at_once=True))

    def _read_behind(self, request_id: int, path: Path) -> None:
        with self._lock:
            self._waiting.append((request_id, path))
            if self._running:
                return
            self._running = True
        # A daemon: a file on a disk that hangs must not keep the program from ending.
        threading.Thread(target=self._work, name="attachment-reader", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting or self._closed.is_set():
                    self._running = False
                    return
                request_id, path = self._waiting.popleft()
            done = AttachmentRead(request_id, _result(path))
            with self._lock:
                self._results.append(done)
            with contextlib.suppress(RuntimeError):  # the window is gone meanwhile
                if not self._closed.is_set():
                    self._arrived.emit()

    @Slot()
    def _tell(self) -> None:
        with self._lock:
            done = list(self._results)
            self._results.clear()
        for each in done:
            self.read.emit(each)


def _result(path: Path) -> Attachment | AttachmentRefused:
    try:
        return read_attachment(path)
    except AttachmentRefused as refused:
        return refused
    except Exception as error:
        log_bug(error)
        name = shown_name(path)
        return AttachmentUnreadable(f"{name} cannot be read.", "What went wrong is in the log.", name=name)
