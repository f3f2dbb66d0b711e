"""The log file: made when something is first logged, rotated, private. It never holds what people wrote."""

from __future__ import annotations

import logging
import logging.handlers
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.files import make_private_folder

MAX_LOG_BYTES = 1_000_000
KEPT_LOGS = 3
_FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"


class _PrivateLog(logging.handlers.RotatingFileHandler):
    """Makes the folder with the first record, and keeps quiet where it cannot: logging must never break a
    command.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MAX_LOG_BYTES, backupCount=KEPT_LOGS, encoding="utf-8", delay=True)
        self.setFormatter(logging.Formatter(_FORM))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            path = Path(self.baseFilename)
            make_private_folder(path.parent)
            if not path.exists():
                path.touch(mode=0o600)
            super().emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk or a read-only folder is no reason to print a traceback over somebody's answer."""


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Send warnings and errors of the whole process to `path`, and Python warnings as well, for as long as
    this lasts.
    """
    handler = _PrivateLog(path)
    root = logging.getLogger()
    root.addHandler(handler)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.removeHandler(handler)
        handler.close()


def log_bug(error: BaseException) -> None:
    """Log where an unexpected exception came from: types and stack frames.

    The exceptions' texts are left out: they may quote a prompt (a KeyError names its key, a ValueError its
    value).
    """
    parts: list[str] = []
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        frames = "".join(traceback.format_tb(each.__traceback__))
        parts.append(f"{type(each).__module__}.{type(each).__qualname__}\n{frames}")
        each = each.__cause__ or each.__context__
    logging.getLogger(__name__).error("unexpected exception\n%s", "raised while handling\n".join(parts))
